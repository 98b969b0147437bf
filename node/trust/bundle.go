package trust

import (
	"fmt"
	"net"
)

// Bundle is the file that `gocua invite` writes for a new node and `gocua join`
// reads. It holds the node's key: it travels by hand and is destroyed once the
// node has started.
type Bundle struct {
	Identity *Identity
	Browser  *BrowserIssuer
	Unit     string   // code of the unit (đơn vị hành chính) the node is responsible for
	Peers    []string // host:port of machines that already belong to the cluster
}

type bundleJSON struct {
	Format   int          `json:"format"`
	Node     string       `json:"node"` // for people who open the file; the certificate decides
	Cluster  string       `json:"cluster"`
	Unit     string       `json:"unit"`
	Peers    []string     `json:"peers"`
	Identity identityJSON `json:"identity"`
	Browser  browserJSON  `json:"browser"`
}

const bundleFormat = 1

// Save writes the bundle to path, readable by the owner only and on disk when
// it returns.
func (b *Bundle) Save(path string) error {
	return writeJSON(path, bundleJSON{
		Format: bundleFormat, Node: b.Identity.Node, Cluster: b.Identity.Cluster,
		Unit: b.Unit, Peers: b.Peers, Identity: b.Identity.file(), Browser: b.Browser.file(),
	})
}

// LoadBundle reads what Save wrote and checks that its parts belong together.
func LoadBundle(path string) (*Bundle, error) {
	var f bundleJSON
	// Not readJSON: on a USB stick every file is readable by everyone.
	if err := readShared(path, &f); err != nil {
		return nil, err
	}
	b, err := f.bundle()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

func (f bundleJSON) bundle() (*Bundle, error) {
	if f.Format != bundleFormat {
		return nil, fmt.Errorf("bundle format %d is not known to this build", f.Format)
	}
	id, err := f.Identity.identity()
	if err != nil {
		return nil, err
	}
	browser, err := f.Browser.issuer()
	if err != nil {
		return nil, err
	}
	if err := browser.Cert.CheckSignatureFrom(id.Root); err != nil {
		return nil, fmt.Errorf("the browser issuer belongs to another cluster: %w", err)
	}
	if f.Unit == "" {
		return nil, fmt.Errorf("the bundle names no unit")
	}
	for _, p := range f.Peers {
		if _, _, err := net.SplitHostPort(p); err != nil {
			return nil, fmt.Errorf("peer address: %w", err)
		}
	}
	return &Bundle{Identity: id, Browser: browser, Unit: f.Unit, Peers: f.Peers}, nil
}
