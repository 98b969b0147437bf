package store

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// memTableSize is a constant of the format, never a setting: the largest
// transaction is 15 % of it, and a command that one node can write all must.
const memTableSize = 16 << 20

// badgerOptions are chosen for a PC with 2–4 GB. DESIGN.md says why, one by one.
func badgerOptions(dir string, key []byte, log *slog.Logger) badger.Options {
	return badger.DefaultOptions(dir).
		WithEncryptionKey(key).
		WithMemTableSize(memTableSize).
		WithNumMemtables(2).
		WithNumLevelZeroTables(16).
		WithNumLevelZeroTablesStall(32).
		WithBaseLevelSize(128 << 20).
		WithNumCompactors(2).
		WithNumGoroutines(2).
		WithBlockCacheSize(8 << 20).
		WithIndexCacheSize(8 << 20).
		WithValueLogFileSize(16 << 20).
		WithValueThreshold(1 << 20). // everything we write is smaller: all of it stays in the tree
		WithNumVersionsToKeep(1).
		WithSyncWrites(false).
		WithDetectConflicts(false).
		WithMetricsEnabled(false).
		WithCompression(options.Snappy).
		WithChecksumVerificationMode(options.OnBlockRead).
		WithVerifyValueChecksum(true).
		WithLogger(badgerLog{log})
}

// options are those of one volume of this register.
func (s *Store) options(dir string) badger.Options {
	o := badgerOptions(dir, s.key, s.log)
	if s.still {
		o = o.WithNumCompactors(0)
	}
	if s.small { // a value that stays in the tree is no longer than a transaction
		o = o.WithMemTableSize(memTableSize / 16).WithValueThreshold(64 << 10)
	}
	return o
}

// badgerLog passes on what Badger has to say; its chatter is for debugging.
type badgerLog struct{ log *slog.Logger }

func (b badgerLog) Errorf(f string, a ...any)   { b.log.Error(badgerText(f, a)) }
func (b badgerLog) Warningf(f string, a ...any) { b.log.Warn(badgerText(f, a)) }
func (b badgerLog) Infof(f string, a ...any)    { b.log.Debug(badgerText(f, a)) }
func (b badgerLog) Debugf(string, ...any)       {} // Badger prints keys here, and keys hold names

func badgerText(format string, args []any) string {
	return "badger: " + strings.TrimSpace(fmt.Sprintf(format, args...))
}
