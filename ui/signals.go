package ui

// SignalsModel lists what a supervisor may want to look at again (cần xem lại).
type SignalsModel struct {
	Shell Shell
	Unit  string
	Days  int
	Rows  []SignalRow
	More  int // found beyond those
	Gap   *Gap
}

// SignalRow is one of them.
type SignalRow struct {
	Head   string // what is unusual
	Who    string // whose work; empty: nobody's in particular
	When   string
	N      int    // records behind it
	Behind []Link // those records
}
