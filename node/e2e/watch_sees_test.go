//go:build e2e

package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatAPageDoesWrongIsSeen(t *testing.T) {
	b := openTab(t, stage.browser, stage.Wards[0].URL)
	b.visit("/vao")
	ask[bool](b, `(() => {
		console.error("said aloud");
		const inline = document.createElement("script");
		inline.textContent = "window.ran = true";
		document.body.append(inline);
		setTimeout(() => { throw new Error("thrown") });
		fetch("/khong-co");
		fetch("http://127.0.0.1:9/stranger").catch(() => {});
		return true;
	})()`)
	var seen []string
	began := time.Now()
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for _, wrong := range []string{"console: ", "said aloud", "script: ", "thrown", "script-src", "answer 404: ", "connect-src"} {
		for !strings.Contains(strings.Join(seen, "\n"), wrong) {
			require.Less(t, time.Since(began), patience, "%q is not among %q", wrong, seen)
			<-tick.C
			seen = append(seen, b.watch.complaints()...)
		}
	}
	require.False(t, ask[bool](b, `"ran" in window`), "the policy lets inline script run")
	b.watch.complaints()
}
