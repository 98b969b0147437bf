package deliver

import (
	"context"
	"errors"
	"fmt"

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
	// Moved is asked for a channel that is closed when somebody else may lead.
	Moved func() <-chan struct{}
	// Admit is asked before this machine, leading, proposes what is its own.
	Admit func([]command.Envelope) *command.Error
}

// Send waits for the outcomes: without an error, of all commands and in order.
// An error says nothing of the commands: they may be agreed all the same, and
// the caller asks again.
func (s Sender) Send(ctx context.Context, d Delivery) ([]command.Decided, error) {
	decided, err := s.send(ctx, d)
	if err != nil {
		return decided, err
	}
	if len(decided) != len(d.Commands) {
		return nil, fmt.Errorf("deliver: %d outcomes for %d commands", len(decided), len(d.Commands))
	}
	for i, x := range decided {
		if x.ID != d.Commands[i].ID {
			return nil, fmt.Errorf("deliver: outcome %d is that of another command", i)
		}
	}
	return decided, nil
}

func (s Sender) send(ctx context.Context, d Delivery) ([]command.Decided, error) {
	node, addr, self := s.Leading.Leader()
	switch {
	case node == "":
		return nil, ErrNoLeader
	case !self:
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go s.giveUp(ctx, cancel, node)
		return s.Peers.Deliver(ctx, node, addr, d)
	}
	if err := s.Admit(d.Commands); err != nil {
		return nil, err
	}
	return s.Local.Submit(ctx, d.Commands, d.Behind)
}

// giveUp ends a call to a leader once another is known: the old one may have
// lost its power and answer nothing for a minute.
func (s Sender) giveUp(ctx context.Context, cancel context.CancelFunc, asked string) {
	for {
		moved := s.Moved()
		if node, _, _ := s.Leading.Leader(); node != "" && node != asked {
			cancel()
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-moved:
		}
	}
}
