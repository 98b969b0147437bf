package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"gocua/store/command"
)

// Options is what a person decided about a file. The zero value lets the
// reader find everything out.
type Options struct {
	Sheet   string            // of a workbook; "" for the first with column titles
	Titles  int               // line of the column titles, with Columns
	Columns []Column          // instead of those the reader would find
	Hamlets map[string]string // names of the unit's hamlets → their codes
	Hamlet  string            // code for rows that name no hamlet
	TmpDir  string            // where a very large workbook may spill; "" for the system's

	Encoding Encoding  // instead of the one the letters look like
	Dates    DateOrder // instead of the one the days show
}

// rules is the version of everything that turns cells into rows. Raise it when
// a file would read differently than before: pages then get new names, and
// cannot be taken for the old ones.
const rules = "roster/3"

// Read reads a whole list and hands its pages to emit, in order; an error of
// emit stops it. The pages follow from data and opt alone. Errors a person can
// mend are command.Errors: xls_unsupported, xlsx_locked, unknown_format,
// no_header, no_sheet, bad_csv, csv_quote, bad_xlsx, zip_bomb, list_too_large,
// too_wide; LineOf says where. To see only what the file is, pass an emit that
// does nothing.
func Read(name string, data []byte, opt Options, emit func(Page) error) (Plan, error) {
	o, err := open(name, data, opt, unknown)
	if err != nil {
		return Plan{}, err
	}
	defer o.close()
	plan := o.plan
	rep := newRepairer(o, opt)
	pages := pager{emit: emit, bytes: 2}
	for l, err := range ahead(o.table.lines()) {
		if err != nil {
			return plan, err
		}
		if l.n <= plan.Titles {
			continue
		}
		if err := plan.take(l, rep, &pages); err != nil {
			return plan, fmt.Errorf("page of line %d: %w", l.n, err)
		}
	}
	if err := pages.flush(); err != nil {
		return plan, fmt.Errorf("last page: %w", err)
	}
	plan.Pages = pages.pages
	return plan, nil
}

// opened is a list whose columns are known.
type opened struct {
	table  *table
	plan   Plan
	header header
	dates  dates
	close  func() error
}

// trust says whether a file was looked through before.
type trust bool

const (
	unknown trust = false
	known   trust = true // Read took it: it is well-formed to its end and no bomb
)

func open(name string, data []byte, opt Options, was trust) (*opened, error) {
	if len(data) > MaxFile {
		return nil, tooLarge()
	}
	format, err := Sniff(name, data)
	if err != nil {
		return nil, err
	}
	o := &opened{close: func() error { return nil }}
	candidates, err := o.tables(format, data, opt, was)
	if err != nil {
		return nil, err
	}
	if err := o.choose(candidates, opt); err != nil {
		o.close()
		return nil, err
	}
	sum := sha256.Sum256(data)
	o.plan = Plan{File: hex.EncodeToString(sum[:]), Format: format, Sheet: o.table.sheet, Sheets: o.table.sheets,
		Encoding: o.table.encoding, Titles: o.header.row, Columns: o.header.columns}
	o.plan.Layout, o.plan.Unsure, o.plan.Dates = LayoutOf(o.header.titles), o.dates.unsure, o.dates.order()
	o.plan.Mapping = mapping(o, opt)
	return o, nil
}

// tables opens the file; close is then to be called.
func (o *opened) tables(format Format, data []byte, opt Options, was trust) ([]*table, error) {
	if format == CSV {
		t, err := openCSV(data, opt.Encoding)
		if err != nil {
			return nil, err
		}
		return []*table{t}, nil
	}
	w, err := openXLSX(data, opt.TmpDir, was)
	if err != nil {
		return nil, err
	}
	o.close = w.close
	return w.tables(opt.Sheet), nil
}

// probeLines is how many lines decide what the columns are.
const probeLines = 600

// choose takes the first table with column titles; if none has, the error of
// the first is the one to show.
func (o *opened) choose(candidates []*table, opt Options) error {
	first := command.Errorf(command.NotFound, "no_sheet", "the workbook has no such sheet")
	var why error = first
	for _, t := range candidates {
		lines, err := probe(t, probeLines)
		if err != nil {
			return err
		}
		if !filled(lines) {
			if why == error(first) {
				why = emptyList()
			}
			continue
		}
		h, err := titlesFor(lines, opt)
		if err != nil && opt.chosen() {
			return err
		}
		if err != nil {
			if e := command.AsError(why); e == first || e.Code == "empty_list" {
				why = err
			}
			continue
		}
		o.table, o.header = t, h
		o.dates = learn(t, &o.header, lines, opt)
		return nil
	}
	return why
}

// chosen reports whether a person said where the titles are.
func (o Options) chosen() bool { return len(o.Columns) > 0 || o.Titles > 0 }

// titlesFor is the header a person chose, or the one that is found.
func titlesFor(lines []line, opt Options) (header, error) {
	if !opt.chosen() {
		return findHeader(lines)
	}
	h := headerAt(lines, opt.Titles)
	if len(opt.Columns) > 0 {
		h.columns = slices.Clone(opt.Columns)
	}
	if len(missing(h.columns)) > 0 {
		return h, noHeader(h)
	}
	return h, nil
}

func probe(t *table, most int) (lines []line, err error) {
	for l, err := range t.lines() {
		if err != nil {
			return nil, err
		}
		lines = append(lines, line{l.n, slices.Clone(l.cells)})
		if len(lines) == most {
			break
		}
	}
	return lines, nil
}

// learn finds out from the first lines which columns are in an old encoding and
// in which order dates are written.
func learn(t *table, h *header, lines []line, opt Options) dates {
	var order dateOrder
	for i, c := range h.columns {
		var text detector
		for _, l := range lines {
			if l.n <= h.row {
				continue
			}
			text.see(l.cell(c.Index))
			if c.Field == BirthDate || c.Field == IfMale || c.Field == IfFemale {
				order.see(l.cell(c.Index))
			}
		}
		switch {
		case opt.Encoding == TCVN3, opt.Encoding == VNI:
			h.columns[i].Legacy = string(opt.Encoding)
		case opt.Encoding != Found:
			h.columns[i].Legacy = ""
		case c.Legacy == "":
			h.columns[i].Legacy = string(text.verdict(t.hint))
		}
	}
	d := dates{monthFirst: order.month(), date1904: t.date1904, unsure: order.unsure()}
	if opt.Dates != "" {
		d.monthFirst, d.unsure = opt.Dates == MonthFirst, false
	}
	return d
}

func newRepairer(o *opened, opt Options) *repairer {
	r := &repairer{columns: map[Field][]Column{}, dates: o.dates, hamlets: newHamlets(opt.Hamlets), fixed: opt.Hamlet}
	for _, c := range o.header.columns {
		r.columns[c.Field] = append(r.columns[c.Field], c)
	}
	r.sheet = r.hamlets.find(o.table.sheet)
	return r
}

// mapping names everything but the bytes that the rows follow from.
func mapping(o *opened, opt Options) string {
	b, err := json.Marshal([]any{rules, o.plan.Format, o.plan.Sheet, o.plan.Encoding, o.plan.Titles, o.plan.Columns,
		o.dates.monthFirst, o.dates.date1904, opt.Hamlets, opt.Hamlet}) // maps are written in key order
	if err != nil {
		panic("roster: a mapping that cannot be encoded: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func itoa(n int) string { return strconv.Itoa(n) }
