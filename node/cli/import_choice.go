package cli

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocua/node/lookup"
	"gocua/store/roster"
)

// asIs reports whether nothing is said about how the list is to be read.
func (c importCmd) asIs() bool {
	return !c.Dry && c.Sheet == "" && c.Titles == 0 && len(c.Map) == 0 && c.Encoding == "" && c.Dates == ""
}

// chosen imports a list that is kept, as the flags say, or only tells what it
// would do. A list that does not begin is not kept.
func (c importCmd) chosen(e env, job lookup.ImportJob) (err error) {
	at := "/imports/" + job.ID
	began := false
	defer func() {
		if !began {
			_ = e.call(http.MethodDelete, at, nil, nil) // what stopped it is told
		}
	}()
	choice := lookup.ImportChoice{Sheet: c.Sheet, Titles: c.Titles, Encoding: roster.Encoding(c.Encoding), Dates: roster.DateOrder(c.Dates)}
	if err := e.call(http.MethodPost, at, choice, nil); err != nil {
		return err
	}
	var d lookup.ImportDraft
	if err := e.call(http.MethodGet, at, nil, &d); err != nil {
		return err
	}
	if len(c.Map) > 0 {
		if choice.Columns, err = c.columns(d.Survey); err != nil {
			return err
		}
		if choice.Titles = d.Survey.Titles; choice.Titles == 0 {
			return fmt.Errorf("say on which line the column titles are: --titles LINE")
		}
		if err := e.call(http.MethodPost, at, choice, nil); err != nil {
			return err
		}
	}
	if c.Dry {
		return c.rehearse(e, at)
	}
	if err := e.call(http.MethodPost, at+"/start", nil, nil); err != nil {
		return err
	}
	began = true
	job.Finished = nil
	return c.finish(e, job)
}

// columns are what the flags say on top of what was found: a field that is named
// is taken from its column only.
func (c importCmd) columns(s roster.Survey) (columns []roster.Column, err error) {
	named := map[roster.Field]int{}
	for field, column := range c.Map {
		f := roster.Field(field)
		if f == roster.Ignored || !slices.Contains(roster.Fields(), f) {
			return nil, fmt.Errorf("--map: there is no field %q; fields are %s", field, fieldNames())
		}
		if named[f], err = columnOf(column, s.Heads); err != nil {
			return nil, err
		}
	}
	for _, col := range s.Columns {
		_, taken := named[col.Field]
		if !taken && !slices.Contains(slices.Collect(maps.Values(named)), col.Index) {
			columns = append(columns, col)
		}
	}
	for _, f := range slices.Sorted(maps.Keys(named)) {
		columns = append(columns, roster.Column{Index: named[f], Field: f})
	}
	return columns, nil
}

func fieldNames() string {
	var all []string
	for _, f := range roster.Fields()[1:] {
		all = append(all, string(f))
	}
	return strings.Join(all, ", ")
}

// columnOf finds a column by its letter, its number from 1, or its title.
func columnOf(column string, heads []string) (int, error) {
	if n, err := strconv.Atoi(column); err == nil && n > 0 {
		return n - 1, nil
	}
	if i := slices.IndexFunc(heads, func(h string) bool { return strings.EqualFold(h, strings.TrimSpace(column)) }); i >= 0 {
		return i, nil
	}
	n := 0
	for _, r := range strings.ToUpper(column) {
		if r < 'A' || r > 'Z' || n > 500 {
			return 0, fmt.Errorf("--map: there is no column %q", column)
		}
		n = n*26 + int(r-'A') + 1
	}
	if n == 0 {
		return 0, fmt.Errorf("--map: a field without its column")
	}
	return n - 1, nil
}

// rehearse tells what the list would do.
func (c importCmd) rehearse(e env, at string) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		var d lookup.ImportDraft
		if err := e.call(http.MethodGet, at, nil, &d); err != nil {
			return err
		}
		if dry := d.Job.Dry; dry != nil {
			if dry.Code != "" {
				return fmt.Errorf("the list cannot be read (%s): %s", dry.Code, dry.Error)
			}
			return e.print(dry, func(w io.Writer) { writeDry(w, d.Survey, *dry) })
		}
		select {
		case <-e.ctx.Done():
			return e.ctx.Err()
		case <-tick.C:
		}
	}
}

func writeDry(w io.Writer, s roster.Survey, d lookup.DryRun) {
	for _, c := range s.Columns {
		fmt.Fprintf(w, "column %-3d %-10s %s\n", c.Index+1, c.Field, c.Title)
	}
	if s.Unsure {
		fmt.Fprintln(w, "Days can be read either way: say --dates dmy or --dates mdy.")
	}
	fmt.Fprintf(w, "%d rows: %d new, %d would be updated, %d the same, %d to compare, %d refused, %d lines skipped. Nothing was written.\n",
		d.Rows, d.New, d.Updated, d.Same, d.Review, d.Refused, d.Skipped)
	for _, field := range slices.Sorted(maps.Keys(d.Fields)) {
		fmt.Fprintf(w, "would change %s of %d people\n", field, d.Fields[field])
	}
	for _, stop := range d.Stops {
		fmt.Fprintf(w, "line %d: %s\n", stop.Line, stop.Code)
	}
}
