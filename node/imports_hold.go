package node

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/store/roster"
)

// jobDraft is a list that is kept and waits for somebody to say how it is read.
const jobDraft = "draft"

// listID names what is imported for whom: the same again is the same import.
func listID(unit string, data []byte, sheet string) string {
	sum := sha256.Sum256(append([]byte(unit+"\n"), data...))
	if sheet != "" {
		sum = sha256.Sum256(append(sum[:], sheet...))
	}
	return hex.EncodeToString(sum[:])
}

// take checks a list and makes a job of it.
func (m *imports) take(by command.Actor, unit, name string, data []byte) (*importJob, error) {
	if len(data) > roster.MaxFile {
		return nil, command.Errorf(command.Invalid, "list_too_large", "the list is larger than %d MB", roster.MaxFile>>20)
	}
	if _, err := roster.Sniff(name, data[:min(len(data), 4<<10)]); err != nil {
		return nil, err
	}
	if err := m.room(); err != nil {
		return nil, err
	}
	j := &importJob{By: by, Hamlets: m.units(unit)}
	j.ImportJob = lookup.ImportJob{ID: listID(unit, data, ""), Name: filepath.Base(name), Unit: unit, State: jobRunning, Started: m.clock()}
	j.List = j.ID
	return j, nil
}

// hold keeps a list until somebody has looked how it would be read. What is wrong
// with the file as such is said at once. The same list again is the same draft.
func (m *imports) hold(by command.Actor, unit, name string, data []byte) (lookup.ImportJob, error) {
	j, err := m.take(by, unit, name, data)
	if err != nil {
		return lookup.ImportJob{}, err
	}
	survey, err := roster.Look(j.Name, data, m.options(j))
	if err != nil {
		return lookup.ImportJob{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, old := range m.jobs {
		if old.State == jobDraft && old.List == j.List {
			return old.ImportJob, nil
		}
	}
	sum := sha256.Sum256([]byte(j.List + strconv.FormatInt(j.Started.UnixNano(), 10)))
	j.ID, j.State = hex.EncodeToString(sum[:]), jobDraft
	if c, ok := m.layouts.recall(survey); ok {
		j.Choice, j.Remembered = c, true
	}
	return j.ImportJob, m.keepLocked(j, data)
}

// keepLocked puts a job and its list on the disk: when it returns, both are there.
func (m *imports) keepLocked(j *importJob, data []byte) error {
	dir := filepath.Join(m.dir, j.ID)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	if err := errors.Join(syncDir(m.dir), m.keep.write(filepath.Join(dir, "list"), data)); err != nil {
		return err
	}
	if err := m.saveLocked(j); err != nil {
		return err
	}
	m.jobs[j.ID] = j
	m.due.shout()
	return nil
}

// options are how a job's list is to be read.
func (m *imports) options(j *importJob) roster.Options {
	c := j.Choice
	return roster.Options{Sheet: c.Sheet, Titles: c.Titles, Columns: c.Columns, Hamlets: j.Hamlets, Hamlet: c.Hamlet,
		Encoding: c.Encoding, Dates: c.Dates, TmpDir: m.unpacked()}
}

// draft shows how a kept list would be read.
func (m *imports) draft(id string) (d lookup.ImportDraft, err error) {
	j, err := m.drafted(id)
	if err != nil {
		return d, err
	}
	data, err := m.keep.read(filepath.Join(m.dir, id, "list"))
	if err != nil {
		return d, err
	}
	d.Job, d.Remembered = j.ImportJob, j.Remembered
	d.Survey, err = roster.Look(j.Name, data, m.options(&j))
	return d, err
}

// drafted is a copy of a job that has not begun.
func (m *imports) drafted(id string) (importJob, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	if !ok || j.State != jobDraft {
		return importJob{}, unknownImport()
	}
	return *j, nil
}

func unknownImport() *command.Error {
	return command.Errorf(command.NotFound, "unknown_import", "there is no such import on this machine")
}

// choose notes how a list is to be read. What it would do is then counted anew.
func (m *imports) choose(id string, c lookup.ImportChoice) error {
	if err := (roster.Options{Titles: c.Titles, Columns: c.Columns, Encoding: c.Encoding, Dates: c.Dates}).Check(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	if !ok || j.State != jobDraft {
		return unknownImport()
	}
	if c.Hamlet != "" && !slices.Contains(values(j.Hamlets), c.Hamlet) {
		return command.InvalidField("/hamlet", "unknown_hamlet", "there is no such hamlet in the unit")
	}
	j.Choice, j.Dry, j.Remembered, j.turn = c, nil, false, j.turn+1
	m.due.shout()
	return m.saveLocked(j)
}

func values(names map[string]string) (codes []string) {
	for _, code := range names {
		codes = append(codes, code)
	}
	return codes
}

// begin imports a list as it was chosen: each sheet as a job of its own, so that
// each has its own result and can be taken back by itself.
func (m *imports) begin(by command.Actor, id string) error {
	d, err := m.draft(id)
	if err != nil {
		return err
	}
	switch {
	case d.Survey.Code != "":
		return command.Errorf(command.Invalid, d.Survey.Code, "%s", d.Survey.Message)
	case d.Survey.Unsure:
		return command.InvalidField("/dates", "ask_dates", "say whether the day or the month comes first")
	}
	if err := m.room(); err != nil {
		return err
	}
	data, err := m.keep.read(filepath.Join(m.dir, id, "list"))
	if err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	if !ok || j.State != jobDraft {
		return unknownImport()
	}
	if err := m.layouts.remember(d.Survey, j.Choice); err != nil {
		return err
	}
	now := m.clock()
	sheets := j.Choice.Sheets
	if len(sheets) > 0 {
		for i, sheet := range sheets[1:] {
			if err := m.keepLocked(m.sheetJob(j, by, d.Survey, data, sheet, now.Add(time.Duration(i+1))), data); err != nil {
				return err
			}
		}
		if sheets[0] != d.Survey.Sheet {
			j.Choice = otherSheet(j.Choice, sheets[0])
		}
	}
	j.By, j.State, j.Started, j.Dry = by, jobRunning, now, nil
	if j.Choice.Sheets = nil; len(d.Survey.Sheets) > 1 {
		j.Choice.Sheet = cmp.Or(j.Choice.Sheet, d.Survey.Sheet)
	}
	j.Again = m.importedLocked(j)
	m.due.shout()
	return m.saveLocked(j)
}

// sheetJob is the job of one more sheet of a workbook.
func (m *imports) sheetJob(of *importJob, by command.Actor, s roster.Survey, data []byte, sheet string, at time.Time) *importJob {
	j := &importJob{By: by, Hamlets: of.Hamlets, List: of.List}
	j.ImportJob = lookup.ImportJob{ID: listID(of.ID, nil, sheet), Name: of.Name, Unit: of.Unit, State: jobRunning, Started: at}
	j.Choice = of.Choice
	if sheet != s.Sheet {
		j.Choice = otherSheet(of.Choice, sheet)
	}
	if other, err := roster.Look(of.Name, data, m.options(j)); err == nil && other.Layout == s.Layout && other.Layout != "" {
		j.Choice.Columns, j.Choice.Titles = of.Choice.Columns, other.Titles
		if len(of.Choice.Columns) == 0 {
			j.Choice.Titles = 0
		}
	}
	j.Choice.Sheets = nil
	j.Again = m.importedLocked(j)
	return j
}

// otherSheet is a choice without what was said about the lines of one sheet.
func otherSheet(c lookup.ImportChoice, sheet string) lookup.ImportChoice {
	c.Sheet, c.Titles, c.Columns, c.Sheets = sheet, 0, nil, nil
	return c
}

// importedLocked reports whether the same was imported to its end before, and not
// taken back since.
func (m *imports) importedLocked(j *importJob) bool {
	for _, old := range m.jobs {
		if old.ID != j.ID && old.State == jobDone && old.Undo == nil && cmp.Or(old.List, old.ID) == j.List && old.Choice.Sheet == j.Choice.Sheet {
			return true
		}
	}
	return false
}
