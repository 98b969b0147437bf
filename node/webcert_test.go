package node

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
)

// webDoor is a webCert with a clock, an agreed time and addresses of a test, and a
// browser that trusts the root.
type webDoor struct {
	*webCert
	t             *testing.T
	root          *x509.CertPool
	clock, agreed time.Time
	ips           []net.IP
	broken        error
}

func newWebDoor(t *testing.T, made time.Time) *webDoor {
	t.Helper()
	ca, err := trust.NewCA("01CG", 1, made)
	require.NoError(t, err)
	issuer, err := ca.IssueBrowser("district", nil, made)
	require.NoError(t, err)
	d := &webDoor{t: t, root: x509.NewCertPool(), clock: made, ips: []net.IP{net.IPv4(10, 0, 0, 5)}}
	d.root.AddCert(ca.Root)
	d.webCert = &webCert{load: func() (*trust.BrowserIssuer, error) { return issuer, d.broken },
		names: func() ([]string, []net.IP, error) { return []string{"may-chu.local"}, d.ips, nil },
		clock: func() time.Time { return d.clock }, agreed: func() time.Time { return d.agreed }, log: slog.New(slog.DiscardHandler)}
	return d
}

// opened is what a browser whose clock is right says to the certificate.
func (d *webDoor) opened(at time.Time, host string) error {
	d.t.Helper()
	cert, err := d.show(nil)
	require.NoError(d.t, err)
	between := x509.NewCertPool()
	issuer, err := x509.ParseCertificate(cert.Certificate[1])
	require.NoError(d.t, err)
	between.AddCert(issuer)
	_, err = cert.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: d.root, Intermediates: between, CurrentTime: at})
	return err
}

func TestBrowsersTakeTheCertificateWhateverTheClockDid(t *testing.T) {
	t.Parallel()
	made := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	const day, host = 24 * time.Hour, "may-chu.local"
	never := time.Time{}
	for name, c := range map[string]struct {
		clock, agreed time.Time // at the start
		right         time.Time // by the browser's clock
		then          time.Time // the machine's clock from then on
	}{
		"it is right":                              {made.Add(day), made.Add(day), made.Add(day), made.Add(day)},
		"it begins at 2009":                        {time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC), never, made.Add(200 * day), time.Date(2009, 1, 1, 0, 5, 0, 0, time.UTC)},
		"it begins at 2009, the issuer is old":     {time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC), made.Add(500 * day), made.Add(500 * day), time.Date(2009, 1, 1, 0, 5, 0, 0, time.UTC)},
		"it is put right after the start":          {time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC), never, made.Add(500 * day), made.Add(500 * day)},
		"it began ahead and is put right":          {made.Add(400 * day), never, made.Add(10 * day), made.Add(10 * day)},
		"it began beyond all, and is put right":    {made.AddDate(10, 0, 0), never, made.Add(10 * day), made.Add(10 * day)},
		"a wrong time was agreed, the clock holds": {made.Add(10 * day), made.Add(600 * day), made.Add(10 * day), made.Add(10 * day)},
		"it runs for more than a year":             {made, never, made.Add(400 * day), made.Add(400 * day)},
	} {
		t.Run(name, func(t *testing.T) {
			d := newWebDoor(t, made)
			d.clock, d.agreed = c.clock, c.agreed
			_ = d.opened(c.right, host)
			d.clock = c.then
			require.NoError(t, d.opened(c.right, host))
		})
	}
}

func TestTheCertificateIsForTheAddressesOfTheDay(t *testing.T) {
	t.Parallel()
	d := newWebDoor(t, time.Now())
	require.NoError(t, d.opened(time.Now(), "10.0.0.5"))
	require.Error(t, d.opened(time.Now(), "10.0.0.9"))
	d.ips = []net.IP{net.IPv4(10, 0, 0, 9)}
	require.NoError(t, d.opened(time.Now(), "10.0.0.9"), "the office's router gave it another")

	d.broken = errors.New("the disk cannot be read")
	d.ips = []net.IP{net.IPv4(10, 0, 0, 7)}
	require.NoError(t, d.opened(time.Now(), "10.0.0.9"), "the one there is serves on")
}

// TestTheCertificateStaysWhileItServes: a browser whose user has accepted one that it
// does not trust asks again at another.
func TestTheCertificateStaysWhileItServes(t *testing.T) {
	t.Parallel()
	made := time.Now()
	d := newWebDoor(t, made)
	d.ips = append(d.ips, net.IPv4(10, 0, 0, 6), net.IPv4(203, 0, 113, 9))
	shown := func() *x509.Certificate {
		cert, err := d.show(nil)
		require.NoError(t, err)
		return cert.Leaf
	}
	first := shown()
	d.clock = made.Add(300 * 24 * time.Hour)
	require.Same(t, first, shown())
	d.ips = d.ips[:1]
	require.Same(t, first, shown(), "an address that is gone harms nobody")
	d.clock = made.Add(361 * 24 * time.Hour)
	second := shown()
	require.NotSame(t, first, second, "a month before its end")

	d.clock = made.Add(720 * 24 * time.Hour)
	last := shown()
	require.NotSame(t, second, last)
	d.clock = d.clock.Add(time.Minute)
	require.Same(t, last, shown(), "one that cannot outlast its issuer is not made for every connection")
	d.clock = d.clock.Add(time.Hour)
	require.NotSame(t, last, shown(), "but the issuer may have been renewed since")
}

// TestAMachineThatStartsAt2009IsReachedByBrowsers: until the network has set its clock.
func TestAMachineThatStartsAt2009IsReachedByBrowsers(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	ca, err := trust.LoadCA(dir)
	require.NoError(t, err)
	n, err := Open(Config{Dir: dir, HTTPS: "127.0.0.1:0", Clock: func() time.Time { return time.Date(2009, 1, 1, 0, 0, 0, 0, time.UTC) }})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	go func() { _ = n.Run(t.Context()) }()
	roots := x509.NewCertPool()
	roots.AddCert(ca.Root)
	conn, err := tls.Dial("tcp", n.self.HTTPS, &tls.Config{RootCAs: roots, ServerName: "localhost"})
	require.NoError(t, err)
	require.NoError(t, conn.Close())
}
