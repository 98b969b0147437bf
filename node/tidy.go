package node

import (
	"context"
	"time"
)

// TooLoose is how many loose tables a machine leaves for a quiet moment only
// (store.Store.Loose): a page over the hamlets of a cluster looks into each of them
// hundreds of times.
const TooLoose = 4

// tidyEvery is how often a machine looks; that nothing more became loose since the
// last look is what quiet means.
const tidyEvery = 10 * time.Second

// Loose is how many tables of the register wait for a quiet moment to be sorted in.
func (n *Node) Loose() int { return n.reg.Loose() }

// tidy sorts in what a list, or many days, left loose in the register, until ctx
// ends. Badger does so by itself at sixteen, which suits what is written and not
// what is read.
func (n *Node) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	for was := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		is := n.reg.Loose()
		if is < TooLoose || is != was {
			was = is
			continue
		}
		began := time.Now()
		if err := n.reg.Tidy(); err != nil && ctx.Err() == nil {
			n.log.Warn("the register could not be tidied", "error", err)
			return
		}
		n.log.Info("the register was tidied", "tables", is, "took", time.Since(began).Round(time.Millisecond))
	}
}
