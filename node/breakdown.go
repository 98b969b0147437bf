package node

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gocua/node/host"
	"gocua/raft"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// breakdown is why this machine applies nothing any more. It goes on capturing.
type breakdown struct {
	Code  string `json:"code"`
	Index uint64 `json:"index"` // the entry it could not apply, or at which it differs
	Why   string `json:"why"`   // for whoever mends it; names nobody

	Forgot *raft.ForgottenError `json:"forgot,omitempty"`
}

func (s *breakdown) Error() string { return s.Why }

func (s *breakdown) Unwrap() error {
	if s.Forgot == nil {
		return nil
	}
	return s.Forgot
}

// Codes of a breakdown; words for people are in ui/messages.
const (
	stopDiffers     = "differs"      // its register is not what most others have
	stopUnknownKind = "unknown_kind" // an entry of a newer build: update this machine
	stopUnreadable  = "unreadable"   // an entry that is no entry
	stopCannotApply = "cannot_apply" // the disk, or a mistake in the program
	stopAgreement   = "agreement"    // raft itself
	stopForgot      = "forgotten"    // its directory is an older copy; the leader takes it in anew
)

// stuckAt says why the register stopped in the middle of entries.
func stuckAt(table *command.Table, entries []store.Entry, applied uint64, err error) *breakdown {
	s := &breakdown{Code: stopCannotApply, Why: err.Error()}
	for _, e := range entries {
		if e.Index <= applied {
			continue
		}
		s.Index = e.Index
		agreed, unreadable := command.DecodeEntry(e.Data)
		switch {
		case len(e.Data) == 0:
		case unreadable != nil:
			s.Code = stopUnreadable
		default:
			for _, c := range agreed.Commands {
				if _, known := table.Kind(c.Kind); !known {
					s.Code = stopUnknownKind
				}
			}
		}
		break
	}
	return s
}

// stoppedFile keeps the reason over a restart when it lies in the register
// itself: nothing else would keep the machine from going on with it.
const stoppedFile = "stopped.json"

// halt ends this machine's part in what is agreed because its register is wrong.
// A leader hands over first. Nothing but a new register lets it go on.
func (n *Node) halt(why *breakdown) {
	if raw, err := json.MarshalIndent(why, "", "  "); err != nil {
		n.log.Error("the reason why this machine stops cannot be kept", "error", err)
	} else if err := replaceFile(n.path(stoppedFile), append(raw, '\n')); err != nil {
		n.log.Error("the reason why this machine stops cannot be kept", "error", err)
	}
	n.halted.Store(why)
	n.raft.Fail(why)
}

// keptReason is why the register here must not go on, nil if it may. A reason
// about a register that has been replaced since is forgotten: that is the repair.
func (n *Node) keptReason() (*breakdown, error) {
	raw, err := os.ReadFile(n.path(stoppedFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("node: reading why this machine stopped: %w", err)
	}
	why := &breakdown{}
	if err := json.Unmarshal(raw, why); err != nil {
		return nil, fmt.Errorf("node: reading why this machine stopped: %w", err)
	}
	if applied, _ := n.reg.Applied(); applied >= why.Index || why.Forgot != nil {
		return why, nil
	}
	n.log.Info("the register that differed from the others has been replaced", "index", why.Index)
	if err := os.Remove(n.path(stoppedFile)); err != nil {
		return nil, fmt.Errorf("node: forgetting why this machine stopped: %w", err)
	}
	return nil, nil
}

// ErrNoRegister is the answer to Rebuild in a directory that holds no register.
var ErrNoRegister = errors.New("node: there is no register here")

// differed is where the last register that differed lies. What Rejoin sets aside is not
// there: it may hold what is nowhere else, and must outlive a repair.
const differed = "register.differed"

// Rebuild sets the register of a machine that does not run aside, so that its
// next start makes another from its newest snapshot and the log. It is the repair
// of a machine that differs from the others; what it captured is not touched. If
// the difference is older than the snapshot, the next comparison finds it again:
// then the PC has to join anew under another name. The register that differed
// stays beside the new one, sealed, for whoever looks into the cause.
func Rebuild(dir string) (err error) {
	register, differs := filepath.Join(dir, "register"), filepath.Join(dir, differed)
	if _, err := os.Stat(register); err != nil {
		return errors.Join(ErrNoRegister, err)
	}
	lock, err := host.Hold(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if err := os.RemoveAll(differs); err != nil {
		return fmt.Errorf("node: setting the register aside: %w", err)
	}
	if err := os.Rename(register, differs); err != nil {
		return fmt.Errorf("node: setting the register aside: %w", err)
	}
	return nil
}

// reason is why this machine has stopped applying, nil if it has not.
func (n *Node) reason() *breakdown {
	err := n.raft.Err()
	if err == nil {
		return nil
	}
	var why *breakdown
	if errors.As(err, &why) {
		return why
	}
	var past *raft.ForgottenError
	if errors.As(err, &past) {
		return &breakdown{Code: stopForgot, Index: past.Known.Agreed, Why: past.Error(), Forgot: past}
	}
	return &breakdown{Code: stopAgreement, Why: err.Error()}
}

// removed reports whether this machine was a member of its cluster and, as far
// as it has heard, is none any more. It stays as it is and goes on capturing;
// only an invitation under a new name brings the PC back.
func (n *Node) removed() bool {
	if !n.member.Load() {
		return false
	}
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == n.id.Node {
			return false
		}
	}
	return len(members) > 0
}

// shutOut reports whether the register here says that this machine is denied.
func (n *Node) shutOut() bool {
	r := n.reg.Read()
	defer r.Close()
	me, known := civic.Load[civic.Node](r, civic.TypeNode, command.Key(n.id.Node))
	return known && me.Denied
}
