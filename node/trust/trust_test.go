package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func newCA(t *testing.T, cluster string) *CA {
	t.Helper()
	ca, err := NewCA(cluster, 1, noon)
	require.NoError(t, err)
	return ca
}

func issue(t *testing.T, ca *CA, node string) *Identity {
	t.Helper()
	id, err := ca.Issue(node, noon)
	require.NoError(t, err)
	return id
}

func chain(certs ...*x509.Certificate) []*x509.Certificate { return certs }

func TestAnIdentityNamesItsNodeAndIsHeardByItsPeers(t *testing.T) {
	ca := newCA(t, "01CG")
	district, ward := issue(t, ca, "quan"), issue(t, ca, "phuong-1")

	require.Equal(t, "gocua://01CG/1/phuong-1", ward.Cert.URIs[0].String())
	require.Equal(t, []string{"phuong-1"}, ward.Cert.DNSNames)
	require.Equal(t, "2028-03-02", ward.Cert.NotAfter.Format(time.DateOnly))
	require.Equal(t, "2036-03-02", ca.Root.NotAfter.Format(time.DateOnly))

	name, err := district.VerifyPeer(chain(ward.Cert), noon)
	require.NoError(t, err)
	require.Equal(t, Name{"01CG", 1, "phuong-1"}, name)
}

func TestPeersThatMustNotBeHeard(t *testing.T) {
	ca := newCA(t, "01CG")
	us := issue(t, ca, "quan")
	imposter := issue(t, newCA(t, "01CG"), "phuong-1")
	nextDoor, err := (&CA{"01BD", 1, ca.Root, ca.Key}).Issue("phuong-1", noon)
	require.NoError(t, err)
	browser, err := ca.IssueBrowser("phuong-1", nil, noon)
	require.NoError(t, err)
	ward := issue(t, ca, "phuong-1")
	rebuilt := issue(t, ca.NextGeneration(), "phuong-1")

	for name, c := range map[string]struct {
		chain []*x509.Certificate
		now   time.Time
		want  error
	}{
		"nothing presented":       {nil, noon, errNoCertificate},
		"another root":            {chain(imposter.Cert), noon, ErrUntrusted},
		"another root, ours sent": {chain(imposter.Cert, ca.Root), noon, ErrUntrusted},
		"another cluster":         {chain(nextDoor.Cert), noon, ErrOtherCluster},
		"a later generation":      {chain(rebuilt.Cert), noon, ErrGeneration},
		"the root itself":         {chain(ca.Root), noon, ErrUntrusted},
		"a browser issuer":        {chain(browser.Cert), noon, ErrUntrusted},
		"the day after it ended":  {chain(ward.Cert), ward.Cert.NotAfter.Add(time.Second), ErrExpired},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := us.VerifyPeer(c.chain, c.now)
			require.ErrorIs(t, err, c.want)
		})
	}
	_, err = rebuilt.VerifyPeer(chain(us.Cert), noon)
	require.ErrorIs(t, err, ErrGeneration, "an old voter after a recovery")
}

func TestABrowserIssuerNeverSpeaksForANode(t *testing.T) {
	ca := newCA(t, "01CG")
	us := issue(t, ca, "quan")
	browser, err := ca.IssueBrowser("phuong-1", nil, noon)
	require.NoError(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	uri, err := url.Parse("gocua://01CG/1/quan-2")
	require.NoError(t, err)
	forged, err := sign(&x509.Certificate{
		Subject: pkix.Name{CommonName: "quan-2"}, URIs: []*url.URL{uri},
		NotBefore: noon.Add(-time.Hour), NotAfter: noon.Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, browser.Cert, key.Public(), browser.Key)
	require.NoError(t, err)

	for _, presented := range [][]*x509.Certificate{chain(forged), chain(forged, browser.Cert), chain(forged, browser.Cert, ca.Root)} {
		_, err := us.VerifyPeer(presented, noon)
		require.ErrorIs(t, err, ErrUntrusted)
	}
}

func TestAClockFarBehindDoesNotCutAMachineOff(t *testing.T) {
	ca := newCA(t, "01CG")
	name, err := issue(t, ca, "quan").VerifyPeer(chain(issue(t, ca, "phuong-1").Cert), noon.AddDate(-17, 0, 0))
	require.NoError(t, err)
	require.Equal(t, "phuong-1", name.Node)
}

func TestAPinnedClusterKeepsItsPinThroughARecovery(t *testing.T) {
	ca := newCA(t, "01CG")
	pins := func(cluster string) *x509.Certificate {
		return map[string]*x509.Certificate{"01CG": ca.Root}[cluster]
	}
	name, err := VerifyPinned(chain(issue(t, ca.NextGeneration(), "quan").Cert), pins, noon)
	require.NoError(t, err)
	require.Equal(t, Name{"01CG", 2, "quan"}, name)

	_, err = VerifyPinned(chain(issue(t, newCA(t, "01BD"), "quan").Cert), pins, noon)
	require.ErrorIs(t, err, ErrOtherCluster)
	_, err = VerifyPinned(chain(issue(t, newCA(t, "01CG"), "quan").Cert), pins, noon)
	require.ErrorIs(t, err, ErrUntrusted)
	_, err = VerifyPinned(nil, pins, noon)
	require.ErrorIs(t, err, errNoCertificate)
}

func TestASignatureHoldsForItsPurposeOnly(t *testing.T) {
	ca := newCA(t, "01CG")
	ward, other := issue(t, ca, "phuong-1"), issue(t, ca, "phuong-2")
	sig := ward.Sign("delivery", []byte("three visits"))

	require.NoError(t, CheckSignature(ward.Cert, "delivery", []byte("three visits"), sig))
	require.ErrorIs(t, CheckSignature(ward.Cert, "parcel", []byte("three visits"), sig), ErrSignature)
	require.ErrorIs(t, CheckSignature(ward.Cert, "delivery", []byte("four visits"), sig), ErrSignature)
	require.ErrorIs(t, CheckSignature(other.Cert, "delivery", []byte("three visits"), sig), ErrSignature)
	require.ErrorIs(t, CheckSignature(ca.Root, "delivery", []byte("three visits"), sig), ErrSignature)
	require.ErrorIs(t, CheckSignature(ward.Cert, "deliver", []byte("ythree visits"), sig), ErrSignature, "no sliding")
}

func TestWhatWasSavedLoadsAgainAndIsForTheOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	ca := newCA(t, "01CG").NextGeneration()
	id := issue(t, ca, "quan")
	browser, err := ca.IssueBrowser("quan", []string{"may-chu"}, noon)
	require.NoError(t, err)

	_, err = LoadCA(dir)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NoError(t, ca.Save(dir))
	require.NoError(t, id.Save(dir))
	require.NoError(t, browser.Save(dir))

	gotCA, err := LoadCA(dir)
	require.NoError(t, err)
	require.Equal(t, ca, gotCA)
	gotID, err := LoadIdentity(dir)
	require.NoError(t, err)
	require.Equal(t, id, gotID)
	gotBrowser, err := LoadBrowserIssuer(dir)
	require.NoError(t, err)
	require.Equal(t, browser, gotBrowser)

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 3, "no temporary files stay behind")
	if runtime.GOOS == "windows" {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o600), info.Mode().Perm(), e.Name())
	}
	require.NoError(t, os.Chmod(filepath.Join(dir, "identity.json"), 0o640))
	_, err = LoadIdentity(dir)
	require.ErrorContains(t, err, "chmod 600")
}

func TestAFingerprintIsSixGroupsAndTellsRootsApart(t *testing.T) {
	a, b := newCA(t, "01CG"), newCA(t, "01CG")
	require.Regexp(t, `^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$`, Fingerprint(a.Root))
	require.NotEqual(t, Fingerprint(a.Root), Fingerprint(b.Root))
	// SHA-256 of no bytes begins e3b0c44298fc1c149afbf4c8996fb9.
	require.Equal(t, "WERC-8GMR-ZGE1-96QV-YK49-JVXS", Fingerprint(&x509.Certificate{}))
}

func TestNamesThatCannotStandInACertificateAreRefused(t *testing.T) {
	for _, c := range []struct {
		cluster    string
		generation int
		node       string
	}{{"", 1, "a"}, {"01CG", 0, "a"}, {"01CG", 1, ""}, {"01CG", 1, "Quan"}, {"01CG", 1, "a/b"}, {"quận", 1, "a"}, {"01CG", 1, "-a"}} {
		require.Error(t, Name{c.cluster, c.generation, c.node}.Check(), "%v", c)
		_, err := (&CA{Cluster: c.cluster, Generation: c.generation}).Issue(c.node, noon)
		require.Error(t, err)
	}
}

func TestABrowserAcceptsTheWebCertificateForPrivateAddressesOnly(t *testing.T) {
	ca := newCA(t, "01CG")
	browser, err := ca.IssueBrowser("phuong-1", []string{"MAY-CHU"}, noon)
	require.NoError(t, err)
	web, err := browser.Issue(
		[]string{"may-chu", "may-chu.local", "MÁY CHỦ", "vietcombank.com.vn"},
		[]net.IP{net.ParseIP("192.168.1.7"), net.ParseIP("fe80::1"), net.ParseIP("203.113.131.1")}, noon)
	require.NoError(t, err)
	require.Equal(t, []string{"localhost", "may-chu", "may-chu.local"}, web.Leaf.DNSNames)
	require.Less(t, web.Leaf.NotAfter.Sub(web.Leaf.NotBefore), 397*24*time.Hour)

	accepts := func(host string) error {
		roots, between := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(ca.Root)
		issuer, err := x509.ParseCertificate(web.Certificate[1])
		require.NoError(t, err)
		between.AddCert(issuer)
		_, err = web.Leaf.Verify(x509.VerifyOptions{DNSName: host, Roots: roots, Intermediates: between, CurrentTime: noon})
		return err
	}
	for _, host := range []string{"localhost", "127.0.0.1", "::1", "192.168.1.7", "may-chu", "may-chu.local", "fe80::1"} {
		require.NoError(t, accepts(host), host)
	}
	for _, host := range []string{"203.113.131.1", "vietcombank.com.vn", "192.168.1.8"} {
		require.Error(t, accepts(host), host)
	}
}

func TestAWebCertificateOutsideTheConstraintsIsRefusedWhole(t *testing.T) {
	ca := newCA(t, "01CG")
	stolen, err := ca.IssueBrowser("phuong-1", nil, noon)
	require.NoError(t, err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	bank, err := sign(&x509.Certificate{
		DNSNames: []string{"vietcombank.com.vn"}, NotBefore: noon, NotAfter: noon.Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}, stolen.Cert, key.Public(), stolen.Key)
	require.NoError(t, err)
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(ca.Root)
	between.AddCert(stolen.Cert)
	_, err = bank.Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: noon})
	var invalid x509.CertificateInvalidError
	require.ErrorAs(t, err, &invalid)
	require.Equal(t, x509.CANotAuthorizedForThisName, invalid.Reason)
}
