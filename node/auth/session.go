package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
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

// What a session may be opened only to do, until it is done.
const (
	MustPassword = "password" // choose a new password
	MustSecond   = "second"   // set up the second factor
)

// Session is somebody signed in, or a program with a token.
type Session struct {
	ID      string        // among the officer's sessions on this machine; opens nothing
	Officer civic.Officer // as the register has it now, without anything to sign in with
	Form    string        // what every form of this session carries, against forged requests
	Expires time.Time     // unless there is a sign of life before
	Must    string        // what has to be done before anything else; empty: nothing
	Token   *civic.Token  // of the program that asks; nil: a person does
	at      time.Time     // when it was checked
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
	id      string
	hash    string // of the password it was opened with
	form    string
	from    string // address
	device  string
	setup   string // secret of a second factor that is being set up
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

func newSessions() *sessions { return &sessions{byID: map[[32]byte]opened{}} }

// open begins a session under a fresh token.
func (t *sessions) open(officer civic.Officer, from string, now time.Time) (token string, o opened) {
	token = secret()
	o = opened{officer: officer.ID, id: secret()[:16], hash: officer.Hash, form: secret(), from: from, since: now, seen: now}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.makeRoom(officer.ID, now)
	t.byID[sha256.Sum256([]byte(token))] = o
	return token, o
}

// rotate puts a fresh token in place of one, after what it may do has changed:
// whoever learned the old one has nothing.
func (t *sessions) rotate(token, hash string) (fresh string, o opened, ok bool) {
	old := sha256.Sum256([]byte(token))
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, ok = t.byID[old]; !ok {
		return "", o, false
	}
	fresh = secret()
	o.form, o.hash, o.setup = secret(), hash, ""
	delete(t.byID, old)
	t.byID[sha256.Sum256([]byte(fresh))] = o
	return fresh, o, true
}

// change changes one session, if it is still open.
func (t *sessions) change(token string, f func(*opened)) {
	id := sha256.Sum256([]byte(token))
	t.mu.Lock()
	defer t.mu.Unlock()
	if o, ok := t.byID[id]; ok {
		f(&o)
		t.byID[id] = o
	}
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
	t.change(token, func(o *opened) { o.seen = now })
}

const longestDevice = 200 // bytes

func (t *sessions) device(token, device string) {
	t.change(token, func(o *opened) { o.device = strings.ToValidUTF8(device[:min(len(device), longestDevice)], "") })
}

// of lists the sessions of an officer.
func (t *sessions) of(officer command.ID, now time.Time) (list []OpenSession) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, o := range t.byID {
		if o.officer == officer && now.Before(o.expires()) {
			list = append(list, OpenSession{ID: o.id, Since: o.since, Seen: o.seen, From: o.from, Device: o.device})
		}
	}
	return list
}

func (t *sessions) close(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byID, sha256.Sum256([]byte(token)))
}

// closeAll ends the sessions of an officer, but for one.
func (t *sessions) closeAll(officer command.ID, but string) (ended int) {
	return t.closeThose(func(o opened) bool { return o.officer == officer && o.id != but })
}

func (t *sessions) closeOne(officer command.ID, id string) bool {
	return t.closeThose(func(o opened) bool { return o.officer == officer && o.id == id }) > 0
}

func (t *sessions) closeThose(which func(opened) bool) (ended int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, o := range t.byID {
		if which(o) {
			delete(t.byID, key)
			ended++
		}
	}
	return ended
}

// secret is 256 random bits as text. crypto/rand.Read does not fail: without a
// random source the program ends.
func secret() string {
	var b [32]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}
