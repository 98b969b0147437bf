package auth

import (
	"context"
	"crypto/subtle"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// firstRun is the code with which the first administrator of a register is made,
// by whoever can read this machine's console.
type firstRun struct {
	code  string
	until time.Time
}

const firstRunLasts = 30 * time.Minute

// OpenFirstRun draws that code if nobody may sign in yet (lần đầu); false:
// somebody may, or the register is not there. A code drawn before is worth nothing.
func (a *Auth) OpenFirstRun() (code string, until time.Time, ok bool) {
	if !a.nobodyYet() {
		return "", until, false
	}
	a.firstMu.Lock()
	defer a.firstMu.Unlock()
	a.first = firstRun{code: drawCode(12), until: a.Clock().Add(firstRunLasts)}
	return a.first.code, a.first.until, true
}

// FirstRun reports whether the first administrator can be made now.
func (a *Auth) FirstRun() bool {
	a.firstMu.Lock()
	defer a.firstMu.Unlock()
	return a.first.code != "" && a.Clock().Before(a.first.until) && a.nobodyYet()
}

// nobodyYet reports whether no officer is known, not even as something that waits.
func (a *Auth) nobodyYet() bool {
	founded, none := false, true
	a.Here(func(v command.View) {
		_, founded = civic.WhoseRegister(v)
		for range v.Scan(civic.OfficerByUser, "") {
			none = false
			break
		}
	})
	return founded && none
}

// FirstAdmin makes the first administrator, with the code from the console. It
// works once. They sign in as anybody else and set up a second factor.
func (a *Auth) FirstAdmin(ctx context.Context, code, user, name, password, from string) error {
	if err := a.try(ctx, "", from, func(context.Context) error { return a.isFirst(code) }); err != nil {
		return err
	}
	o := civic.Officer{ID: command.NewID(), User: strings.TrimSpace(user), Name: name, Role: civic.RoleAdmin, Unit: a.Home}
	if err := CheckNewPassword(o.User, password, a.namesAround(o)...); err != nil {
		return err
	}
	hash, err := a.HashPassword(ctx, password)
	if err != nil {
		return err
	}
	mine, err := a.takeFirst(code)
	if err != nil {
		return err
	}
	body := civic.PutOfficer{ID: o.ID, User: o.User, Name: o.Name, Role: o.Role, Unit: o.Unit, Hash: hash}
	if err := a.capture(ctx, civic.Officer{}, civic.KindOfficerPut, body, 10*time.Second); err != nil {
		a.firstMu.Lock()
		defer a.firstMu.Unlock()
		a.first = mine // what was typed can be mended
		return err
	}
	return nil
}

// takeFirst takes the code out of use, so that two at once make one administrator.
func (a *Auth) takeFirst(code string) (firstRun, error) {
	a.firstMu.Lock()
	defer a.firstMu.Unlock()
	if err := a.isFirstLocked(code); err != nil {
		return firstRun{}, err
	}
	mine := a.first
	a.first = firstRun{}
	return mine, nil
}

func (a *Auth) isFirst(code string) error {
	a.firstMu.Lock()
	defer a.firstMu.Unlock()
	return a.isFirstLocked(code)
}

func (a *Auth) isFirstLocked(code string) error {
	right := subtle.ConstantTimeCompare([]byte(spelled(code)), []byte(spelled(a.first.code))) == 1
	if a.first.code == "" || !right || !a.Clock().Before(a.first.until) || !a.nobodyYet() {
		return errBadCode
	}
	return nil
}
