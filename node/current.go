package node

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"gocua/store/command"
)

// pathCurrent is where the leader says how far the agreed order goes now.
const pathCurrent = "/v1/current"

// currentAnswer is a place that holds everything agreed before it was asked for.
type currentAnswer struct {
	Index uint64 `json:"index"` // 0: the machine asked could not say
}

// longestBarrier bounds how long the leader tries to hear from a majority.
const longestBarrier = 5 * time.Second

// current returns once the register here holds everything that had been agreed,
// by anybody, when it was called, and the place it has reached. The leader alone
// can say how far that is, after it has heard from most voters; all who ask
// within 20 ms share one such round. Errors: no_leader, stale.
func (n *Node) current(ctx context.Context) (uint64, error) {
	node, addr, self := n.Leader()
	if node == "" {
		return 0, command.Errorf(command.Unavailable, "no_leader", "this machine hears no leader; what it has agreed to may be old")
	}
	var now currentAnswer
	if self {
		now.Index = n.barrier(ctx)
	} else if err := n.askPeer(ctx, node, addr, pathCurrent, &now); err != nil {
		now.Index = 0
	}
	if now.Index == 0 {
		return 0, command.Errorf(command.Unavailable, "no_leader", "the leader did not answer; what this machine has agreed to may be old")
	}
	if n.reg.Wait(ctx, now.Index) != nil {
		return 0, command.Errorf(command.Unavailable, "stale", "this machine has not come as far as index %d yet", now.Index)
	}
	return now.Index, nil
}

// barrier is how far the agreed order goes, 0 if this machine does not lead.
func (n *Node) barrier(ctx context.Context) uint64 {
	ctx, cancel := context.WithTimeout(ctx, longestBarrier)
	defer cancel()
	index, err := n.raft.Barrier(ctx)
	if err != nil {
		return 0
	}
	return index
}

func (n *Node) sayCurrent(w http.ResponseWriter, req *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(currentAnswer{n.barrier(req.Context())}) // who asked has gone; it will ask again
}
