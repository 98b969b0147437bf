package civic

import (
	"slices"
	"strings"

	"gocua/store/command"
)

// Token lets a program work in an officer's name (thẻ cho chương trình), for
// some acts and up to a day. The token itself is shown once and kept by nobody.
type Token struct {
	ID      command.ID `json:"id"`
	Officer command.ID `json:"officer"`
	Name    string     `json:"name"`
	Hash    string     `json:"hash"`  // SHA-256 of the token, hex
	Scope   []string   `json:"scope"` // acts; the officer's role bounds them too
	Until   string     `json:"until"` // last day
	Made    int64      `json:"made"`  // ms of the agreed time
	Revoked bool       `json:"revoked,omitempty"`
	Rev     command.ID `json:"rev,omitzero"`
}

func (t Token) Derive(d *command.Derived) {
	d.Find(TokenByHash, t.Hash)
	d.Find(TokenByOfficer, term(t.Officer.String(), t.ID.String()))
}

// Holds reports whether the token opens anything on a day.
func (t Token) Holds(day string) bool { return !t.Revoked && day <= t.Until }

// longestToken is how far ahead a token may end, in ms: a year and a bit, so that
// forgotten ones go away.
const longestToken = 400 * 24 * 60 * 60 * 1000

// PutToken makes a token of the asker's, or revokes one.
type PutToken struct {
	ID      command.ID `json:"id"`
	Name    string     `json:"name,omitempty"`
	Hash    string     `json:"hash,omitempty"`
	Scope   []string   `json:"scope,omitempty"`
	Until   string     `json:"until,omitempty"`
	Revoked bool       `json:"revoked,omitempty"` // then only the ID counts
}

func (p PutToken) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the token has no ID")
	case p.Revoked:
		return nil
	case CleanText(p.Name) == "" || len(p.Name) > 200:
		return command.InvalidField("/name", "required", "the token has a name of at most 200 bytes")
	case !goodDigest(p.Hash):
		return command.InvalidField("/hash", "bad_hash", "a token is kept as its SHA-256")
	case len(p.Scope) == 0 || len(p.Scope) > 30 || slices.ContainsFunc(p.Scope, badAct):
		return command.InvalidField("/scope", "bad_choice", "the token names 1 to 30 acts it is for")
	case !validDay(p.Until):
		return command.InvalidField("/until", "bad_date", "the last day is written YYYY-MM-DD")
	}
	return nil
}

func badAct(s string) bool {
	return len(s) < 2 || len(s) > 40 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") != ""
}

func (p PutToken) Decide(v command.View, e command.Envelope) command.Decision {
	t, known := Load[Token](v, TypeToken, KeyOf(p.ID))
	if p.Revoked {
		return p.revoke(v, e, t, known)
	}
	made := Token{ID: p.ID, Officer: e.By.Officer, Name: CleanText(p.Name), Hash: p.Hash, Scope: p.Scope, Until: p.Until, Made: v.Now(), Rev: e.ID}
	switch {
	case known:
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "exists", Field: "/id", Message: "there is a token of that ID; make another"})
	case p.Until > DayOf(v.Now()+longestToken):
		return command.Reject(&command.Error{Class: command.Invalid, Code: "out_of_range", Field: "/until", Message: "a token ends within 400 days"})
	}
	by, _ := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer))
	if err := ownMachine(v, e, by.Unit); err != nil {
		return command.Reject(err)
	}
	if _, taken := TokenOf(v, p.Hash); taken {
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "exists", Field: "/hash", Message: "there is such a token; make another"})
	}
	return command.Accept(put(TypeToken, KeyOf(p.ID), made))
}

// revoke is open to whoever holds the token and to who manages the officer.
func (p PutToken) revoke(v command.View, e command.Envelope, t Token, known bool) command.Decision {
	if !known {
		return command.Reject(unknown("/id", "token", p.ID.String()))
	}
	by, _ := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer))
	holder, _ := Load[Officer](v, TypeOfficer, KeyOf(t.Officer))
	if t.Officer != e.By.Officer && (by.Role != RoleAdmin || !Covers(v, e.Unit, holder.Unit)) {
		return command.Reject(&command.Error{Class: command.Forbidden, Code: "not_yours", Field: "/id", Message: "the token is somebody else's"})
	}
	t.Revoked, t.Rev = true, e.ID
	return command.Accept(put(TypeToken, KeyOf(t.ID), t))
}

// TokenOf finds a token by the SHA-256 of it.
func TokenOf(v command.View, hash string) (Token, bool) {
	for found, key := range v.Scan(TokenByHash, hash) {
		if found == hash {
			return Load[Token](v, TypeToken, key)
		}
		break
	}
	return Token{}, false
}

// TokensOf lists the tokens of an officer, revoked ones included.
func TokensOf(v command.View, officer command.ID) (list []Token) {
	for _, key := range v.Scan(TokenByOfficer, TermPrefix(officer.String())) {
		if t, ok := Load[Token](v, TypeToken, key); ok {
			list = append(list, t)
		}
	}
	return list
}
