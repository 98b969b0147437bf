package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gocua/node/host"
	"gocua/node/release"
	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// AgreedLevel is the feature level in the register of a machine that is not
// running; 1 if there is none to read. It is read as whoever owns the directory:
// opening a register writes to its files.
func AgreedLevel(dir string) (level int, err error) {
	err = host.Impersonate(dir, func() error {
		level, err = agreedLevel(dir)
		return err
	})
	return level, err
}

func agreedLevel(dir string) (level int, err error) {
	if _, err := os.Stat(filepath.Join(dir, "register")); err != nil {
		return 1, nil
	}
	lock, err := host.Hold(dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	keys, err := trust.OpenKeys(dir, trust.Way{})
	if err != nil {
		return 0, err
	}
	reg, err := openRegister(keys, store.Config{Dir: filepath.Join(dir, "register"), Table: civic.Table(), Level: civic.Level, Still: true})
	if err != nil {
		return 0, err
	}
	r := reg.Read()
	level = r.Level()
	r.Close()
	return level, reg.Close()
}

// watchLevel has the office's machine raise the feature level (mức tính năng) once
// every machine that votes runs a build that knows more. It need not lead, and a
// ward's that does may not: what all must follow is asked for on behalf of all. A standby that is away does
// not hold that up: it stops when it meets what it does not know, says so, and
// goes on capturing.
func (n *Node) watchLevel(ctx context.Context) {
	tick := time.NewTicker(n.greetEvery())
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		level, ok := n.levelToRaise()
		if !ok {
			continue
		}
		if err := n.raise(ctx, level); err != nil && ctx.Err() == nil {
			n.log.Warn("the feature level was not raised", "level", level, "error", err)
		}
	}
}

// levelToRaise is the highest that all voters know, if that is more than what is
// agreed and this machine speaks for all. Who was not heard lately knows nothing.
func (n *Node) levelToRaise() (level int, ok bool) {
	level = n.knows()
	members, _ := n.raft.Members()
	for _, m := range members {
		if !m.Voter || m.ID == n.id.Node {
			continue
		}
		h, heard := n.near.of(m.ID)
		if !heard || n.cfg.Clock().Sub(h.at) > 3*n.greetEvery() {
			return 0, false
		}
		level = min(level, max(h.said.Level, 1))
	}
	r := n.reg.Read()
	defer r.Close()
	who, founded := civic.WhoseRegister(r)
	return level, founded && civic.Covers(r, n.self.Unit, who.Code) && level > r.Level()
}

// raise has the level agreed. What another leader has raised meanwhile is
// refused, which is as good.
func (n *Node) raise(ctx context.Context, level int) error {
	value, err := json.Marshal(level)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	_, err = n.propose(ctx, civic.KindSettingPut, command.NewID(), civic.PutSetting{Key: civic.SettingLevel, Value: value})
	return err
}

// knows is the feature level of this build. On trial it is no more than the
// lowest: the program from before may have to take over again.
func (n *Node) knows() int {
	if t, ok, err := release.Load(n.cfg.Dir); err != nil || ok && t.State == release.Trying {
		return 1
	}
	if n.cfg.Level > 0 {
		return n.cfg.Level
	}
	return civic.KnownLevel
}
