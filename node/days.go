package node

import (
	"context"
	"strconv"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// daysEvery is how often the leader looks whether a new day has come; what was
// refused is tried less and less often.
const daysEvery = 5 * time.Second

// openDays has each day opened once the agreed time has reached it, while this
// machine leads, until ctx ends. What another leader began is gone on with.
func (n *Node) openDays(ctx context.Context) { n.oneByOne(ctx, n.openNext) }

// oneByOne has the next of something agreed until there is none, and looks again
// when that may have changed, less often the more tries have failed.
func (n *Node) oneByOne(ctx context.Context, next func(ctx context.Context, tries int) int) {
	for tries := 0; ctx.Err() == nil; {
		moved := n.moved.next()
		if tries = next(ctx, tries); tries == opened {
			tries = 0
			continue
		}
		wait := time.NewTimer(daysEvery << min(tries, 8))
		select {
		case <-ctx.Done():
		case <-moved:
		case <-wait.C:
		}
		wait.Stop()
	}
}

// opened is what openNext returns when there may be more to open at once.
const opened = -1

// openNext has the next page opened, if there is one and this machine leads. It
// returns opened, or how often the page at hand has been refused: a refusal is
// kept under the command's ID for ever, so each try has a name of its own.
func (n *Node) openNext(ctx context.Context, tries int) int {
	if ctx.Err() != nil || !n.raft.IsLeader() {
		return 0
	}
	r := n.reg.Read()
	_, founded := civic.WhoseRegister(r)
	next, more := civic.LoadDay(r).Next(civic.DayOf(n.clock.now()))
	err := r.Err()
	r.Close()
	if err != nil || !founded || !more {
		return 0
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	id := command.DerivedID("day", n.id.Cluster, next.Date, strconv.Itoa(next.Page), strconv.Itoa(tries))
	out, err := n.propose(ctx, civic.KindDayOpen, id, next)
	switch {
	case err != nil:
		return tries // not agreed now, or nobody knows: the same again does no harm
	case out.Status == command.Accepted:
		return opened
	}
	return tries + 1
}
