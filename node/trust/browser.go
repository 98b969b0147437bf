package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

const (
	browserFile = "browser.json"
	// webDays keeps a web certificate below the 398 days browsers accept.
	webDays = 390
)

// privateNames and privateNets are all an issuer may ever speak for: whoever
// steals one cannot pretend to be a bank towards the clerks who trust the root.
var (
	privateNames = []string{"localhost", "local", "lan"}
	privateNets  = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
		"fc00::/7", "fe80::/10", "::1/128"}
)

// BrowserIssuer lets one node make its own web certificates, for the addresses it has
// at the time. It is a small authority under the cluster's root,
// constrained to private addresses, .local and .lan names and the host names
// given when it was issued.
type BrowserIssuer struct {
	Cert *x509.Certificate
	Key  *ecdsa.PrivateKey
}

// IssueBrowser makes a node's browser issuer, valid as long as its identity.
// Host names other than .local and .lan that people will type ("may-chu") must
// be known now.
func (ca *CA) IssueBrowser(node string, hosts []string, now time.Time) (*BrowserIssuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("issue browser issuer: %w", err)
	}
	cert, err := ca.certifyBrowser(node, &key.PublicKey, hosts, now)
	if err != nil {
		return nil, err
	}
	return &BrowserIssuer{Cert: cert, Key: key}, nil
}

// certifyBrowser says what the holder of a key may make web certificates for.
func (ca *CA) certifyBrowser(node string, key *ecdsa.PublicKey, hosts []string, now time.Time) (*x509.Certificate, error) {
	cert, err := sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "gocua " + ca.Cluster + " " + node, Organization: []string{"gocua"}},
		NotBefore:   now.Add(-skew),
		NotAfter:    now.AddDate(nodeYears, 0, 0),
		KeyUsage:    x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:        true, BasicConstraintsValid: true, MaxPathLenZero: true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         append(slices.Clone(privateNames), hostNames(hosts)...),
		PermittedIPRanges:           nets(privateNets),
	}, ca.Root, key, ca.Key)
	if err != nil {
		return nil, fmt.Errorf("issue browser issuer: %w", err)
	}
	return cert, nil
}

// Issue makes a web certificate with a fresh key for those hosts and addresses
// the issuer may speak for; the others are left out, because one of them would
// make browsers refuse all. localhost and the loopback addresses are always in.
func (b *BrowserIssuer) Issue(hosts []string, ips []net.IP, now time.Time) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("issue web certificate: %w", err)
	}
	hosts = append([]string{"localhost"}, hostNames(hosts)...)
	ips = append([]net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, ips...)
	leaf, err := sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: hosts[len(hosts)-1]},
		DNSNames:    slices.DeleteFunc(hosts, func(h string) bool { return !b.allowsName(h) }),
		IPAddresses: slices.DeleteFunc(ips, func(ip net.IP) bool { return !b.allowsIP(ip) }),
		NotBefore:   now.Add(-skew),
		NotAfter:    earliest(now.AddDate(0, 0, webDays), b.Cert.NotAfter),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},

		BasicConstraintsValid: true,
	}, b.Cert, key.Public(), b.Key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("issue web certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{leaf.Raw, b.Cert.Raw}, PrivateKey: key, Leaf: leaf}, nil
}

// Hosts lists the host names beyond .local and .lan that it was issued for.
func (b *BrowserIssuer) Hosts() []string {
	return slices.DeleteFunc(slices.Clone(b.Cert.PermittedDNSDomains), func(h string) bool { return slices.Contains(privateNames, h) })
}

func (b *BrowserIssuer) allowsName(host string) bool {
	return slices.ContainsFunc(b.Cert.PermittedDNSDomains, func(d string) bool {
		return host == d || strings.HasSuffix(host, "."+d)
	})
}

func (b *BrowserIssuer) allowsIP(ip net.IP) bool {
	return slices.ContainsFunc(b.Cert.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) })
}

// MachineNames lists the host names and addresses under which browsers can
// reach this machine now.
func MachineNames() (hosts []string, ips []net.IP, err error) {
	host, err := os.Hostname()
	if err != nil {
		return nil, nil, fmt.Errorf("read the machine's name: %w", err)
	}
	host, _, _ = strings.Cut(host, ".")
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil, nil, fmt.Errorf("read the machine's addresses: %w", err)
	}
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && !n.IP.IsLoopback() {
			ips = append(ips, n.IP)
		}
	}
	return hostNames([]string{host, host + ".local"}), ips, nil
}

type browserJSON struct {
	Cert certPEM `json:"certificate"`
	Key  keyPEM  `json:"key"`
}

// Save writes the issuer to dir/browser.json, readable by the owner only and
// on disk when it returns.
func (b *BrowserIssuer) Save(dir string) error {
	return writeJSON(filepath.Join(dir, browserFile), b.file())
}

// LoadBrowserIssuer reads what Save wrote.
func LoadBrowserIssuer(dir string) (*BrowserIssuer, error) {
	path := filepath.Join(dir, browserFile)
	var f browserJSON
	if err := readJSON(path, &f); err != nil {
		return nil, err
	}
	b, err := f.issuer()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func (b *BrowserIssuer) file() browserJSON { return browserJSON{certPEM{b.Cert}, keyPEM{b.Key}} }

func (f browserJSON) issuer() (*BrowserIssuer, error) {
	key, ok := f.Key.Signer.(*ecdsa.PrivateKey)
	if !ok || !owns(key, f.Cert.Certificate) {
		return nil, fmt.Errorf("the key does not belong to the certificate of the browser issuer")
	}
	return &BrowserIssuer{Cert: f.Cert.Certificate, Key: key}, nil
}

// hostNames brings names into the form certificates want and leaves out what
// cannot stand in one (a Windows PC may be called "MÁY CHỦ").
func hostNames(hosts []string) []string {
	var good []string
	for _, h := range hosts {
		h = strings.ToLower(h)
		if !slices.ContainsFunc(strings.Split(h, "."), func(l string) bool { return !isLabel(l) }) {
			good = append(good, h)
		}
	}
	return good
}

func nets(cidrs []string) []*net.IPNet {
	all := make([]*net.IPNet, len(cidrs))
	for i, c := range cidrs {
		_, n, err := net.ParseCIDR(c)
		if err != nil {
			panic(err) // a mistake in the table above
		}
		all[i] = n
	}
	return all
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
