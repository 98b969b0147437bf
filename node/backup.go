package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"

	"gocua/node/backup"
	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store/command"
)

const (
	backupStateFile = "backup.state"
	backupLooks     = time.Minute      // how often it is asked whether one is due
	backupAgain     = 30 * time.Minute // after one that came to nothing
	backupOld       = 3 * 24 * time.Hour
)

// backups is what this machine knows of its backups.
type backups struct {
	one   sync.Mutex // held by the one that is being made
	mu    sync.Mutex
	state backupState
	busy  bool
	due   chan struct{} // holds one when a page has asked for a backup
}

// backupState outlives the run of the machine.
type backupState struct {
	Newest   *keptBackup `json:"newest,omitempty"`
	Failed   string      `json:"failed,omitempty"` // code
	FailedAt time.Time   `json:"failedAt,omitzero"`
}

type keptBackup struct {
	File     string    `json:"file"`
	Time     time.Time `json:"time"`
	Size     int64     `json:"size"`
	Index    uint64    `json:"index"`
	Records  uint64    `json:"records"`
	Verified bool      `json:"verified"`
}

// openBackups reads what is known of them and removes what a drill left.
func (n *Node) openBackups() error {
	n.backups.due = make(chan struct{}, 1)
	raw, err := os.ReadFile(n.path(backupStateFile))
	if err == nil {
		err = json.Unmarshal(raw, &n.backups.state)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return fmt.Errorf("node: %s: %w", backupStateFile, err)
	}
	return clearScratch(n.cfg.Dir)
}

// BackupOrder says where a backup goes and who can open it.
type BackupOrder struct {
	File string   `json:"file,omitempty"` // empty: a name of its own in Dir
	Dir  string   `json:"dir,omitempty"`  // empty: as the machine's plan says
	To   []string `json:"to,omitempty"`   // empty: as the machine's plan says
}

// BackupDone is a backup that was made.
type BackupDone struct {
	File     string        `json:"file"`
	Verified bool          `json:"verified"`
	Header   backup.Header `json:"header"`
}

// Backup writes the register as it stands now into a file that the recipients
// can open, restores that file into a scratch directory and compares it. When it
// returns the backup is whole and on disk; the machine works on meanwhile.
func (n *Node) Backup(ctx context.Context, o BackupOrder) (done BackupDone, err error) {
	if !n.backups.one.TryLock() {
		return done, command.Errorf(command.Conflicting, "backup_running", "a backup is being made; wait until it is done")
	}
	defer n.backups.one.Unlock()
	n.backups.begin()
	done, err = n.writeBackup(ctx, o)
	return done, errors.Join(err, n.noteBackup(done, err))
}

func (n *Node) writeBackup(ctx context.Context, o BackupOrder) (done BackupDone, err error) {
	now := n.cfg.Clock()
	path, to, err := n.backupOrder(o, now)
	if err != nil {
		return done, err
	}
	if err := n.disk.check(lowMark); err != nil {
		return done, err
	}
	kit, err := trust.LoadKit(n.cfg.Dir)
	if err != nil {
		return done, fmt.Errorf("node: backing up: %w", err)
	}
	snap, err := n.reg.Snapshot()
	if err != nil {
		return done, fmt.Errorf("node: backing up: %w", err)
	}
	defer snap.Close()
	pos := snap.Position()
	if pos.Index == 0 {
		return done, command.Errorf(command.Unavailable, "backup_empty", "nothing has been agreed on this machine yet; back up later")
	}
	drill, err := age.GenerateX25519Identity()
	if err != nil {
		return done, fmt.Errorf("node: backing up: %w", err)
	}
	done.Verified = n.roomToDrill()
	w := backup.Writing{Path: path, Recipients: append(to, drill.Recipient()), Kit: kit, Register: stopping{ctx, snap},
		Header: backup.Header{Cluster: n.id.Cluster, Generation: n.id.Generation, Node: n.id.Node, Unit: n.self.Unit, Tier: n.self.Tier,
			Time: now.UTC().Truncate(time.Second), Index: pos.Index, Term: snap.Term()},
		Told: func(h *backup.Header) {
			digest, c := snap.Written()
			h.Says(c.Records, c.Outcomes, c.Feed, c.Audit, digest, pos.Chain, pos.Audit.Hash)
		}}
	if done.Verified {
		w.Drill = func(draft string) error { return n.drill(ctx, draft, drill) }
	}
	done.File = path
	done.Header, err = backup.Write(w)
	return done, err
}

// backupOrder fills in what was not said.
func (n *Node) backupOrder(o BackupOrder, now time.Time) (path string, to []age.Recipient, err error) {
	plan, err := backup.LoadPlan(n.cfg.Dir)
	if err != nil {
		return "", nil, err
	}
	if len(o.To) == 0 {
		o.To = plan.Recipients
	}
	to, err = backup.ParseRecipients(o.To)
	if err == nil && len(to) == 0 { // the drill's own key opens it, and is forgotten
		err = backup.ErrNobody()
	}
	if err != nil || o.File != "" {
		return o.File, to, err
	}
	if o.Dir == "" {
		o.Dir = plan.Dir
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return "", nil, command.Errorf(command.Unavailable, "backup_place", "the backup cannot be written there: %v", err)
	}
	return filepath.Join(o.Dir, backup.Name(n.id.Node, now)), to, nil
}

func (b *backups) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = true
}

// noteBackup remembers how it went.
func (n *Node) noteBackup(done BackupDone, failed error) error {
	b := &n.backups
	b.mu.Lock()
	defer b.mu.Unlock()
	b.busy = false
	if failed != nil {
		b.state.Failed, b.state.FailedAt = command.AsError(failed).Code, n.cfg.Clock()
	} else {
		h := done.Header
		b.state = backupState{Newest: &keptBackup{File: done.File, Time: h.Time, Size: h.FileSize(), Index: h.Index, Records: h.Records, Verified: done.Verified}}
	}
	raw, err := json.MarshalIndent(b.state, "", "  ")
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return replaceFile(n.path(backupStateFile), raw)
}

// backUp makes the nightly backup until ctx ends, also the one that was missed
// while the machine was off, and those asked for from a page.
func (n *Node) backUp(ctx context.Context) {
	if n.cfg.Sim != nil {
		return // a simulated day has no disk to spare
	}
	for {
		tick := time.NewTimer(backupLooks)
		now := false
		select {
		case <-ctx.Done():
		case <-n.backups.due:
			now = true
		case <-tick.C:
		}
		tick.Stop()
		if ctx.Err() != nil {
			return
		}
		if err := n.backUpIfDue(ctx, now); err != nil {
			n.log.Warn("the backup was not made", "code", command.AsError(err).Code, "error", err)
		}
	}
}

func (n *Node) backUpIfDue(ctx context.Context, now bool) error {
	plan, err := backup.LoadPlan(n.cfg.Dir)
	if err != nil {
		return err
	}
	if !now && !n.backupDue(plan, n.cfg.Clock()) {
		return nil
	}
	if _, err := n.Backup(ctx, BackupOrder{}); err != nil {
		return err
	}
	return backup.Tidy(plan.Dir, n.id.Node, n.cfg.Clock())
}

func (n *Node) backupDue(plan backup.Plan, now time.Time) bool {
	at, err := plan.Time()
	if index, _ := n.reg.Applied(); err != nil || len(plan.Recipients) == 0 || index == 0 {
		return false
	}
	n.backups.mu.Lock()
	state := n.backups.state
	n.backups.mu.Unlock()
	var last time.Time
	if state.Newest != nil {
		last = state.Newest.Time
	}
	return backup.Due(last, now, at) && (state.Failed == "" || now.Sub(state.FailedAt).Abs() >= backupAgain)
}

// BackUpNow has a backup made as the plan says, and does not wait for it.
func (n *Node) BackUpNow() error {
	plan, err := backup.LoadPlan(n.cfg.Dir)
	if err != nil {
		return err
	}
	if len(plan.Recipients) == 0 {
		return command.Errorf(command.Conflicting, "backup_nobody", "nobody could open the backup: name somebody with: gocua backup recipients")
	}
	select {
	case n.backups.due <- struct{}{}:
	default: // asked for already
	}
	return nil
}

// backupStatus is how the backups stand.
func (n *Node) backupStatus() (s lookup.BackupStatus) {
	if plan, err := backup.LoadPlan(n.cfg.Dir); err == nil {
		s.Recipients, s.At = len(plan.Recipients), plan.At
	}
	n.backups.mu.Lock()
	defer n.backups.mu.Unlock()
	s.Running, s.Failed = n.backups.busy, n.backups.state.Failed
	if k := n.backups.state.Newest; k != nil {
		s.Newest = &lookup.BackupMade{File: k.File, Time: k.Time.UTC().Format("2006-01-02T15:04:05.000Z"), Age: max(0, n.cfg.Clock().Sub(k.Time).Milliseconds()),
			Size: k.Size, Index: k.Index, Records: k.Records, Verified: k.Verified}
	}
	switch {
	case s.Newest == nil:
		s.Warn = lookup.BackupNone
	case backup.Ahead(n.backups.state.Newest.Time, n.cfg.Clock()):
		s.Warn = lookup.BackupAhead
	case s.Newest.Age > backupOld.Milliseconds():
		s.Warn = lookup.BackupOld
	case s.Failed != "":
		s.Warn = lookup.BackupFailed
	}
	return s
}
