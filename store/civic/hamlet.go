package civic

import (
	"crypto/sha256"
	"encoding/hex"
	"reflect"

	"gocua/store/command"
)

// UnitNew is the mark of a unit that is not there yet.
const UnitNew = "new"

// UnitMark marks what a page showed of a unit: PutUnit.Was.
func UnitMark(v command.View, code string) string {
	agreed := v.Get(TypeUnit, command.Key(code))
	if agreed == nil {
		return UnitNew
	}
	sum := sha256.Sum256(agreed)
	return hex.EncodeToString(sum[:12])
}

// maxHamletName is the longest name of a hamlet, in bytes. It is part of the format.
const maxHamletName = 120

// keeps refuses what is more than keeping the hamlets of a ward (tổ dân phố, thôn,
// bản): a new one, its name, and what it has. Where a unit belongs and how long it
// stands is the administrator's.
func (p PutUnit) keeps(v command.View, old Unit, known bool) *command.Error {
	parent, _ := Load[Unit](v, TypeUnit, command.Key(p.Parent))
	if p.Kind != UnitHamlet || parent.Kind != UnitWard || known && old.Kind != UnitHamlet {
		return command.Errorf(command.Forbidden, "hamlets_only", "only hamlets of a ward are kept by who works there")
	}
	if len(p.Name) > maxHamletName {
		return command.InvalidField("/name", "too_long", "the name has at most %d bytes", maxHamletName)
	}
	want := Unit(p)
	want.Before, want.Was = old.Before, ""
	want.Past, want.Joined, want.Plan = old.Past, old.Joined, old.Plan
	have := old
	if !known {
		have = Unit{Code: p.Code, Kind: UnitHamlet, Parent: p.Parent}
	}
	have.Name, have.NoPower, have.No2G, have.No3G, have.NoFibre = want.Name, want.NoPower, want.No2G, want.No3G, want.NoFibre
	if !reflect.DeepEqual(have, want) {
		return command.Errorf(command.Forbidden, "hamlets_only", "where a unit belongs and how long it stands is the administrator's")
	}
	return nil
}

// overrule writes a hamlet over what somebody else made of it meanwhile. Whoever
// decides may be no administrator, so nothing else goes in this way.
func (p PutUnit) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	old, known := Load[Unit](v, TypeUnit, command.Key(p.Code))
	if err := p.keeps(v, old, known); err != nil {
		return command.Reject(err)
	}
	p.Was = ""
	return p.Decide(v, e)
}
