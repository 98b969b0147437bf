package trust

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Certify makes a certificate of the authority's generation for a key that a
// machine has already: its captures are signed with it, and stay good.
func (ca *CA) Certify(node string, key ed25519.PublicKey, now time.Time) (*x509.Certificate, error) {
	if len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("certify %s: that is no key of a machine", node)
	}
	return ca.certify(node, key, now)
}

// Renewed is this identity under another certificate for the same name and key,
// of this generation or a later one.
func (id *Identity) Renewed(cert *x509.Certificate, now time.Time) (*Identity, error) {
	name, err := Verify([]*x509.Certificate{cert}, id.Root, now)
	switch {
	case err != nil:
		return nil, err
	case name.Cluster != id.Cluster || name.Node != id.Node:
		return nil, fmt.Errorf("%w: it is for %s", ErrOtherCluster, name)
	case name.Generation < id.Generation:
		return nil, fmt.Errorf("%w: %d, ours is %d", ErrGeneration, name.Generation, id.Generation)
	case !owns(id.Key, cert):
		return nil, errors.New("the certificate is for another key")
	}
	return &Identity{Name: name, Cert: cert, Key: id.Key, Root: id.Root}, nil
}

// Readmission is the file with which a machine of an earlier generation comes
// back. It holds no secret: without the machine's own key it opens nothing.
type Readmission struct {
	Cert  *x509.Certificate
	Peers []string // host:port of machines that are there
	From  uint64   // what was agreed after this entry may be missing in the new generation
}

type readmissionJSON struct {
	Format int      `json:"format"`
	Node   string   `json:"node"` // for people who open the file; the certificate decides
	Cert   certPEM  `json:"certificate"`
	Peers  []string `json:"peers"`
	From   uint64   `json:"from"`
}

// Text is what the file holds.
func (r Readmission) Text(node string) ([]byte, error) {
	text, err := json.MarshalIndent(readmissionJSON{1, node, certPEM{r.Cert}, r.Peers, r.From}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("readmission: %w", err)
	}
	return append(text, '\n'), nil
}

// LoadReadmission reads a file of such a text.
func LoadReadmission(path string) (r Readmission, err error) {
	var f readmissionJSON
	if err := readShared(path, &f); err != nil {
		return r, err
	}
	if f.Format != 1 || f.Cert.Certificate == nil {
		return r, fmt.Errorf("%s is no file of gocua recover --readmit", path)
	}
	return Readmission{Cert: f.Cert.Certificate, Peers: f.Peers, From: f.From}, nil
}
