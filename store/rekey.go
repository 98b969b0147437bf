package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
)

// Rekey puts a register that nobody uses under another key. Badger's data keys,
// under which everything is, stay; they are sealed anew, which takes no time. When
// it returns they are on the disk; after a power cut they are under the one key or
// the other. A register that is under the newest key already is left alone.
func Rekey(dir string, newest []byte, older [][]byte) error {
	name, err := readCurrent(dir)
	if err != nil || name == "" {
		return err
	}
	opt := badger.KeyRegistryOptions{Dir: filepath.Join(dir, name), EncryptionKey: newest}
	if _, err := os.Stat(filepath.Join(opt.Dir, badger.KeyRegistryFileName)); errors.Is(err, os.ErrNotExist) {
		return nil // it was never written
	}
	keys, err := badger.OpenKeyRegistry(opt)
	for _, key := range older {
		if !errors.Is(err, badger.ErrEncryptionKeyMismatch) {
			break
		}
		was := opt
		was.EncryptionKey = key
		if keys, err = badger.OpenKeyRegistry(was); err == nil {
			err = errors.Join(keys.Close(), badger.WriteKeyRegistry(keys, opt))
			keys = nil
		}
	}
	if errors.Is(err, badger.ErrEncryptionKeyMismatch) {
		return fmt.Errorf("opening the keys of %s: %w", name, ErrWrongKey)
	}
	if err == nil && keys != nil {
		err = keys.Close()
	}
	if err != nil {
		return fmt.Errorf("putting the register under another key: %w", err)
	}
	return nil
}
