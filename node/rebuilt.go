package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gocua/node/deliver"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// recoveryFile says what this machine has to do, or has done, to go on in a new
// generation of its cluster. It is written before anything is done, and each step
// may be done twice: a power cut in between costs another start.
const recoveryFile = "recovery.json"

type recovery struct {
	Generation int          `json:"generation"`
	From       uint64       `json:"from"`         // last entry of the old cluster that is certain to be in the new one
	By         []command.ID `json:"by,omitempty"` // who answer for it; none on a machine that was let back in
	Lost       []string     `json:"lost,omitempty"`
	Backup     bool         `json:"backup,omitempty"` // all was lost, and this machine made from a backup

	Alone    bool `json:"alone"`    // the log says that this machine is the only voter; true where it is not to be one
	Agreed   bool `json:"agreed"`   // cluster.rebuild is
	Refilled bool `json:"refilled"` // what was settled here after From is in the register again
	Sent     int  `json:"sent"`     // how many of those the register lacked
}

// began reports whether the new generation began on this machine; else it was let
// back in.
func (r *recovery) began() bool { return r.Backup || len(r.By) > 0 }

func loadRecovery(dir string) (*recovery, error) {
	raw, err := os.ReadFile(filepath.Join(dir, recoveryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("node: reading what was recovered: %w", err)
	}
	r := &recovery{}
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("node: %s: %w", recoveryFile, err)
	}
	return r, nil
}

func (r *recovery) save(dir string) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return replaceFile(filepath.Join(dir, recoveryFile), append(raw, '\n'))
}

// openRecovery gives this machine a certificate of the new generation if people
// have decided on one. From here on the old voters refuse it and it them.
func (n *Node) openRecovery() (err error) {
	if n.recovery, err = loadRecovery(n.cfg.Dir); err != nil || n.recovery == nil || n.recovery.Alone {
		return err
	}
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err != nil {
		return errors.Join(errNoAuthority, err)
	}
	if ca.Generation < n.recovery.Generation {
		ca.Generation = n.recovery.Generation
		if err := ca.Save(n.cfg.Dir); err != nil {
			return fmt.Errorf("node: recovering: %w", err)
		}
	}
	cert, err := ca.Certify(n.id.Node, publicKey(n.id), n.cfg.Clock())
	if err != nil {
		return fmt.Errorf("node: recovering: %w", err)
	}
	if n.id, err = n.id.Renewed(cert, n.cfg.Clock()); err != nil {
		return fmt.Errorf("node: recovering: %w", err)
	}
	return n.id.Save(n.cfg.Dir)
}

// standAlone makes this machine the only voter, in its own log.
func (n *Node) standAlone(cfg raft.Config) error {
	if n.recovery == nil || n.recovery.Alone {
		return nil
	}
	rec, err := raft.Recover(cfg)
	if err != nil {
		return fmt.Errorf("node: recovering: %w", err)
	}
	n.log.Warn("this machine goes on as the only voter", "generation", n.recovery.Generation, "applied", rec.Applied, "last", rec.Last)
	n.recovery.From, n.recovery.Alone = rec.Applied, true
	return n.recovery.save(n.cfg.Dir)
}

// deliverAll sends what waits here; after a recovery, first what had been settled
// and may be lost, for what was captured later may build on it.
func (n *Node) deliverAll(ctx context.Context) {
	for r := n.recovery; r != nil && !r.Refilled && ctx.Err() == nil; {
		wake := n.moved.next()
		if err := n.refill(ctx, r); err == nil {
			n.log.Info("what had been settled here is in the register of the new generation", "sent_again", r.Sent)
			break
		} else if !errors.Is(err, deliver.ErrNoLeader) && ctx.Err() == nil {
			n.log.Warn("what was settled before the recovery is not in the register yet", "error", err)
		}
		t := time.NewTimer(refillPause)
		select {
		case <-ctx.Done():
		case <-wake:
		case <-t.C:
		}
		t.Stop()
	}
	n.drain.Run(ctx)
}

const (
	refillPause = time.Second
	refillAtOne = 64 // commands of one delivery
)

// refill has the recovery itself agreed, on the machine that was rebuilt, and then
// hands in again what this machine knew to be settled after the last entry that is
// certain. What the register has is not sent.
func (n *Node) refill(ctx context.Context, r *recovery) error {
	if err := n.agreeRecovery(ctx, r); err != nil {
		return err
	}
	now, err := n.current(ctx)
	if err != nil {
		return err
	}
	if n.generation() < r.Generation {
		return command.Errorf(command.Unavailable, "stale", "the register here, at %d, is not yet that of generation %d", now, r.Generation)
	}
	var lost []command.Envelope
	items, _ := n.box.Since(0, r.From)
	for _, it := range items {
		if it.State != outbox.Settled {
			continue
		}
		if out, ok := n.here.Outcome(it.Envelope.ID); ok {
			if err := n.box.Settle(it.Envelope.ID, out); err != nil {
				return err
			}
			continue
		}
		lost = append(lost, it.Envelope)
	}
	if err := n.handInAgain(ctx, lost); err != nil {
		return err
	}
	r.Refilled, r.Sent = true, len(lost)
	return r.save(n.cfg.Dir)
}

func (n *Node) handInAgain(ctx context.Context, lost []command.Envelope) error {
	for len(lost) > 0 {
		k := min(refillAtOne, len(lost))
		decided, err := n.sender.Send(ctx, deliver.Delivery{Commands: lost[:k]})
		if err != nil {
			return err
		}
		for _, d := range decided {
			if err := n.box.Settle(d.ID, d.Outcome); err != nil {
				return err
			}
		}
		lost = lost[k:]
	}
	return nil
}

// agreeRecovery has cluster.rebuild agreed once.
func (n *Node) agreeRecovery(ctx context.Context, r *recovery) error {
	if r.Agreed || !r.began() {
		return nil
	}
	if _, _, self := n.Leader(); !self {
		return deliver.ErrNoLeader
	}
	id := command.DerivedID("rebuild", n.id.Cluster, fmt.Sprint(r.Generation, r.From), n.id.Node)
	out, err := n.propose(ctx, civic.KindRebuild, id, civic.RebuildCluster{Generation: r.Generation, From: r.From, By: r.By, Lost: r.Lost, Backup: r.Backup})
	if err != nil {
		return err
	}
	if why := out.Err(); why != nil {
		return fmt.Errorf("node: the register does not take the recovery: %w", why)
	}
	r.Agreed = true
	return r.save(n.cfg.Dir)
}

// generation is that of the register.
func (n *Node) generation() int {
	r := n.reg.Read()
	defer r.Close()
	who, _ := civic.WhoseRegister(r)
	return who.Generation
}
