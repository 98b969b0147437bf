package node

import (
	"context"
	"strconv"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// reorganise has agreed plans of wards carried out page by page from their first day
// on (sắp xếp đơn vị hành chính), while this machine leads, until ctx ends. What
// another leader began is gone on with.
func (n *Node) reorganise(ctx context.Context) { n.oneByOne(ctx, n.moveNext) }

// moveNext has the next page agreed, if there is one. It returns what openNext does.
func (n *Node) moveNext(ctx context.Context, tries int) int {
	r := n.reg.Read()
	next, more := civic.NextMove(r, civic.DayOf(n.clock.now()))
	err := r.Err()
	r.Close()
	switch {
	case err != nil:
		return 0
	case !more:
		return nothing
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	id := command.DerivedID("move", n.id.Cluster, next.Plan.String(), strconv.Itoa(next.Page), strconv.Itoa(tries))
	out, err := n.propose(ctx, civic.KindUnitMove, id, next)
	switch {
	case err != nil:
		return tries
	case out.Status == command.Accepted:
		return opened
	}
	return tries + 1
}
