package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
)

// imports are the roster imports of this machine: jobs that survive the browser
// being closed and the machine being restarted. The list itself is kept, sealed,
// until its last page is decided: it is the durable copy of its rows.
type imports struct {
	dir   string
	keep  drawer
	send  func(context.Context, deliver.Delivery) ([]command.Decided, error)
	seal  func(unit string, by command.Actor, id command.ID, page civic.RosterPage) (command.Envelope, error)
	known func(command.ID) (command.Outcome, bool)
	units func(unit string) (hamlets map[string]string)
	room  func() *command.Error // why lists must wait, or nil
	wake  func() <-chan struct{}
	clock func() time.Time
	log   *slog.Logger

	mu   sync.Mutex
	jobs map[string]*importJob
	at   *importJob // the one that is worked on
	due  broadcast

	layouts  *layouts
	read     func() *store.Reader
	sealUndo func(unit string, by command.Actor, id command.ID, page civic.UndoPage) (command.Envelope, error)
}

// importJob is one job and what it needs to go on after a restart.
type importJob struct {
	lookup.ImportJob
	By      command.Actor     `json:"by"`
	Hamlets map[string]string `json:"hamlets"`
	Again   bool              `json:"again,omitempty"`  // the same list was imported to its end before
	Cancel  bool              `json:"cancel,omitempty"` // somebody stopped it

	Traced     bool   `json:"traced,omitempty"`     // it is known which pages it sent
	List       string `json:"list,omitempty"`       // listID of the file
	Remembered bool   `json:"remembered,omitempty"` // the choice is that of an earlier list
	turn       int    // counts choices: what was counted for an earlier one is out of date
}

// Job states.
const (
	jobRunning   = "running"
	jobDone      = "done"
	jobFailed    = "failed"
	jobCancelled = "cancelled"
)

func (n *Node) openImports(key []byte) error {
	keep, err := newDrawer(key, "imports")
	if err != nil {
		return err
	}
	n.imports = &imports{dir: n.path("imports"), keep: keep, send: n.sender.Send, clock: n.cfg.Clock, log: n.log,
		wake: n.moved.next, jobs: map[string]*importJob{}, units: n.hamletNames, room: func() *command.Error { return n.disk.check(lowMark) }, seal: n.rosterEnvelope, known: n.capture.Register.Outcome,
		read: n.reg.Read, sealUndo: n.undoEnvelope}
	if n.imports.layouts, err = openLayouts(keep, filepath.Join(n.imports.dir, "layouts")); err != nil {
		return err
	}
	return n.imports.load()
}

// hamletNames lists a unit's hamlets by the names people write.
func (n *Node) hamletNames(unit string) map[string]string {
	r := n.reg.Read()
	defer r.Close()
	return lookup.HamletNames(r, unit)
}

func (n *Node) rosterEnvelope(unit string, by command.Actor, id command.ID, page civic.RosterPage) (command.Envelope, error) {
	return n.envelopeOf(civic.KindRosterPage, unit, by, id, page)
}

func (n *Node) undoEnvelope(unit string, by command.Actor, id command.ID, page civic.UndoPage) (command.Envelope, error) {
	return n.envelopeOf(civic.KindRosterUndo, unit, by, id, page)
}

// envelopeOf is a command that somebody's import asks for.
func (n *Node) envelopeOf(kind command.Kind, unit string, by command.Actor, id command.ID, body any) (command.Envelope, error) {
	e, err := n.envelope(kind, id, body)
	e.By.Officer, e.By.Device, e.Unit = by.Officer, by.Device, unit
	return e.Sign(n.id.Key), err
}

// load finds the jobs of earlier runs, and throws away what a large workbook was
// unpacked to when one of them ended.
func (m *imports) load() error {
	if err := errors.Join(os.RemoveAll(m.unpacked()), os.MkdirAll(m.unpacked(), 0o700)); err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	paths, err := filepath.Glob(filepath.Join(m.dir, "*", "job"))
	if err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	for _, path := range paths {
		var j importJob
		if err := m.keep.readJSON(path, &j); err != nil {
			m.log.Error("an import cannot be read back", "path", path, "error", err)
			continue
		}
		m.jobs[j.ID] = &j
	}
	m.sweepLocked()
	return nil
}

// start takes a list in: when it returns, the list is kept on this machine and
// will be imported, whatever happens. The same list again runs again, to no effect.
func (m *imports) start(by command.Actor, unit, name string, data []byte) (lookup.ImportJob, error) {
	j, err := m.take(by, unit, name, data)
	if err != nil {
		return lookup.ImportJob{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	old, known := m.jobs[j.ID]
	if known && old.State == jobRunning {
		return old.ImportJob, nil
	}
	j.Again = m.importedLocked(j) || known && old.Undo == nil && (old.State == jobDone || old.Again)
	return j.ImportJob, m.keepLocked(j, data)
}

func (m *imports) saveLocked(j *importJob) error {
	return m.keep.writeJSON(filepath.Join(m.dir, j.ID, "job"), j)
}

// unpacked is where the library of workbooks puts, in the clear, the parts of one
// that are too large for memory, and takes them away when it is done.
func (m *imports) unpacked() string { return filepath.Join(m.dir, "unpacked") }

// list returns all jobs, newest first.
func (m *imports) list() []lookup.ImportJob {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sweepLocked()
	var all []lookup.ImportJob
	for _, j := range m.jobs {
		shown := j.ImportJob
		shown.CanUndo = m.canUndoLocked(j)
		all = append(all, shown)
	}
	slices.SortFunc(all, func(a, b lookup.ImportJob) int { return b.Started.Compare(a.Started) })
	return all
}

// result returns the workbook of rows somebody should look at.
func (m *imports) result(id string) ([]byte, error) {
	m.mu.Lock()
	_, ok := m.jobs[id]
	m.mu.Unlock()
	if !ok {
		return nil, unknownImport()
	}
	return m.keep.read(filepath.Join(m.dir, id, "result"))
}

// run works through the jobs, one at a time.
func (m *imports) run(ctx context.Context) {
	for ctx.Err() == nil {
		due := m.due.next()
		j := m.nextJob()
		if j == nil {
			select {
			case <-ctx.Done():
			case <-due:
			}
			continue
		}
		if j.State != jobRunning {
			m.undo(ctx, j)
			continue
		}
		err := m.work(ctx, j)
		if ctx.Err() != nil {
			return // it goes on after the next start
		}
		m.finish(j, err)
	}
}

func (m *imports) nextJob() (first *importJob) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, j := range m.jobs {
		if (j.State == jobRunning || j.undoing()) && (first == nil || j.Started.Before(first.Started)) {
			first = j
		}
	}
	m.at = first
	return first
}

func (m *imports) finish(j *importJob, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.finishLocked(j, err)
}

func (m *imports) finishLocked(j *importJob, err error) {
	now := m.clock()
	j.State, j.Finished, j.Code, j.Error, j.Line = jobDone, &now, "", "", roster.LineOf(err)
	switch {
	case errors.Is(err, errCancelled):
		j.State = jobCancelled
	case err != nil:
		e := command.AsError(err)
		j.State, j.Code, j.Error = jobFailed, e.Code, e.Message
		m.log.Warn("an import ended early", "import", j.ID[:12], "code", e.Code, "error", err)
	}
	if err := m.saveLocked(j); err != nil {
		m.log.Error("the end of an import could not be noted", "error", err)
		return
	}
	// The rows are decided and the result is kept: the list has served.
	if err := os.Remove(filepath.Join(m.dir, j.ID, "list")); err != nil {
		m.log.Warn("a list that has been imported could not be removed", "error", err)
	}
}

// work imports one list: it is read whole, to know what it is, then sent page by page.
func (m *imports) work(ctx context.Context, j *importJob) error {
	if err := m.await(ctx, j); err != nil {
		return err
	}
	data, err := m.keep.read(filepath.Join(m.dir, j.ID, "list"))
	if err != nil {
		return err
	}
	opt := m.options(j)
	var seen trace
	pages, err := newShelf()
	if err != nil {
		return err
	}
	plan, err := roster.Read(j.Name, data, opt, func(p roster.Page) error { return errors.Join(seen.page(p), pages.put(p)) })
	if err != nil {
		return err
	}
	if err := m.trace(j, plan, seen); err != nil {
		return err
	}
	m.update(j, func() {
		j.Rows, j.Skipped, j.Refused, j.Encoding = plan.Rows+len(plan.Refused), len(plan.Skipped)+plan.Empty, len(plan.Refused), plan.Encoding
		j.Done, j.Added, j.Updated, j.Same, j.Review = len(plan.Refused), 0, 0, 0, 0
	})
	reasons := plan.Reasons()
	under := &flight{m: m, j: j, plan: plan, reasons: reasons}
	err = pages.each(func(p civic.RosterPage) error { return under.add(ctx, p) })
	if err == nil {
		err = under.land(ctx)
	}
	if err != nil {
		return err
	}
	var result bytes.Buffer
	if err := roster.WriteResult(&result, j.Name, data, opt, reasons); err != nil {
		return err
	}
	return m.keep.write(filepath.Join(m.dir, j.ID, "result"), result.Bytes())
}

// await holds a job while the disk has no room for lists; the job says so.
func (m *imports) await(ctx context.Context, j *importJob) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		due, why := m.due.next(), m.room()
		m.update(j, func() {
			j.Code, j.Error = "", ""
			if why != nil {
				j.Code, j.Error = why.Code, why.Message
			}
		})
		if why == nil {
			return nil
		}
		if err := m.cancelled(j); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-due:
		case <-look.C:
		}
	}
}

func (m *imports) update(j *importJob, change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}
