//go:build e2e

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"gocua/node/demo"
)

const (
	patience = 30 * time.Second      // for one step on a busy machine
	glance   = 50 * time.Millisecond // between two looks at a page
)

// tab is a page that is open in a browser, in a profile of its own.
type tab struct {
	t     testing.TB
	ctx   context.Context
	base  string // of the machine, without a slash at the end
	watch *watch
}

// openTab opens an empty page for one machine. Whatever its pages do wrong fails
// the test.
func openTab(t testing.TB, browser context.Context, base string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b := &tab{t: t, ctx: ctx, base: base, watch: &watch{base: base}}
	t.Cleanup(func() {
		defer cancel()
		if t.Failed() {
			b.lastSight()
		}
		for _, wrong := range b.watch.complaints() {
			t.Error(wrong)
		}
	})
	require.NoError(t, chromedp.Listen(ctx, b.watch.saw))
	_, err := chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	require.NoError(t, err)
	b.size(pc)
	return b
}

// lastSight keeps what was on the screen when a test failed.
func (b *tab) lastSight() {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	at, _ := chromedp.Run(ctx, chromedp.Location())
	b.t.Logf("the browser was at %s", at)
	if picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)); err == nil {
		name := "failed-" + strings.ReplaceAll(b.t.Name(), "/", "-") + ".png"
		_ = os.WriteFile(filepath.Join(stage.shots, name), picture, 0o644) // the test has failed already
	}
}

// do takes steps in the page.
func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	require.NoError(b.t, chromedp.Do(ctx, steps...))
}

// ask evaluates an expression in the page; of a promise, what it comes to.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	value, err := try[T](b, expression)
	require.NoError(b.t, err, expression)
	return value
}

func try[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// await waits until an expression is true. A page that is just being replaced
// has no answer and is asked again.
func (b *tab) await(within time.Duration, what, expression string) {
	b.t.Helper()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for began := time.Now(); ; {
		if ok, err := try[bool](b, expression); err == nil && ok {
			return
		}
		require.Less(b.t, time.Since(began), within, "waited too long: %s", what)
		<-tick.C
	}
}

// turn does something that leads to another page and waits until that is there.
func (b *tab) turn(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ask[bool](b, `window.before = true`)
	b.do(steps...)
	b.await(patience, what, `window.before === undefined && document.readyState === "complete"`)
}

// visit opens an address of the machine as if typed.
func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.base + path))
}

// path is where the page is: path and query.
func (b *tab) path() string {
	b.t.Helper()
	return ask[string](b, `location.pathname + location.search`)
}

// signIn signs in on the front page and arrives at the first one.
func (b *tab) signIn(u demo.User) {
	b.t.Helper()
	b.visit("/vao")
	b.await(patience, "the cursor to stand in the first field", `document.activeElement.id === "user"`)
	b.do(typed(u.User + kb.Tab + u.Password))
	b.turn("to be signed in as "+u.User, typed(kb.Enter))
	require.Equal(b.t, "/", b.path())
}

// typed is what is typed, where the cursor stands.
func typed(keys string) chromedp.Action[chromedp.Void] { return chromedp.KeyEvent(keys) }

// click is a click into the middle of the first element a selector finds.
func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

// text is what the first element a selector finds shows.
func (b *tab) text(selector string) string {
	b.t.Helper()
	return ask[string](b, `document.querySelector(`+quote(selector)+`)?.innerText ?? ""`)
}

// count is how many elements a selector finds.
func (b *tab) count(selector string) int {
	b.t.Helper()
	return ask[int](b, `document.querySelectorAll(`+quote(selector)+`).length`)
}

// shows waits until one of the elements shows a text: a page may carry several
// banners.
func (b *tab) shows(within time.Duration, selector, text string) {
	b.t.Helper()
	b.await(within, selector+" to show "+text, `[...document.querySelectorAll(`+quote(selector)+`)].some(e => e.innerText.includes(`+quote(text)+`))`)
}
