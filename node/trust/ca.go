package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"time"
)

const (
	rootYears = 10
	nodeYears = 2

	// skew is how far back a certificate's validity begins, for PCs whose
	// clock is behind that of the machine that issued it.
	skew = 48 * time.Hour

	caFile = "ca.json"
)

// CA is the authority of one cluster. Whoever holds its key decides which
// machines belong to the cluster; normally that is the district office alone.
type CA struct {
	Cluster    string
	Generation int // written into the identities issued from now on
	Root       *x509.Certificate
	Key        *ecdsa.PrivateKey
}

// NewCA makes the authority of a cluster, valid for ten years from now.
func NewCA(cluster string, generation int, now time.Time) (*CA, error) {
	if err := (Name{cluster, generation, "x"}).Check(); err != nil {
		return nil, fmt.Errorf("new cluster authority: %w", err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("new cluster authority: %w", err)
	}
	template := &x509.Certificate{
		Subject:   pkix.Name{CommonName: "gocua " + cluster, Organization: []string{"gocua"}},
		NotBefore: now.Add(-skew),
		NotAfter:  now.AddDate(rootYears, 0, 0),
		KeyUsage:  x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		IsCA:      true, BasicConstraintsValid: true,
		MaxPathLen: 1, // root, browser issuer, web certificate
	}
	root, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("new cluster authority: %w", err)
	}
	return &CA{Cluster: cluster, Generation: generation, Root: root, Key: key}, nil
}

// NextGeneration is the same authority after a lost quorum: the root, which
// provinces pinned and browsers trust, stays; identities of earlier generations
// are refused by those of this one. Save it before issuing.
func (ca *CA) NextGeneration() *CA {
	next := *ca
	next.Generation++
	return &next
}

// Issue makes a new identity with a key of its own, valid for two years.
func (ca *CA) Issue(node string, now time.Time) (*Identity, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("issue identity: %w", err)
	}
	cert, err := ca.certify(node, public, now)
	if err != nil {
		return nil, err
	}
	return &Identity{Name: Name{ca.Cluster, ca.Generation, node}, Cert: cert, Key: private, Root: ca.Root}, nil
}

// certify says that a key is that of a node.
func (ca *CA) certify(node string, public ed25519.PublicKey, now time.Time) (*x509.Certificate, error) {
	name := Name{ca.Cluster, ca.Generation, node}
	if err := name.Check(); err != nil {
		return nil, fmt.Errorf("issue identity: %w", err)
	}
	cert, err := sign(&x509.Certificate{
		Subject:     pkix.Name{CommonName: node, Organization: []string{"gocua " + ca.Cluster}},
		URIs:        []*url.URL{name.url()},
		DNSNames:    []string{node},
		NotBefore:   now.Add(-skew),
		NotAfter:    now.AddDate(nodeYears, 0, 0),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},

		BasicConstraintsValid: true,
	}, ca.Root, public, ca.Key)
	if err != nil {
		return nil, fmt.Errorf("issue identity: %w", err)
	}
	return cert, nil
}

type caJSON struct {
	Cluster    string  `json:"cluster"`
	Generation int     `json:"generation"`
	Root       certPEM `json:"root"`
	Key        keyPEM  `json:"key"`
}

// Save writes the authority to dir/ca.json, readable by the owner only and on
// disk when it returns. One file, so that key, root and generation cannot part.
func (ca *CA) Save(dir string) error {
	return writeJSON(filepath.Join(dir, caFile),
		caJSON{ca.Cluster, ca.Generation, certPEM{ca.Root}, keyPEM{ca.Key}})
}

// LoadCA reads what Save wrote; fs.ErrNotExist says that this machine holds no
// authority, which is normal for a ward.
func LoadCA(dir string) (*CA, error) {
	path := filepath.Join(dir, caFile)
	var f caJSON
	if err := readJSON(path, &f); err != nil {
		return nil, err
	}
	if err := (Name{f.Cluster, f.Generation, "x"}).Check(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	key, ok := f.Key.Signer.(*ecdsa.PrivateKey)
	if !ok || !owns(key, f.Root.Certificate) {
		return nil, fmt.Errorf("%s: the key does not belong to the root certificate", path)
	}
	return &CA{f.Cluster, f.Generation, f.Root.Certificate, key}, nil
}

// sign makes a certificate with a random serial number.
func sign(template, parent *x509.Certificate, public crypto.PublicKey, key crypto.Signer) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// owns reports whether a certificate was made for this key.
func owns(key crypto.Signer, cert *x509.Certificate) bool {
	if key == nil || cert == nil {
		return false
	}
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(cert.PublicKey)
}

var errNoCertificate = errors.New("no certificate")
