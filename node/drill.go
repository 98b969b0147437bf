package node

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"gocua/node/backup"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// scratchPrefix begins the name of a directory a drill restores into.
const scratchPrefix = "drill-"

// drill restores a backup into a scratch directory and compares it with what its
// header says. The key was made for this one backup, and is forgotten with it.
func (n *Node) drill(ctx context.Context, file string, key age.Identity) error {
	b, err := backup.Open(file)
	if err != nil {
		return err
	}
	_, err = b.Unseal(key)
	if err == nil {
		err = tryOut(ctx, b, n.cfg.Dir, n.table)
	}
	return errors.Join(err, b.Close())
}

// VerifyBackup restores a backup into a scratch directory below dir (empty: the
// system's), compares count and content digest with what was written, and
// removes the directory again. It needs no machine.
func VerifyBackup(ctx context.Context, file, key, dir string) (h backup.Header, err error) {
	b, _, err := openBackup(file, key)
	if err != nil {
		return h, err
	}
	if dir == "" {
		dir = os.TempDir()
	}
	return b.Header, errors.Join(tryOut(ctx, b, dir, civic.Table()), b.Close())
}

// tryOut restores an unsealed backup below a directory, under a key nobody
// keeps, and removes it again.
func tryOut(ctx context.Context, b *backup.File, below string, table *command.Table) (err error) {
	dir, err := os.MkdirTemp(below, scratchPrefix)
	if err != nil {
		return fmt.Errorf("node: verifying a backup: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	key := make([]byte, 32)
	rand.Read(key) // never fails
	return fill(ctx, dir, key, b, io.Discard, table)
}

// fill makes the register of a directory from an unsealed backup, which also is
// written to a second place, and compares the whole with what the header says.
func fill(ctx context.Context, dir string, key []byte, b *backup.File, also io.Writer, table *command.Table) (err error) {
	reg, err := store.Open(store.Config{Dir: dir, Key: key, Table: table, Level: civic.Level})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, reg.Close()) }()
	if err := reg.Restore(io.TeeReader(stoppingReader{ctx, b}, also)); err != nil {
		return asBackup(err)
	}
	if err := b.Finish(); err != nil {
		return err
	}
	return compare(reg, b.Header)
}

// asBackup says what a damaged stream means for whoever restores it.
func asBackup(err error) error {
	var known *command.Error
	if errors.As(err, &known) {
		return known
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err // nothing is wrong with the backup
	}
	if errors.Is(err, store.ErrDamaged) {
		return command.Errorf(command.Invalid, "backup_damaged", "the backup is damaged: it holds other than was written. Copy it again, or take an older one")
	}
	return err
}

// compare reads the whole register and compares it with the header.
func compare(reg *store.Store, h backup.Header) error {
	r := reg.Read()
	defer r.Close()
	pos := r.Position()
	digest, c := r.Content()
	if err := r.Err(); err != nil {
		return err
	}
	have := h
	have.Index = pos.Index
	have.Says(c.Records, c.Outcomes, c.Feed, c.Audit, digest, pos.Chain, pos.Audit.Hash)
	if have.Index != h.Index || have.Content != h.Content || have.Chain != h.Chain || have.Head != h.Head ||
		have.Records != h.Records || have.Outcomes != h.Outcomes || have.Feed != h.Feed || have.Audit != h.Audit {
		return command.Errorf(command.Invalid, "backup_differs", "the register made from the backup is not the one that was backed up: it has %d records and content %.16s instead of %d and %.16s. Take another backup",
			c.Records, hex.EncodeToString(digest[:]), h.Records, h.Content)
	}
	return nil
}

// roomToDrill tells whether the register fits on the disk once more, twice over.
func (n *Node) roomToDrill() bool {
	var size int64
	err := filepath.WalkDir(n.path("register"), func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return nil // files come and go
		}
		if info, err := e.Info(); err == nil && !e.IsDir() {
			size += info.Size()
		}
		return nil
	})
	return err == nil && n.disk.free() > 2*size+lowMark
}

// clearScratch removes what drills left when the machine stopped.
func clearScratch(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, scratchPrefix+"*"))
	for _, path := range left {
		err = errors.Join(err, os.RemoveAll(path))
	}
	return err
}

// stopping ends writing a backup when whoever wanted it has gone.
type stopping struct {
	ctx context.Context
	*store.Snapshot
}

func (s stopping) WriteTo(w io.Writer) (int64, error) {
	return s.Snapshot.WriteTo(stoppingWriter{s.ctx, w})
}

type stoppingWriter struct {
	ctx context.Context
	to  io.Writer
}

func (s stoppingWriter) Write(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.to.Write(p)
}

type stoppingReader struct {
	ctx  context.Context
	from io.Reader
}

func (s stoppingReader) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.from.Read(p)
}
