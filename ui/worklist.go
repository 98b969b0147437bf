package ui

// WorkListModel is a list of people to see to: without a number, without a
// household, who come of age. By its address: unit, khi, cursor.
type WorkListModel struct {
	Shell   Shell
	Head    string
	Say     string  // what to do with it
	Lists   []Count // all of them
	Spans   []Count // of the one by days
	Path    string  // where the filter goes
	Span    string  // sent on by the filter
	Hamlets []Option
	Scope   string
	Rows    []ResidentRow
	Gap     *Gap
	Pager   Pager
}

// People are the rows as the part "people" takes them.
func (m WorkListModel) People() People { return People{Rows: m.Rows} }
