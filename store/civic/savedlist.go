package civic

import (
	"slices"
	"strings"

	"gocua/store/command"
)

// SavedList is a filter of the list of residents with a name (danh sách đã lưu).
// It says whom to list, never who was on it.
type SavedList struct {
	ID     command.ID `json:"id"`
	Owner  command.ID `json:"owner"` // officer
	Unit   string     `json:"unit"`  // whose people see it when it is shared
	Name   string     `json:"name"`
	Filter ListFilter `json:"filter"`
	Shared bool       `json:"shared,omitempty"`
	Rev    command.ID `json:"rev,omitzero"`
}

func (l SavedList) Derive(d *command.Derived) {
	d.Find(SavedByOwner, term(l.Owner.String(), l.ID.String()))
	if l.Shared {
		d.Find(SavedByUnit, term(l.Unit, l.ID.String()))
	}
}

// ListFilter is what a list of residents is narrowed by. What somebody typed into
// the search box is no part of it: that may be a name.
type ListFilter struct {
	Unit      string   `json:"unit,omitempty"` // a unit below the own one
	Buckets   []Bucket `json:"buckets,omitempty"`
	Sex       string   `json:"sex,omitempty"`
	BornFrom  int      `json:"bornFrom,omitempty"`
	BornTo    int      `json:"bornTo,omitempty"`
	Number    string   `json:"number,omitempty"` // yes, no
	Phone     string   `json:"phone,omitempty"`
	Household string   `json:"household,omitempty"`
	Eligible  string   `json:"eligible,omitempty"`
	Never     bool     `json:"never,omitempty"`  // nobody has been there
	Visits    int      `json:"visits,omitempty"` // visited at least so often
	Outcome   string   `json:"outcome,omitempty"`
}

const (
	longestListName = 80 // bytes
	mostLists       = 30 // of one officer
)

// SaveList keeps a filter under a name, changes one, or takes it away. Was is what
// the one that was seen had as Rev.
type SaveList struct {
	ID      command.ID `json:"id"`
	Name    string     `json:"name,omitempty"`
	Filter  ListFilter `json:"filter,omitzero"`
	Shared  bool       `json:"shared,omitempty"`
	Removed bool       `json:"removed,omitempty"` // then only ID and Was count
	Was     command.ID `json:"was,omitzero"`      // none: a new list
}

func (p SaveList) Check() *command.Error {
	switch {
	case p.ID.IsZero():
		return command.InvalidField("/id", "required", "the list has no ID")
	case p.Removed:
		return nil
	case CleanText(p.Name) == "":
		return command.InvalidField("/name", "required", "the list has no name")
	case len(p.Name) > longestListName:
		return command.InvalidField("/name", "too_long", "the name has at most %d bytes", longestListName)
	}
	if err := plainText("/name", p.Name); err != nil {
		return err
	}
	if err := p.Filter.Check(); err != nil {
		return at("/filter", err)
	}
	return nil
}

// Check says what no list can be narrowed by.
func (f ListFilter) Check() *command.Error {
	if field := f.wrong(); field != "" {
		return command.InvalidField("/"+field, "bad_filter", "a list cannot be narrowed by that")
	}
	return nil
}

// wrong names the field that says what no list can be narrowed by; empty: none.
func (f ListFilter) wrong() string {
	answer := func(s string) bool { return s == "" || s == "yes" || s == "no" }
	_, known := outcomes()[f.Outcome]
	switch {
	case f.Unit != "" && !goodCode(f.Unit):
		return "unit"
	case len(f.Buckets) > len(Buckets()) || slices.ContainsFunc(f.Buckets, func(b Bucket) bool { return !slices.Contains(Buckets(), b) }):
		return "buckets"
	case f.Sex != "" && f.Sex != Male && f.Sex != Female:
		return "sex"
	case f.BornFrom != 0 && !plausibleYear(f.BornFrom):
		return "bornFrom"
	case f.BornTo != 0 && (!plausibleYear(f.BornTo) || f.BornTo < f.BornFrom):
		return "bornTo"
	case !answer(f.Number):
		return "number"
	case !answer(f.Phone):
		return "phone"
	case !answer(f.Household):
		return "household"
	case !answer(f.Eligible):
		return "eligible"
	case f.Visits < 0 || f.Visits > 99 || f.Never && f.Visits > 0:
		return "visits"
	case f.Outcome != "" && !known:
		return "outcome"
	}
	return ""
}

func (p SaveList) Decide(v command.View, e command.Envelope) command.Decision {
	old, known := Load[SavedList](v, TypeSavedList, KeyOf(p.ID))
	switch {
	case known && old.Owner != e.By.Officer:
		return command.Reject(&command.Error{Class: command.Forbidden, Code: "list_not_yours", Field: "/id", Message: "the list is somebody else's"})
	case !known && p.Removed:
		return command.Accept() // it is gone already
	}
	l := SavedList{ID: p.ID, Owner: e.By.Officer, Unit: e.Unit, Name: CleanText(p.Name), Filter: p.Filter, Shared: p.Shared, Rev: e.ID}
	switch {
	case known && !p.Removed && old.equals(l):
		return command.Accept()
	case known && p.Was.IsZero():
		return command.Conflict(exists("list"))
	case known && p.Was != old.Rev:
		return command.Conflict(&command.Error{Class: command.Conflicting, Code: "changed_meanwhile", Field: "/was", Message: "the list was changed meanwhile"})
	case p.Removed:
		return command.Accept(command.Change{Type: TypeSavedList, Key: KeyOf(p.ID), Op: command.Delete})
	}
	if err := l.refused(v, e); err != nil {
		return command.Reject(err)
	}
	return command.Accept(put(TypeSavedList, KeyOf(l.ID), l))
}

// overrule writes it over what it was changed to meanwhile.
func (p SaveList) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	if old, known := Load[SavedList](v, TypeSavedList, KeyOf(p.ID)); known {
		p.Was = old.Rev
	}
	return p.Decide(v, e)
}

func (l SavedList) equals(b SavedList) bool {
	return l.Name == b.Name && l.Unit == b.Unit && l.Shared == b.Shared && same(l.Filter, b.Filter)
}

// refused is what the asker can do something about.
func (l SavedList) refused(v command.View, e command.Envelope) *command.Error {
	if l.Filter.Unit != "" && !Covers(v, e.Unit, l.Filter.Unit) {
		return outside("/filter/unit", "the unit", e.Unit)
	}
	own := ListsOf(v, l.Owner)
	others := slices.DeleteFunc(own, func(o SavedList) bool { return o.ID == l.ID })
	if slices.ContainsFunc(others, func(o SavedList) bool { return strings.EqualFold(o.Name, l.Name) }) {
		return &command.Error{Class: command.Conflicting, Code: "list_taken", Field: "/name", Message: "you have a list of that name"}
	}
	if len(others) >= mostLists {
		return &command.Error{Class: command.Conflicting, Code: "lists_full", Field: "", Message: "an officer has at most 30 lists"}
	}
	return nil
}

// ListsOf are the lists an officer saved.
func ListsOf(v command.View, officer command.ID) []SavedList {
	return savedUnder(v, SavedByOwner, officer.String())
}

// SharedLists are the lists shared with those who work for a unit: of the unit
// itself and of those above it.
func SharedLists(v command.View, unit string) (list []SavedList) {
	for range deepest {
		list = append(list, savedUnder(v, SavedByUnit, unit)...)
		u, ok := FindUnit(v, unit)
		if !ok || u.Parent == "" {
			break
		}
		unit = u.Parent
	}
	return list
}

func savedUnder(v command.View, ix command.Index, under string) (list []SavedList) {
	for _, key := range v.Scan(ix, TermPrefix(under)) {
		if l, ok := Load[SavedList](v, TypeSavedList, key); ok {
			list = append(list, l)
		}
	}
	return list
}
