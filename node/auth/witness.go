package auth

import (
	"context"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// Witness checks who somebody is, once, for a deed at the machine's console that
// takes two people; it opens no session. Password and second factor are those of
// SignIn, but no one-time code stands for either, and that the machine has been
// alone for long is no hindrance: that is why they are there. Errors: as SignIn.
func (a *Auth) Witness(ctx context.Context, user, password, code string) (o civic.Officer, err error) {
	err = a.try(ctx, user, "", func(ctx context.Context) error {
		p, err := a.prove(ctx, strings.TrimSpace(user), password)
		switch {
		case err != nil:
			return err
		case p.once:
			return errBadCredentials
		case !p.officer.On(a.today()):
			return errExpired
		}
		use := civic.ChangeSelf{}
		if p.officer.Second != nil {
			once, err := a.second(ctx, p, strings.TrimSpace(code), &use)
			if err == nil && once {
				err = errBadCode
			}
			if err != nil {
				return err
			}
		}
		o = p.officer
		return a.use(ctx, p.officer, use)
	})
	if err == nil {
		a.tell(command.LookSignIn, o, "")
	}
	return o, err
}
