package civic

import (
	"gocua/store/command"
)

// UndoPage takes back what one page of a list did (hoàn tác một trang của danh
// sách), as far as nobody has built on it: whom only this page made is removed,
// what it changed is put back. What was touched since stays, and is told. Pages
// are taken back last first, each in as many parts as it needs.
type UndoPage struct {
	Page command.ID `json:"page"` // the command that brought the page
	Part int        `json:"part"` // from 1
	Unit string     `json:"unit"`
	Rows []UndoRow  `json:"rows"`
}

// UndoRow is one record the page wrote. A line means that the page made it: its
// ID follows from page and line, so nothing older can be named as made. Was
// means that it changed a resident.
type UndoRow struct {
	Type command.RecordType `json:"type"`
	Line int                `json:"line,omitempty"`
	ID   command.ID         `json:"id,omitzero"`
	Was  *Before            `json:"was,omitempty"`
}

// Before is what a resident was before a list changed them: the fields a list
// may set, and no others. With Rev the record is again as that command left it.
type Before struct {
	Rev       command.ID `json:"rev"`
	Number    string     `json:"number,omitempty"`
	Disputed  string     `json:"disputed,omitempty"`
	Old       []string   `json:"old,omitempty"`
	Name      string     `json:"name"`
	Birth     Birth      `json:"birth,omitempty"`
	Sex       string     `json:"sex,omitempty"`
	Phones    []string   `json:"phones,omitempty"`
	Household command.ID `json:"household,omitzero"`
	Hamlet    string     `json:"hamlet"`
	Ethnic    string     `json:"ethnic,omitempty"`
	Relation  string     `json:"relation,omitempty"`
}

// BeforeOf is what an import may have to put back.
func BeforeOf(r Resident) *Before {
	return &Before{Rev: r.Rev, Number: r.Number, Disputed: r.Disputed, Old: r.Old, Name: r.Name, Birth: r.Birth, Sex: r.Sex,
		Phones: r.Phones, Household: r.Household, Hamlet: r.Hamlet, Ethnic: r.Ethnic, Relation: r.Relation}
}

// Letters that UndoResult.Rows is made of.
const (
	UndoRemoved  = 'd'
	UndoRestored = 'b'
	UndoKept     = 'k' // touched since: Kept says why
	UndoNothing  = 's' // it is gone, or is already as it was
)

// UndoResult is the detail of the outcome: a letter for each row, in order, and
// what stayed.
type UndoResult struct {
	Rows string     `json:"rows"`
	Kept []UndoNote `json:"kept,omitempty"`
}

// UndoNote says why a record stays as it is.
type UndoNote struct {
	Type command.RecordType `json:"type"`
	Key  command.Key        `json:"key"`
	Code string             `json:"code"`
}

// Why something stays.
const (
	KeptChanged   = "changed_since"    // somebody has changed it, or another list has
	KeptReferred  = "referred_to"      // visits, applications, activations or reviews build on it
	KeptInhabited = "has_members"      // others live in the household now
	KeptNumber    = "number_taken"     // the number it had is somebody else's now
	KeptHome      = "unknown_house"    // the household it was in is no more
	KeptElsewhere = "listed_elsewhere" // it is another unit's now
	KeptUnfit     = "unfit"            // what it was before would not be let in today
)

// MaxUndoRows is the most records one part names: a page makes at most a
// resident, a household or a review of each row.
const MaxUndoRows = 100

func (p UndoPage) Check() *command.Error {
	switch {
	case p.Page.IsZero():
		return command.InvalidField("/page", "required", "say which page is to be taken back")
	case p.Part < 1:
		return command.InvalidField("/part", "out_of_range", "parts count from 1")
	case len(p.Rows) == 0 || len(p.Rows) > MaxUndoRows:
		return command.InvalidField("/rows", "out_of_range", "a part has 1 to %d rows", MaxUndoRows)
	}
	for i, row := range p.Rows {
		if made := row.Line > 0; made == (row.Was != nil) || made && row.noun() == "" || !made && (row.Type != TypeResident || row.ID.IsZero()) {
			return command.InvalidField("/rows/"+itoa(i), "bad_choice", "a row names what the page made by its line, or a resident with what was before")
		}
	}
	return nil
}

// noun is what the IDs of the records that a page makes are derived with.
func (r UndoRow) noun() string {
	switch r.Type {
	case TypeResident:
		return "resident"
	case TypeHousehold:
		return "household"
	case TypeReview:
		return "review"
	}
	return ""
}

// MadeBy is the ID of what a line of a page made; zero if it makes no such thing.
func (r UndoRow) MadeBy(page command.ID) command.ID {
	return command.DerivedID(r.noun(), page.String(), itoa(r.Line))
}
