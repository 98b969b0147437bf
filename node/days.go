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
// when that may have changed, less often the more tries have failed. The register
// is not read again for the same day, and whoever does not lead waits to lead.
func (n *Node) oneByOne(ctx context.Context, next func(ctx context.Context, tries int) int) {
	var seen occasion // at which there was nothing
	for tries := 0; ctx.Err() == nil; {
		moved := n.moved.next()
		now := n.occasion()
		if now.leads && now != seen {
			switch tries = next(ctx, tries); tries {
			case opened:
				tries = 0
				continue
			case nothing:
				tries, seen = 0, now
			}
		}
		n.untilNext(ctx, now.leads, tries, moved)
	}
}

// untilNext waits for the next look, or until somebody else may lead.
func (n *Node) untilNext(ctx context.Context, leads bool, tries int, moved <-chan struct{}) {
	var due <-chan time.Time
	if leads {
		wait := time.NewTimer(daysEvery << min(tries, 8))
		defer wait.Stop()
		due = wait.C
	}
	select {
	case <-ctx.Done():
	case <-moved:
	case <-due:
	}
}

// occasion is all that decides whether something is due: the day, and what is agreed.
type occasion struct {
	leads   bool
	applied uint64
	day     string
}

func (n *Node) occasion() occasion {
	if !n.raft.IsLeader() {
		return occasion{}
	}
	applied, _ := n.reg.Applied()
	return occasion{leads: true, applied: applied, day: civic.DayOf(n.clock.now())}
}

// What openNext returns beside a number of tries.
const (
	opened  = -1 // there may be more to open at once
	nothing = -2 // there is none until the day or the register changes
)

// openNext has the next page opened, if there is one. It returns opened, nothing,
// or how often the page at hand has been refused: a refusal is kept under the
// command's ID for ever, so each try has a name of its own.
func (n *Node) openNext(ctx context.Context, tries int) int {
	r := n.reg.Read()
	_, founded := civic.WhoseRegister(r)
	next, more := civic.LoadDay(r).Next(civic.DayOf(n.clock.now()))
	err := r.Err()
	r.Close()
	switch {
	case err != nil:
		return 0
	case !founded || !more:
		return nothing
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
