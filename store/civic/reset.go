package civic

import (
	"slices"

	"gocua/store/command"
)

// ResetOfficer gives an officer a one-time code for what they lost, or ends the
// one there is (cấp mã một lần). On a ward that is cut off the supervisor does
// it there; a supervisor's own is mended from above or at the machine's console.
type ResetOfficer struct {
	Officer command.ID `json:"officer"`
	Lost    string     `json:"lost,omitempty"` // empty: no code any more
	Hash    string     `json:"hash,omitempty"` // argon2id of the code
}

func (p ResetOfficer) Check() *command.Error {
	switch {
	case p.Officer.IsZero():
		return command.InvalidField("/officer", "required", "the officer is not named")
	case !slices.Contains([]string{"", LostPassword, LostSecond}, p.Lost):
		return command.InvalidField("/lost", "bad_choice", "what was lost is the password or the second factor")
	case (p.Lost == "") != (p.Hash == ""):
		return command.InvalidField("/hash", "required", "a code is given together with what it stands for")
	case p.Hash != "" && !goodHash(p.Hash):
		return command.InvalidField("/hash", "bad_hash", "the code's hash is not in PHC form")
	}
	return nil
}

func (p ResetOfficer) Decide(v command.View, e command.Envelope) command.Decision {
	o, ok := Load[Officer](v, TypeOfficer, KeyOf(p.Officer))
	switch {
	case !ok:
		return command.Reject(unknown("/officer", "officer", p.Officer.String()))
	case !Covers(v, e.Unit, o.Unit):
		return command.Reject(outside("/officer", "the officer", e.Unit))
	case p.Officer == e.By.Officer:
		return command.Reject(&command.Error{Class: command.Forbidden, Code: "own_account", Field: "/officer", Message: "somebody else gives you a code"})
	case !looksAfter(v, e.By.Officer, o):
		return command.Reject(&command.Error{Class: command.Forbidden, Code: "role", Field: "/officer", Message: "this account is looked after by an administrator"})
	case p.Lost == LostSecond && o.Second == nil:
		return command.Reject(&command.Error{Class: command.Invalid, Code: "no_second", Field: "/lost", Message: "the officer has no second factor"})
	}
	if err := ownMachine(v, e, o.Unit); err != nil {
		return command.Reject(err)
	}
	o.Once, o.Rev = nil, e.ID
	if p.Lost != "" {
		// From when it was captured: a code given on a ward that was cut off for a
		// week is not good for another shift once the week is over.
		o.Once = &OneTime{Hash: p.Hash, Until: min(v.Now(), e.CapturedAt) + oneTimeLasts, By: e.ID, Lost: p.Lost}
	}
	return command.Accept(put(TypeOfficer, KeyOf(o.ID), o))
}

// looksAfter reports whether the asker may give somebody a code, which is as good
// as signing in as them: administrators and consoles whom they may change
// anyway, a supervisor the field officers, and supervisors of units below.
func looksAfter(v command.View, asker command.ID, o Officer) bool {
	by, ok := Load[Officer](v, TypeOfficer, KeyOf(asker))
	switch {
	case !ok || by.Role == RoleAdmin: // the console, and who manages officers
		return true
	case o.Role == RoleSupervisor:
		return by.Unit != o.Unit
	}
	return slices.Contains([]Role{RoleHelper, RoleOfficer, RoleStation}, o.Role)
}
