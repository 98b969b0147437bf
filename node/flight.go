package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"gocua/node/deliver"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
)

// flight is the pages under way: at most two, in order.
type flight struct {
	m       *imports
	j       *importJob
	plan    roster.Plan
	reasons map[int]string
	pages   []civic.RosterPage
	saved   time.Time // when the job was last written down
}

const (
	pagesInFlight = 2
	saveEvery     = 2 * time.Second // what a restart forgets is counted again from the register
)

func (f *flight) add(ctx context.Context, page civic.RosterPage) error {
	page.File, page.Unit = f.plan.File, f.j.Unit
	f.pages = append(f.pages, page)
	if len(f.pages) < pagesInFlight {
		return nil
	}
	return f.land(ctx)
}

// land has the pages agreed, however long the link is away.
func (f *flight) land(ctx context.Context) error {
	if len(f.pages) == 0 {
		return nil
	}
	d := deliver.Delivery{Behind: true}
	for _, page := range f.pages {
		id, out, decided := f.named(page)
		if decided {
			if err := f.repeated(out); err != nil {
				return err
			}
			continue
		}
		e, err := f.m.seal(page.Unit, f.j.By, id, page)
		if err != nil {
			return err
		}
		d.Commands = append(d.Commands, e)
	}
	if len(d.Commands) == 0 {
		f.pages = nil
		return nil
	}
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		if err := f.m.await(ctx, f.j); err != nil {
			return err
		}
		if err := f.m.cancelled(f.j); err != nil {
			return err
		}
		wake, due := f.m.wake(), f.m.due.next()
		decided, err := f.m.send(ctx, d)
		if err == nil {
			return f.note(decided)
		}
		if known := (*command.Error)(nil); errors.As(err, &known) && known.Class != command.Unavailable {
			return err // the leader will not take these pages, however often it is asked
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-due:
		case <-t.C:
		}
		t.Stop()
	}
}

// named finds the ID of a page and what became of it. A refusal is kept under its
// ID for ever: when the list is handed in again, the page asks under the next. So
// does a page that was taken back.
func (f *flight) named(page civic.RosterPage) (id command.ID, out command.Outcome, decided bool) {
	parts := []string{"roster.page", page.File, f.plan.Mapping, page.Unit, fmt.Sprint(page.Page)}
	id = command.DerivedID(parts...)
	for try := 1; ; try++ {
		if out, decided = f.m.known(id); out.Status != command.Rejected && !f.m.takenBack(id) {
			return id, out, decided
		}
		id = command.DerivedID(append(parts, fmt.Sprint(try))...)
	}
}

// repeated counts the rows of a page that was decided before, by an earlier
// import of the same list or before this machine was restarted: its rows are as
// they were left, and asking again would change nothing.
func (f *flight) repeated(out command.Outcome) error {
	again := f.j.Again
	before := f.j.ImportJob
	if err := f.note([]command.Decided{{Outcome: out}}); err != nil || !again {
		return err
	}
	f.m.update(f.j, func() {
		f.j.Same += f.j.Added - before.Added + f.j.Updated - before.Updated
		f.j.Added, f.j.Updated = before.Added, before.Updated
	})
	return nil
}

// note counts what became of the rows.
func (f *flight) note(decided []command.Decided) error {
	for _, d := range decided {
		if err := d.Outcome.Err(); err != nil {
			return err
		}
		var result civic.PageResult
		if err := json.Unmarshal(d.Outcome.Detail, &result); err != nil {
			return fmt.Errorf("node: imports: %w", err)
		}
		f.m.update(f.j, func() { f.count(result) })
		for _, note := range result.Notes {
			f.reasons[note.Line] = roster.Reason(note.Code)
		}
	}
	f.pages = nil
	if time.Since(f.saved) < saveEvery {
		return nil
	}
	f.saved = time.Now()
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return f.m.saveLocked(f.j)
}

func (f *flight) count(result civic.PageResult) {
	for _, letter := range result.Rows {
		f.j.Done++
		switch civic.RowResult(letter) {
		case civic.RowNew:
			f.j.Added++
		case civic.RowUpdated:
			f.j.Updated++
		case civic.RowSame:
			f.j.Same++
		case civic.RowReview:
			f.j.Review++
		case civic.RowRefused:
			f.j.Refused++
		}
	}
}
