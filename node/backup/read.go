package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"filippo.io/age"

	"gocua/node/trust"
	"gocua/store/command"
)

// File is a backup somebody may restore.
type File struct {
	Header
	file *os.File
	sum  hash.Hash
	from io.Reader // the sealed part, hashed as it is read
	open io.Reader // the same without its seal; nil: not opened
}

// Open opens a backup and reads its header. Whether anything is in it that the
// header says is known once the register has been read and Finish was called.
// The caller closes it.
func Open(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, command.Errorf(command.NotFound, "backup_absent", "the backup cannot be opened: %v", err)
	}
	b, err := begin(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return b, nil
}

func begin(f *os.File) (*File, error) {
	h, err := ReadHeader(f)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("backup: %w", err)
	}
	start := int64(len(magic) + headerSize)
	switch have := info.Size(); {
	case have < start+h.Size:
		return nil, errCut(have, start+h.Size)
	case have > start+h.Size:
		return nil, errDamaged("something is behind its end")
	}
	b := &File{Header: h, file: f, sum: sha256.New()}
	b.from = io.TeeReader(bufio.NewReaderSize(f, 256<<10), b.sum)
	return b, nil
}

// Unseal opens the sealed part and returns the keys in it. Keys that belong to
// nobody in the file are refused, and so is a file that others than a machine of
// its own cluster wrote.
func (b *File) Unseal(keys ...age.Identity) (kit trust.Kit, err error) {
	open, err := age.Decrypt(b.from, keys...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return kit, command.Errorf(command.Forbidden, "backup_key", "this key does not open the backup of %s; take the key of somebody it was made for", b.Time.Format("2006-01-02"))
	case err != nil:
		return kit, errDamaged("it cannot be opened")
	}
	var size [4]byte
	if _, err := io.ReadFull(open, size[:]); err != nil {
		return kit, errDamaged("it cannot be opened")
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxKit {
		return kit, errDamaged("its keys cannot be read")
	}
	raw := make([]byte, n)
	if _, err := io.ReadFull(open, raw); err != nil {
		return kit, errDamaged("its keys cannot be read")
	}
	if kit, err = trust.UnpackKit(raw); err != nil {
		return kit, errDamaged("its keys cannot be read")
	}
	if !bytes.Equal(kit.Identity.Cert.Raw, b.Cert) || kit.Authority != nil != b.Authority {
		return kit, errDamaged("its keys are not the ones of its header")
	}
	b.open = open
	return kit, b.Check(kit.Identity.Root)
}

// Read reads the register's snapshot stream.
func (b *File) Read(p []byte) (int, error) {
	n, err := b.open.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errDamaged("a part of it cannot be opened")
	}
	return n, err
}

// Finish reads the rest and tells whether every byte is the one that was signed for.
func (b *File) Finish() error {
	if _, err := io.Copy(io.Discard, b); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, b.from); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if !bytes.Equal(b.sum.Sum(nil), b.Sum) {
		return errDamaged("it holds other than was written")
	}
	return nil
}

// Close closes the file.
func (b *File) Close() error { return b.file.Close() }
