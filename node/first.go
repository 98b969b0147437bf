package node

import (
	"context"
	"time"
)

// firstRunEvery is how long the code of a first run is left on the screen before
// another one takes its place.
const firstRunEvery = 30 * time.Minute

// firstRun draws the code for the first administrator (lần đầu) as long as nobody
// may sign in, on the machine that founded the register: any other may only not
// have heard of its officers yet.
func (n *Node) firstRun(ctx context.Context) {
	if n.cfg.FirstRun == nil || !n.self.Founder {
		return
	}
	for len(n.Ready()) > 0 {
		moved := n.reg.Changed()
		tick := time.NewTimer(time.Second) // readiness is more than the register
		select {
		case <-ctx.Done():
			tick.Stop()
			return
		case <-moved:
		case <-tick.C:
		}
		tick.Stop()
	}
	for {
		code, until, ok := n.auth.OpenFirstRun()
		if !ok {
			return
		}
		n.cfg.FirstRun(code, until)
		if rest(ctx, firstRunEvery); ctx.Err() != nil {
			return
		}
	}
}
