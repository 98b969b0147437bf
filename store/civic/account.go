package civic

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gocua/store/command"
)

// SecondFactor is what an officer proves besides the password (lớp bảo vệ thứ
// hai): a secret shared with a phone, and codes on paper for when that is lost.
type SecondFactor struct {
	Secret   string   `json:"secret"`             // base32, without padding
	Recovery []string `json:"recovery,omitempty"` // SHA-256 of codes not used yet, hex
	Last     int64    `json:"last,omitempty"`     // the last step whose code was used; no step serves twice
}

// OneTime is a code that stands once for what an officer lost (mã một lần). It
// is read out by whoever looks after them and is worth nothing later.
type OneTime struct {
	Hash  string     `json:"hash"`  // argon2id of the code, PHC form
	Until int64      `json:"until"` // ms of the agreed time
	By    command.ID `json:"by"`    // the command that gave it
	Lost  string     `json:"lost"`
}

// What a one-time code stands for.
const (
	LostPassword = "password"
	LostSecond   = "second"
)

// oneTimeLasts bounds a code from when it was captured: a shift, since it is read
// out to somebody who may be on the way.
const oneTimeLasts = 8 * 60 * 60 * 1000

// ChangeSelf is what an officer changes about the own account (tự đổi): a new
// password, a second factor set up or removed, and what of it was used up.
type ChangeSelf struct {
	Hash     string        `json:"hash,omitempty"`     // argon2id of a new password
	Was      string        `json:"was,omitempty"`      // MarkOf the hash it replaces
	Second   *SecondFactor `json:"second,omitempty"`   // set up, in place of any other
	Drop     bool          `json:"drop,omitempty"`     // the second factor is removed
	Recovery []string      `json:"recovery,omitempty"` // new codes, in place of all others
	Used     string        `json:"used,omitempty"`     // SHA-256 of a recovery code that was used
	Step     int64         `json:"step,omitempty"`     // a step whose code was used
	Spent    command.ID    `json:"spent,omitzero"`     // OneTime.By of the code that was used
}

// MarkOf stands for a password's hash where the hash itself is nobody's business.
func MarkOf(hash string) string {
	sum := sha256.Sum256([]byte(hash))
	return hex.EncodeToString(sum[:])
}

func (p ChangeSelf) Check() *command.Error {
	switch {
	case p.Hash == "" && p.Second == nil && !p.Drop && len(p.Recovery) == 0 && p.Used == "" && p.Step == 0 && p.Spent.IsZero():
		return command.InvalidField("", "required", "nothing is changed")
	case p.Hash != "" && !goodHash(p.Hash):
		return command.InvalidField("/hash", "bad_hash", "the password's hash is not in PHC form")
	case p.Was != "" && !goodDigest(p.Was):
		return command.InvalidField("/was", "bad_hash", "what was there is named by a SHA-256")
	case p.Second != nil && (p.Drop || len(p.Recovery) > 0 || !goodSecret(p.Second.Secret) || p.Second.Last < 0):
		return command.InvalidField("/second", "bad_secret", "the second factor is a base32 secret of 16 to 64 characters, and replaces all there was")
	case p.Second != nil && !goodDigests(p.Second.Recovery):
		return command.InvalidField("/second/recovery", "bad_hash", "recovery codes are kept as their SHA-256, 20 at most")
	case !goodDigests(p.Recovery):
		return command.InvalidField("/recovery", "bad_hash", "recovery codes are kept as their SHA-256, 20 at most")
	case p.Used != "" && !goodDigest(p.Used):
		return command.InvalidField("/used", "bad_hash", "a recovery code is named by its SHA-256")
	case p.Step < 0:
		return command.InvalidField("/step", "out_of_range", "a step is not negative")
	}
	return nil
}

func (p ChangeSelf) Decide(v command.View, e command.Envelope) command.Decision {
	o, ok := Load[Officer](v, TypeOfficer, KeyOf(e.By.Officer))
	if !ok {
		return command.Reject(command.Errorf(command.Forbidden, "unknown_officer", "there is no such officer"))
	}
	if err := ownMachine(v, e, o.Unit); err != nil && !p.onlyUses() {
		return command.Reject(err)
	}
	if p.Was != "" && p.Was != MarkOf(o.Hash) {
		return command.Conflict(changedMeanwhile("/was", "the password"))
	}
	if err := p.spend(&o); err != nil {
		return command.Conflict(err)
	}
	if p.Hash != "" {
		o.Hash, o.MustChange = p.Hash, false
		if o.Once != nil && o.Once.Lost == LostPassword {
			o.Once = nil
		}
	}
	p.second(&o)
	o.Rev = e.ID
	return command.Accept(put(TypeOfficer, KeyOf(o.ID), o))
}

// onlyUses reports whether nothing is changed but what was used up, on whatever
// machine the officer signed in.
func (p ChangeSelf) onlyUses() bool {
	return p.Hash == "" && p.Second == nil && !p.Drop && len(p.Recovery) == 0 && p.Spent.IsZero()
}

// ownMachine refuses what would be good for signing in elsewhere if it was asked
// for on a machine that serves less than the officer's unit: whoever holds a
// ward's machine can ask in anybody's name there.
func ownMachine(v command.View, e command.Envelope, unit string) *command.Error {
	n, _ := Load[Node](v, TypeNode, command.Key(e.By.Node))
	if !Covers(v, n.Unit, unit) {
		return command.Errorf(command.Forbidden, "wrong_machine", "that is changed on a machine of unit %s or above", unit)
	}
	return nil
}

// spend takes the one-time code away, and with it what it stood for: the lost
// password or second factor is worth nothing from now on.
func (p ChangeSelf) spend(o *Officer) *command.Error {
	if p.Spent.IsZero() {
		return nil
	}
	if o.Once == nil || o.Once.By != p.Spent {
		return changedMeanwhile("/spent", "the one-time code")
	}
	if o.Once.Lost == LostPassword {
		o.Hash, o.MustChange = "", true
	} else {
		o.Second = nil
	}
	o.Once = nil
	return nil
}

// second changes the second factor. What was used twice, on two machines that did
// not hear of each other, is used up all the same.
func (p ChangeSelf) second(o *Officer) {
	switch {
	case p.Second != nil:
		s := *p.Second
		o.Second = &s
	case p.Drop:
		o.Second = nil
	}
	if o.Second == nil {
		return
	}
	s := *o.Second
	if len(p.Recovery) > 0 {
		s.Recovery = p.Recovery
	}
	s.Last = max(s.Last, p.Step)
	s.Recovery = slices.DeleteFunc(slices.Clone(s.Recovery), func(code string) bool { return code == p.Used })
	o.Second = &s
}

func changedMeanwhile(field, what string) *command.Error {
	return &command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: field, Message: what + " was changed by somebody else meanwhile"}
}

func goodHash(s string) bool {
	return len(s) <= 256 && strings.HasPrefix(s, "$argon2id$") && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

func goodDigest(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

func goodDigests(list []string) bool {
	return len(list) <= 20 && !slices.ContainsFunc(list, func(s string) bool { return !goodDigest(s) })
}

func goodSecret(s string) bool {
	return len(s) >= 16 && len(s) <= 64 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}
