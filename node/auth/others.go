package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// OneTimeCode gives an officer a code for what they lost (civic.LostPassword or
// civic.LostSecond), to be read out to them. The supervisor or administrator who
// gives it is asked for the own password. On a cut-off ward it counts there at once.
func (a *Auth) OneTimeCode(ctx context.Context, s Session, password string, officer command.ID, lost, from string) (code string, until time.Time, err error) {
	if !May(s, ResetOfficers) {
		return "", until, Forbid(s, ResetOfficers)
	}
	if err := a.Confirm(ctx, s, password, from); err != nil {
		return "", until, err
	}
	return a.reset(ctx, s.Officer, officer, lost)
}

// ConsoleCode is OneTimeCode for whoever sits at this machine's console.
func (a *Auth) ConsoleCode(ctx context.Context, user, lost string) (code string, until time.Time, err error) {
	o, ok := a.officerNamed(user)
	if !ok {
		return "", until, command.Errorf(command.NotFound, "unknown_officer", "nobody signs in as %s", user)
	}
	return a.reset(ctx, civic.Officer{}, o.ID, lost)
}

func (a *Auth) reset(ctx context.Context, by civic.Officer, officer command.ID, lost string) (code string, until time.Time, err error) {
	code = drawCode(12)
	hash, err := a.HashPassword(ctx, spelled(code))
	if err != nil {
		return "", until, err
	}
	if err := a.capture(ctx, by, civic.KindOfficerReset, civic.ResetOfficer{Officer: officer, Lost: lost, Hash: hash}, 0); err != nil {
		return "", until, err
	}
	if o, ok := a.officer(officer); ok && o.Once != nil {
		until = time.UnixMilli(o.Once.Until)
	}
	return code, until, nil
}

// EndOneTime ends the code an officer was given.
func (a *Auth) EndOneTime(ctx context.Context, s Session, officer command.ID) error {
	if !May(s, ResetOfficers) {
		return Forbid(s, ResetOfficers)
	}
	return a.capture(ctx, s.Officer, civic.KindOfficerReset, civic.ResetOfficer{Officer: officer}, 0)
}

// NewToken makes a token for a program of whoever is signed in (thẻ cho chương
// trình). It is returned this once and opens something once the cluster has agreed.
func (a *Auth) NewToken(ctx context.Context, s Session, password, name string, scope []Act, until, from string) (token string, err error) {
	if !May(s, OwnAccount) || s.Must != "" {
		return "", Forbid(s, OwnAccount)
	}
	words := make([]string, len(scope))
	for i, act := range scope {
		if !slices.Contains(Acts(s.Officer.Role), act) {
			return "", command.InvalidField("/scope", "bad_choice", "you may not do %q yourself", act)
		}
		words[i] = string(act)
	}
	if err := a.Confirm(ctx, s, password, from); err != nil {
		return "", err
	}
	token = tokenPrefix + secret()
	body := civic.PutToken{ID: command.NewID(), Name: strings.TrimSpace(name), Hash: digestOf(token), Scope: words, Until: until}
	if err := a.capture(ctx, s.Officer, civic.KindTokenPut, body, 2*time.Second); err != nil {
		return "", err
	}
	return token, nil
}

// Tokens lists somebody's tokens, those that wait to be agreed included.
func (a *Auth) Tokens(s Session) (list []civic.Token) {
	a.Here(func(v command.View) { list = civic.TokensOf(v, s.Officer.ID) })
	for i := range list {
		list[i].Hash = ""
	}
	return list
}

// RevokeToken ends one of somebody's tokens. It counts on this machine at once.
func (a *Auth) RevokeToken(ctx context.Context, s Session, id command.ID) error {
	if !May(s, OwnAccount) {
		return Forbid(s, OwnAccount)
	}
	return a.capture(ctx, s.Officer, civic.KindTokenPut, civic.PutToken{ID: id, Revoked: true}, 0)
}
