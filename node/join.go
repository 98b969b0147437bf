package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

// Joining is what `gocua join` asks.
type Joining struct {
	Dir     string
	Token   string // as `gocua invite` showed it
	HTTP    string
	HTTPS   string
	Peer    string
	Profile string
	KeyFile string // as Founding has it
	From    string // a backup of the cluster to take the first copy from; empty: over the line
	Key     string // secret key that opens it, or the file that holds it
	Sim     *Sim   // set by node/simtest only
}

// Joined is what came of joining, to be compared with the other screen.
type Joined struct {
	Node    string `json:"node"`
	Cluster string `json:"cluster"`
	Unit    string `json:"unit"`
	Key     string `json:"key"`         // fingerprint of this machine's key
	Root    string `json:"fingerprint"` // of the cluster's root
}

// joinPatience is how often a machine of the cluster that cannot agree just now
// is asked again, and after how long.
const (
	joinTries = 5
	joinPause = 2 * time.Second
)

// Join makes the directory of a machine that was invited: it makes its own keys,
// finds the machine that invited it, checks that it has the root its token names,
// and has its certificates signed. It becomes a member, first as a standby, once
// it is started and reaches the others. When it fails, nothing is left behind.
func Join(ctx context.Context, j Joining) (Joined, error) {
	m := remembered{Tier: civic.TierCluster, HTTP: j.HTTP, HTTPS: j.HTTPS, Peer: j.Peer, Profile: j.Profile}
	t, err := trust.ParseToken(j.Token)
	if err != nil {
		err = fmt.Errorf("node: joining: %w", err)
	}
	if err := errors.Join(err, m.check(), freeDir(j.Dir)); err != nil {
		return Joined{}, err
	}
	if err := j.tryCopy(); err != nil { // before the token is used up
		return Joined{}, err
	}
	keys, err := trust.NewJoinKeys()
	if err != nil {
		return Joined{}, fmt.Errorf("node: joining: %w", err)
	}
	made, err := breakGround(j.Dir, j.KeyFile)
	if err != nil {
		return Joined{}, err
	}
	done, err := j.make(ctx, m, t, keys)
	if err != nil {
		return Joined{}, errors.Join(err, made.undo())
	}
	return done, nil
}

// make makes the keyring first: where there is no place for it, the token is not
// used up.
func (j Joining) make(ctx context.Context, m remembered, t trust.Token, keys trust.JoinKeys) (Joined, error) {
	if _, err := openKeys(j.Dir, trust.Way{File: j.KeyFile}, time.Now()); err != nil {
		return Joined{}, fmt.Errorf("node: joining: %w", err)
	}
	a, err := j.knock(ctx, t, keys)
	if err != nil {
		return Joined{}, fmt.Errorf("node: joining: %w", err)
	}
	id, browser, err := keys.Take(a.Grant, t.Root, t.Node, t.Issued())
	if err == nil {
		err = errors.Join(id.Save(j.Dir), browser.Save(j.Dir))
	}
	if err != nil {
		return Joined{}, fmt.Errorf("node: joining: %w", err)
	}
	if j.From != "" {
		if err := takeFirstCopy(j.Dir, j.KeyFile, j.From, j.Key); err != nil {
			return Joined{}, err
		}
	}
	m.Unit, m.Peers = a.Unit, a.Peers
	return Joined{Node: id.Node, Cluster: id.Cluster, Unit: m.Unit,
		Key: trust.KeyFingerprint(keys.Node.Public().(ed25519.PublicKey)), Root: trust.Fingerprint(id.Root)}, m.save(j.Dir)
}

// tryCopy opens the backup the first copy is to come from.
func (j Joining) tryCopy() error {
	if j.From == "" {
		return nil
	}
	b, _, err := openBackup(j.From, j.Key)
	if err != nil {
		return err
	}
	return b.Close()
}

// knock asks at each address of the token, and again where the cluster cannot
// agree just now: the token is tied to the first key it was used with.
func (j Joining) knock(ctx context.Context, t trust.Token, keys trust.JoinKeys) (a joinAnswer, err error) {
	requests, err := keys.Request(t.Node)
	if err != nil {
		return a, err
	}
	raw, err := json.Marshal(joinRequest{Secret: t.Secret[:], Requests: requests})
	if err != nil {
		return a, err
	}
	var net peer.Network
	if j.Sim != nil {
		net = j.Sim.Net
	}
	door := peer.Stranger(net, func(chain []*x509.Certificate) error { return foundBy(t, chain) })
	defer door.CloseIdleConnections()
	for range joinTries {
		for _, addr := range t.Addrs {
			if a, err = askDoor(ctx, door, addr, raw); err == nil || !worthAgain(err) {
				return a, err
			}
		}
		rest(ctx, joinPause)
	}
	return a, err
}

// foundBy checks that who answers is of the cluster the token is for. Nothing is
// said to anybody else.
func foundBy(t trust.Token, chain []*x509.Certificate) error {
	if len(chain) != 2 || trust.PinOf(chain[1].Raw) != t.Root {
		return fmt.Errorf("%w: another machine answers there than the one that gave out the token", trust.ErrUntrusted)
	}
	_, err := trust.Verify(chain[:1], chain[1], t.Issued())
	return err
}

func askDoor(ctx context.Context, door *http.Client, addr string, raw []byte) (a joinAnswer, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+addr+pathJoin, bytes.NewReader(raw))
	if err != nil {
		return a, err
	}
	resp, err := door.Do(req)
	if err != nil {
		return a, err
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&a); err != nil {
		return a, fmt.Errorf("the answer of %s cannot be read: %w", addr, err)
	}
	if a.Error != nil {
		return a, a.Error
	}
	return a, nil
}

// worthAgain reports whether asking again in a moment may help.
func worthAgain(err error) bool {
	var known *command.Error
	if errors.As(err, &known) {
		return known.Class == command.Unavailable
	}
	return !errors.Is(err, trust.ErrUntrusted) && !errors.Is(err, trust.ErrExpired)
}
