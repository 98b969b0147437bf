//go:build e2e

package e2e

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// The back of the card of 001155000123: see store/civic/testdata/cards.json.
const cardLines = "IDVNM1550001233001155000123<<4\n5508154F9912315VNM<<<<<<<<<<<6\nTRAN<<THI<MAU<<<<<<<<<<<<<<<<<"

// scanned is a card at a scanner that is plugged in as a keyboard: a key every
// two thousandths of a second, by the browser's own clock for keys, however busy
// the machine of the test is; and what a page does not let pass types nothing, as
// with a real keyboard.
func scanned(keys string) chromedp.Action[chromedp.Void] {
	at := time.Now()
	return chromedp.KeyEvent(keys, func(p *input.DispatchKeyEventParams) {
		at = at.Add(time.Millisecond * 2 / 3)
		if p.Type == kb.KeyDown {
			p.Type = kb.KeyRawDown
		}
		p.Timestamp = input.TimeSinceEpoch(float64(at.UnixMicro()) / 1e6)
	})
}

// edits carries out a command of editing, as the keys for it do.
func edits(name string) chromedp.Action[chromedp.Void] {
	return chromedp.KeyEvent(kb.F9, func(p *input.DispatchKeyEventParams) { p.Commands = []string{name} })
}

// pastes puts a text on the clipboard as somebody would, and pastes it into a field.
func (b *tab) pastes(selector, text string) {
	b.t.Helper()
	ask[bool](b, `(text => { const t = document.createElement("textarea"); t.id = "elsewhere"; t.value = text; document.body.append(t); t.focus(); t.select(); return true })(`+quote(text)+`)`)
	b.do(edits("copy"))
	ask[bool](b, `(document.getElementById("elsewhere").remove(), document.querySelector(`+quote(selector)+`).focus(), true)`)
	b.turn("the card to be read", edits("paste"))
}

// filled is what stands in the fields of the form of a new person.
func (b *tab) filled() []string {
	b.t.Helper()
	return ask[[]string](b, `["name", "personalNumber", "birth", "phones-0", "scan"].map(id => document.getElementById(id).value).concat(document.querySelector("[name=sex]:checked")?.value ?? "")`)
}

// holderOf takes a person with a number down in a household.
func holderOf(t *testing.T, number, name string) (home, person string) {
	ward := stage.Wards[0]
	h, p := command.NewID(), command.NewID()
	program(t, ward, civic.RoleOfficer).Accepted(
		nodetest.Command{ID: command.NewID(), Kind: "household.put", Unit: ward.Unit, Body: map[string]any{"id": h, "hamlet": ward.Unit + "-01", "address": "Số 7, ngõ " + number}},
		nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit, Body: map[string]any{"id": p, "household": h, "name": name, "birth": "1955-03-17", "sex": "female", "personalNumber": number}})
	return h.String(), "/nhan-khau/" + p.String()
}

func TestACardIsScannedByTheKeysOfAWedge(t *testing.T) {
	home, person := holderOf(t, "001155004001", "Nguyễn Thị Thẻ")
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	b.visit("/nhan-khau/moi?ho=" + home)
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "name"`)
	b.shoot("scan-1-new")

	// Keys that come too slowly for a scanner, on a PC that has no time for them, are left to
	// the server; until then they stand in a field.
	ask[bool](b, `(f => { f.value = "001090004002||Dinh Van The|05031990|Nam|To 3|01012022"; return f.dispatchEvent(new Event("input", { bubbles: true })) })(document.getElementById("birth"))`)
	b.await(patience, "a draft to be kept", `Object.keys(localStorage).some(k => k.startsWith("gocua.draft."))`)
	require.False(t, ask[bool](b, `Object.values(localStorage).some(v => v.includes("||"))`), "a draft keeps what the card says, never the card")
	ask[bool](b, `(document.getElementById("birth").value = "", true)`)

	// Wherever the cursor stands, and without accents, as most scanners type.
	b.do(typed(kb.Tab + kb.Tab))
	b.turn("the card to be read", scanned("001090004002||Dinh Van The|05031990|Nam|To 3|01012022"+kb.Enter))
	require.Equal(t, []string{"Dinh Van The", "001090004002", "05/03/1990", "", "", "male"}, b.filled())
	b.shows(patience, ".banner", "Đã đọc thẻ, chưa ghi.")
	b.shoot("scan-2-read")
	require.False(t, ask[bool](b, `Object.values(localStorage).some(v => v.includes("||"))`), "a draft keeps what the card says, never the card")
	b.do(typed("0961404002"))
	require.Contains(t, b.filled()[0], "0961404002", "typing is no scanning")
	b.do(click("#phones-0"), scanned("001090004002||Đinh Văn Thẻ|05031990|Nam|Tổ 3|01012022||||"+kb.Tab))
	b.await(patience, "the card to be read again, with its accents", `document.getElementById("name")?.value === "Đinh Văn Thẻ" && document.readyState === "complete"`)
	b.do(click("#phones-0"), typed("0961404002"))
	b.turn("the page of the person", typed(kb.Enter))
	b.shows(patience, "h1", "Đinh Văn Thẻ")

	b.do(typed(kb.F2))
	b.turn("the holder of the card", scanned("001155004001||Nguyen Thi The|17031955|Nu|To 1|25032021"+kb.Enter))
	require.Equal(t, person, b.path(), "nothing of the card is in the address")
	b.visit("/nhan-khau")
	b.turn("the holder, scanned where no field is", scanned("001155004001||Nguyen Thi The|17031955|Nu|To 1|25032021"))
	require.Equal(t, person, b.path())

	for _, path := range []string{"/", "/nhan-khau"} { // too slowly for a scanner, into the field where one searches
		b.visit(path)
		b.do(typed(kb.F2))
		ask[bool](b, `document.activeElement.value = "001155004001||Nguyen Thi The|17031955|Nu|To 1|25032021", true`)
		b.turn("the holder, searched by the card", typed(kb.Enter))
		require.Equal(t, person, b.path(), "nothing of the card is in the address")
	}

	b.visit("/ho/" + home + "/den")
	b.await(patience, "the buttons to answer to keys", `document.activeElement.matches("[data-keys]")`)
	b.turn("the holder, scanned where keys are answers", scanned("001155004001||Nguyen Thi The|17031955|Nu|To 1|25032021"+kb.Enter))
	require.Equal(t, person, b.path())
	b.visit("/ho/" + home)
	b.shows(patience, "main", "Chưa đến lần nào")
	b.visit(person)

	b.turn("the form of level 1", typed(kb.F4))
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "phone"`)
	b.turn("the card to be compared", scanned("001155004001||Nguyen Thi The|17031955|Nu|To 1|25032021"+kb.Enter))
	b.shows(patience, ".banner.ok", "Thẻ khớp với sổ.")
	b.shoot("scan-3-level1")
	b.visit(person + "/sua")
	b.do(click("#birth"))
	b.turn("the card to be compared", scanned("001155004001||Nguyễn Thị Thể|18031955|Nữ|Tổ 1|25032021"+kb.Enter))
	b.shows(patience, ".banner.warn", "Thẻ ghi khác sổ: họ tên, ngày sinh.")
	require.Equal(t, "18/03/1955", ask[string](b, `document.getElementById("birth").value`))
	b.shoot("scan-4-edit")
}

func TestTheBackOfACardIsPasted(t *testing.T) {
	home, _ := holderOf(t, "001155004003", "Nguyễn Thị Dán")
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	b.visit("/nhan-khau/moi?ho=" + home)
	b.pastes("#birth", cardLines)
	require.Equal(t, []string{"Tran Thi Mau", "001155000123", "15/08/1955", "", "", "female"}, b.filled())
	b.shoot("scan-5-lines")
	b.visit("/nhan-khau/moi?ho=" + home)
	b.do(click("#birth"))
	b.turn("the card to be read", scanned(strings.ReplaceAll(cardLines, "\n", kb.Enter)+kb.Enter))
	require.Equal(t, []string{"Tran Thi Mau", "001155000123", "15/08/1955", "", "", "female"}, b.filled())

	b.watch.expect(422)
	b.pastes("#name", cardLines[:20]+"9"+cardLines[21:])
	b.shows(patience, ".error-summary", "số kiểm tra không khớp")
	b.shoot("scan-6-misread")
	b.watch.expect()
}

func TestACardIsPhotographed(t *testing.T) {
	home, person := holderOf(t, "001155004004", "Nguyễn Thị Ảnh")
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	b.visit("/nhan-khau/moi?ho=" + home)
	b.do(click("#phones-0"), typed("0961404005"), click("summary"))
	picture := photographOf(t, "001090004005||Đinh Văn Ảnh|05031990|Nam|Tổ 3|01012022||||")
	b.turn("the photograph to be read", chromedp.SetUploadFiles(chromedp.CSS("#photo"), []string{picture}))
	require.Equal(t, []string{"Đinh Văn Ảnh", "001090004005", "05/03/1990", "0961404005", "", "male"}, b.filled(), "what was typed before stays")
	b.shoot("scan-7-photo")
	b.turn("the page of the person", click(`main button.btn-main`))
	b.shows(patience, "h1", "Đinh Văn Ảnh")

	b.visit("/nhan-khau")
	b.turn("the page for scanning", click(`main a[href="/quet"]`))
	b.shoot("scan-8-page")
	b.turn("the holder of the card", chromedp.SetUploadFiles(chromedp.CSS("#photo"), []string{photographOf(t, "001155004004||Nguyễn Thị Ảnh|17031955|Nữ|Tổ 1|25032021")}))
	require.Equal(t, person, b.path())
}

func TestACardIsReadWithoutScript(t *testing.T) {
	home, person := holderOf(t, "001155004006", "Nguyễn Thị Thường")
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	_, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	require.NoError(t, err)
	b.signIn(userOf(t, stage.Wards[0], civic.RoleOfficer))
	b.visit("/nhan-khau/moi?ho=" + home)
	b.do(click("#phones-0"), typed("0961404007"))
	b.turn("the card to be read", click("#personalNumber"), typed("001090004007||Dinh Van Thuong|05031990|Nam|To 3|01012022\r"))
	require.Equal(t, []string{"Dinh Van Thuong", "001090004007", "05/03/1990", "0961404007", "", "male"}, b.filled())
	b.do(click("summary"), chromedp.SetUploadFiles(chromedp.CSS("#photo"), []string{photographOf(t, "001090004008||Đinh Văn Ảnh|05031990|Nam|Tổ 3|01012022")}))
	b.turn("the photograph to be read", click(`main button[formaction$="/anh"]`))
	require.Equal(t, []string{"Đinh Văn Ảnh", "001090004008", "05/03/1990", "0961404007", "", "male"}, b.filled())
	b.visit("/quet")
	b.do(click("#scan"), typed("001155004006"))
	b.turn("the holder of the card", typed("\r"))
	require.Equal(t, person, b.path())
}

// photographOf is a picture of a card's code: askew, uneven and noisy.
func photographOf(t *testing.T, text string) (path string) {
	code, err := qrcode.New(text, qrcode.Medium)
	require.NoError(t, err)
	bits := code.Bitmap()
	rnd := rand.New(rand.NewPCG(7, 7))
	sin, cos := math.Sincos(103 * math.Pi / 180)
	picture := image.NewGray(image.Rect(0, 0, 1000, 800))
	for y := range 800 {
		for x := range 1000 {
			u, v := (float64(x-500)*cos+float64(y-400)*sin)/8+float64(len(bits))/2, (float64(y-400)*cos-float64(x-500)*sin)/8+float64(len(bits))/2
			light := 120.0
			if i, j := int(math.Floor(u)), int(math.Floor(v)); i >= 0 && j >= 0 && i < len(bits) && j < len(bits) {
				light = map[bool]float64{true: 45, false: 215}[bits[j][i]]
			}
			light = light*(1-.4*float64(x)/1000) + 25*rnd.NormFloat64()
			picture.SetGray(x, y, color.Gray{Y: uint8(max(0, min(255, light)))})
		}
	}
	path = filepath.Join(t.TempDir(), "the.jpg")
	file, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, jpeg.Encode(file, picture, &jpeg.Options{Quality: 75}))
	require.NoError(t, file.Close())
	return path
}
