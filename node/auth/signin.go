package auth

import (
	"context"
	"errors"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// SecondRequired is the answer to a right password without a code where a second
// factor is set up. It unwraps to a command.Error with code second_required.
type SecondRequired struct {
	Ticket string // for Second; good for five minutes and five codes
}

func (e *SecondRequired) Error() string { return e.Unwrap().Error() }

// Unwrap returns the error as the rest of the program speaks of it.
func (e *SecondRequired) Unwrap() error {
	return command.Errorf(command.Forbidden, "second_required", "the code of the second factor is needed as well")
}

var (
	errBadCode   = command.Errorf(command.Forbidden, "bad_second", "the code is wrong or no longer good")
	errCodeUsed  = command.Errorf(command.Forbidden, "code_used", "the code was used already; wait for the next one")
	errLeaseOver = command.Errorf(command.Forbidden, "lease_over", "this machine has not heard its cluster for too long; ask the supervisor for a one-time code")
	errExpired   = command.Errorf(command.Forbidden, "actor_expired", "the officer's grant does not hold on this day")
)

// SignIn checks who somebody is and opens a session. The token is the only copy
// of it; from is the address that asked, from the connection and not from a
// header. The password may be a one-time code for a lost one; the code is of the
// second factor, a recovery code, or a one-time code for a lost second factor.
// Errors: bad_credentials, *SecondRequired, bad_second, code_used, lease_over,
// actor_expired, *SlowDown, or ctx's.
//
// A token the browser sent along is never taken over; the caller signs it out.
func (a *Auth) SignIn(ctx context.Context, user, password, code, from string) (token string, s Session, err error) {
	err = a.try(user, from, func() error {
		p, err := a.prove(ctx, strings.TrimSpace(user), password)
		if err == nil {
			token, s, err = a.enter(ctx, p, code, from)
		}
		return err
	})
	return token, s, err
}

// Second goes on with a sign-in that only lacked the code (bước hai).
func (a *Auth) Second(ctx context.Context, ticket, code, from string) (token string, s Session, err error) {
	t, ok := a.tickets.use(ticket, a.Clock())
	if !ok {
		return "", Session{}, command.Errorf(command.Forbidden, "ticket_over", "too much time has passed; begin again with the password")
	}
	err = a.try(t.user, from, func() error {
		p := t.proof
		if now, known := a.officer(p.officer.ID); !known || now.Hash != p.officer.Hash || p.once && (now.Once == nil || now.Once.By != p.officer.Once.By) {
			return errBadCredentials
		} else {
			p.officer = now
		}
		if strings.TrimSpace(code) == "" {
			return errBadCode
		}
		token, s, err = a.enter(ctx, p, code, from)
		return err
	})
	if err == nil {
		a.tickets.drop(ticket)
	}
	return token, s, err
}

// Confirm asks somebody who is signed in for their password once more, before
// something that cannot be taken back. Errors: as SignIn.
func (a *Auth) Confirm(ctx context.Context, s Session, password, from string) error {
	return a.try(s.Officer.User, from, func() error {
		p, err := a.prove(ctx, s.Officer.User, password)
		if err == nil && (p.officer.ID != s.Officer.ID || p.once) {
			return errBadCredentials // the user name passed to somebody else
		}
		return err
	})
}

// try runs one attempt to prove who somebody is through the gate. What proves
// nothing either way (the code is still missing, or was used before) does not count.
func (a *Auth) try(user, from string, f func() error) error {
	at := place{account: accountOf(strings.TrimSpace(user)), address: addressOf(from)}
	if wait := a.gate.enter(at, a.Clock()); wait > 0 {
		return &SlowDown{Wait: (wait + time.Second - 1).Truncate(time.Second)}
	}
	how := abandoned
	defer func() { a.gate.leave(at, a.Clock(), how) }()
	err := f()
	switch {
	case err == nil:
		how = succeeded
	case errors.Is(err, errBadCredentials) || errors.Is(err, errBadCode):
		how = failed
		a.Log.Info("sign-in refused", "from", at.address)
	}
	return err
}

// proof is an officer whose password, or a one-time code for it, was right.
type proof struct {
	officer civic.Officer
	once    bool
}

// prove finds the officer a user name and password belong to.
func (a *Auth) prove(ctx context.Context, user, password string) (proof, error) {
	officer, known := a.officerNamed(user)
	phc := officer.Hash
	if !known || phc == "" || officer.Disabled {
		phc = nobody
	}
	right, err := a.check(ctx, phc, password)
	switch {
	case err != nil:
		return proof{}, err
	case !known || officer.Disabled:
		return proof{}, errBadCredentials
	case right && officer.Hash != "":
		return proof{officer: officer}, nil
	}
	once, err := a.isOnce(ctx, officer, civic.LostPassword, password)
	if err == nil && !once {
		err = errBadCredentials
	}
	return proof{officer: officer, once: once}, err
}

// enter checks everything but the password and opens the session.
func (a *Auth) enter(ctx context.Context, p proof, code, from string) (string, Session, error) {
	if !p.officer.On(a.today()) {
		return "", Session{}, errExpired
	}
	use := civic.ChangeSelf{}
	byCode := p.once
	if p.once {
		use.Spent = p.officer.Once.By
	}
	if p.officer.Second != nil {
		once, err := a.second(ctx, p, strings.TrimSpace(code), &use)
		if err != nil {
			return "", Session{}, err
		}
		byCode = byCode || once
	}
	if !byCode && a.leaseOver() {
		return "", Session{}, errLeaseOver
	}
	if err := a.use(ctx, p.officer, use); err != nil {
		return "", Session{}, err
	}
	officer, ok := a.officer(p.officer.ID) // a spent code took something with it
	if !ok || officer.Disabled {
		return "", Session{}, errBadCredentials
	}
	token, o := a.sessions.open(officer, addressOf(from), a.Clock())
	a.Log.Info("signed in", "officer", officer.ID.String())
	return token, a.sessionOf(o, officer), nil
}

// leaseOver reports whether this machine has been alone for too long to know
// that a grant still holds.
func (a *Auth) leaseOver() bool {
	if a.Heard == nil {
		return false
	}
	days := defaultOfflineDays
	a.Read(func(v command.View) {
		if n, ok := civic.LoadSetting[int](v, civic.SettingOfflineDays); ok && n > 0 {
			days = n
		}
	})
	return a.Clock().Sub(a.Heard()) > time.Duration(days)*24*time.Hour
}

// today is the day in Vietnam.
func (a *Auth) today() string { return civic.DayOf(a.Clock().UnixMilli()) }

// accountOf is the name under which tries are counted; no user name is longer
// than this, so cutting tells no two officers apart that were one.
func accountOf(user string) string {
	user = strings.ToLower(user)
	return user[:min(len(user), 64)]
}
