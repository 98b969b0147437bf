package simtest

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// disk is what a machine that was switched off has kept.
type disk struct {
	name string
	reg  *store.Store
	box  *outbox.Outbox
	*store.Reader
}

func (m *machine) disk(t testing.TB) *disk {
	keys, err := trust.OpenKeys(m.dir(), trust.Way{})
	require.NoError(t, err)
	key := keys.Base()
	d := &disk{name: m.name}
	d.reg, err = store.Open(store.Config{Dir: filepath.Join(m.dir(), "register"), Key: key, Table: civic.Table(), Level: civic.Level, Still: true})
	require.NoError(t, err, m.name)
	d.box, err = outbox.Open(outbox.Config{Dir: filepath.Join(m.dir(), "outbox"), Key: key, Node: m.name})
	require.NoError(t, err, m.name)
	d.Reader = d.reg.Read()
	return d
}

func (d *disk) close(t testing.TB) {
	require.NoError(t, d.Err(), d.name)
	d.Reader.Close()
	require.NoError(t, d.reg.Close())
	require.NoError(t, d.box.Close())
}

// load reads a record that has to be there.
func load[T any](t testing.TB, v command.View, rt command.RecordType, key command.Key) T {
	t.Helper()
	rec, ok := civic.Load[T](v, rt, key)
	require.True(t, ok, "record %s of type %d is missing", key, rt)
	return rec
}

// touched reports whether a command changed a record, as its history tells.
func (d *disk) touched(rt command.RecordType, key command.Key, by command.ID) bool {
	for item := range d.History(rt, key) {
		if item.Command == by {
			return true
		}
	}
	return false
}
