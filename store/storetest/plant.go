// Package storetest changes a register behind its back, as a failing disk or a
// mistake in the program would, for tests of whatever has to notice. It must
// not know what records mean, and nothing but tests may import it.
package storetest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// birth is how many bytes stand before the value of a record: where in the feed it
// began to be.
const birth = 9

// Alter changes the stored value of one record in the register of a machine that
// does not run. No digest, index or count follows it.
func Alter(dir string, key []byte, t command.RecordType, k command.Key, change func(value []byte) []byte) error {
	current, err := os.ReadFile(filepath.Join(dir, "CURRENT"))
	if err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	volume := filepath.Join(dir, strings.TrimSpace(string(current)))
	db, err := badger.Open(badger.DefaultOptions(volume).WithEncryptionKey(key).WithIndexCacheSize(8 << 20).WithLogger(nil))
	if err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	at := append([]byte{'r', byte(t)}, k...)
	err = db.Update(func(txn *badger.Txn) error {
		item, err := txn.Get(at)
		if err != nil {
			return err
		}
		value, err := item.ValueCopy(nil)
		if err != nil {
			return err
		}
		if len(value) <= birth {
			return fmt.Errorf("a record of %d bytes", len(value))
		}
		return txn.Set(at, append(value[:birth:birth], change(value[birth:])...))
	})
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("storetest: altering a record: %w", err)
	}
	return nil
}
