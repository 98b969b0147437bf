package modeltest

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
)

// fate is what happens to one call.
type fate int

const (
	passes     fate = iota
	lost            // on its way there
	unanswered      // done there, and the answer is lost
	twice           // the network brings it a second time
)

var fates = []fate{passes, passes, lost, unanswered, twice}

var errDown = errors.New("nobody answers")

// wire is a link between two machines: what goes over it is lost, comes twice,
// or comes again much later.
type wire struct {
	to    func() http.Handler
	tally *tally
	cut   bool
	next  []fate   // of the calls to come, one by one; beyond them all pass
	past  []letter // whatever was sent, also what was lost
}

// letter is a call as it was sent.
type letter struct {
	path string
	body []byte
}

func (l *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	does := passes
	if len(l.next) > 0 {
		does, l.next = l.next[0], l.next[1:]
	}
	sent := letter{req.URL.Path, body}
	l.past = append(l.past, sent)
	if l.cut || does == lost {
		l.tally.drops++
		return nil, errDown
	}
	answer := l.bring(sent)
	switch does {
	case twice:
		l.tally.duplicates++
		answer = l.bring(sent)
	case unanswered:
		l.tally.drops++
		return nil, errDown
	}
	return answer, nil
}

// bring hands over a call, of now or of long ago.
func (l *wire) bring(sent letter) *http.Response {
	rec := httptest.NewRecorder()
	l.to().ServeHTTP(rec, httptest.NewRequest(http.MethodPost, sent.path, bytes.NewReader(sent.body)))
	return rec.Result()
}

func (l *wire) client() *http.Client { return &http.Client{Transport: l} }
