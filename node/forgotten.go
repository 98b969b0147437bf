package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"gocua/raft"
	"gocua/store/command"
)

// forgotten is what a machine says whose directory was put back from an older copy:
// what others remember of it, and which of its lives the copy is of.
type forgotten struct {
	Known raft.Promise `json:"known"`
	Life  uint64       `json:"life"`
}

// forgot is what this machine has forgotten, nil if nothing.
func (n *Node) forgot() *forgotten {
	var why *raft.ForgottenError
	if !errors.As(n.raft.Err(), &why) {
		return nil
	}
	return &forgotten{Known: why.Known, Life: why.Life}
}

// keepForgotten has a machine that has forgotten stay away after a start too, also if
// nobody is there then who remembers.
func (n *Node) keepForgotten() {
	var known *breakdown
	if n.forgot() == nil || errors.As(n.raft.Err(), &known) {
		return
	}
	why := n.reason()
	n.halt(why)
}

// comeBack asks the leader to be taken in anew. Once it has taken this machine's vote,
// what is in the directory is harmless: an earlier day of the same order, of a machine
// that may be late. So nothing is thrown away, and what is missing comes from the others.
func (n *Node) comeBack(ctx context.Context, f forgotten) {
	for _, addr := range n.whomToTell() {
		d, ok := n.tell(ctx, addr, &f)
		if !ok || d.Life == 0 {
			continue
		}
		if err := n.beginAnew(d); err != nil {
			n.log.Error("this machine cannot be taken in anew", "error", err)
			return
		}
		n.log.Warn("this machine is taken in anew: it has no vote until it has caught up", "life", d.Life)
		if n.cfg.End != nil {
			n.cfg.End(true)
		}
		<-ctx.Done() // it is done with this run
		return
	}
}

// beginAnew forgets why this machine stopped, and then begins another life: a power
// cut in between has the others remind it once more.
func (n *Node) beginAnew(d directions) error {
	if err := os.Remove(n.path(stoppedFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("node: forgetting why this machine stopped: %w", err)
	}
	if err := syncDir(n.cfg.Dir); err != nil {
		return err
	}
	return n.raft.Renew(d.Life, d.Term)
}

// lives remembers, on the leader, whom it took in anew.
type lives struct {
	mu    sync.Mutex
	given map[string]life
}

type life struct {
	number uint64
	at     time.Time
}

// A machine that forgets again so soon after it was taken in is probably two: a copy of
// it runs beside it, and each would have the other forget for ever.
const livesApart = 10 * time.Minute

// next is the life a machine begins. Who asks twice before it has begun gets the same.
func (l *lives) next(node string, f forgotten, known raft.Promise, now time.Time) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, given := l.given[node]
	if given && now.Sub(last.at) < livesApart {
		if f.Life < last.number && known.Life < last.number {
			return last.number, nil
		}
		return 0, command.Errorf(command.Conflicting, "machine_twice", "machine %s has forgotten again so soon: does a copy of it run somewhere?", node)
	}
	if l.given == nil {
		l.given = map[string]life{}
	}
	l.given[node] = life{1 + max(f.Life, f.Known.Life, known.Life), now}
	return l.given[node].number, nil
}

// takeInAnew takes the vote of a machine that has forgotten, and only then lets it
// begin another life. From the moment that is agreed, every majority without it has
// what any majority with it had.
func (n *Node) takeInAnew(ctx context.Context, node string, f forgotten) (d directions) {
	if _, d.Error = n.invitedNode(node); d.Error != nil {
		return d
	}
	members, base := n.raft.Members()
	for _, m := range members {
		if m.ID != node || !m.Voter {
			continue
		}
		n.log.Warn("a machine has forgotten what it promised, and loses its vote until it has caught up", "machine", node, "entry", f.Known.Agreed)
		if _, err := n.raft.Demote(ctx, node, base); err != nil {
			d.Error = command.Errorf(command.Unavailable, "not_agreed", "the membership could not be changed now")
			return d
		}
	}
	remembered := n.raft.Remembered(node)
	number, err := n.lives.next(node, f, remembered, n.cfg.Clock())
	if err != nil {
		n.log.Error("a machine forgets again and again", "machine", node)
		d.Error = command.AsError(err)
		return d
	}
	d.Life, d.Term = number, max(f.Known.Term, remembered.Term, n.raft.Stats().Term)
	return d
}
