package backup

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"gocua/node/trust"
	"gocua/store/command"
)

// A backup is magic, a header of headerSize bytes (JSON, padded with spaces), and
// the sealed part to its end: an age file that holds the length of the keys as
// four bytes, the keys (JSON), and the register's own snapshot stream, which
// carries count and content digest once more. The header is written last, into
// the place kept for it, so that it can say what was written.
const (
	magic      = "gocua-backup\x00\x01" // the last byte is the version
	headerSize = 4096
	maxKit     = 64 << 10
	purpose    = "backup" // of the machine's signature
)

// Header is what a backup says of itself without a key. Nothing in it names a person.
type Header struct {
	Cluster    string    `json:"cluster"`
	Generation int       `json:"generation"`
	Node       string    `json:"node"` // the machine that wrote it
	Unit       string    `json:"unit"`
	Tier       string    `json:"tier"`
	Time       time.Time `json:"time"`
	Index      uint64    `json:"index"` // of the last entry in it
	Term       uint64    `json:"term"`
	Records    uint64    `json:"records"`
	Outcomes   uint64    `json:"outcomes"`
	Feed       uint64    `json:"feed"`
	Audit      uint64    `json:"audit"`     // entries of the chain of changes
	Chain      string    `json:"chain"`     // digest at Index, hex
	Head       string    `json:"head"`      // of the chain of changes, hex
	Content    string    `json:"content"`   // content digest, hex
	Authority  bool      `json:"authority"` // it holds the authority of its cluster

	Size int64  `json:"size"` // bytes of the sealed part
	Sum  []byte `json:"sum"`  // SHA-256 of the sealed part
	Cert []byte `json:"cert"` // of the machine that wrote it, DER
	Sig  []byte `json:"sig,omitempty"`
}

// Errors a person can do something about. Their text says what.
func errForeign() *command.Error {
	return command.Errorf(command.Invalid, "backup_unknown", "this is no backup of gocua")
}

func errVersion(v byte) *command.Error {
	return command.Errorf(command.Invalid, "backup_version", "the backup has format %d and this build knows %d; take a newer build", v, magic[len(magic)-1])
}

func errCut(have, want int64) *command.Error {
	return command.Errorf(command.Invalid, "backup_cut", "the backup ends too early: it has %d of %d bytes. Copy it again, or take an older one", have, want)
}

func errDamaged(what string) *command.Error {
	return command.Errorf(command.Invalid, "backup_damaged", "the backup is damaged: %s. Copy it again, or take an older one", what)
}

// signed is what the machine signs.
func (h Header) signed() ([]byte, error) {
	h.Sig = nil
	return json.Marshal(h)
}

// encode is the beginning of the file.
func (h Header) encode() ([]byte, error) {
	raw, err := json.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	if len(raw) > headerSize {
		return nil, fmt.Errorf("backup: a header of %d bytes", len(raw))
	}
	b := bytes.Repeat([]byte{' '}, len(magic)+headerSize)
	copy(b, magic)
	copy(b[len(magic):], raw)
	return b, nil
}

// ReadHeader reads the beginning of a backup. What it says is proven only by
// Header.Check.
func ReadHeader(r io.Reader) (h Header, err error) {
	b := make([]byte, len(magic)+headerSize)
	n, err := io.ReadFull(r, b)
	version := len(magic) - 1
	switch {
	case n < len(magic) || string(b[:version]) != magic[:version]:
		return h, errForeign()
	case b[version] != magic[version]:
		return h, errVersion(b[version])
	case err != nil:
		return h, errCut(int64(n), int64(len(b)))
	}
	if err := json.Unmarshal(b[len(magic):], &h); err != nil {
		return h, errDamaged("its header cannot be read")
	}
	if h.Cluster == "" || h.Generation < 1 || h.Node == "" || h.Index == 0 || h.Term == 0 || h.Size <= 0 || len(h.Sum) != 32 {
		return Header{}, errDamaged("its header is not complete")
	}
	return h, nil
}

// Check tells whether a machine under this root wrote the header: anybody can
// seal a file to the people who restore, and only members of the cluster sign.
func (h Header) Check(root *x509.Certificate) error {
	cert, err := x509.ParseCertificate(h.Cert)
	if err != nil {
		return errDamaged("its signature cannot be read")
	}
	name, err := trust.Verify([]*x509.Certificate{cert}, root, h.Time)
	if err != nil {
		return command.Errorf(command.Forbidden, "backup_foreign", "the backup of %s was not written by a machine of this cluster; take one that was", h.Cluster)
	}
	raw, err := h.signed()
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if name.Node != h.Node || name.Cluster != h.Cluster || name.Generation != h.Generation || trust.CheckSignature(cert, purpose, raw, h.Sig) != nil {
		return errDamaged("its header is not what was signed")
	}
	return nil
}

// FileSize is how many bytes the whole file has.
func (h Header) FileSize() int64 { return int64(len(magic)+headerSize) + h.Size }
