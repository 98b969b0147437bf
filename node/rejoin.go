package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gocua/node/deliver"
	"gocua/node/host"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// What a machine that comes back into a new generation had of the old one is set
// aside and not deleted: it may hold what is nowhere else.
const aside = ".aside"

// Rejoin lets a machine that does not run back into its cluster after that was
// begun anew elsewhere, with the file that `gocua recover --readmit` wrote there.
// It forgets register and log, keeps its key, its outbox and what it carries, and
// becomes a standby. Doing it again is harmless.
func Rejoin(dir, file string) (err error) {
	self, err := remember(dir)
	if err != nil {
		return err
	}
	lock, err := host.Hold(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	id, err := trust.LoadIdentity(dir)
	if err != nil {
		return err
	}
	with, err := trust.LoadReadmission(file)
	if err != nil {
		return fmt.Errorf("node: coming back: %w", err)
	}
	fresh, err := id.Renewed(with.Cert, time.Now())
	if err != nil {
		return fmt.Errorf("node: coming back: the file does not fit this machine: %w", err)
	}
	old, err := loadRecovery(dir)
	if err != nil {
		return err
	}
	again := old != nil && old.Generation == fresh.Generation
	if fresh.Generation == id.Generation && !again {
		return command.Errorf(command.Conflicting, "old_generation", "this machine is of generation %d already", id.Generation)
	}
	if !again {
		if err := (&recovery{Generation: fresh.Generation, From: with.From, Alone: true}).save(dir); err != nil {
			return err
		}
	}
	for _, part := range []string{"raft", "register"} { // the log first: a register without one does not start, a log without one would fill it
		if err := setAside(filepath.Join(dir, part), again); err != nil {
			return err
		}
	}
	if ca, err := trust.LoadCA(dir); err == nil && ca.Generation < fresh.Generation {
		ca.Generation = fresh.Generation
		if err := ca.Save(dir); err != nil {
			return fmt.Errorf("node: coming back: %w", err)
		}
	}
	self.Founder, self.Member, self.Peers = false, false, with.Peers
	return errors.Join(fresh.Save(dir), self.save(dir))
}

// setAside moves a folder beside itself, once.
func setAside(dir string, again bool) error {
	if _, err := os.Stat(dir + aside); err == nil && again {
		return nil
	}
	if err := os.RemoveAll(dir + aside); err != nil {
		return fmt.Errorf("node: setting aside: %w", err)
	}
	if err := os.Rename(dir, dir+aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("node: setting aside: %w", err)
	}
	return syncDir(filepath.Dir(dir))
}

// Missing is a command that this machine had seen agreed, or had in its log, in
// the old generation, and that the new one does not have.
type Missing struct {
	ID      command.ID `json:"id"`
	Index   uint64     `json:"index"` // of the old order
	Kind    string     `json:"kind"`
	Node    string     `json:"node"` // where it was captured
	Unit    string     `json:"unit"`
	By      string     `json:"by"`      // name of the officer
	About   string     `json:"about"`   // name or address, as the old register has it
	Whole   bool       `json:"whole"`   // it is here whole and can be handed in again
	Outcome string     `json:"outcome"` // what became of it; empty: unknown; "province": a record that only the province has
	body    *command.Envelope
}

// Missing lists what was lost with the old generation as far as this machine can
// tell, by name, in the old order. What only machines ask for follows again from
// the rest and is not listed.
func (n *Node) Missing() (list []Missing, err error) {
	rec := n.recovery
	if rec == nil || rec.began() {
		return nil, nil // the register here is what the new generation began with
	}
	seen := map[command.ID]int{}
	applied := rec.From
	if _, err := os.Stat(n.path("register" + aside)); err == nil {
		old, err := openRegister(n.keys, store.Config{Dir: n.path("register" + aside), Table: n.table, Level: civic.Level, Log: n.log})
		if err != nil {
			return nil, fmt.Errorf("node: opening the register of the old generation: %w", err)
		}
		list = n.missingOf(old, rec.From)
		applied, _ = old.Applied()
		if err := old.Close(); err != nil {
			return nil, err
		}
	}
	for i, m := range list {
		seen[m.ID] = i
	}
	seals, err := LogSeals(n.keys)
	if err != nil {
		return nil, err
	}
	err = raft.ReadLog(n.path("raft"+aside), seals, func(e raft.Entry) error {
		if e.Index <= rec.From || len(e.Data) == 0 {
			return nil
		}
		agreed, err := command.DecodeEntry(e.Data)
		if err != nil {
			return err
		}
		for _, c := range agreed.Commands {
			if i, listed := seen[c.ID]; listed {
				list[i].Whole, list[i].body = true, &c
			} else if e.Index > applied && n.lacks(c.Kind, c.ID) {
				list = append(list, Missing{ID: c.ID, Index: e.Index, Kind: n.kindName(c.Kind), Node: c.By.Node, Unit: c.Unit, Whole: true, body: &c})
			}
		}
		return nil
	})
	return list, err
}

// missingOf walks the audit chain of the old register back to the last entry both
// generations have.
func (n *Node) missingOf(old *store.Store, from uint64) (list []Missing) {
	r := old.Read()
	defer r.Close()
	for e := range r.AuditBefore(0) {
		if e.Index <= from {
			break
		}
		if !n.lacks(e.Kind, e.Command) {
			continue
		}
		m := Missing{ID: e.Command, Index: e.Index, Kind: n.kindName(e.Kind), Node: e.By.Node, Unit: e.Unit, Outcome: string(e.Status), About: about(r, e.Type, e.Key)}
		if o, ok := civic.Load[civic.Officer](r, civic.TypeOfficer, civic.KeyOf(e.By.Officer)); ok {
			m.By = o.Name
		}
		list = append([]Missing{m}, list...)
	}
	return list
}

// lacks reports whether the register does not know a command somebody asked for.
func (n *Node) lacks(kind command.Kind, id command.ID) bool {
	spec, ok := n.table.Kind(kind)
	if !ok || spec.System {
		return false
	}
	_, known := n.here.Outcome(id)
	return !known
}

func (n *Node) kindName(k command.Kind) string {
	spec, _ := n.table.Kind(k)
	return spec.Name
}

// about names what a command was about.
func about(v command.View, t command.RecordType, key command.Key) string {
	switch t {
	case civic.TypeResident:
		p, _ := civic.Load[civic.Resident](v, t, key)
		return p.Name
	case civic.TypeHousehold:
		h, _ := civic.Load[civic.Household](v, t, key)
		return h.Address
	case civic.TypeVisit:
		x, _ := civic.Load[civic.Visit](v, t, key)
		return about(v, civic.TypeHousehold, civic.KeyOf(x.Household))
	case civic.TypeApplication:
		a, _ := civic.Load[civic.Application](v, t, key)
		return about(v, civic.TypeResident, civic.KeyOf(a.Resident))
	case civic.TypeActivation:
		a, _ := civic.Load[civic.Activation](v, t, key)
		return about(v, civic.TypeResident, civic.KeyOf(a.Resident))
	}
	return string(key)
}

// HandedIn is what came of handing in again what was missing.
type HandedIn struct {
	Sent    int `json:"sent"`
	Refused int `json:"refused"` // not taken at all, such as what a machine signed that was shut out since
}

// HandInMissing hands in again what is missing and lies here whole, whoever
// captured it: it is signed by the machine that did. What is refused keeps nothing
// else from going in.
func (n *Node) HandInMissing(ctx context.Context) (done HandedIn, err error) {
	list, err := n.Missing()
	if err != nil {
		return done, err
	}
	for _, m := range list {
		if m.body == nil {
			continue
		}
		_, err := n.sender.Send(ctx, deliver.Delivery{Commands: []command.Envelope{*m.body}})
		var known *command.Error
		switch {
		case err == nil:
			done.Sent++
		case errors.As(err, &known) && known.Class != command.Unavailable:
			n.log.Warn("a command of the old generation was refused", "command", m.ID.String(), "machine", m.Node, "error", err)
			done.Refused++
		default:
			return done, err
		}
	}
	return done, nil
}
