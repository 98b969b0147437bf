package peer

import (
	"crypto/tls"
	"fmt"
	"time"

	"gocua/node/trust"
)

// conn is a connection whose other end is known.
type conn struct {
	*tls.Conn
	wire *wire
	peer Peer
}

// goodbye is how long closing may take: crypto/tls alone would keep Raft
// waiting for five seconds on a link that has stopped.
const goodbye = 500 * time.Millisecond

// Close tells the peer, if the link carries it, and closes.
func (c *conn) Close() error {
	late := time.AfterFunc(goodbye, func() { c.wire.Close() })
	defer late.Stop()
	return c.Conn.Close()
}

// baseTLS is what both directions share. Session tickets are off: a resumed
// session would bring back a peer that has been denied since.
func (l *Listener) baseTLS(protos ...string) *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		Certificates:           []tls.Certificate{l.id.Load().TLS()},
		NextProtos:             protos,
		SessionTicketsDisabled: true,
	}
}

// serverTLS decides by the first protocol of ours that the client offers. Who
// offers none never gets further than the handshake.
func (l *Listener) serverTLS(into *Peer) *tls.Config {
	refuse := l.baseTLS(Raft, Calls, Upstream)
	refuse.ClientAuth = tls.RequireAnyClientCert
	refuse.VerifyConnection = func(tls.ConnectionState) error { return ErrNoProtocol }
	refuse.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		for _, proto := range hello.SupportedProtos {
			if line, ours := lines[proto]; ours {
				return l.admitTLS(hello.Conn.(*wire), proto, line, into)
			}
		}
		return nil, nil
	}
	return refuse
}

func (l *Listener) admitTLS(w *wire, proto string, line Line, into *Peer) (*tls.Config, error) {
	if l.route(proto) == nil {
		return nil, fmt.Errorf("%w: %s", ErrNotServed, proto)
	}
	if proto == Join && (l.cfg.Invited == nil || !l.cfg.Invited()) {
		return nil, ErrNotInvited
	}
	dropping, err := w.assign(&l.cfg.Link.lines[line], l.traffic[proto])
	if dropping != nil {
		w.swallow(dropping)
		err = ErrCut
	}
	if err != nil {
		return nil, err
	}
	config := l.baseTLS(proto)
	if proto == Join {
		l.strangerTLS(config, w, into)
		return config, nil
	}
	config.ClientAuth = tls.RequireAnyClientCert
	config.VerifyConnection = l.verify(w, Expect{}, into)
	return config, nil
}

// strangerTLS shows the root as well, which whoever comes with a token compares
// before saying anything, and asks for no certificate.
func (l *Listener) strangerTLS(config *tls.Config, w *wire, into *Peer) {
	id := l.id.Load()
	own := id.TLS()
	own.Certificate = append(own.Certificate, id.Root.Raw)
	config.Certificates = []tls.Certificate{own}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		*into = Peer{Proto: state.NegotiatedProtocol, Addr: w.RemoteAddr().String()}
		return nil
	}
}

func (l *Listener) clientTLS(w *wire, proto string, expect Expect, into *Peer) *tls.Config {
	config := l.baseTLS(proto)
	// Names in certificates are node names, not addresses: verify below
	// takes the place of what this switches off.
	config.InsecureSkipVerify = true
	config.VerifyConnection = l.verify(w, expect, into)
	return config
}

// verify checks the other end within the handshake and notes who it is.
func (l *Listener) verify(w *wire, expect Expect, into *Peer) func(tls.ConnectionState) error {
	return func(state tls.ConnectionState) error {
		if _, ours := lines[state.NegotiatedProtocol]; !ours {
			return ErrNoProtocol
		}
		name, err := l.name(state)
		switch {
		case err != nil:
			return err
		case expect.Cluster != "" && expect.Cluster != name.Cluster:
			return fmt.Errorf("%w: %s instead of %s", trust.ErrOtherCluster, name.Cluster, expect.Cluster)
		case expect.Node != "" && expect.Node != name.Node:
			return fmt.Errorf("%w: %s instead of %s", ErrOtherNode, name.Node, expect.Node)
		}
		p := Peer{Name: name, Proto: state.NegotiatedProtocol, Addr: w.RemoteAddr().String(), Cert: state.PeerCertificates[0]}
		if l.cfg.Admit != nil {
			if err := l.cfg.Admit(p); err != nil {
				return err
			}
		}
		*into = p
		return nil
	}
}

func (l *Listener) name(state tls.ConnectionState) (trust.Name, error) {
	if state.NegotiatedProtocol == Upstream {
		return trust.VerifyPinned(state.PeerCertificates, l.cfg.Roots, l.cfg.Now())
	}
	return l.id.Load().VerifyPeer(state.PeerCertificates, l.cfg.Now())
}
