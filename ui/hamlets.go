package ui

// HamletsModel is what is known of the hamlets of a unit (tổ dân phố, thôn, bản).
type HamletsModel struct {
	Shell   Shell
	In      string // what the unit is called
	Units   Input  // Options: whose hamlets; none: there is one unit only
	Rows    []HamletRow
	Total   HamletRow
	Gap     *Gap
	New     string // where a new one is written down; empty: may not
	Count   bool   // households and people are told
	Nowhere string // where those without a household are listed; empty: may not
	Plans   string // where changes of wards are planned; empty: may not
}

// HamletRow is one hamlet.
type HamletRow struct {
	Name, Code string
	Ward       string // where there are several
	People     int
	Households int
	Href       string // its people; empty: may not
	Edit       string // empty: may not
	Has        []HamletFact
	Pencil     bool // only on this machine
}

// HamletFact is one thing a hamlet has or lacks (điện, sóng 2G, 3G/4G, cáp quang).
type HamletFact struct {
	Name string
	Lack bool
}

// HamletFormModel writes a hamlet down or changes it: unit.put. Fields: hamlet-name,
// code (of a new one), lacks (several), and as it was shown: unit, was.
type HamletFormModel struct {
	Shell  Shell
	Form   Form
	New    bool
	Who    string // which, when it is changed
	In     string // what its ward is called
	Units  Input  // Options: of which ward a new one is; none: there is one ward only
	Unit   string // code of the ward
	Was    string
	Name   Input
	Code   Input
	Lacks  Input // Options
	Pencil bool
}
