//go:build e2e

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/node/photo"
	"gocua/store/civic"
)

// TestTheMachinesOfAClusterAreLookedAfterInABrowser has an administrator at the
// office give a vote and take it away, invite a machine and shut one out.
func TestTheMachinesOfAClusterAreLookedAfterInABrowser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "members")
	require.NoError(t, os.Mkdir(dir, 0o700))
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	d, err := demo.Start(ctx, demo.Config{Dir: dir, Wards: 3, OneFactor: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	info := d.Info()
	u := userOf(t, info.District, civic.RoleAdmin)
	b := openTab(t, stage.browser, info.District.URL)
	b.signIn(u)
	for _, part := range []struct {
		name string
		run  func(*tab, demo.User, demo.Info)
	}{
		{"a standby is let vote, and the even number is warned of before and after", voteGiven},
		{"the vote is taken away again", voteTaken},
		{"leading is handed over before the machine is stopped", ledElsewhere},
		{"a machine is invited with the exact line to type, shown once", machineInvited},
		{"a stolen machine is shut out, with a reason and the password", machineDenied},
	} {
		if !t.Run(part.name, func(t *testing.T) {
			at := *b
			at.t = t
			part.run(&at, u, info)
		}) {
			return // the next goes on from there
		}
	}
}

// memberLine is what the table of members says of a machine.
func (b *tab) memberLine(node string) string {
	b.t.Helper()
	return ask[string](b, `[...document.querySelectorAll("section[aria-labelledby=voters] tbody tr")].find(r => r.querySelector("a")?.textContent === `+quote(node)+`)?.innerText ?? ""`)
}

// becomes waits until the table says of a machine what it is to be.
func (b *tab) becomes(node, role string) {
	b.t.Helper()
	nodetest.Eventually(b.t, patience, node+" to be: "+role, func() bool {
		b.visit("/may")
		line := b.memberLine(node)
		return strings.Contains(line, role) && !strings.Contains(line, "sắp")
	})
}

func voteGiven(b *tab, _ demo.User, _ demo.Info) {
	nodetest.Eventually(b.t, patience, "every certificate to be known", func() bool {
		b.visit("/may")
		return !strings.Contains(b.text("section[aria-labelledby=voters] table"), "chưa nghe được")
	})
	b.shoot("members-1-list")
	b.turn("the machine's page", click(`a[href="/may/thanh-vien/ward-3"]`))
	b.shoot("members-2-one")
	b.turn("to be asked", click(`a[href="/may/thanh-vien/ward-3/bau"]`))
	require.Contains(b.t, b.text(".dialog"), "Sau đó có 4 máy bỏ phiếu, số chẵn")
	b.shoot("members-3-even")
	b.turn("it to be done", click(`.dialog button.btn-main`))
	b.becomes("ward-3", "Bỏ phiếu")
	require.Contains(b.t, b.text("section[aria-labelledby=voters] .banner.warn"), "4 máy bỏ phiếu")
	b.shoot("members-4-even-list")
}

func voteTaken(b *tab, _ demo.User, _ demo.Info) {
	b.visit("/may/thanh-vien/ward-3/thoi")
	b.turn("it to be done", click(`.dialog button.btn-main`))
	b.becomes("ward-3", "Dự phòng")
	require.Zero(b.t, b.count("section[aria-labelledby=voters] .banner.warn"))
}

func ledElsewhere(b *tab, _ demo.User, _ demo.Info) {
	b.visit("/may")
	require.Contains(b.t, b.memberLine("district"), "Dẫn dắt", "who founded the cluster leads so far")
	b.turn("another to lead", click(`button[form=yield]`))
	b.shows(patience, ".banner.ok", "Đã nhường dẫn dắt")
	b.becomes("district", "Bỏ phiếu")
	require.Zero(b.t, b.count(`form[action="/may/nhuong"]`))
	b.shoot("members-5-handed-over")
}

func machineInvited(b *tab, u demo.User, info demo.Info) {
	b.visit("/may")
	b.turn("the form", click(`a[href="/may/moi"]`))
	b.shoot("members-6-invite")
	b.do(click("#node"), typed("Máy 4"), click("#password"), typed(u.Password))
	b.watch.expect(422)
	b.turn("the form to come back", click(`main button.btn-main`))
	require.Contains(b.t, b.text(".error-summary"), "Tên máy có 2 đến 24 ký tự")
	b.watch.expect()
	b.do(click("#node"))
	ask[bool](b, `document.querySelector("#node").select(), document.querySelector("#unit").value = `+quote(info.Wards[0].Unit)+`, true`)
	b.do(typed("ward-4"), click("#password"), typed(u.Password))
	b.turn("the token", click(`main button.btn-main`))
	line := b.text("code.typed")
	require.Regexp(b.t, `^gocua join [0-9A-Z]{4}(-[0-9A-Z]{1,4})+ --peer DIA-CHI:8790$`, line)
	b.shows(patience, ".banner.warn", "Máy khác chưa tới được máy này") // this district lives on one computer
	b.shoot("members-7-invited")
	b.visit("/may")
	require.NotContains(b.t, b.text("body"), strings.Fields(line)[2], "it is shown once")
	require.Contains(b.t, b.text("section[aria-labelledby=voters]"), "Chờ đến")
}

func machineDenied(b *tab, u demo.User, _ demo.Info) {
	b.visit("/may/thanh-vien/ward-3")
	b.turn("to be asked", click(`a[href$="/thu-quyen"]`))
	b.shoot("members-8-deny")
	b.do(click(`[name=reason][value=stolen]`), click("#password"), typed("không phải thế này"))
	b.watch.expect(422)
	b.turn("the form to come back", click(`.dialog button.btn-warn`))
	require.Contains(b.t, b.text(".error-summary"), "Mật khẩu của đồng chí chưa đúng")
	b.shoot("members-9-deny-refused")
	b.watch.expect()
	b.do(click("#password"), typed(u.Password))
	b.turn("it to be done", click(`.dialog button.btn-warn`))
	nodetest.Eventually(b.t, patience, "the machine to be out", func() bool { b.visit("/may"); return b.memberLine("ward-3") == "" })
	b.shoot("members-10-denied")
}

// TestAPhoneReadsThePoster opens the sheet that hangs in the office as somebody who
// is not signed in, and reads its three codes off the picture.
func TestAPhoneReadsThePoster(t *testing.T) {
	require.NoError(t, stage.office.err)
	b := openTab(t, stage.browser, stage.District.URL)
	b.visit("/tin-cay")
	shown := b.text(".fingerprint")
	b.turn("the poster", click(`a[href="/tin-cay/to-dan"]`))
	b.shoot("poster")
	b.size(pc)
	require.Equal(t, shown, b.text(".poster .fingerprint"))
	for n, want := range []string{stage.District.HTTPS + "/tin-cay", shown, stage.District.HTTPS + "/"} {
		text, err := photo.ReadCode(b.pictureOf(`.poster svg`, n))
		require.Nil(t, err, "code %d", n+1)
		require.Equal(t, want, text)
		if n != 1 {
			require.Contains(t, b.text(".poster"), want, "what cannot be scanned is typed")
		}
	}
	pages, err := chromedp.Call(b.ctx, page.PrintToPDF, page.PrintToPDFParams{PreferCSSPageSize: new(true), PrintBackground: new(true)})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(stage.shots, "poster.pdf"), pages.Data, 0o644))
	require.Equal(t, 1, strings.Count(string(pages.Data), "/Type /Page\n")+strings.Count(string(pages.Data), "/Type/Page\n"), "one sheet")
}

// pictureOf is what the n-th element a selector finds looks like.
func (b *tab) pictureOf(selector string, n int) []byte {
	b.t.Helper()
	box := ask[struct{ X, Y, Width, Height float64 }](b, `(e => { e.scrollIntoView(); const r = e.getBoundingClientRect(); return {x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height} })(document.querySelectorAll(`+quote(selector)+`)[`+string(rune('0'+n))+`])`)
	picture, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{CaptureBeyondViewport: new(true),
		Clip: &page.Viewport{X: box.X, Y: box.Y, Width: box.Width, Height: box.Height, Scale: 2}})
	require.NoError(b.t, err)
	return picture.Data
}
