package ui

import (
	"time"

	"gocua/ui/messages"
)

// Subject is the person or door a form is about.
type Subject struct {
	Name   string // or address
	Href   string
	Hamlet string
	About  string
	Chip   Chip
	Note   string
}

// Level1Model is the form of application.submit (khai mức 1). Fields: phone,
// relation, confirm.
type Level1Model struct {
	Shell    Shell
	Form     Form
	Person   Subject
	Number   string // masked, as on the card; empty: unknown
	Phone    Input
	Relation Input // Options
	Confirm  Input // Value "yes" when ticked
	Scan     Scan
}

// VisitModel is a door (lượt đến nhà): form of visit.record. Fields: outcome
// (the button pressed; empty when Enter was hit in a text field: ask), mode,
// met (one per person ticked), note; after an outcome that asks: reason,
// reason-other, next. The visit is at the time the form is answered.
type VisitModel struct {
	Shell   Shell
	Form    Form
	Address string
	House   string // "41", shown large; the rest in Address
	Href    string
	Note    string
	Attempt string
	Late    bool
	Members []Member
	Met     []Option
	Mode    Input // Options
	Text    Input // note
	Groups  []messages.OutcomeGroup
	Ask     *VisitAsk // the outcome needs another answer
	Before  []Visited
	Back    Link
	Next    Link
}

// VisitAsk is the second question of some outcomes.
type VisitAsk struct {
	Outcome string // code, sent on
	Text    string // "Từ chối"
	Refused bool   // asks why; otherwise asks when to come again
	Reason  Input  // Options
	Other   Input
	When    Input
}

// ActivationModel is the form of activation.record (kích hoạt). Fields: way, at
// (a day).
type ActivationModel struct {
	Shell    Shell
	Form     Form
	Person   Subject
	Way      Input // Options
	At       Input // dd/mm/yyyy, as people write it; a date input shows the browser's own order
	Deadline time.Time
}

// HouseholdFormModel registers a household: household.put. Fields: hamlet,
// address.
type HouseholdFormModel struct {
	Shell   Shell
	Form    Form
	Hamlet  Input // Options
	Address Input
}

// ResidentFormModel registers a person: resident.put. Fields: name,
// personalNumber, birth, sex, phones-0; household goes along hidden.
type ResidentFormModel struct {
	Shell       Shell
	Form        Form
	Household   Subject
	HouseholdID string
	Name        Input
	Number      Input
	Birth       Input
	Sex         Input // Options
	Phone       Input
	Alike       []Member // people already registered who may be the same
	Scan        Scan
}

// ResidentEditModel changes fields of a person: resident.edit. Each field posts
// what it was as "was-<name>" and what it is now as "<name>".
type ResidentEditModel struct {
	Shell  Shell
	Form   Form
	Person Subject
	Name   EditField
	Number EditField
	Birth  EditField
	Sex    EditField
	Phone  EditField
	House  EditField
	Newer  *Newer // somebody else changed the person meanwhile
	Scan   Scan
	Alike  []Member // others who may be the same
}

// EditField is one field with what it was when the form was opened.
type EditField struct {
	Input
	Was   string // shown; masked where it must be
	Sent  string // posted back as was
	Other string // what it is now in the register, if somebody changed it
}

// Newer says who changed the record while the form was open.
type Newer struct {
	By string
	At time.Time
}

// Scan is the part of a form that takes a card (quét thẻ): scanned or pasted as
// "scan", or photographed as "photo".
type Scan struct {
	Input
	Photo string // where the form is sent together with a photograph
	Focus bool   // it is what the page is for
}

// ScanModel reads a card for its own sake and leads to its holder. Field: scan.
type ScanModel struct {
	Shell  Shell
	Form   Form
	Scan   Scan
	Nobody string // masked number of the card that was read, whom the register does not have
}
