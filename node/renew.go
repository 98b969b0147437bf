package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"time"

	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/command"
)

// pathRenew is where a member has its certificates renewed, by whichever machine
// holds the authority.
const pathRenew = "/v1/renew"

// renewEvery is how often a machine looks whether its certificates are due: that
// begins eight months before they end.
const renewEvery = 6 * time.Hour

// renewAnswer is a renewed certificate, or why there is none.
type renewAnswer struct {
	Grant trust.Grant    `json:"grant"`
	Error *command.Error `json:"error,omitempty"`
}

// identity is this machine's own with the certificate it has now; n.id is what it
// was opened with. Name, key and root never change.
func (n *Node) identity() *trust.Identity {
	if fresh := n.fresh.Load(); fresh != nil {
		return fresh
	}
	return n.id
}

// renew has this machine's certificates renewed when they are due, until ctx ends.
func (n *Node) renew(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := n.renewIfDue(ctx); err != nil && ctx.Err() == nil {
			n.log.Warn("this machine's certificates could not be renewed; it tries again in some hours", "end", n.identity().Cert.NotAfter, "error", err)
		}
		rest(ctx, renewEvery)
	}
}

// renewIfDue asks for certificates with the keys this machine has. They are on
// disk, and shown to others, when it returns true; browsers see theirs once the one
// they are shown is made anew.
func (n *Node) renewIfDue(ctx context.Context) (bool, error) {
	now, was := n.certainly(), n.identity()
	if !was.Due(now) {
		return false, nil
	}
	issuer, err := trust.LoadBrowserIssuer(n.cfg.Dir)
	if err != nil {
		return false, err
	}
	keys := trust.JoinKeys{Node: was.Key, Browser: issuer.Key}
	g, err := n.askRenewal(ctx, keys, issuer)
	if err != nil {
		return false, err
	}
	id, issuer, err := keys.Take(g, trust.PinOf(was.Root.Raw), was.Node, now)
	switch {
	case err != nil:
		return false, err
	case id.Name != was.Name:
		return false, fmt.Errorf("node: renewing: %w", trust.ErrGeneration)
	case !id.Cert.NotAfter.After(was.Cert.NotAfter):
		return false, errors.New("node: renewing: what was granted ends no later")
	}
	if err := errors.Join(id.Save(n.cfg.Dir), issuer.Save(n.cfg.Dir)); err != nil {
		return false, fmt.Errorf("node: renewing: %w", err)
	}
	n.fresh.Store(id)
	n.door.Renew(id)
	n.log.Info("this machine's certificates were renewed", "end", id.Cert.NotAfter)
	return true, nil
}

// askRenewal asks the authority: here, or at whichever member holds it.
func (n *Node) askRenewal(ctx context.Context, keys trust.JoinKeys, issuer *trust.BrowserIssuer) (g trust.Grant, err error) {
	requests, err := keys.Request(n.id.Node)
	if err != nil {
		return g, err
	}
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err == nil {
		return ca.Grant(requests, n.id.Node, issuer.Hosts(), n.tokenTime())
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return g, err
	}
	raw, err := json.Marshal(requests)
	if err != nil {
		return g, err
	}
	err = errors.New("node: renewing: no other machine is known")
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.ID == n.id.Node {
			continue
		}
		if g, err = n.renewalOf(ctx, m.ID, m.Addr, raw); err == nil {
			return g, nil
		}
	}
	return g, err
}

func (n *Node) renewalOf(ctx context.Context, node, addr string, raw []byte) (trust.Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+addr+pathRenew, bytes.NewReader(raw))
	if err != nil {
		return trust.Grant{}, fmt.Errorf("node: renewing at %s: %w", node, err)
	}
	resp, err := n.calls.client(peer.Calls, peer.Expect{Cluster: n.id.Cluster, Node: node}).Do(req)
	if err != nil {
		return trust.Grant{}, fmt.Errorf("node: renewing at %s: %w", node, err)
	}
	defer resp.Body.Close()
	var a renewAnswer
	if err := json.NewDecoder(io.LimitReader(resp.Body, 64<<10)).Decode(&a); err != nil {
		return trust.Grant{}, fmt.Errorf("node: renewing at %s: %w", node, err)
	}
	if a.Error != nil {
		return trust.Grant{}, a.Error
	}
	return a.Grant, nil
}

// takeRenewal renews the certificate of the member that calls, for the key it
// called with and no other.
func (n *Node) takeRenewal(w http.ResponseWriter, req *http.Request) {
	g, err := n.renewFor(req)
	a := renewAnswer{Grant: g}
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		a.Error = refusal(err)
		w.WriteHeader(statusOf(a.Error))
	}
	_ = json.NewEncoder(w).Encode(a) // it has gone; it will ask again
}

func (n *Node) renewFor(req *http.Request) (g trust.Grant, err error) {
	p, _ := peer.PeerFrom(req.Context())
	var requests trust.Requests
	if err := json.NewDecoder(io.LimitReader(req.Body, maxJoin)).Decode(&requests); err != nil {
		return g, command.Errorf(command.Invalid, "malformed", "the request cannot be read")
	}
	key, err := requests.Check(p.Node)
	if err != nil {
		return g, err
	}
	if own, _ := p.Cert.PublicKey.(ed25519.PublicKey); !key.Equal(own) {
		return g, command.Errorf(command.Forbidden, "bad_request", "a certificate is renewed for the key it was made for")
	}
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err != nil {
		return g, command.Errorf(command.NotFound, "no_authority", "this machine does not hold the authority")
	}
	return ca.Grant(requests, p.Node, nil, n.tokenTime())
}
