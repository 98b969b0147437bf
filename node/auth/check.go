package auth

import (
	"slices"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// tokenPrefix begins every token of a program, so that it is found in a file it
// should not be in.
const tokenPrefix = "gocua_"

// Check finds the session of a token and counts as a sign of life. The officer
// is read again, so a grant withdrawn or a role changed counts at once; a
// changed password ends every session opened with the old one.
func (a *Auth) Check(token string) (Session, bool) { return a.session(token, true) }

// Peek is Check for what a page does by itself (event streams, polls): it does
// not keep a session alive that nobody is using.
func (a *Auth) Peek(token string) (Session, bool) { return a.session(token, false) }

func (a *Auth) session(token string, alive bool) (Session, bool) {
	if strings.HasPrefix(token, tokenPrefix) {
		return a.program(token)
	}
	now := a.Clock()
	o, ok := a.sessions.find(token, now)
	if !ok {
		return Session{}, false
	}
	officer, known := a.officer(o.officer)
	if !known {
		return Session{}, false // perhaps the register is being restored: refuse, but end nothing
	}
	if officer.Disabled || officer.Hash != o.hash || !officer.On(a.today()) {
		a.sessions.close(token)
		return Session{}, false
	}
	if alive {
		o.seen = now
		a.sessions.seen(token, now)
	}
	return a.sessionOf(o, officer), true
}

// sessionOf is what others see of an open session.
func (a *Auth) sessionOf(o opened, officer civic.Officer) Session {
	s := Session{ID: o.id, Officer: officer.Redacted(), Form: o.form, Expires: o.expires(), at: a.Clock()}
	switch {
	case officer.MustChange:
		s.Must = MustPassword
	case officer.Second == nil && a.NeedsSecond(officer.Role):
		s.Must = MustSecond
	}
	return s
}

// program is the session of a program's token. It has to be agreed; that it is
// revoked counts as soon as it is known here.
func (a *Auth) program(token string) (Session, bool) {
	var t, here civic.Token
	var ok bool
	digest := digestOf(token)
	a.Here(func(v command.View) { here, _ = civic.TokenOf(v, digest) })
	a.Read(func(v command.View) { t, ok = civic.TokenOf(v, digest) })
	if !ok || here.Revoked || !t.Holds(a.today()) {
		return Session{}, false
	}
	officer, known := a.officer(t.Officer)
	if !known || officer.Disabled || !officer.On(a.today()) {
		return Session{}, false
	}
	t.Hash = ""
	now := a.Clock()
	return Session{Officer: officer.Redacted(), Token: &t, Expires: now.Add(idleLimit), at: now}, true
}

// SignOut ends the session of a token, if there is one.
func (a *Auth) SignOut(token string) { a.sessions.close(token) }

// End ends all sessions of an officer on this machine.
func (a *Auth) End(officer command.ID) { a.sessions.closeAll(officer, "") }

// OpenSession is one sign-in of an officer on this machine (phiên làm việc).
type OpenSession struct {
	ID      string
	Since   time.Time
	Seen    time.Time
	From    string // address
	Device  string // as the browser calls itself
	Current bool
}

// Sessions lists where somebody is signed in on this machine, latest used first.
func (a *Auth) Sessions(s Session) []OpenSession {
	list := a.sessions.of(s.Officer.ID, a.Clock())
	for i := range list {
		list[i].Current = list[i].ID == s.ID
	}
	slices.SortFunc(list, func(x, y OpenSession) int { return y.Seen.Compare(x.Seen) })
	return list
}

// Kill ends one of somebody's own sessions; false: there is none of that ID.
func (a *Auth) Kill(s Session, id string) bool {
	ended := id != "" && a.sessions.closeOne(s.Officer.ID, id)
	if ended {
		a.tell(command.LookKill, s.Officer, "")
	}
	return ended
}

// KillOthers ends all of somebody's sessions on this machine but the one that asks.
func (a *Auth) KillOthers(s Session) (ended int) {
	if ended = a.sessions.closeAll(s.Officer.ID, s.ID); ended > 0 {
		a.tell(command.LookKill, s.Officer, "")
	}
	return ended
}

// EndOf ends one session of another officer on this machine, or where none is named
// all of them, and writes down who did that to whom.
func (a *Auth) EndOf(by Session, of civic.Officer, id string) (ended int) {
	ended = a.sessions.closeThose(func(o opened) bool { return o.officer == of.ID && (id == "" || o.id == id) })
	if ended > 0 {
		a.Looked(command.Look{At: a.Clock().UnixMilli(), Officer: by.Officer.ID, Act: command.LookKill, Type: civic.TypeOfficer, Key: civic.KeyOf(of.ID), Unit: of.Unit})
	}
	return ended
}

// Device notes what a session was opened with, as it is shown to its officer.
func (a *Auth) Device(token, device string) { a.sessions.device(token, device) }
