package ui

// ExportModel is the form before a list of people leaves the machine as a file
// (xuất bảng tính): what it is for, and whether numbers are whole.
type ExportModel struct {
	Shell  Shell
	Form   Form
	Query  string
	Hidden []Hidden // which list, or who was chosen
	Scope  string   // in words
	People string   // how many, in words
	Slow   bool     // it is made while one does something else
	Format Input    // xlsx or csv
	Reason Input
	Full   bool // numbers as they are
}
