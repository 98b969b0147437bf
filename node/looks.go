package node

import (
	"context"
	"strconv"
	"time"

	"gocua/store/audit"
	"gocua/store/civic"
	"gocua/store/command"
)

// looksDir is where this machine writes down who looked at whom.
const looksDir = "looks"

// How long looks may wait before they go to the other machines; a full page
// does not wait that long. A look takes some 200 bytes of a thin line.
const (
	lookTick = time.Minute
	lookWAN  = 15 * time.Minute
)

// pageOfLooks leaves room in a page command for what is around the looks, bytes.
const pageOfLooks = 48 << 10

func (n *Node) openLooks() (err error) {
	n.looks, err = audit.Open(audit.Config{Dir: n.path(looksDir), Key: n.keys.Base(), Node: n.id.Node, Clock: n.cfg.Clock, Log: n.log})
	return err
}

// looked writes down one look, at this machine's time.
func (n *Node) looked(ctx context.Context, l command.Look) error {
	l.At = n.cfg.Clock().UnixMilli()
	return n.looks.Looked(ctx, l)
}

// atTheDoor writes down who came in and who was refused. Nobody waits for it: a
// journal that cannot be written says so itself, and people must get in.
func (n *Node) atTheDoor(l command.Look) { _ = n.looked(context.Background(), l) }

// bringLooks has this machine's looks merged until ctx ends. What is not merged
// yet waits in the journal, for weeks if this machine is cut off.
func (n *Node) bringLooks(ctx context.Context) {
	tick := time.NewTicker(lookTick)
	defer tick.Stop()
	last, refused := time.Now(), 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		written, _ := n.looks.Written()
		after, _ := n.merged()
		if n.self.Profile == ProfileWAN && written < after+civic.MaxLooks && time.Since(last) < lookWAN {
			continue
		}
		last = time.Now()
		n.bringNow(ctx, &refused)
	}
}

// merged is how far the register holds the looks of this machine's journal.
func (n *Node) merged() (seq uint64, hash [32]byte) {
	r := n.reg.Read()
	defer r.Close()
	head, _ := civic.Load[civic.LookHead](r, civic.TypeLookHead, command.Key(n.id.Node))
	if head.Life != n.looks.Life() || len(head.Hash) != len(hash) {
		return 0, hash // another journal's, or none yet
	}
	return head.Seq, [32]byte(head.Hash)
}

// bringNow has page after page merged, until none is left or the cluster does
// not agree now. A refusal is kept under a command's ID for ever, so the next try
// has another.
func (n *Node) bringNow(ctx context.Context, refused *int) {
	for ctx.Err() == nil {
		after, before := n.merged()
		if err := n.looks.Release(after); err != nil {
			n.log.Warn("looks: letting merged ones go", "error", err)
		}
		p, err := n.looks.Since(after, before, civic.MaxLooks, pageOfLooks)
		if err != nil || len(p.Looks) == 0 {
			if err != nil {
				n.log.Warn("looks: reading them back", "error", err)
			}
			return
		}
		body := civic.MergeLooks{Node: n.id.Node, Life: p.Life, From: p.From, Looks: p.Looks, Head: p.Head[:]}
		if p.From > 1 {
			body.Prev = p.Prev[:]
		}
		id := command.DerivedID("looks", n.id.Cluster, n.id.Node, strconv.FormatInt(p.Life, 10), strconv.FormatUint(p.From, 10), strconv.Itoa(*refused), string(p.Head[:]))
		if out, err := n.agreeLooks(ctx, id, body); err != nil {
			return // cut off: they stay in the journal
		} else if why := out.Err(); why != nil {
			*refused++
			n.log.Warn("looks: a page was refused", "from", p.From, "code", why.Code)
			return
		}
	}
}

func (n *Node) agreeLooks(ctx context.Context, id command.ID, body civic.MergeLooks) (command.Outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return n.propose(ctx, civic.KindLooks, id, body)
}
