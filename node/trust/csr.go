package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"time"
)

// maxRequest bounds a certificate request: ours have about 200 bytes.
const maxRequest = 2 << 10

// ErrRequest says that a certificate request was refused; what it wraps names no
// secret and may be logged.
var ErrRequest = errors.New("the certificate request cannot be granted")

// JoinKeys are what a machine makes itself and never hands out: the key of its
// identity and that of its browser issuer.
type JoinKeys struct {
	Node    ed25519.PrivateKey
	Browser *ecdsa.PrivateKey
}

// NewJoinKeys makes the keys of a new machine.
func NewJoinKeys() (JoinKeys, error) {
	_, node, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return JoinKeys{}, fmt.Errorf("make a key: %w", err)
	}
	browser, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return JoinKeys{}, fmt.Errorf("make a key: %w", err)
	}
	return JoinKeys{node, browser}, nil
}

// Requests are the certificate requests (CSR, PKCS #10 DER) of a machine. Each is
// signed by the key it is about: who hands it in holds that key.
type Requests struct {
	Node    []byte `json:"node"`
	Browser []byte `json:"browser"`
}

// Request asks for the certificates of the node with these keys.
func (k JoinKeys) Request(node string) (r Requests, err error) {
	ask := func(key crypto.Signer) (der []byte) {
		if err == nil {
			der, err = x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: pkix.Name{CommonName: node}}, key)
		}
		return der
	}
	r = Requests{Node: ask(k.Node), Browser: ask(k.Browser)}
	if err != nil {
		return Requests{}, fmt.Errorf("ask for a certificate: %w", err)
	}
	return r, nil
}

// Check says whether both requests are in the name of the node and of no other,
// and signed by the keys they are about, and returns the node's key.
func (r Requests) Check(node string) (ed25519.PublicKey, error) {
	own, err := requested[ed25519.PublicKey](r.Node, node)
	if err != nil {
		return nil, err
	}
	browser, err := requested[*ecdsa.PublicKey](r.Browser, node)
	if err != nil {
		return nil, err
	}
	if browser.Curve != elliptic.P256() {
		return nil, fmt.Errorf("%w: the browser issuer's key is not on P-256", ErrRequest)
	}
	return own, nil
}

// requested reads a request and the key it is about.
func requested[K crypto.PublicKey](der []byte, node string) (key K, err error) {
	if len(der) > maxRequest {
		return key, fmt.Errorf("%w: it has %d bytes", ErrRequest, len(der))
	}
	csr, err := x509.ParseCertificateRequest(der)
	if err != nil {
		return key, fmt.Errorf("%w: it cannot be read", ErrRequest)
	}
	if csr.CheckSignature() != nil {
		return key, fmt.Errorf("%w: it is not signed by the key it is about", ErrRequest)
	}
	// What is granted is for this side to say. A request that names more than
	// the machine asks to be somebody else.
	if name := (pkix.Name{CommonName: node}); csr.Subject.String() != name.String() || len(csr.Extensions) > 0 {
		return key, fmt.Errorf("%w: it names another machine, or more than one name", ErrRequest)
	}
	key, ok := csr.PublicKey.(K)
	if !ok {
		return key, fmt.Errorf("%w: it is about another kind of key", ErrRequest)
	}
	return key, nil
}

// Grant is what a machine is given for its requests. Nothing in it is secret.
type Grant struct {
	Cert    []byte `json:"cert"`    // of its identity, DER
	Browser []byte `json:"browser"` // of its browser issuer, DER
	Root    []byte `json:"root"`    // DER
}

// Grant issues what was asked for, under the authority's present generation,
// valid as Issue and IssueBrowser say. Nothing but the keys is taken from the
// requests.
func (ca *CA) Grant(r Requests, node string, hosts []string, now time.Time) (Grant, error) {
	if _, err := r.Check(node); err != nil {
		return Grant{}, err
	}
	own, _ := requested[ed25519.PublicKey](r.Node, node)
	browser, _ := requested[*ecdsa.PublicKey](r.Browser, node) // both read by Check
	cert, err := ca.certify(node, own, now)
	if err != nil {
		return Grant{}, err
	}
	issuer, err := ca.certifyBrowser(node, browser, hosts, now)
	if err != nil {
		return Grant{}, err
	}
	return Grant{Cert: cert.Raw, Browser: issuer.Raw, Root: ca.Root.Raw}, nil
}

// Take checks a grant against the root it must come under and the keys it was
// asked with, and makes of it what is saved. root is that of the token or
// of the present identity; node is who was asked for.
func (k JoinKeys) Take(g Grant, root Pin, node string, now time.Time) (*Identity, *BrowserIssuer, error) {
	if PinOf(g.Root) != root {
		return nil, nil, ErrUntrusted
	}
	certs := make([]*x509.Certificate, 3)
	for i, der := range [][]byte{g.Root, g.Cert, g.Browser} {
		cert, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, nil, fmt.Errorf("%w: the answer cannot be read", ErrUntrusted)
		}
		certs[i] = cert
	}
	name, err := Verify(certs[1:2], certs[0], now)
	switch {
	case err != nil:
		return nil, nil, err
	case name.Node != node || !owns(k.Node, certs[1]) || !owns(k.Browser, certs[2]):
		return nil, nil, fmt.Errorf("%w: the answer is about another machine", ErrUntrusted)
	}
	if err := certs[2].CheckSignatureFrom(certs[0]); err != nil {
		return nil, nil, fmt.Errorf("%w: the browser issuer is not of this cluster", ErrUntrusted)
	}
	return &Identity{Name: name, Cert: certs[1], Key: k.Node, Root: certs[0]}, &BrowserIssuer{Cert: certs[2], Key: k.Browser}, nil
}

// KeyFingerprint is a node's key as two people compare it on two screens: 80
// bits in four groups, "4T7K-9QXM-…".
func KeyFingerprint(key ed25519.PublicKey) string {
	sum := sha256.Sum256(key)
	return inFours(crockford.EncodeToString(sum[:10]))
}
