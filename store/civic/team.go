package civic

import (
	"cmp"
	"slices"
	"strings"

	"gocua/store/command"
)

// Team goes from door to door together (tổ công tác): officers, and the hamlets
// they walk. It says who is to go where; what anybody may do, their own grant says.
type Team struct {
	ID       command.ID   `json:"id"`
	Name     string       `json:"name"`
	Unit     string       `json:"unit"`
	Kind     TeamKind     `json:"kind"`
	Members  []command.ID `json:"members,omitempty"` // officers
	Hamlets  []string     `json:"hamlets,omitempty"` // codes
	Disabled bool         `json:"disabled,omitempty"`
	Rev      command.ID   `json:"rev,omitzero"`
}

func (t Team) Derive(d *command.Derived) { d.Find(TeamByUnit, term(t.Unit, t.ID.String())) }

// TeamKind is whose people a team is made of.
type TeamKind string

// Kinds of team.
const (
	TeamPolice  TeamKind = "police"  // cảnh sát khu vực
	TeamYouth   TeamKind = "youth"   // đoàn thanh niên
	TeamWomen   TeamKind = "women"   // hội phụ nữ
	TeamDigital TeamKind = "digital" // tổ công nghệ số cộng đồng
	TeamMixed   TeamKind = "mixed"   // liên ngành
)

// TeamKinds lists them in the order a form offers them.
func TeamKinds() []TeamKind {
	return []TeamKind{TeamMixed, TeamPolice, TeamYouth, TeamWomen, TeamDigital}
}

const (
	longestTeamName = 200 // bytes
	mostMembers     = 30
	mostHamlets     = 50
)

// PutTeam makes a team or changes one. Was is what the one that was seen had as
// Rev: of two who change a team at the same time, neither wins by coming last.
type PutTeam struct {
	ID       command.ID   `json:"id"`
	Name     string       `json:"name"`
	Unit     string       `json:"unit"`
	Kind     TeamKind     `json:"kind"`
	Members  []command.ID `json:"members,omitempty"`
	Hamlets  []string     `json:"hamlets,omitempty"`
	Disabled bool         `json:"disabled,omitempty"`
	Was      command.ID   `json:"was,omitzero"` // none: a new team
}

func (p PutTeam) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the team has no ID")
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the team has no name")
	case len(p.Name) > longestTeamName:
		return command.InvalidField("/name", "too_long", "the name has at most %d bytes", longestTeamName)
	case !goodCode(p.Unit):
		return command.InvalidField("/unit", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	case !slices.Contains(TeamKinds(), p.Kind):
		return command.InvalidField("/kind", "bad_choice", "kind is one of police, youth, women, digital, mixed")
	case len(p.Members) > mostMembers:
		return command.InvalidField("/members", "team_large", "a team has at most %d members", mostMembers)
	case len(p.Hamlets) > mostHamlets:
		return command.InvalidField("/hamlets", "team_wide", "a team walks at most %d hamlets", mostHamlets)
	case slices.ContainsFunc(p.Members, command.ID.IsZero):
		return command.InvalidField("/members", "required", "a member is not named")
	case slices.ContainsFunc(p.Hamlets, func(code string) bool { return !goodCode(code) }):
		return command.InvalidField("/hamlets", "bad_code", "a code has 2 to 24 letters, digits, dots and dashes")
	}
	return nil
}

func (p PutTeam) Decide(v command.View, e command.Envelope) command.Decision {
	t := p.team(e)
	old, known := Load[Team](v, TypeTeam, KeyOf(p.ID))
	if known && old.equals(t) {
		return command.Accept()
	}
	if err := p.refused(v, e, old, known); err != nil {
		return command.Reject(err)
	}
	switch {
	case known && p.Was.IsZero():
		return command.Conflict(exists("team"))
	case known && p.Was != old.Rev:
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: "/was", Message: "somebody has changed the team meanwhile"})
	}
	return command.Accept(put(TypeTeam, KeyOf(t.ID), t))
}

// overrule writes it over what somebody else made of the team meanwhile.
func (p PutTeam) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	if old, known := Load[Team](v, TypeTeam, KeyOf(p.ID)); known {
		p.Was = old.Rev
	}
	return p.Decide(v, e)
}

// team is the record it makes: members and hamlets once each, in one order.
func (p PutTeam) team(e command.Envelope) Team {
	t := Team{ID: p.ID, Name: CleanText(p.Name), Unit: p.Unit, Kind: p.Kind, Disabled: p.Disabled, Rev: e.ID}
	byText := func(a, b command.ID) int { return cmp.Compare(a.String(), b.String()) }
	t.Members = slices.Compact(slices.SortedFunc(slices.Values(p.Members), byText))
	t.Hamlets = slices.Compact(slices.Sorted(slices.Values(p.Hamlets)))
	return t
}

func (t Team) equals(b Team) bool {
	return t.Name == b.Name && t.Unit == b.Unit && t.Kind == b.Kind && t.Disabled == b.Disabled &&
		slices.Equal(t.Members, b.Members) && slices.Equal(t.Hamlets, b.Hamlets)
}

// refused is what the asker can do something about.
func (p PutTeam) refused(v command.View, e command.Envelope, old Team, known bool) *command.Error {
	switch {
	case !Covers(v, e.Unit, p.Unit):
		return outside("/unit", p.Unit, e.Unit)
	case known && !Covers(v, e.Unit, old.Unit):
		return outside("/id", "the team", e.Unit)
	}
	for _, t := range TeamsOf(v, p.Unit) {
		if t.ID != p.ID && strings.EqualFold(t.Name, CleanText(p.Name)) {
			return &command.Error{Class: command.Conflicting, Code: "team_taken", Field: "/name", Message: "another team of the unit has that name"}
		}
	}
	for _, member := range p.Members {
		o, ok := Load[Officer](v, TypeOfficer, KeyOf(member))
		if !ok {
			return unknown("/members", "officer", member.String())
		}
		if !Covers(v, o.Unit, p.Unit) && !Covers(v, p.Unit, o.Unit) {
			return outsideTeam("/members", "the officer", p.Unit)
		}
	}
	for _, code := range p.Hamlets {
		u, ok := Load[Unit](v, TypeUnit, command.Key(code))
		if !ok || u.Kind != UnitHamlet {
			return unknown("/hamlets", "hamlet", code)
		}
		if !Covers(v, p.Unit, code) {
			return outsideTeam("/hamlets", code, p.Unit)
		}
	}
	return nil
}

// outsideTeam is about what is not the team's unit's, whoever asks.
func outsideTeam(field, what, unit string) *command.Error {
	return &command.Error{Class: command.Forbidden, Code: "outside_team", Field: field, Message: what + " does not belong to unit " + unit + " of the team"}
}

// TeamsOf lists the teams of a unit itself, those that are no more included, and
// of the wards that were merged into it.
func TeamsOf(v command.View, unit string) (list []Team) {
	codes := []string{unit}
	for _, ward := range JoinedTo(v, unit) {
		codes = append(codes, ward.Code)
	}
	for _, code := range codes {
		for _, key := range v.Scan(TeamByUnit, TermPrefix(code)) {
			if t, ok := Load[Team](v, TypeTeam, key); ok {
				list = append(list, t)
			}
		}
	}
	return list
}
