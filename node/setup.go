package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
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
	Settings []civic.PutSetting // agreed from the beginning
	HTTP     string
	HTTPS    string
	Peer     string
	Profile  string
	Hosts    []string // names under which browsers of the office will reach it
	KeyFile  string   // where the key file is made; empty: in Dir
}

// NewOfficer is somebody who may sign in, with a first password.
type NewOfficer struct {
	User, Name, Password string
	Role                 civic.Role
	Unit                 string
	Second               string // secret of a second factor, base32; empty: they set it up themselves
}

// Init makes the directory of the machine that founds a register: keys, the
// authority, and the founding commands in its outbox. Nothing is agreed until
// the machine is started. Everything that is wrong with what was asked is said
// at once, and then nothing is written. It refuses a directory that holds a
// machine already, or the remains of one. When it fails, nothing is left behind.
func Init(f Founding) error {
	now := time.Now()
	m := remembered{Tier: f.Identity.Tier, Unit: f.Unit, Founder: true, HTTP: f.HTTP, HTTPS: f.HTTPS, Peer: f.Peer, Profile: f.Profile}
	ca, err := trust.NewCA(f.Identity.Code, f.Identity.Generation, now)
	if err != nil {
		return errors.Join(fmt.Errorf("node: founding: %w", err), m.check())
	}
	id, err := ca.Issue(f.Node, now)
	if err != nil {
		return errors.Join(fmt.Errorf("node: founding: %w", err), m.check())
	}
	browser, err := ca.IssueBrowser(f.Node, f.Hosts, now)
	if err != nil {
		err = fmt.Errorf("node: founding: %w", err)
	}
	first, wrong := f.commands(id)
	if err := errors.Join(err, wrong, m.check()); err != nil {
		return err
	}
	made, err := breakGround(f.Dir, f.KeyFile)
	if err != nil {
		return err
	}
	keys, err := openKeys(f.Dir, trust.Way{File: f.KeyFile}, now)
	if err == nil {
		err = errors.Join(ca.Save(f.Dir), id.Save(f.Dir), browser.Save(f.Dir))
	}
	if err == nil {
		err = capture(f.Dir, keys, id.Node, first)
	}
	if err == nil {
		err = m.save(f.Dir)
	}
	if err != nil {
		return fmt.Errorf("node: founding: %w", errors.Join(err, made.undo()))
	}
	return nil
}

// commands lists the founding commands, or everything that is wrong with them.
func (f Founding) commands(id *trust.Identity) (list []outbox.Seal, err error) {
	units := make([]civic.PutUnit, len(f.Units))
	for i, u := range f.Units {
		units[i] = civic.PutUnit(u)
	}
	list, err = f.add(list, id, civic.KindFound, civic.FoundCluster{Identity: f.Identity, Units: units,
		Node: civic.PutNode{ID: id.Node, Unit: f.Unit, Key: publicKey(id), Voter: true}})
	for _, set := range f.Settings {
		var wrong error
		list, wrong = f.add(list, id, civic.KindSettingPut, set)
		err = errors.Join(err, wrong)
	}
	for _, o := range f.Officers {
		body, wrong := o.command()
		if wrong == nil {
			list, wrong = f.add(list, id, civic.KindOfficerPut, body)
		}
		if wrong == nil && o.Second != "" {
			list, wrong = f.addBy(list, id, body.ID, o.Unit, civic.KindOfficerSelf, civic.ChangeSelf{Second: &civic.SecondFactor{Secret: o.Second}})
		}
		err = errors.Join(err, wrong)
	}
	return list, err
}

func (f Founding) add(list []outbox.Seal, id *trust.Identity, kind command.Kind, body command.Checker) ([]outbox.Seal, error) {
	return f.addBy(list, id, command.ID{}, f.Identity.Code, kind, body)
}

// addBy adds what an officer asks for, or with no officer the machine itself.
func (f Founding) addBy(list []outbox.Seal, id *trust.Identity, officer command.ID, unit string, kind command.Kind, body command.Checker) ([]outbox.Seal, error) {
	if err := body.Check(); err != nil {
		return list, fmt.Errorf("node: founding: %w", err)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return list, fmt.Errorf("node: founding: %w", err)
	}
	e := command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: kind, CapturedAt: time.Now().UnixMilli(),
		By: command.Actor{Officer: officer, Node: id.Node}, Unit: unit, Body: raw}
	return append(list, func(at command.Origin) command.Envelope {
		e.Origin = at
		return e.Sign(id.Key)
	}), nil
}

// capture puts the founding commands into the outbox, like everything else
// that is ever wanted.
func capture(dir string, keys *trust.Keys, node string, list []outbox.Seal) error {
	box, err := openOutbox(dir, keys, node, nil)
	if err != nil {
		return err
	}
	_, err = box.PutAll(context.Background(), list)
	return errors.Join(err, box.Close())
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
