package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"sync"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// How long a session lasts. 60 minutes without a sign of life, not the usual
// 15: the talk at a door takes half an hour and the next door may be up a hill,
// and passwords that are asked for too often end up on slips of paper. The end
// after 8 hours, a shift, is what bounds a PC or phone left behind.
const (
	idleLimit    = time.Hour
	longestShift = 8 * time.Hour
	mostSessions = 10 // of one officer; the oldest goes
)

// Session is somebody signed in.
type Session struct {
	Officer civic.Officer // as the register has it now, without the password's hash
	Form    string        // what every form of this session carries, against forged requests
	Expires time.Time     // unless there is a sign of life before
}

// FormIs compares what a form carried with what it must, in constant time.
func (s Session) FormIs(given string) bool {
	return s.Form != "" && subtle.ConstantTimeCompare([]byte(s.Form), []byte(given)) == 1
}

// sessions is the table of who is signed in. It keeps only the digest of a
// token: who reads the memory cannot use what is found there.
type sessions struct {
	mu   sync.Mutex
	byID map[[32]byte]opened // by the SHA-256 of the token
}

type opened struct {
	officer command.ID
	hash    string // of the password it was opened with
	form    string
	since   time.Time
	seen    time.Time
}

func (o opened) expires() time.Time {
	idle, end := o.seen.Add(idleLimit), o.since.Add(longestShift)
	if idle.Before(end) {
		return idle
	}
	return end
}

func (o opened) session(officer civic.Officer) Session {
	officer.Hash = ""
	return Session{Officer: officer, Form: o.form, Expires: o.expires()}
}

func newSessions() *sessions { return &sessions{byID: map[[32]byte]opened{}} }

// open begins a session under a fresh token.
func (t *sessions) open(officer civic.Officer, now time.Time) (token string, s Session) {
	token = secret()
	o := opened{officer: officer.ID, hash: officer.Hash, form: secret(), since: now, seen: now}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.makeRoom(officer.ID, now)
	t.byID[sha256.Sum256([]byte(token))] = o
	return token, o.session(officer)
}

// makeRoom drops what has expired and, if the officer has as many sessions as
// anybody may, the one longest unused. Only officers open sessions, so that
// bounds the table.
func (t *sessions) makeRoom(officer command.ID, now time.Time) {
	var oldest [32]byte
	n := 0
	for id, o := range t.byID {
		switch {
		case !now.Before(o.expires()):
			delete(t.byID, id)
		case o.officer == officer:
			if n == 0 || o.seen.Before(t.byID[oldest].seen) {
				oldest = id
			}
			n++
		}
	}
	if n >= mostSessions {
		delete(t.byID, oldest)
	}
}

func (t *sessions) find(token string, now time.Time) (opened, bool) {
	id := sha256.Sum256([]byte(token))
	t.mu.Lock()
	defer t.mu.Unlock()
	o, ok := t.byID[id]
	if ok && !now.Before(o.expires()) {
		delete(t.byID, id)
		return opened{}, false
	}
	return o, ok
}

// seen notes a sign of life, unless the session was ended meanwhile.
func (t *sessions) seen(token string, now time.Time) {
	id := sha256.Sum256([]byte(token))
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, ok := t.byID[id]; ok {
		o.seen = now
		t.byID[id] = o
	}
}

func (t *sessions) close(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byID, sha256.Sum256([]byte(token)))
}

func (t *sessions) closeAll(officer command.ID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, o := range t.byID {
		if o.officer == officer {
			delete(t.byID, id)
		}
	}
}

// secret is 256 random bits as text. crypto/rand.Read does not fail: without a
// random source the program ends.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
