package peer

import (
	"context"
	"crypto/x509"
	"errors"

	"gocua/node/trust"
)

// The protocols, as ALPN names.
const (
	Raft     = "gocua-raft/1"
	Calls    = "gocua-peer/1"
	Upstream = "gocua-upstream/1"
	Join     = "gocua-join/1" // the one over which nobody has to show a certificate
)

// lines says over which line each protocol runs.
var lines = map[string]Line{Raft: ToPeers, Calls: ToPeers, Upstream: ToProvince, Join: ToPeers}

// Why a connection did not come about, besides what package trust says.
var (
	ErrNoProtocol = errors.New("the other side offers no protocol of ours")
	ErrNotServed  = errors.New("this protocol is not served here now")
	ErrOtherNode  = errors.New("another node answers at this address")
	ErrNotInvited = errors.New("no invitation is open: nobody may come in without a certificate")
	ErrCut        = errors.New("the link is switched off")
)

// Peer is the verified other end of a connection. Over Join it is a stranger,
// with neither name nor certificate.
type Peer struct {
	trust.Name
	Proto string
	Addr  string            // host:port as seen from here
	Cert  *x509.Certificate // its key also signs what it delivers
}

// Expect says who must be at the other end of a call; empty fields are not
// checked. Within the cluster the cluster and its generation always are.
type Expect struct {
	Cluster string
	Node    string
}

type peerKey struct{}

// PeerFrom returns the peer whose request a handler is serving.
func PeerFrom(ctx context.Context) (Peer, bool) {
	p, ok := ctx.Value(peerKey{}).(Peer)
	return p, ok
}
