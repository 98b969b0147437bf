package auth

import (
	"context"
	"encoding/base32"

	"github.com/pquerna/otp/totp"

	"gocua/store/civic"
	"gocua/store/command"
)

var errNotSignedIn = command.Errorf(command.Forbidden, "not_signed_in", "sign in first")

// person is who is signed in with a token, and not a program.
func (a *Auth) person(token string) (Session, civic.Officer, error) {
	s, ok := a.Check(token)
	if !ok || !May(s, OwnAccount) {
		return s, civic.Officer{}, errNotSignedIn
	}
	officer, ok := a.officer(s.Officer.ID)
	if !ok {
		return s, officer, errNotSignedIn
	}
	return s, officer, nil
}

// SetPassword gives whoever is signed in a new password (đổi mật khẩu). The old
// one is asked for, unless the session was opened for nothing else. All other
// sessions end; this one goes on under the token that is returned.
func (a *Auth) SetPassword(ctx context.Context, token, old, password, from string) (fresh string, s Session, err error) {
	s, o, err := a.person(token)
	if err != nil {
		return "", s, err
	}
	if s.Must != MustPassword {
		if err := a.Confirm(ctx, s, old, from); err != nil {
			return "", s, err
		}
	}
	if err := CheckNewPassword(o.User, password, a.namesAround(o)...); err != nil {
		return "", s, err
	}
	same, err := a.check(ctx, o.Hash, password)
	if err != nil {
		return "", s, err
	}
	if same {
		return "", s, command.InvalidField("/password", "password_same", "that is the password there was")
	}
	hash, err := a.HashPassword(ctx, password)
	if err != nil {
		return "", s, err
	}
	if err := a.capture(ctx, o, civic.KindOfficerSelf, civic.ChangeSelf{Hash: hash, Was: civic.MarkOf(o.Hash)}, 0); err != nil {
		return "", s, err
	}
	return a.renew(token, o.ID, hash)
}

// renew goes on with a session under a fresh token.
func (a *Auth) renew(token string, id command.ID, hash string) (string, Session, error) {
	fresh, opened, ok := a.sessions.rotate(token, hash)
	officer, known := a.officer(id)
	if !ok || !known {
		return "", Session{}, errNotSignedIn
	}
	a.sessions.closeAll(id, opened.id)
	return fresh, a.sessionOf(opened, officer), nil
}

// namesAround are names that stand on every wall of an office.
func (a *Auth) namesAround(o civic.Officer) (names []string) {
	a.Read(func(v command.View) {
		if u, ok := civic.FindUnit(v, o.Unit); ok {
			names = append(names, u.Name)
		}
	})
	return append(names, o.Unit)
}

// Setup is a second factor that a phone is to take over.
type Setup struct {
	Secret string // base32, to be typed
	URL    string // otpauth://, to be drawn as a QR code
}

// BeginSecond draws the secret of a new second factor. Whoever has one already is
// asked for the password. Nothing counts before FinishSecond.
func (a *Auth) BeginSecond(ctx context.Context, token, password, from string) (Setup, error) {
	s, o, err := a.person(token)
	if err != nil {
		return Setup{}, err
	}
	if s.Must == MustPassword {
		return Setup{}, Forbid(s, OwnAccount)
	}
	if o.Second != nil {
		if err := a.Confirm(ctx, s, password, from); err != nil {
			return Setup{}, err
		}
	}
	setup, err := setupOf(o.User, NewSecret())
	if err == nil {
		a.sessions.change(token, func(o *opened) { o.setup = setup.Secret })
	}
	return setup, err
}

// PendingSecond is the set-up that was begun and not finished, so that a page can
// be drawn again; false: none.
func (a *Auth) PendingSecond(token string) (Setup, bool) {
	_, o, err := a.person(token)
	at, ok := a.sessions.find(token, a.Clock())
	if err != nil || !ok || at.setup == "" {
		return Setup{}, false
	}
	setup, err := setupOf(o.User, at.setup)
	return setup, err == nil
}

func setupOf(user, secret string) (Setup, error) {
	raw, err := base32.StdEncoding.DecodeString(secret)
	if err != nil {
		return Setup{}, command.Errorf(command.Internal, "internal", "the second factor cannot be made: %v", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "gocua", AccountName: user, Secret: raw})
	if err != nil {
		return Setup{}, command.Errorf(command.Internal, "internal", "the second factor cannot be made: %v", err)
	}
	return Setup{Secret: key.Secret(), URL: key.URL()}, nil
}

// FinishSecond takes the second factor over once the phone shows the right code.
// The recovery codes are returned this once. The session goes on under the token
// that is returned; all others end.
func (a *Auth) FinishSecond(ctx context.Context, token, code string) (fresh string, s Session, recovery []string, err error) {
	s, o, err := a.person(token)
	if err != nil {
		return "", s, nil, err
	}
	at, _ := a.sessions.find(token, a.Clock())
	if at.setup == "" {
		return "", s, nil, command.Errorf(command.Conflicting, "no_setup", "begin again: no second factor is being set up")
	}
	step := stepOf(at.setup, code, a.Clock().Unix())
	if step == 0 {
		return "", s, nil, errBadCode
	}
	recovery, digests := newRecovery()
	change := civic.ChangeSelf{Second: &civic.SecondFactor{Secret: at.setup, Recovery: digests, Last: step}}
	if err := a.capture(ctx, o, civic.KindOfficerSelf, change, 0); err != nil {
		return "", s, nil, err
	}
	fresh, s, err = a.renew(token, o.ID, at.hash)
	return fresh, s, recovery, err
}

// DropSecond removes the second factor of somebody whose role does not need one.
func (a *Auth) DropSecond(ctx context.Context, token, password, from string) error {
	s, o, err := a.person(token)
	switch {
	case err != nil:
		return err
	case a.NeedsSecond(o.Role):
		return command.Errorf(command.Forbidden, "second_needed", "a %s works with a second factor", o.Role)
	}
	if err := a.Confirm(ctx, s, password, from); err != nil {
		return err
	}
	return a.capture(ctx, o, civic.KindOfficerSelf, civic.ChangeSelf{Drop: true}, 0)
}

// NewRecovery replaces all recovery codes (mã dự phòng) and returns the new ones,
// this once.
func (a *Auth) NewRecovery(ctx context.Context, token, password, from string) ([]string, error) {
	s, o, err := a.person(token)
	switch {
	case err != nil:
		return nil, err
	case o.Second == nil:
		return nil, command.Errorf(command.Conflicting, "no_second", "no second factor is set up")
	}
	if err := a.Confirm(ctx, s, password, from); err != nil {
		return nil, err
	}
	codes, digests := newRecovery()
	return codes, a.capture(ctx, o, civic.KindOfficerSelf, civic.ChangeSelf{Recovery: digests}, 0)
}

// newRecovery draws codes of 80 bits: too many to guess, so a plain digest keeps them.
func newRecovery() (codes, digests []string) {
	for range recoveryCodes {
		code := drawCode(16)
		codes, digests = append(codes, code), append(digests, digestOf(spelled(code)))
	}
	return codes, digests
}
