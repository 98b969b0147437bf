package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// The undo of a page is numbered parts and a last one. A page counts as taken
// back once the last one is decided.
const lastPart = "last"

func undoID(page command.ID, part string, try int) command.ID {
	parts := []string{"roster.undo", page.String(), part}
	if try > 0 {
		parts = append(parts, strconv.Itoa(try))
	}
	return command.DerivedID(parts...)
}

// undoNamed finds the ID of a part and what became of it; a refusal is kept under
// its ID for ever, and the part then asks under the next.
func (m *imports) undoNamed(page command.ID, part string) (id command.ID, out command.Outcome, decided bool) {
	for try := 0; ; try++ {
		id = undoID(page, part, try)
		if out, decided = m.known(id); out.Status != command.Rejected {
			return id, out, decided
		}
	}
}

// takenBack reports whether a page was taken back.
func (m *imports) takenBack(page command.ID) bool {
	_, _, decided := m.undoNamed(page, lastPart)
	return decided
}

// undoing reports whether a job is being taken back.
func (j *importJob) undoing() bool { return j.Undo != nil && j.Undo.State == jobRunning }

// startUndo takes an import back: when it returns, it will be, whatever happens.
func (m *imports) startUndo(by command.Actor, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	switch {
	case !ok:
		return unknownImport()
	case j.Undo != nil && j.Undo.State != jobFailed:
		return nil // it is, or has been
	case !m.canUndoLocked(j):
		return command.Errorf(command.Conflicting, "no_undo", "this import cannot be taken back")
	}
	j.By, j.Cancel = by, false
	j.Undo = &lookup.ImportUndo{State: jobRunning, Started: m.clock()}
	m.due.shout()
	return m.saveLocked(j)
}

// canUndoLocked reports whether there is anything of its own that an import could
// take back: one that came again brought nothing. One that was taken back halfway
// goes on where it stopped.
func (m *imports) canUndoLocked(j *importJob) bool {
	if j.Undo != nil {
		return j.Undo.State == jobFailed
	}
	return (j.State == jobDone || j.State == jobCancelled || j.State == jobFailed) && j.Traced &&
		j.Added+j.Updated+j.Review > 0 && !(j.Again && m.importedLocked(j))
}

// undo takes an import back, the last page first: what a later page made of what
// an earlier one brought goes before it.
func (m *imports) undo(ctx context.Context, j *importJob) {
	err := m.undoPages(ctx, j)
	if ctx.Err() != nil {
		return // it goes on after the next start
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.clock()
	j.Undo.State, j.Undo.Finished = jobDone, &now
	switch {
	case errors.Is(err, errCancelled):
		j.Undo.State, j.Undo.Code = jobFailed, jobCancelled
	case err != nil:
		e := command.AsError(err)
		j.Undo.State, j.Undo.Code, j.Undo.Error = jobFailed, e.Code, e.Message
		m.log.Warn("an import could not be taken back", "import", j.ID[:12], "code", e.Code, "error", err)
	}
	if err := m.saveLocked(j); err != nil {
		m.log.Error("the end of an undo could not be noted", "error", err)
	}
}

func (m *imports) undoPages(ctx context.Context, j *importJob) error {
	t, err := m.traced(j)
	if err != nil {
		return err
	}
	m.update(j, func() { *j.Undo = lookup.ImportUndo{State: jobRunning, Started: j.Undo.Started, Pages: len(t.Starts)} })
	for n := len(t.Starts); n > 0; n-- {
		page, out, ok := m.pageOf(j, t, n)
		if ok {
			if err := m.undoPage(ctx, j, page, out, t, n); err != nil {
				return err
			}
		}
		m.update(j, func() { j.Undo.Done++ })
	}
	return nil
}

// pageOf finds the command that brought a page last: not one that was refused,
// nor one that an earlier undo took back. One that this undo has begun with
// counts: its parts are asked again, to no effect.
func (m *imports) pageOf(j *importJob, t trace, n int) (id command.ID, out command.Outcome, ok bool) {
	parts := []string{"roster.page", t.File, t.Mapping, j.Unit, fmt.Sprint(n)}
	next := command.DerivedID(parts...)
	for try := 1; ; try++ {
		decision, decided := m.known(next)
		if !decided {
			return id, out, ok
		}
		if decision.Status == command.Accepted {
			id, out, ok = next, decision, true
		}
		next = command.DerivedID(append(parts, fmt.Sprint(try))...)
	}
}

const (
	undoRows  = civic.MaxUndoRows
	undoBytes = 40 << 10
)

func (m *imports) undoPage(ctx context.Context, j *importJob, page command.ID, out command.Outcome, t trace, n int) error {
	rows, err := m.wrote(page, out, t, n)
	if err != nil || len(rows) == 0 {
		return err
	}
	for part, chunk := range parted(rows) {
		name := strconv.Itoa(part + 1)
		if part == len(parted(rows))-1 {
			name = lastPart
		}
		id, out, decided := m.undoNamed(page, name)
		if !decided {
			e, err := m.sealUndo(j.Unit, j.By, id, civic.UndoPage{Page: page, Part: part + 1, Unit: j.Unit, Rows: chunk})
			if err != nil {
				return err
			}
			if out, err = m.deliver(ctx, j, e); err != nil {
				return err
			}
		}
		if err := m.noteUndo(j, out); err != nil {
			return err
		}
	}
	return nil
}

// parted cuts rows into what fits one command.
func parted(rows []civic.UndoRow) (parts [][]civic.UndoRow) {
	bytes := 0
	for _, row := range rows {
		b, err := json.Marshal(row)
		if err != nil {
			panic("node: a row that cannot be encoded: " + err.Error())
		}
		last := len(parts) - 1
		if last < 0 || len(parts[last]) == undoRows || bytes+len(b) > undoBytes {
			parts, bytes = append(parts, nil), 0
			last++
		}
		parts[last], bytes = append(parts[last], row), bytes+len(b)+1
	}
	return parts
}

// wrote lists what a page wrote, with what stood there before: people, then
// reviews, then households, which must be empty to go.
func (m *imports) wrote(page command.ID, out command.Outcome, t trace, n int) (rows []civic.UndoRow, err error) {
	if out.FeedTo == 0 {
		return nil, nil // it changed nothing
	}
	v := m.read()
	defer v.Close()
	lines := t.made(page, n)
	for _, typ := range []command.RecordType{civic.TypeResident, civic.TypeReview, civic.TypeHousehold} {
		for item := range v.Feed(out.FeedFrom - 1) {
			if item.Seq > out.FeedTo {
				break
			}
			if item.Change.Type != typ {
				continue
			}
			if row, ok := rowOf(v, item, lines); ok {
				rows = append(rows, row)
			}
		}
	}
	return rows, v.Err()
}

// deliver has a command agreed, however long the link is away.
func (m *imports) deliver(ctx context.Context, j *importJob, e command.Envelope) (command.Outcome, error) {
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, 10*time.Second) {
		wake, due := m.wake(), m.due.next()
		decided, err := m.send(ctx, deliver.Delivery{Behind: true, Commands: []command.Envelope{e}})
		if err == nil {
			return decided[0].Outcome, nil
		}
		if known := (*command.Error)(nil); errors.As(err, &known) && known.Class != command.Unavailable {
			return command.Outcome{}, err // the leader will not take it, however often it is asked
		}
		if err := m.cancelled(j); err != nil {
			return command.Outcome{}, err
		}
		t := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			t.Stop()
			return command.Outcome{}, ctx.Err()
		case <-wake:
		case <-due:
		case <-t.C:
		}
		t.Stop()
	}
}

// mostKept is how many of those that stay are named.
const mostKept = 200

// noteUndo counts what became of the records.
func (m *imports) noteUndo(j *importJob, out command.Outcome) error {
	if err := out.Err(); err != nil {
		return err
	}
	var result civic.UndoResult
	if err := json.Unmarshal(out.Detail, &result); err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	u := j.Undo
	for _, letter := range result.Rows {
		switch letter {
		case civic.UndoRemoved:
			u.Removed++
		case civic.UndoRestored:
			u.Restored++
		case civic.UndoKept:
			u.Kept++
		}
	}
	u.Notes = slices.Concat(u.Notes, result.Kept)
	u.Notes = u.Notes[:min(mostKept, len(u.Notes))]
	return m.saveLocked(j)
}
