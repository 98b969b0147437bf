package node

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"gocua/node/lookup"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
)

// rehearse counts what each list that has not begun would do, one at a time and
// beside the imports under way: those may be waiting for the link.
// Lists that nobody begins are forgotten meanwhile.
func (m *imports) rehearse(ctx context.Context) {
	sweep := time.NewTicker(draftSweeps)
	defer sweep.Stop()
	for ctx.Err() == nil {
		due := m.due.next()
		j, turn, ok := m.nextDraft()
		if !ok {
			select {
			case <-ctx.Done():
			case <-due:
			case <-sweep.C:
				m.mu.Lock()
				m.sweepLocked()
				m.mu.Unlock()
			}
			continue
		}
		dry := m.dryRun(ctx, &j)
		if ctx.Err() != nil {
			return
		}
		dry.At = m.clock()
		m.noteDry(j.ID, turn, dry)
	}
}

// nextDraft is a copy of the draft that has waited longest.
func (m *imports) nextDraft() (first importJob, turn int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if j.State == jobDraft && j.Dry == nil && (!ok || j.Started.Before(first.Started)) {
			first, turn, ok = *j, j.turn, true
		}
	}
	return first, turn, ok
}

func (m *imports) noteDry(id string, turn int, dry lookup.DryRun) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	if !ok || j.State != jobDraft || j.turn != turn {
		return // dropped, begun, or chosen otherwise meanwhile
	}
	j.Dry = &dry
	if err := m.saveLocked(j); err != nil {
		m.log.Error("what a list would do could not be noted", "error", err)
	}
}

const (
	mostStops = 50
	mostLines = 20
)

// dryRun counts what a list would do, without writing anything.
func (m *imports) dryRun(ctx context.Context, j *importJob) lookup.DryRun {
	r := rehearsal{m: m, unit: j.Unit, seen: map[string]bool{}, dry: lookup.DryRun{Fields: map[string]int{}, Notes: map[string]int{}}}
	data, err := m.keep.read(filepath.Join(m.dir, j.ID, "list"))
	if err == nil {
		sheets := j.Choice.Sheets
		if len(sheets) == 0 {
			sheets = []string{j.Choice.Sheet}
		}
		for _, sheet := range sheets {
			opt := m.options(j)
			if sheet != opt.Sheet {
				other := *j
				other.Choice = otherSheet(j.Choice, sheet)
				opt = m.options(&other)
			}
			if err = r.list(ctx, j.Name, data, opt); err != nil {
				break
			}
		}
	}
	if err != nil && ctx.Err() == nil {
		e := command.AsError(err)
		r.dry.Code, r.dry.Error, r.dry.Line = e.Code, e.Message, roster.LineOf(err)
	}
	return r.dry
}

// rehearsal is a list being counted.
type rehearsal struct {
	m     *imports
	unit  string
	sheet string
	dry   lookup.DryRun
	seen  map[string]bool // personal numbers of the pages before
}

func (r *rehearsal) list(ctx context.Context, name string, data []byte, opt roster.Options) error {
	r.sheet = opt.Sheet
	plan, err := roster.Read(name, data, opt, func(p roster.Page) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return r.page(p)
	})
	if err != nil {
		return err
	}
	r.dry.Rows += plan.Rows + len(plan.Refused)
	r.dry.Refused += len(plan.Refused)
	r.dry.Skipped += len(plan.Skipped) + plan.Empty
	for _, f := range plan.Refused {
		r.stop(lookup.DryStop{Sheet: r.sheet, Line: f.Line, Code: f.Code})
	}
	for _, f := range plan.Noted {
		r.dry.Notes[f.Code]++
	}
	slices.SortStableFunc(r.dry.Stops, func(a, b lookup.DryStop) int {
		if a.Sheet != b.Sheet {
			return strings.Compare(a.Sheet, b.Sheet)
		}
		return a.Line - b.Line
	})
	r.dry.Stops = r.dry.Stops[:min(mostStops, len(r.dry.Stops))]
	return nil
}

// stop keeps what might be among the first: pages come before what was refused
// while they were read.
func (r *rehearsal) stop(s lookup.DryStop) {
	if len(r.dry.Stops) < 2*mostStops {
		r.dry.Stops = append(r.dry.Stops, s)
	}
}

// page decides one page on what is agreed now and looks at what would follow.
func (r *rehearsal) page(p roster.Page) error {
	body := civic.RosterPage{File: strings.Repeat("0", 64), Page: p.Number, Unit: r.unit, Rows: make([]civic.RosterRow, len(p.Rows))}
	for i, row := range p.Rows {
		body.Rows[i] = civic.RosterRow(row)
	}
	v := r.m.read()
	defer v.Close()
	d := body.Decide(v, command.Envelope{ID: command.DerivedID("rehearsal", fmt.Sprint(p.Number)), Unit: r.unit, Kind: civic.KindRosterPage, CapturedAt: r.m.clock().UnixMilli()})
	if d.Err != nil {
		return d.Err
	}
	var result civic.PageResult
	if err := json.Unmarshal(d.Detail, &result); err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	r.count(p, result)
	r.changes(v, d.Changes)
	return v.Err()
}

func (r *rehearsal) count(p roster.Page, result civic.PageResult) {
	for i, letter := range result.Rows {
		row := p.Rows[i]
		again := row.Number != "" && r.seen[row.Number]
		switch civic.RowResult(letter) {
		case civic.RowNew:
			if again { // an earlier page would have brought them
				r.dry.Same++
				r.dry.Twice++
				continue
			}
			r.dry.New++
		case civic.RowUpdated:
			r.dry.Updated++
			if len(r.dry.Lines) < mostLines {
				r.dry.Lines = append(r.dry.Lines, row.Line)
			}
		case civic.RowSame:
			r.dry.Same++
		case civic.RowReview:
			r.dry.Review++
		case civic.RowRefused:
			r.dry.Refused++
		}
	}
	for _, row := range p.Rows {
		if row.Number != "" {
			r.seen[row.Number] = true
		}
	}
	for _, note := range result.Notes {
		waits := strings.ContainsRune(result.Rows, rune(civic.RowReview[0])) && letterOf(p, result, note.Line) == civic.RowReview
		r.stop(lookup.DryStop{Sheet: r.sheet, Line: note.Line, Code: note.Code, Review: waits})
	}
}

func letterOf(p roster.Page, result civic.PageResult, line int) civic.RowResult {
	i := slices.IndexFunc(p.Rows, func(row roster.Row) bool { return row.Line == line })
	if i < 0 {
		return ""
	}
	return civic.RowResult(result.Rows[i : i+1])
}

// changes counts, field by field, whom of those who are there the page would change.
func (r *rehearsal) changes(v *store.Reader, changes []command.Change) {
	for _, c := range changes {
		old, there := civic.Load[civic.Resident](v, c.Type, c.Key)
		if c.Type != civic.TypeResident || !there {
			continue
		}
		var now civic.Resident
		if json.Unmarshal(c.Value, &now) != nil {
			continue // what a rule has just written can be read
		}
		for field, pair := range map[string][2]any{"name": {old.Name, now.Name}, "birth": {old.Birth, now.Birth}, "sex": {old.Sex, now.Sex},
			"personalNumber": {old.Number + old.Disputed, now.Number + now.Disputed}, "phones": {old.Phones, now.Phones}, "household": {old.Household, now.Household},
			"ethnic": {old.Ethnic, now.Ethnic}, "relation": {old.Relation, now.Relation}, "old": {old.Old, now.Old}} {
			if !reflect.DeepEqual(pair[0], pair[1]) {
				r.dry.Fields[field]++
			}
		}
	}
}
