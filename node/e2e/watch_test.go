//go:build e2e

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// watch collects what a page does wrong behind the user's back.
type watch struct {
	base string // every request goes there

	mu       sync.Mutex
	expected []int64 // statuses a test has asked for
	status   int64   // of the latest page
	wrong    []string
}

// saw takes in one event of the browser; it runs between two messages and must
// not ask the browser anything.
func (w *watch) saw(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		w.add("script: %s", strings.TrimSpace(e.ExceptionDetails.Text+" "+described(e.ExceptionDetails.Exception)))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.add("console: %s", said(e.Args))
		}
	case *log.EventEntryAdded:
		// What went wrong on the way is told apart better below.
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source != log.EntrySourceNetwork {
			w.add("%s: %s", e.Entry.Source, e.Entry.Text)
		}
	case *audits.EventIssueAdded:
		if e.Issue.Code == audits.InspectorIssueCodeContentSecurityPolicyIssue {
			w.add("policy: %s", e.Issue.Details.ContentSecurityPolicyIssueDetails.ViolatedDirective)
		}
	case *network.EventRequestWillBeSent:
		url := e.Request.URL
		if !strings.HasPrefix(url, w.base+"/") && !strings.HasPrefix(url, "data:") && url != "about:blank" {
			w.add("asked a stranger: %s", url)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			w.status = e.Response.Status
		}
		if e.Response.Status >= 400 && !slices.Contains(w.expected, e.Response.Status) {
			w.add("answer %d: %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled && e.ErrorText != "net::ERR_ABORTED" { // the page was left
			w.add("request failed: %s %s %s", e.Type, e.ErrorText, e.BlockedReason)
		}
	}
}

func (w *watch) add(format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Sprintf(format, args...))
}

// expect lets answers of that status pass from now on.
func (w *watch) expect(statuses ...int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected = statuses
}

// page is the status of the latest page.
func (w *watch) page() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status
}

// complaints are what was seen since the last time somebody asked.
func (w *watch) complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	wrong := w.wrong
	w.wrong = nil
	return wrong
}

func described(o *runtime.RemoteObject) string {
	if o == nil {
		return ""
	}
	return o.Description
}

func said(args []*runtime.RemoteObject) string {
	var words []string
	for _, a := range args {
		words = append(words, strings.TrimSpace(string(a.Value)+" "+a.Description))
	}
	return strings.Join(words, " ")
}
