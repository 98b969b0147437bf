package node

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync"
	"time"

	"gocua/node/trust"
)

const (
	// webRenew is how long before its end a web certificate is made anew.
	webRenew = 30 * 24 * time.Hour
	// webRetry bounds how often one near its end is: it cannot outlast its issuer.
	webRetry = time.Hour
)

// webCert holds the certificate that browsers of the office are shown, for the names
// and addresses this machine has today. It is made anew when a clock that was wrong at
// the start is put right, when the machine gets another address, and near its end.
type webCert struct {
	load   func() (*trust.BrowserIssuer, error) // anew each time: it is renewed while the machine runs
	names  func() (hosts []string, ips []net.IP, err error)
	clock  func() time.Time
	agreed func() time.Time // as the cluster has it; a sealed machine does not know
	log    *slog.Logger

	mu     sync.Mutex
	cert   *tls.Certificate
	made   time.Time // when, by the time it was made for
	issuer *x509.Certificate
	hosts  []string
	ips    []net.IP
	told   bool // that it could not be made anew
}

func newWebCert(dir string, clock, agreed func() time.Time, log *slog.Logger) *webCert {
	return &webCert{load: func() (*trust.BrowserIssuer, error) { return trust.LoadBrowserIssuer(dir) },
		names: trust.MachineNames, clock: clock, agreed: agreed, log: log}
}

// show is the certificate for one connection. One that cannot be made anew serves on.
func (w *webCert) show(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	err := w.keep()
	if err != nil && w.cert == nil {
		return nil, fmt.Errorf("node: certificate for browsers: %w", err)
	}
	if err != nil && !w.told {
		w.log.Error("the certificate for browsers cannot be made anew", "error", err)
	}
	w.told = err != nil
	return w.cert, nil
}

// keep makes a certificate where the one there is does not serve.
func (w *webCert) keep() error {
	hosts, ips, err := w.names()
	if err != nil {
		return err
	}
	if w.cert != nil && w.serves(w.now(w.issuer)) && w.covers(hosts, ips) {
		return nil
	}
	issuer, err := w.load()
	if err != nil {
		return err
	}
	now := w.now(issuer.Cert)
	cert, err := issuer.Issue(hosts, ips, now)
	if err != nil {
		return err
	}
	w.cert, w.made, w.issuer, w.hosts, w.ips = &cert, now, issuer.Cert, hosts, ips
	return nil
}

// now is the time a certificate is for. A clock before its issuer's beginning is wrong
// (a PC without a battery begins at 2009); the agreed time stands in for it, unless that
// is wrong as well.
func (w *webCert) now(issuer *x509.Certificate) time.Time {
	if clock := w.clock(); !clock.Before(issuer.NotBefore) {
		return clock
	}
	if agreed := w.agreed(); agreed.After(issuer.NotBefore) && agreed.Before(issuer.NotAfter) {
		return agreed
	}
	return issuer.NotBefore
}

// serves reports whether browsers take it at that time and for a while, or another was
// tried just now.
func (w *webCert) serves(now time.Time) bool {
	fresh := now.Before(w.cert.Leaf.NotAfter.Add(-webRenew)) || now.Before(w.made.Add(webRetry))
	return fresh && !now.Before(w.cert.Leaf.NotBefore)
}

// covers reports whether it was made for these names and addresses. That it was made for
// more, which are gone, harms nobody: who has accepted it by hand need not do so again.
func (w *webCert) covers(hosts []string, ips []net.IP) bool {
	return !slices.ContainsFunc(hosts, func(h string) bool { return !slices.Contains(w.hosts, h) }) &&
		!slices.ContainsFunc(ips, func(ip net.IP) bool { return !slices.ContainsFunc(w.ips, ip.Equal) })
}
