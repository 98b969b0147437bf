package civic

import (
	"encoding/json"
	"slices"

	"gocua/store/command"
)

// RosterPage is up to MaxRows rows of a resident list (danh sách nhân khẩu).
// Its ID follows from the file, the mapping and the page, so that importing a
// file twice does nothing the second time.
type RosterPage struct {
	File string      `json:"file"` // SHA-256 of the file, hex
	Page int         `json:"page"` // from 1
	Unit string      `json:"unit"`
	Rows []RosterRow `json:"rows"`
}

// MaxRows is the most rows a page carries.
const MaxRows = 100

// RosterRow is one line of the list, repaired by the reader.
type RosterRow struct {
	Line         int    `json:"line"` // in the file, from 1
	Number       string `json:"number,omitempty"`
	Name         string `json:"name"`
	Birth        Birth  `json:"birth,omitempty"`
	Sex          string `json:"sex,omitempty"`
	Phone        string `json:"phone,omitempty"` // E.164
	Address      string `json:"address,omitempty"`
	Hamlet       string `json:"hamlet,omitempty"`
	HouseholdRef string `json:"householdRef,omitempty"` // the list's own number of the household
	Relation     string `json:"relation,omitempty"`
	Ethnic       string `json:"ethnic,omitempty"`
	OldNumber    string `json:"oldNumber,omitempty"` // of an old identity card, 9 digits
}

// RowResult is what became of one row.
type RowResult string

// Results, as the letters that PageResult.Rows is made of.
const (
	RowNew     RowResult = "n"
	RowUpdated RowResult = "u"
	RowSame    RowResult = "s"
	RowReview  RowResult = "r"
	RowRefused RowResult = "x"
)

// PageResult is the detail of a page's outcome: a letter for each row, in
// order, and a reason for each row that did not go in.
type PageResult struct {
	Rows  string    `json:"rows"`
	Notes []RowNote `json:"notes,omitempty"`
}

// RowNote says why a row did not go in.
type RowNote struct {
	Line  int    `json:"line"`
	Code  string `json:"code"`
	Field string `json:"field,omitempty"`
}

func (p RosterPage) Check() *command.Error {
	switch {
	case len(p.File) != 64:
		return command.InvalidField("/file", "bad_code", "the file is named by its SHA-256")
	case p.Page < 1:
		return command.InvalidField("/page", "out_of_range", "pages count from 1")
	case len(p.Rows) == 0 || len(p.Rows) > MaxRows:
		return command.InvalidField("/rows", "out_of_range", "a page has 1 to %d rows", MaxRows)
	}
	return nil
}

func (p RosterPage) Decide(v command.View, e command.Envelope) command.Decision {
	if p.Unit != e.Unit {
		return command.Reject(outside("/unit", p.Unit, e.Unit))
	}
	desk := newDesk(v, e)
	var result PageResult
	for _, row := range p.Rows {
		res, note := desk.take(row)
		result.Rows += string(res)
		if note != nil {
			result.Notes = append(result.Notes, RowNote{Line: row.Line, Code: note.Code, Field: note.Field})
		}
	}
	detail, err := json.Marshal(result)
	if err != nil {
		panic("civic: a page result that cannot be encoded: " + err.Error())
	}
	d := command.Accept(desk.changes()...)
	d.Detail = detail
	return d
}

// desk works through the rows of one page. Later rows see what earlier rows of
// the page did; records are written once, in the order they were first touched.
type desk struct {
	v          command.View
	e          command.Envelope
	households map[string]Household // hamlet and folded address
	fresh      map[command.ID]bool  // households of this page: nobody lived there before
	hamlets    map[string]bool      // those of the unit, as far as rows named them
	residents  map[command.Key]Resident
	byNumber   map[string]command.Key
	members    map[command.ID][]command.Key // residents this page placed in a household
	reborn     map[command.ID][]command.Key // members of a household whose birth this page changed
	touched    []command.Change             // in order; values filled in by changes
	reviews    []command.Change
	merges     bool // somebody of the register was merged: rows may mean them
	level      int  // agreed
}

func newDesk(v command.View, e command.Envelope) *desk {
	return &desk{v: v, e: e, households: map[string]Household{}, fresh: map[command.ID]bool{}, hamlets: map[string]bool{}, residents: map[command.Key]Resident{},
		byNumber: map[string]command.Key{}, members: map[command.ID][]command.Key{}, reborn: map[command.ID][]command.Key{}, merges: anyMerged(v), level: v.Level()}
}

// take decides one row. The note says why it did not go in.
func (k *desk) take(row RosterRow) (RowResult, *command.Error) {
	want, err := k.wanted(row)
	if err != nil {
		return RowRefused, err
	}
	result, key, clash := k.enter(want)
	if clash != nil {
		k.review(row, key, clash)
	}
	return result, clash
}

// enter puts somebody into the register, or finds them there; not if they clash
// with somebody who is.
func (k *desk) enter(want Resident) (RowResult, command.Key, *command.Error) {
	if k.merges {
		if into, ok := mergedAs(k.v, want); ok {
			return RowSame, into, nil
		}
	}
	key, clash := k.find(want)
	switch {
	case clash != nil:
		return RowReview, key, clash
	case key == "":
		k.create(want)
		return RowNew, key, nil
	case k.update(key, want):
		return RowUpdated, key, nil
	}
	return RowSame, key, nil
}

// wanted is the resident a row describes.
func (k *desk) wanted(row RosterRow) (r Resident, err *command.Error) {
	if r.Name, err = cleanName(row.Name); err != nil {
		return r, at("/name", err)
	}
	if row.Birth != "" {
		if r.Birth, err = ParseBirth(string(row.Birth)); err != nil {
			return r, at("/birth", err)
		}
	}
	if row.Sex != "" && row.Sex != Male && row.Sex != Female {
		return r, command.InvalidField("/sex", "bad_choice", "sex is male or female")
	}
	if row.Number != "" {
		if r.Number, err = ParsePersonalNumber(row.Number); err != nil {
			return r, at("/number", err)
		}
	}
	if row.Phone != "" {
		phone, err := ParsePhone(row.Phone)
		if err != nil {
			return r, at("/phone", err)
		}
		r.Phones = []string{phone}
	}
	if row.OldNumber != "" {
		old, err := ParseOldNumber(row.OldNumber)
		if err != nil {
			return r, at("/oldNumber", err)
		}
		r.Old = []string{old}
	}
	if len(row.Address) > maxAddress {
		return r, command.InvalidField("/address", "too_long", "the address is longer than %d bytes", maxAddress)
	}
	r.Hamlet = k.e.Unit
	if row.Hamlet != "" {
		if !k.hamlets[row.Hamlet] {
			if err := hamletIn(k.v, row.Hamlet, k.e.Unit); err != nil {
				return r, err
			}
			k.hamlets[row.Hamlet] = true
		}
		r.Hamlet = row.Hamlet
	}
	r.ID = command.DerivedID("resident", k.e.ID.String(), itoa(row.Line))
	r.Sex, r.Ethnic, r.Relation = row.Sex, CleanText(row.Ethnic), CleanText(row.Relation)
	r.Rev, r.Eligible = k.e.ID, eligible(k.v, r.Birth)
	if row.Address != "" {
		h := k.household(row, r.Hamlet)
		r.Household, r.Hamlet = h.ID, h.Hamlet
	}
	return r, nil
}

// household finds or makes the household at the row's address.
func (k *desk) household(row RosterRow, hamlet string) Household {
	address := CleanText(row.Address)
	at := term(hamlet, Fold(address))
	if h, ok := k.households[at]; ok {
		return h
	}
	if h, ok := k.householdAt(at); ok {
		k.households[at] = h
		return h
	}
	h := Household{ID: command.DerivedID("household", k.e.ID.String(), itoa(row.Line)), Hamlet: hamlet, Address: address, Rev: k.e.ID}
	k.households[at], k.fresh[h.ID] = h, true
	k.touched = append(k.touched, put(TypeHousehold, KeyOf(h.ID), h))
	return h
}

// householdAt finds the household at a hamlet and folded address, or the one that
// was there before it was corrected or merged into another. Of two at one address
// the list means the one that the other was split from.
func (k *desk) householdAt(at string) (found Household, ok bool) {
	var from command.ID // what the one at the door was split from
	for _, ix := range []command.Index{HouseholdByHamlet, HouseholdWasAt} {
		if command.Lacks(k.v, ix, at) {
			continue
		}
		for t, key := range k.v.Scan(ix, at) {
			if t != at {
				break
			}
			h, now, stands := HouseholdNow(k.v, key)
			if !stands || !Covers(k.v, k.e.Unit, h.Hamlet) {
				continue
			}
			door := h
			if now != key {
				door, _ = Load[Household](k.v, TypeHousehold, key)
			}
			if !ok || door.ID == from || door.SplitFrom.IsZero() && ix == HouseholdByHamlet {
				found, ok, from = h, true, door.SplitFrom
			}
			if k.level < levelHomes || from.IsZero() {
				return found, true
			}
		}
	}
	return found, ok
}

// find looks for the person in the register. A number decides; without one the
// same name and birth in the same household is the same person.
func (k *desk) find(want Resident) (command.Key, *command.Error) {
	if want.Number != "" {
		key, ok := k.byNumber[want.Number]
		if !ok {
			key, ok = ByNumber(k.v, want.Number)
		}
		if ok {
			if same, found := k.withoutNumber(want); found {
				return same, nil
			}
			have := k.resident(key)
			if !Covers(k.v, k.e.Unit, have.Hamlet) {
				return key, &command.Error{Class: command.Conflicting, Code: codeNumberTaken, Field: "/number",
					Message: "this personal number is registered in another unit"}
			}
			if sameName(have.Name, want.Name) && sameYear(have.Birth, want.Birth) {
				return key, nil
			}
			return key, &command.Error{Class: command.Conflicting, Code: codeNumberTaken, Field: "/number",
				Message: "this personal number belongs to another person"}
		}
	}
	if want.Household.IsZero() {
		return "", nil
	}
	var members []command.Key
	if !k.fresh[want.Household] {
		members = append(membersBorn(k.v, KeyOf(want.Household), want.Birth), k.reborn[want.Household]...)
	}
	for _, key := range append(members, k.members[want.Household]...) {
		if k.resident(key).mayBe(want) {
			return key, nil
		}
	}
	return k.movedOut(want), nil
}

// mayBe reports whether somebody of a household, or who was, is whom a row of a
// list has there.
func (r Resident) mayBe(want Resident) bool {
	return r.Birth == want.Birth && (r.Number == "" || want.Number == "") &&
		(r.Sex == "" || want.Sex == "" || r.Sex == want.Sex) && sameName(r.Name, want.Name)
}

// movedOut finds whom an officer has moved out of the household where the list has
// them still, or out of one that was merged into it.
func (k *desk) movedOut(want Resident) command.Key {
	if k.level < levelHomes || k.fresh[want.Household] {
		return ""
	}
	home := KeyOf(want.Household)
	for _, from := range append(Joined(k.v, home), home) {
		for _, key := range bornIn(k.v, ResidentByListed, from, want.Birth) {
			if r := k.resident(key); r.mayBe(want) && Covers(k.v, k.e.Unit, r.Hamlet) {
				return key
			}
		}
	}
	return ""
}

// withoutNumber finds who was decided to be another person than the holder of
// the number the list gives them.
func (k *desk) withoutNumber(want Resident) (command.Key, bool) {
	for t, key := range k.v.Scan(ResidentByDisputed, want.Number) {
		if t != want.Number {
			break
		}
		if have := k.resident(key); sameName(have.Name, want.Name) && sameYear(have.Birth, want.Birth) &&
			Covers(k.v, k.e.Unit, have.Hamlet) {
			return key, true
		}
	}
	return "", false
}

func (k *desk) resident(key command.Key) Resident {
	if r, ok := k.residents[key]; ok {
		return r
	}
	r, _ := Load[Resident](k.v, TypeResident, key)
	return r
}

func (k *desk) create(r Resident) {
	key := KeyOf(r.ID)
	k.touch(key, r)
	if !r.Household.IsZero() {
		k.members[r.Household] = append(k.members[r.Household], key)
	}
}

// update fills in what the list knows, but never a field an officer has set.
func (k *desk) update(key command.Key, want Resident) bool {
	r := k.resident(key)
	before, changed := r, false
	set := func(field string, differs bool, apply func()) {
		if differs && !slices.Contains(r.Touched, field) {
			apply()
			changed = true
		}
	}
	set("personalNumber", want.Number != "" && want.Number != r.Number && want.Number != r.Disputed, func() { r.Number = want.Number })
	set("personalNumber", want.Disputed != "" && r.Number == "" && want.Disputed != r.Disputed, func() { r.Disputed = want.Disputed })
	set("name", want.Name != r.Name, func() { r.Name = want.Name })
	set("birth", len(want.Birth) >= len(r.Birth) && want.Birth != r.Birth, func() { r.Birth, r.Eligible = want.Birth, eligible(k.v, want.Birth) })
	set("sex", want.Sex != "" && want.Sex != r.Sex, func() { r.Sex = want.Sex })
	set("phones", len(want.Phones) > 0 && !slices.Contains(r.Phones, want.Phones[0]), func() { r.Phones = want.Phones })
	set("household", !want.Household.IsZero() && want.Household != r.Household, func() { r.Household, r.Hamlet = want.Household, want.Hamlet })
	set("ethnic", want.Ethnic != "" && want.Ethnic != r.Ethnic, func() { r.Ethnic = want.Ethnic })
	set("relation", want.Relation != "" && want.Relation != r.Relation, func() { r.Relation = want.Relation })
	set("relation", want.Relation != "" && k.listedHere(r, want), func() { r.ListedIn = command.ID{} })
	old := withOld(r.Old, want.Old)
	set("old", len(old) > len(r.Old), func() { r.Old = old })
	if r.Birth != before.Birth {
		k.reborn[before.Household] = append(k.reborn[before.Household], key)
	}
	if changed {
		r.Rev = k.e.ID
		k.touch(key, r)
	}
	return changed
}

// listedHere reports whether a list has somebody where they live, who was moved
// there: what it says they are, they are to the head of this household.
func (k *desk) listedHere(r, want Resident) bool {
	return k.level >= levelHomes && !r.ListedIn.IsZero() && want.Household == r.Household && FollowHousehold(k.v, r.ListedIn) != r.Household
}

func (k *desk) touch(key command.Key, r Resident) {
	if _, known := k.residents[key]; !known {
		k.touched = append(k.touched, command.Change{Type: TypeResident, Key: key})
	}
	k.residents[key] = r
	if r.Number != "" {
		k.byNumber[r.Number] = key
	}
}

// review keeps a row that clashes with an agreed person.
func (k *desk) review(row RosterRow, key command.Key, why *command.Error) {
	body, err := json.Marshal(row)
	if err != nil {
		panic("civic: a row that cannot be encoded: " + err.Error())
	}
	r := Review{ID: command.DerivedID("review", k.e.ID.String(), itoa(row.Line)), State: ReviewOpen, Status: command.Conflicted,
		Class: why.Class, Code: why.Code, Field: why.Field, Message: why.Message, Kind: k.e.Kind, Unit: k.e.Unit,
		Officer: k.e.By.Officer, Node: k.e.By.Node, CapturedAt: k.e.CapturedAt, DecidedAt: k.v.Now(),
		Type: TypeResident, Record: key, Line: row.Line, Body: body}
	k.reviews = append(k.reviews, put(TypeReview, KeyOf(r.ID), r))
}

func (k *desk) changes() []command.Change {
	all := make([]command.Change, 0, len(k.touched)+len(k.reviews))
	for _, c := range k.touched {
		if c.Type == TypeResident {
			c = put(TypeResident, c.Key, k.residents[c.Key])
		}
		all = append(all, c)
	}
	return append(all, k.reviews...)
}

func sameName(a, b string) bool { return a == b || ToneFreeKey(a) == ToneFreeKey(b) }

func sameYear(a, b Birth) bool { return a == "" || b == "" || a.Year() == b.Year() }
