package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"filippo.io/age"

	"gocua/node/trust"
	"gocua/store/command"
)

// draftSuffix is at the end of a backup's name until it is whole.
const draftSuffix = ".part"

// Writing is one backup to be written.
type Writing struct {
	Path       string // it appears there when it is whole and on disk
	Recipients []age.Recipient
	Kit        trust.Kit
	Header     Header      // who and where; counts, digests and signature are filled in
	Register   io.WriterTo // the register at one point, as a snapshot writes itself
	// Told is asked once the register was written: what the header is to say of it.
	Told func(*Header)
	// Drill is given the whole file, synced and not yet under its name; after an
	// error it is thrown away. nil: none.
	Drill func(draft string) error

	at func(step string) // told before each step; tests only
}

// Write writes a backup: whole, on disk and under its name when it returns, or
// not at all. What a power cut leaves ends in ".part" and counts for nothing.
func Write(w Writing) (h Header, err error) {
	if len(w.Recipients) == 0 {
		return h, ErrNobody()
	}
	if w.at == nil {
		w.at = func(string) {}
	}
	draft := w.Path + draftSuffix
	w.at("begin")
	f, err := os.OpenFile(draft, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return h, errPlace(err)
	}
	h, err = w.fill(place{f})
	if err == nil {
		w.at("sync")
		err = errPlace(f.Sync())
	}
	err = errors.Join(err, errPlace(f.Close()))
	if err == nil && w.Drill != nil {
		w.at("drill")
		err = w.Drill(draft)
	}
	if err == nil {
		w.at("rename")
		err = errPlace(os.Rename(draft, w.Path))
	}
	if err != nil {
		return h, errors.Join(err, os.Remove(draft))
	}
	w.at("renamed")
	return h, errPlace(syncDir(filepath.Dir(w.Path)))
}

// fill writes the file and then its header.
func (w Writing) fill(f place) (h Header, err error) {
	if _, err := f.Write(bytes.Repeat([]byte{0}, len(magic)+headerSize)); err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	out := &summer{to: f, hash: sha256.New()}
	w.at("seal")
	sealed, err := age.Encrypt(out, w.Recipients...)
	if err != nil {
		return h, fmt.Errorf("backup: sealing: %w", err)
	}
	kit, err := w.Kit.Pack()
	if err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	if _, err := sealed.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(kit))), kit...)); err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	w.at("register")
	if _, err := w.Register.WriteTo(sealed); err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	h = w.Header
	w.Told(&h)
	h.Authority = w.Kit.Authority != nil
	h.Size, h.Sum, h.Cert = out.n, out.hash.Sum(nil), w.Kit.Identity.Cert.Raw
	raw, err := h.signed()
	if err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	h.Sig = w.Kit.Identity.Sign(purpose, raw)
	head, err := h.encode()
	if err != nil {
		return h, err
	}
	w.at("header")
	if _, err := f.WriteAt(head, 0); err != nil {
		return h, fmt.Errorf("backup: %w", err)
	}
	return h, nil
}

// Says writes counts and digests into the header.
func (h *Header) Says(records, outcomes, feed, audit uint64, content, chain, head [32]byte) {
	h.Records, h.Outcomes, h.Feed, h.Audit = records, outcomes, feed, audit
	h.Content, h.Chain, h.Head = hex.EncodeToString(content[:]), hex.EncodeToString(chain[:]), hex.EncodeToString(head[:])
}

// ErrNobody refuses a backup that no person could open.
func ErrNobody() *command.Error {
	return command.Errorf(command.Invalid, "backup_nobody", "nobody could open the backup: name somebody with --to, or once for all with: gocua backup recipients age1…")
}

// errPlace says what is the matter with the place a backup goes to.
func errPlace(err error) error {
	if err == nil {
		return nil
	}
	return command.Errorf(command.Unavailable, "backup_place", "the backup cannot be written there: %v", err)
}

// place is the file a backup is written to. What is wrong with it, a full disk or
// a stick that was taken out, is told from what is wrong with the register.
type place struct {
	to interface {
		io.Writer
		io.WriterAt
	}
}

func (p place) Write(b []byte) (int, error) {
	n, err := p.to.Write(b)
	return n, errPlace(err)
}

func (p place) WriteAt(b []byte, at int64) (int, error) {
	n, err := p.to.WriteAt(b, at)
	return n, errPlace(err)
}

// summer hashes and counts what is written.
type summer struct {
	to   io.Writer
	hash hash.Hash
	n    int64
}

func (s *summer) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.hash.Write(p[:n])
	s.n += int64(n)
	return n, err
}

// syncDir makes a rename last. Windows cannot sync a directory and does not need
// to: NTFS journals it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}
