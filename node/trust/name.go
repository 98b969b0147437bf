package trust

import (
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

const scheme = "gocua://"

// maxLabel is the longest part of a name: that of a DNS label.
const maxLabel = 63

// Name is who a node is. It stands in its certificate as
// gocua://<cluster>/<generation>/<node>.
type Name struct {
	Cluster    string // cụm; letters, digits and hyphens
	Generation int    // rises when a cluster is rebuilt after a lost quorum; ≥ 1
	Node       string // as Cluster, but lower case: it is a DNS name too
}

func (n Name) String() string {
	return scheme + n.Cluster + "/" + strconv.Itoa(n.Generation) + "/" + n.Node
}

// Check reports what keeps the name from being written in a certificate.
func (n Name) Check() error {
	switch {
	case !isLabel(n.Cluster):
		return fmt.Errorf("cluster name %q: want 1 to %d letters, digits or inner hyphens", n.Cluster, maxLabel)
	case n.Generation < 1:
		return fmt.Errorf("cluster generation %d: counts from 1", n.Generation)
	case !isLabel(n.Node) || n.Node != strings.ToLower(n.Node):
		return fmt.Errorf("node name %q: want 1 to %d lower-case letters, digits or inner hyphens", n.Node, maxLabel)
	}
	return nil
}

// ParseName reads what String writes and nothing else: one name has exactly one
// spelling, so that comparing names compares nodes.
func ParseName(s string) (Name, error) {
	rest, ok := strings.CutPrefix(s, scheme)
	parts := strings.Split(rest, "/")
	if !ok || len(parts) != 3 {
		return Name{}, errors.New("not a node name of the form gocua://cluster/generation/node")
	}
	generation, err := strconv.Atoi(parts[1])
	if err != nil {
		return Name{}, errors.New("the generation in a node name is not a number")
	}
	n := Name{Cluster: parts[0], Generation: generation, Node: parts[2]}
	if err := n.Check(); err != nil {
		return Name{}, err
	}
	if n.String() != s {
		return Name{}, errors.New("the generation in a node name is not written plainly")
	}
	return n, nil
}

// NameOf reads the name a certificate claims. Only Verify says whether the
// claim holds.
func NameOf(cert *x509.Certificate) (Name, error) {
	if len(cert.URIs) != 1 {
		return Name{}, fmt.Errorf("the certificate names %d nodes, want one", len(cert.URIs))
	}
	return ParseName(cert.URIs[0].String())
}

func (n Name) url() *url.URL {
	return &url.URL{Scheme: "gocua", Host: n.Cluster, Path: "/" + strconv.Itoa(n.Generation) + "/" + n.Node}
}

func isLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
		default:
			return false
		}
	}
	return true
}
