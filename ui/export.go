package ui

// ExportModel is the form before a list of people leaves the machine as a file
// (xuất bảng tính): what it is for, and whether numbers are whole.
type ExportModel struct {
	Shell                 Shell
	Form                  Form
	Query, Hamlet, Bucket string // which list; sent on as hidden fields
	Scope                 string // in words
	Count                 int
	Format                Input // xlsx or csv
	Reason                Input
	Full                  bool // numbers as they are
}
