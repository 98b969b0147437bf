//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// screen is what a page is looked at on.
type screen struct {
	name          string
	width, height int64
	phone         bool
}

// The screens of ui.md.
var (
	pc    = screen{"pc", 1366, 768, false}
	phone = screen{"phone", 360, 740, true}
)

// longest is how much of a long list is kept.
const longest = 2600

// size gives the page another screen.
func (b *tab) size(s screen) {
	b.t.Helper()
	var options []chromedp.EmulateViewportOption
	if s.phone {
		options = append(options, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	b.do(chromedp.EmulateViewport(s.width, s.height, options...))
}

// shoot keeps pictures of the whole page on both screens.
func (b *tab) shoot(name string) {
	b.t.Helper()
	for _, s := range []screen{phone, pc} {
		b.size(s)
		b.shootAt(name, s)
	}
}

// shootAt takes a picture if pictures are kept (GOCUA_SHOTS): the two of a page take
// a third of the time it is looked at.
func (b *tab) shootAt(name string, s screen) {
	b.t.Helper()
	if !stage.kept {
		return
	}
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	height := min(ask[int64](b, `document.documentElement.scrollHeight`), longest)
	picture, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: new(true), OptimizeForSpeed: new(true),
		Clip: &page.Viewport{Width: float64(s.width), Height: float64(max(height, s.height)), Scale: 1},
	})
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Join(stage.shots, name+"-"+s.name+".png"), picture.Data, 0o644))
}

// quote writes a text as JavaScript does.
func quote(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return string(raw)
}
