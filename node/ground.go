package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gocua/node/host"
)

// ground is a directory in which a machine is being made.
type ground struct {
	dir     string
	fresh   bool   // it was not there before
	keyFile string // made elsewhere with the machine; empty: nowhere, or it was there before
}

// breakGround takes a directory, which must hold no machine, and the place where its
// key file is to be made; empty: in the directory.
func breakGround(dir, keyFile string) (ground, error) {
	g := ground{dir: dir, fresh: absent(dir)}
	if keyFile != "" && absent(keyFile) {
		g.keyFile = keyFile
	}
	return g, emptyDir(dir)
}

func absent(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// clear removes all that makes a machine, the marker last.
func (g ground) clear() (err error) {
	for _, name := range append(whatItHolds, restoringFile) {
		err = errors.Join(err, os.RemoveAll(filepath.Join(g.dir, name)))
	}
	return err
}

// undo leaves the directory as it was found, and no key that opens nothing.
func (g ground) undo() error {
	err := g.forgetKey()
	if g.fresh {
		return errors.Join(err, os.RemoveAll(g.dir))
	}
	return errors.Join(err, g.clear())
}

func (g ground) forgetKey() error {
	if g.keyFile == "" {
		return nil
	}
	if err := os.Remove(g.keyFile); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// whatItHolds is what a machine's directory holds. Any of it says that keys or
// captures of another machine are there, even if it was never finished.
var whatItHolds = []string{rememberedFile, "identity.json", "browser.json", "ca.json", "invitations.json", recoveryFile, "storage.key", "keyring.json", "outbox", carriedDir, "register", "raft", "imports", looksDir, "update.json"}

// emptyDir makes the directory, which must hold no machine, for its owner alone.
func emptyDir(dir string) error {
	if err := freeDir(dir); err != nil {
		return err
	}
	if err := host.Private(dir); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}

// freeDir reports what keeps a machine from being made in the directory.
func freeDir(dir string) error {
	if strings.TrimSpace(dir) == "" {
		return errors.New("node: name the directory of the machine")
	}
	for _, name := range whatItHolds {
		_, err := os.Lstat(filepath.Join(dir, name))
		if err == nil {
			return fmt.Errorf("%s holds a machine already, or the remains of one (%s); nothing was changed", dir, name)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("node: %w", err)
		}
	}
	return nil
}
