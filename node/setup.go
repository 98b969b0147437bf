package node

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocua/node/auth"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// Founding is what `gocua init` asks: whose register it is, the units, and the
// first people who may sign in.
type Founding struct {
	Dir      string
	Identity civic.Identity
	Node     string // name of this machine: lower-case letters, digits, hyphens
	Unit     string // the unit it serves
	Units    []civic.Unit
	Officers []NewOfficer
	HTTP     string
	HTTPS    string
	Peer     string
	Profile  string
	Hosts    []string // names under which browsers of the office will reach it
}

// NewOfficer is somebody who may sign in, with a first password.
type NewOfficer struct {
	User, Name, Password string
	Role                 civic.Role
	Unit                 string
}

// Init makes the directory of the machine that founds a register: keys, the
// authority, and the founding commands in its outbox. Nothing is agreed until
// the machine is started. It refuses a directory that holds a machine already.
func Init(f Founding) (err error) {
	if err := emptyDir(f.Dir); err != nil {
		return err
	}
	now := time.Now()
	ca, err := trust.NewCA(f.Identity.Code, f.Identity.Generation, now)
	if err != nil {
		return fmt.Errorf("node: founding: %w", err)
	}
	id, err := ca.Issue(f.Node, now)
	if err != nil {
		return fmt.Errorf("node: founding: %w", err)
	}
	browser, err := ca.IssueBrowser(f.Node, f.Hosts, now)
	if err != nil {
		return fmt.Errorf("node: founding: %w", err)
	}
	if err := errors.Join(ca.Save(f.Dir), id.Save(f.Dir), browser.Save(f.Dir)); err != nil {
		return fmt.Errorf("node: founding: %w", err)
	}
	if err := f.capture(id); err != nil {
		return err
	}
	m := remembered{Tier: f.Identity.Tier, Unit: f.Unit, Founder: true, HTTP: f.HTTP, HTTPS: f.HTTPS, Peer: f.Peer, Profile: f.Profile}
	if err := m.check(); err != nil {
		return err
	}
	return m.save(f.Dir)
}

// capture puts the founding commands into the outbox, like everything else
// that is ever wanted.
func (f Founding) capture(id *trust.Identity) error {
	box, err := openOutbox(f.Dir, id.Node, nil)
	if err != nil {
		return err
	}
	defer box.Close()
	units := make([]civic.PutUnit, len(f.Units))
	for i, u := range f.Units {
		units[i] = civic.PutUnit(u)
	}
	public := id.Key.Public().(ed25519.PublicKey)
	first := civic.FoundCluster{Identity: f.Identity, Units: units,
		Node: civic.PutNode{ID: id.Node, Unit: f.Unit, Key: public, Voter: true}}
	drafts := []struct {
		kind command.Kind
		body command.Decider
	}{{civic.KindFound, first}}
	for _, o := range f.Officers {
		body, err := o.command()
		if err != nil {
			return err
		}
		drafts = append(drafts, struct {
			kind command.Kind
			body command.Decider
		}{civic.KindOfficerPut, body})
	}
	var seals []outbox.Seal
	for _, d := range drafts {
		if c, ok := d.body.(command.Checker); ok {
			if err := c.Check(); err != nil {
				return fmt.Errorf("node: founding: %w", err)
			}
		}
		body, err := json.Marshal(d.body)
		if err != nil {
			return fmt.Errorf("node: founding: %w", err)
		}
		e := command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: d.kind, CapturedAt: time.Now().UnixMilli(),
			By: command.Actor{Node: id.Node}, Unit: f.Identity.Code, Body: body}
		seals = append(seals, func(at command.Origin) command.Envelope {
			e.Origin = at
			return e.Sign(id.Key)
		})
	}
	if _, err := box.PutAll(context.Background(), seals); err != nil {
		return fmt.Errorf("node: founding: %w", err)
	}
	return nil
}

// command is what has the officer registered. The password leaves no trace but
// its hash.
func (o NewOfficer) command() (civic.PutOfficer, error) {
	if err := auth.CheckNewPassword(o.User, o.Password); err != nil {
		return civic.PutOfficer{}, err
	}
	hash, err := auth.HashPassword(o.Password)
	if err != nil {
		return civic.PutOfficer{}, fmt.Errorf("node: password of %s: %w", o.User, err)
	}
	return civic.PutOfficer{ID: command.NewID(), User: o.User, Name: o.Name, Role: o.Role, Unit: o.Unit, Hash: hash}, nil
}

// Joining is what `gocua join` asks.
type Joining struct {
	Dir     string
	Bundle  string // the file that `gocua invite` wrote
	HTTP    string
	HTTPS   string
	Peer    string
	Profile string
}

// Join makes the directory of a machine that was invited. It becomes a member
// once it is started and reaches the others.
func Join(j Joining) error {
	if err := emptyDir(j.Dir); err != nil {
		return err
	}
	b, err := trust.LoadBundle(j.Bundle)
	if err != nil {
		return fmt.Errorf("node: joining: %w", err)
	}
	m := remembered{Tier: civic.TierCluster, Unit: b.Unit, HTTP: j.HTTP, HTTPS: j.HTTPS, Peer: j.Peer, Profile: j.Profile, Peers: b.Peers}
	if err := m.check(); err != nil {
		return err
	}
	if err := errors.Join(b.Identity.Save(j.Dir), b.Browser.Save(j.Dir)); err != nil {
		return fmt.Errorf("node: joining: %w", err)
	}
	return m.save(j.Dir)
}

// emptyDir makes the directory, which must hold no machine.
func emptyDir(dir string) error {
	if strings.TrimSpace(dir) == "" {
		return errors.New("node: name the directory of the machine")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	_, err := os.Stat(filepath.Join(dir, rememberedFile))
	if err == nil {
		return fmt.Errorf("%s holds a machine already; nothing was changed", dir)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}
