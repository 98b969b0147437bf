package trust

import (
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"time"
)

const identityFile = "identity.json"

// Identity is what a node proves itself with, towards peers (TLS) and under
// what it captured (Sign).
type Identity struct {
	Name
	Cert *x509.Certificate
	Key  ed25519.PrivateKey
	Root *x509.Certificate // of its own cluster
}

// TLS is the identity as crypto/tls wants it.
func (id *Identity) TLS() tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{id.Cert.Raw}, PrivateKey: id.Key, Leaf: id.Cert}
}

// Due reports whether the certificate should be renewed: less than a third of
// its life is left.
func (id *Identity) Due(now time.Time) bool {
	return id.Cert.NotAfter.Sub(now) < id.Cert.NotAfter.Sub(id.Cert.NotBefore)/3
}

// Sign signs a message for one purpose ("delivery", "parcel", …). A signature
// made for one purpose never holds for another, nor in TLS.
func (id *Identity) Sign(purpose string, message []byte) []byte {
	return ed25519.Sign(id.Key, purposed(purpose, message))
}

// CheckSignature checks what Sign made, under a certificate that Verify has
// accepted.
func CheckSignature(cert *x509.Certificate, purpose string, message, signature []byte) error {
	public, ok := cert.PublicKey.(ed25519.PublicKey)
	if !ok || !ed25519.Verify(public, purposed(purpose, message), signature) {
		return ErrSignature
	}
	return nil
}

// purposed puts the purpose, with its length, in front of the message.
func purposed(purpose string, message []byte) []byte {
	return append(fmt.Appendf(nil, "gocua signature\x00%d:%s", len(purpose), purpose), message...)
}

type identityJSON struct {
	Cert certPEM `json:"certificate"`
	Key  keyPEM  `json:"key"`
	Root certPEM `json:"root"`
}

// Save writes the identity to dir/identity.json, readable by the owner only
// and on disk when it returns.
func (id *Identity) Save(dir string) error {
	return writeJSON(filepath.Join(dir, identityFile), id.file())
}

// LoadIdentity reads what Save wrote; fs.ErrNotExist says that this machine
// has not been made a node yet. An expired identity loads: it is for the peers
// to refuse it and for the pages to say so.
func LoadIdentity(dir string) (*Identity, error) {
	path := filepath.Join(dir, identityFile)
	var f identityJSON
	if err := readJSON(path, &f); err != nil {
		return nil, err
	}
	id, err := f.identity()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

func (id *Identity) file() identityJSON {
	return identityJSON{certPEM{id.Cert}, keyPEM{id.Key}, certPEM{id.Root}}
}

// identity checks that the parts belong together.
func (f identityJSON) identity() (*Identity, error) {
	if f.Cert.Certificate == nil || f.Root.Certificate == nil {
		return nil, errNoCertificate
	}
	key, ok := f.Key.Signer.(ed25519.PrivateKey)
	if !ok || !owns(key, f.Cert.Certificate) {
		return nil, fmt.Errorf("the key does not belong to the certificate")
	}
	name, err := Verify([]*x509.Certificate{f.Cert.Certificate}, f.Root.Certificate, f.Cert.NotBefore)
	if err != nil {
		return nil, err
	}
	return &Identity{Name: name, Cert: f.Cert.Certificate, Key: key, Root: f.Root.Certificate}, nil
}
