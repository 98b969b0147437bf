package peer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"time"
)

// Stranger calls doors over Join, for a machine that has no certificate yet.
// check is given what the door presented, its own certificate first and the
// root it claims second; nothing is sent before it agrees. The caller closes
// idle connections when it is done. network nil: TCP.
func Stranger(network Network, check func(chain []*x509.Certificate) error) *http.Client {
	if network == nil {
		network = tcp{}
	}
	config := &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{Join}, SessionTicketsDisabled: true,
		// Names in certificates are node names, not addresses: check takes
		// the place of what this switches off.
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			if state.NegotiatedProtocol != Join {
				return ErrNoProtocol
			}
			return check(state.PeerCertificates)
		},
	}
	return &http.Client{
		Timeout: strangerLimit,
		Transport: &http.Transport{
			DialTLSContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
				return dialStranger(ctx, network, addr, config)
			},
			DialContext: func(context.Context, string, string) (net.Conn, error) {
				return nil, errors.New("peers are called over https only")
			},
			DisableCompression: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func dialStranger(ctx context.Context, network Network, addr string, config *tls.Config) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	raw, err := network.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	c := tls.Client(raw, config)
	if err := c.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, err
	}
	return c, c.SetDeadline(time.Now().Add(strangerLimit))
}
