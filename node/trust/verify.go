package trust

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Why a certificate was refused. The texts name no person and may be logged.
var (
	ErrUntrusted    = errors.New("the certificate was not issued by the expected authority")
	ErrExpired      = errors.New("the certificate has expired")
	ErrOtherCluster = errors.New("the certificate belongs to another cluster")
	ErrGeneration   = errors.New("the certificate belongs to another generation of the cluster")
	ErrSignature    = errors.New("the signature does not hold")
)

// Verify checks that the chain a peer presented is one node identity signed by
// root itself, and returns the name in it. A chain through an intermediate is
// refused: wards hold browser issuers under the same root, and one of those
// must never speak for a node.
//
// A certificate that is not valid yet is accepted: a PC with a dead battery
// believes it is 2009, and would otherwise be cut off by its clock.
func Verify(chain []*x509.Certificate, root *x509.Certificate, now time.Time) (Name, error) {
	if len(chain) == 0 {
		return Name{}, errNoCertificate
	}
	leaf := chain[0]
	if root == nil || len(chain) != 1 || leaf.IsCA {
		return Name{}, ErrUntrusted
	}
	if now.After(leaf.NotAfter) || now.After(root.NotAfter) {
		return Name{}, fmt.Errorf("%w on %s", ErrExpired, leaf.NotAfter.UTC().Format(time.DateOnly))
	}
	roots := x509.NewCertPool()
	roots.AddCert(root)
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		_, err := leaf.Verify(x509.VerifyOptions{
			Roots:       roots,
			CurrentTime: latest(now, leaf.NotBefore, root.NotBefore),
			KeyUsages:   []x509.ExtKeyUsage{usage},
		})
		if err != nil {
			return Name{}, fmt.Errorf("%w: %w", ErrUntrusted, err)
		}
	}
	return NameOf(leaf)
}

// VerifyPeer checks a chain against the identity's own root and demands its own
// cluster and generation: after a lost quorum the voters of the old generation
// must not be heard.
func (id *Identity) VerifyPeer(chain []*x509.Certificate, now time.Time) (Name, error) {
	name, err := Verify(chain, id.Root, now)
	switch {
	case err != nil:
		return Name{}, err
	case name.Cluster != id.Cluster:
		return Name{}, fmt.Errorf("%w: %s", ErrOtherCluster, name.Cluster)
	case name.Generation != id.Generation:
		return Name{}, fmt.Errorf("%w: %d, ours is %d", ErrGeneration, name.Generation, id.Generation)
	}
	return name, nil
}

// VerifyPinned checks a chain from another cluster (upstream, delivered files)
// against the root pinned for the cluster it claims; pins returns nil for a
// cluster nobody enrolled. The generation is returned, not judged: a cluster
// keeps its pin through a recovery.
func VerifyPinned(chain []*x509.Certificate, pins func(cluster string) *x509.Certificate, now time.Time) (Name, error) {
	if len(chain) == 0 {
		return Name{}, errNoCertificate
	}
	claimed, err := NameOf(chain[0])
	if err != nil {
		return Name{}, err
	}
	root := pins(claimed.Cluster)
	if root == nil {
		return Name{}, fmt.Errorf("%w: %s is not enrolled here", ErrOtherCluster, claimed.Cluster)
	}
	return Verify(chain, root, now)
}

// crockford leaves out the letters people mistake for digits.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// Fingerprint is a certificate as two people compare it on two screens or over
// the telephone: 120 bits in six groups, "4T7K-9QXM-…".
func Fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return inFours(crockford.EncodeToString(sum[:15]))
}

// inFours puts a dash after every four letters.
func inFours(text string) string {
	var groups []string
	for len(text) > 0 {
		n := min(4, len(text))
		groups, text = append(groups, text[:n]), text[n:]
	}
	return strings.Join(groups, "-")
}

func latest(t time.Time, others ...time.Time) time.Time {
	for _, o := range others {
		if o.After(t) {
			t = o
		}
	}
	return t
}
