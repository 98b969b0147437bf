package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// Config is what an Auth stands on. Read, Clock and Log are required.
type Config struct {
	// Read runs f on the register as it is now; f must not keep the view. Grants
	// (role, unit, dates, disabled) are read from here only.
	Read func(f func(command.View))
	// Here is Read with what waits on this machine laid over it: a password or a
	// second factor changed on a cut-off ward counts there at once. Nil: as Read.
	Here func(f func(command.View))
	// Submit captures changes to accounts. Nil: nothing can be changed here.
	Submit func(ctx context.Context, by command.Actor, drafts []command.Draft, wait time.Duration) ([]command.Decided, error)
	// Heard is when this machine last heard its cluster. Nil: it always does.
	Heard func() time.Time
	Home  string // the unit this machine serves
	Clock func() time.Time
	Log   *slog.Logger
	// Looked writes down what happens at the door; it may be nil.
	Looked func(command.Look)
}

// Auth knows who is signed in on this machine. Its methods may be called from
// any goroutine.
type Auth struct {
	Config
	gate     *gate
	sessions *sessions
	tickets  *tickets
	used     *used
	hashing  *queue

	firstMu sync.Mutex
	first   firstRun
}

// hashesAtOnce bounds the memory passwords may take: 19 MiB each, and one core
// each of a PC that has two.
const hashesAtOnce = 2

// New returns an Auth with nobody signed in.
func New(cfg Config) *Auth {
	if cfg.Here == nil {
		cfg.Here = cfg.Read
	}
	if cfg.Looked == nil {
		cfg.Looked = func(command.Look) {}
	}
	return &Auth{Config: cfg, gate: newGate(), sessions: newSessions(), tickets: newTickets(), used: newUsed(), hashing: &queue{free: hashesAtOnce}}
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

// officer is one by ID: the grant as it was agreed, and what proves who it is as
// it is on this machine. What only waits here never gives anybody more rights.
func (a *Auth) officer(id command.ID) (o civic.Officer, ok bool) {
	var here civic.Officer
	var also bool
	a.Here(func(v command.View) { here, also = civic.Load[civic.Officer](v, civic.TypeOfficer, civic.KeyOf(id)) })
	a.Read(func(v command.View) {
		o, ok = civic.Load[civic.Officer](v, civic.TypeOfficer, civic.KeyOf(id))
		o.Unit = civic.Standing(v, o.Unit) // of a ward that was merged: the ward it became
	})
	if ok && also {
		o.Hash, o.Second, o.Once, o.MustChange = here.Hash, here.Second, here.Once, here.MustChange
	}
	return o, ok
}

// officerNamed finds an officer as typed, or in small letters: phones give the
// first letter of a field a capital.
func (a *Auth) officerNamed(user string) (o civic.Officer, ok bool) {
	if user == "" {
		return o, false
	}
	a.Read(func(v command.View) {
		if o, ok = civic.OfficerNamed(v, user); !ok {
			o, ok = civic.OfficerNamed(v, strings.ToLower(user))
		}
	})
	if !ok {
		return o, false
	}
	return a.officer(o.ID)
}

// capture has a change of an account kept and agreed. It counts on this machine
// as soon as it is kept. by is zero for the machine's console.
func (a *Auth) capture(ctx context.Context, by civic.Officer, kind command.Kind, body any, wait time.Duration) error {
	if a.Submit == nil {
		return command.Errorf(command.Unavailable, "unavailable", "accounts cannot be changed on this machine now")
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("auth: encoding %T: %w", body, err)
	}
	draft := command.Draft{ID: command.NewID(), Kind: kind, Unit: a.askedFor(by), Body: raw}
	decided, err := a.Submit(ctx, command.Actor{Officer: by.ID}, []command.Draft{draft}, wait)
	var problem *command.Problem
	if errors.As(err, &problem) {
		return problem.Why
	}
	if err == nil && len(decided) == 1 && decided[0].Outcome.Status != command.Waiting && decided[0].Outcome.Status != command.Accepted {
		return decided[0].Outcome.Err()
	}
	return err
}

// askedFor is the unit a change of an account is asked for: the officer's, or on
// a machine below, that machine's.
func (a *Auth) askedFor(by civic.Officer) (unit string) {
	unit = a.Home
	a.Read(func(v command.View) {
		if by.Unit != "" && (a.Home == "" || civic.Covers(v, a.Home, by.Unit)) {
			unit = by.Unit
		}
	})
	return unit
}

// tell writes down what happened at the door: to which officer, never what was
// typed.
func (a *Auth) tell(act command.LookAct, o civic.Officer, what string) {
	a.Looked(command.Look{At: a.Clock().UnixMilli(), Officer: o.ID, Act: act, Unit: o.Unit, Query: what})
}

// HashPassword is the package's HashPassword, waiting for its turn.
func (a *Auth) HashPassword(ctx context.Context, password string) (phc string, err error) {
	var failed error
	err = a.inTurn(ctx, func() { phc, failed = HashPassword(password) })
	return phc, errors.Join(err, failed)
}

// check compares a password with its hash, in the turn of whoever asks.
func (a *Auth) check(ctx context.Context, phc, password string) (right bool, err error) {
	if len(password) > 4*maxPassword { // bytes; nobody has such a password
		return false, nil
	}
	err = a.inTurn(ctx, func() { right = CheckPassword(phc, password) })
	return right, err
}

func (a *Auth) inTurn(ctx context.Context, f func()) error {
	if err := a.hashing.enter(ctx, standingIn(ctx)); err != nil {
		return err
	}
	defer a.hashing.leave()
	f()
	return nil
}
