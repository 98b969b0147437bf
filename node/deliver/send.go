package deliver

import (
	"context"
	"errors"

	"gocua/store/command"
)

// ErrNoLeader says that no machine is known to lead; what waits goes on waiting.
var ErrNoLeader = errors.New("deliver: no leader is known")

// Leading tells who leads the cluster, as this machine last heard.
type Leading interface {
	// Leader returns the leader's node ID and peer address; self reports
	// whether that is this machine. An empty node: none is known.
	Leader() (node, addr string, self bool)
}

// Peers carries commands to another machine.
type Peers interface {
	Deliver(ctx context.Context, node, addr string, d Delivery) ([]command.Decided, error)
}

// Delivery is a list of commands of one origin, in the order they were captured.
type Delivery struct {
	Commands []command.Envelope `json:"commands"`
	Behind   bool               `json:"behind,omitempty"` // after people's own commands
}

// Sender takes commands to the leader, wherever that is.
type Sender struct {
	Leading Leading
	Local   *Batcher
	Peers   Peers
}

// Send waits for the outcomes, in order. An error says nothing of the commands:
// they may be agreed all the same, and the caller asks again.
func (s Sender) Send(ctx context.Context, d Delivery) ([]command.Decided, error) {
	node, addr, self := s.Leading.Leader()
	switch {
	case node == "":
		return nil, ErrNoLeader
	case self:
		return s.Local.Submit(ctx, d.Commands, d.Behind)
	}
	return s.Peers.Deliver(ctx, node, addr, d)
}
