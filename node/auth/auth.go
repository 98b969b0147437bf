package auth

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// Config is what an Auth stands on. All fields are required.
type Config struct {
	// Read runs f on the register as it is now; f must not keep the view.
	Read  func(f func(command.View))
	Clock func() time.Time
	Log   *slog.Logger
}

// Auth knows who is signed in on this machine. Its methods may be called from
// any goroutine.
type Auth struct {
	read     func(func(command.View))
	clock    func() time.Time
	log      *slog.Logger
	gate     *gate
	sessions *sessions
	hashing  *queue
}

// hashesAtOnce bounds the memory passwords may take: 19 MiB each, and one core
// each of a PC that has two.
const hashesAtOnce = 2

// New returns an Auth with nobody signed in.
func New(cfg Config) *Auth {
	return &Auth{read: cfg.Read, clock: cfg.Clock, log: cfg.Log,
		gate: newGate(), sessions: newSessions(), hashing: &queue{free: hashesAtOnce}}
}

// errBadCredentials is the answer to a wrong password, an unknown user and a
// disabled officer alike: which of them it was is nobody's business.
var errBadCredentials = command.Errorf(command.Forbidden, "bad_credentials", "the user name or the password is wrong")

// SlowDown is the answer to too many wrong passwords. It unwraps to a
// command.Error with code slow_down.
type SlowDown struct {
	Wait time.Duration // until the next try, whole seconds, at least one
}

func (e *SlowDown) Error() string { return e.Unwrap().Error() }

// Unwrap returns the error as the rest of the program speaks of it.
func (e *SlowDown) Unwrap() error {
	return command.Errorf(command.Unavailable, "slow_down", "too many wrong passwords; try again in %d seconds", int(e.Wait/time.Second))
}

// SignIn checks who somebody is and opens a session. The token is the only copy
// of it; from is the address that asked, from the connection and not from a
// header. Errors: bad_credentials, *SlowDown, busy, or ctx's.
//
// A token the browser sent along is never taken over; the caller signs it out.
func (a *Auth) SignIn(ctx context.Context, user, password, from string) (token string, s Session, err error) {
	officer, err := a.prove(ctx, user, password, from)
	if err != nil {
		return "", Session{}, err
	}
	token, s = a.sessions.open(officer, a.clock())
	a.log.Info("signed in", "officer", officer.ID.String())
	return token, s, nil
}

// Confirm asks somebody who is signed in for their password once more, before
// something that cannot be taken back. Errors: as SignIn.
func (a *Auth) Confirm(ctx context.Context, s Session, password, from string) error {
	officer, err := a.prove(ctx, s.Officer.User, password, from)
	if err == nil && officer.ID != s.Officer.ID {
		return errBadCredentials // the user name passed to somebody else
	}
	return err
}

// prove finds the officer a user name and password belong to.
func (a *Auth) prove(ctx context.Context, user, password, from string) (civic.Officer, error) {
	user = strings.TrimSpace(user)
	at := place{account: accountOf(user), address: addressOf(from)}
	if wait := a.gate.enter(at, a.clock()); wait > 0 {
		return civic.Officer{}, &SlowDown{Wait: (wait + time.Second - 1).Truncate(time.Second)}
	}
	how := abandoned
	defer func() { a.gate.leave(at, a.clock(), how) }()

	officer, known := a.officerNamed(user)
	phc := officer.Hash
	if !known || phc == "" || officer.Disabled {
		phc, known = nobody, false
	}
	right, err := a.check(ctx, a.gate.standing(at), phc, password)
	switch {
	case err != nil:
		return civic.Officer{}, err
	case !right || !known:
		how = failed
		a.log.Info("sign-in refused", "from", at.address)
		return civic.Officer{}, errBadCredentials
	}
	how = succeeded
	return officer, nil
}

// Check finds the session of a token and counts as a sign of life. The officer
// is read again, so a grant withdrawn or a role changed counts at once; a
// changed password ends every session opened with the old one.
func (a *Auth) Check(token string) (Session, bool) { return a.session(token, true) }

// Peek is Check for what a page does by itself (event streams, polls): it does
// not keep a session alive that nobody is using.
func (a *Auth) Peek(token string) (Session, bool) { return a.session(token, false) }

func (a *Auth) session(token string, alive bool) (Session, bool) {
	now := a.clock()
	o, ok := a.sessions.find(token, now)
	if !ok {
		return Session{}, false
	}
	var officer civic.Officer
	var known bool
	a.read(func(v command.View) {
		officer, known = civic.Load[civic.Officer](v, civic.TypeOfficer, civic.KeyOf(o.officer))
	})
	if !known {
		return Session{}, false // perhaps the register is being restored: refuse, but end nothing
	}
	if officer.Disabled || officer.Hash != o.hash {
		a.sessions.close(token)
		return Session{}, false
	}
	if alive {
		o.seen = now
		a.sessions.seen(token, now)
	}
	return o.session(officer), true
}

// SignOut ends the session of a token, if there is one.
func (a *Auth) SignOut(token string) { a.sessions.close(token) }

// End ends all sessions of an officer on this machine.
func (a *Auth) End(officer command.ID) { a.sessions.closeAll(officer) }

// HashPassword is the package's HashPassword, waiting for its turn.
func (a *Auth) HashPassword(ctx context.Context, password string) (phc string, err error) {
	err = a.inTurn(ctx, trusted, func() { phc, err = HashPassword(password) })
	return phc, err
}

func (a *Auth) check(ctx context.Context, who standing, phc, password string) (right bool, err error) {
	if len(password) > 4*maxPassword { // bytes; nobody has such a password
		return false, nil
	}
	err = a.inTurn(ctx, who, func() { right = CheckPassword(phc, password) })
	return right, err
}

func (a *Auth) inTurn(ctx context.Context, who standing, f func()) error {
	if err := a.hashing.enter(ctx, who); err != nil {
		return err
	}
	defer a.hashing.leave()
	f()
	return nil
}

// officerNamed finds an officer as typed, or in small letters: phones give the
// first letter of a field a capital.
func (a *Auth) officerNamed(user string) (o civic.Officer, ok bool) {
	if user == "" {
		return o, false
	}
	a.read(func(v command.View) {
		if o, ok = civic.OfficerNamed(v, user); !ok {
			o, ok = civic.OfficerNamed(v, strings.ToLower(user))
		}
	})
	return o, ok
}

// accountOf is the name under which tries are counted; no user name is longer
// than this, so cutting tells no two officers apart that were one.
func accountOf(user string) string {
	user = strings.ToLower(user)
	return user[:min(len(user), 64)]
}
