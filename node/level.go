package node

import (
	"errors"
	"os"
	"path/filepath"

	"gocua/node/host"
	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
)

// AgreedLevel is the feature level in the register of a machine that is not
// running; 1 if there is none to read.
func AgreedLevel(dir string) (level int, err error) {
	if _, err := os.Stat(filepath.Join(dir, "register")); err != nil {
		return 1, nil
	}
	lock, err := host.Hold(dir)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	key, err := trust.LoadOrCreateKey(filepath.Join(dir, "storage.key"))
	if err != nil {
		return 0, err
	}
	reg, err := store.Open(store.Config{Dir: filepath.Join(dir, "register"), Key: key, Table: civic.Table(), Level: civic.Level, Still: true})
	if err != nil {
		return 0, err
	}
	r := reg.Read()
	level = r.Level()
	r.Close()
	return level, reg.Close()
}
