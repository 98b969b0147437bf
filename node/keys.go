package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gocua/node/trust"
	"gocua/raft"
	"gocua/store"
)

// underKey is what a machine writes under its storage keys.
var underKey = []string{"outbox", carriedDir, "register", "raft", "imports", looksDir}

// openKeys opens the keyring in a machine's directory, or makes the first key where
// nothing was written yet: a fresh key beside data would hide that the right one is
// lost.
func openKeys(dir string, way trust.Way, now time.Time) (*trust.Keys, error) {
	if trust.HasKeyring(dir) {
		return trust.OpenKeys(dir, way)
	}
	for _, name := range underKey {
		switch _, err := os.Lstat(filepath.Join(dir, name)); {
		case err == nil:
			return nil, fmt.Errorf("%s holds data (%s) but no keyring: put keyring.json and the key file back from a copy; a machine from before keyrings is made anew", dir, name)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("node: %w", err)
		}
	}
	return trust.CreateKeys(dir, way.File, now)
}

func (n *Node) openKeys() (err error) {
	if n.keys = n.cfg.Keys; n.keys == nil {
		n.keys, err = openKeys(n.cfg.Dir, trust.Way{File: n.cfg.KeyFile}, n.cfg.Clock())
	}
	return err
}

// LogSeals are what log and snapshots of a machine are sealed with.
func LogSeals(keys *trust.Keys) (*raft.Seals, error) {
	log, err := keys.Sealer("raft log")
	if err != nil {
		return nil, err
	}
	snapshots, err := keys.Sealer("raft snapshots")
	return &raft.Seals{Log: log, Snapshots: snapshots}, err
}

// openRegister opens the register of a machine's directory. After a rotation it is
// put under the newest key first.
func openRegister(keys *trust.Keys, cfg store.Config) (*store.Store, error) {
	under := keys.Register()
	if err := store.Rekey(cfg.Dir, under[0], under[1:]); err != nil {
		return nil, err
	}
	cfg.Key = under[0]
	return store.Open(cfg)
}
