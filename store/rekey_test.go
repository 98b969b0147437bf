package store

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARegisterIsPutUnderAnotherKeyAndHoldsTheSame(t *testing.T) {
	dir, fresh := t.TempDir(), bytes.Repeat([]byte{9}, 32)
	require.NoError(t, Rekey(dir, fresh, [][]byte{testKey}), "there is none yet")
	s, err := Open(Config{Dir: dir, Key: testKey, Table: toyTable(1)})
	require.NoError(t, err)
	apply(t, s, entry(t, 5, 1000, ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})))
	before := s.Read()
	was := before.Position()
	before.Close()
	require.NoError(t, s.Close())

	require.ErrorIs(t, Rekey(dir, fresh, nil), ErrWrongKey)
	require.ErrorIs(t, Rekey(dir, fresh, [][]byte{bytes.Repeat([]byte{8}, 32)}), ErrWrongKey)
	require.NoError(t, Rekey(dir, fresh, [][]byte{bytes.Repeat([]byte{8}, 32), testKey}))
	_, err = Open(Config{Dir: dir, Key: testKey, Table: toyTable(1)})
	require.ErrorIs(t, err, ErrWrongKey, "the old key opens nothing any more")

	name, err := readCurrent(dir)
	require.NoError(t, err)
	sealed := func() []byte {
		raw, err := os.ReadFile(filepath.Join(dir, name, "KEYREGISTRY"))
		require.NoError(t, err)
		return raw
	}
	once := sealed()
	require.NoError(t, Rekey(dir, fresh, [][]byte{testKey}), "at every start")
	require.Equal(t, once, sealed(), "and then it is left alone")
	s, err = Open(Config{Dir: dir, Key: fresh, Table: toyTable(1)})
	require.NoError(t, err)
	after := s.Read()
	require.Equal(t, was, after.Position())
	require.JSONEq(t, `{"name":"Lan","town":"Hue","age":30}`, string(after.Get(personType, "lan")))
	after.Close()
	require.NoError(t, s.Close())
}
