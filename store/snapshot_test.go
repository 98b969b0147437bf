package store

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// busyEntries fill a register with some of everything.
func busyEntries(t require.TestingT) []Entry {
	return []Entry{
		entry(t, 1, 100, ask("1", page{"hue", 40, 3, "Hue"}), ask("2", census{"Hue"})),
		entry(t, 2, 200, ask("3", moveTown{"hue0001", "Hue", "Vinh"}), ask("4", moveTown{"hue0001", "Hue", "Da Lat"})),
		{Index: 3, Term: 2},
		entry(t, 4, 400, ask("5", dropPerson{"hue0002"}), ask("6", moveTown{"nobody", "a", "b"}), ask("7", census{""})),
	}
}

func snapshotOf(t require.TestingT, s *Store) []byte {
	snap, err := s.Snapshot()
	require.NoError(t, err)
	var b bytes.Buffer
	n, err := snap.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, int64(b.Len()), n)
	require.NoError(t, snap.Close())
	return b.Bytes()
}

func volumesIn(t require.TestingT, s *Store) []string {
	names, err := filepath.Glob(filepath.Join(s.dir, "db-*"))
	require.NoError(t, err)
	return names
}

func TestARestoredRegisterIsTheOneThatWasWritten(t *testing.T) {
	from := reference(t, busyEntries(t)...)
	dir := t.TempDir()
	to := openAt(t, dir)
	apply(t, to, entry(t, 9, 1, ask("other", putPerson{"x", person{"X", "Y", 1}})))
	changed := to.Changed()
	require.NoError(t, to.Restore(bytes.NewReader(snapshotOf(t, from))))
	<-changed
	want := contentOf(t, from)
	require.Equal(t, want, contentOf(t, to))
	requireSound(t, to)
	chain, ok := to.ChainAt(4)
	require.True(t, ok)
	require.Equal(t, want.place.Chain, chain)
	require.Len(t, volumesIn(t, to), 1, "the old one is deleted")

	more := entry(t, 5, 500, ask("8", census{"Hue"}), ask("3", moveTown{"hue0001", "Hue", "Vinh"}))
	require.Equal(t, apply(t, from, more), apply(t, to, more))
	require.NoError(t, to.Close())
	to = openAt(t, dir)
	defer to.Close()
	require.Equal(t, contentOf(t, from), contentOf(t, to))
}

func TestASnapshotStaysWhatItWasWhileEntriesAreApplied(t *testing.T) {
	s := reference(t, busyEntries(t)...)
	want := contentOf(t, s)
	snap, err := s.Snapshot()
	require.NoError(t, err)
	apply(t, s, entry(t, 5, 500, ask("8", page{"vinh", 50, 3, "Vinh"})))
	var b bytes.Buffer
	_, err = snap.WriteTo(&b)
	require.NoError(t, err)
	require.Equal(t, want.place, snap.Position())
	require.NoError(t, snap.Close())
	require.NoError(t, s.Restore(&b))
	require.Equal(t, want, contentOf(t, s))
}

func TestSumsOfTheReplacedRegisterAreForgotten(t *testing.T) {
	from := reference(t, entry(t, 7, 50, ask("1", putPerson{"an", person{"An", "Hue", 20}})))
	to := reference(t, busyEntries(t)...)
	require.NoError(t, to.Restore(bytes.NewReader(snapshotOf(t, from))))
	apply(t, to, entry(t, 8, 60, ask("2", putPerson{"binh", person{"Binh", "Hue", 30}})))
	requireSound(t, to)
}

func TestAReaderOutlivesARestore(t *testing.T) {
	s := reference(t, busyEntries(t)...)
	before := contentOf(t, s)
	empty := snapshotOf(t, newStore(t))
	r := s.Read()
	require.NoError(t, s.Restore(bytes.NewReader(empty)))
	require.Len(t, volumesIn(t, s), 2)
	digest, counts := r.Content()
	require.NoError(t, r.Err())
	require.Equal(t, before.digest, digest)
	require.Equal(t, before.counts, counts)
	r.Close()
	require.Len(t, volumesIn(t, s), 1)
	require.Zero(t, contentOf(t, s).counts)
}

func TestADamagedSnapshotIsRefusedAndTheOldRegisterServes(t *testing.T) {
	stream := snapshotOf(t, reference(t, busyEntries(t)...))
	s := reference(t, entry(t, 1, 1, ask("own", putPerson{"lan", person{"Lan", "Hue", 30}})))
	want := contentOf(t, s)
	damaged := map[string][]byte{"empty": nil, "a byte too many": append(bytes.Clone(stream), 0)}
	for i := range 12 {
		at := i * (len(stream) - 1) / 11
		damaged[fmt.Sprintf("cut at %d", at)] = stream[:at]
		flipped := bytes.Clone(stream)
		flipped[at] ^= 1 << (i % 8)
		damaged[fmt.Sprintf("flipped at %d", at)] = flipped
	}
	for name, b := range damaged {
		require.Error(t, s.Restore(bytes.NewReader(b)), name)
		require.Equal(t, want, contentOf(t, s), name)
		require.Len(t, volumesIn(t, s), 1, name)
	}
	apply(t, s, entry(t, 2, 2, ask("later", census{"Hue"})))
}

func TestEveryFlippedBitOfASnapshotIsNoticed(t *testing.T) {
	stream := snapshotOf(t, reference(t, entry(t, 1, 1, ask("1", census{"Hue"}))))
	require.NoError(t, unpack(bytes.NewReader(stream), discard{}))
	for bit := range len(stream) * 8 {
		flipped := bytes.Clone(stream)
		flipped[bit/8] ^= 1 << (bit % 8)
		require.Error(t, unpack(bytes.NewReader(flipped), discard{}), "bit %d", bit)
	}
	for n := range stream {
		require.Error(t, unpack(bytes.NewReader(stream[:n]), discard{}), "cut to %d", n)
	}
}

func TestHalfMadeDatabasesAreRemovedAtOpen(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	require.NoError(t, s.Close())
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "db-77-half"), 0o700))
	s = openAt(t, dir)
	defer s.Close()
	require.Len(t, volumesIn(t, s), 1)
	require.NoDirExists(t, filepath.Join(dir, "db-77-half"))
}

type discard struct{}

func (discard) begin(place) error        { return nil }
func (discard) put([]byte, []byte) error { return nil }

func FuzzUnpackNeverTakesWhatWasNotWritten(f *testing.F) {
	s, err := Open(Config{Dir: f.TempDir(), Key: testKey, Table: toyTable(1)})
	require.NoError(f, err)
	apply(f, s, busyEntries(f)...)
	whole := snapshotOf(f, s)
	require.NoError(f, s.Close())
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(snapshotMagic))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := unpack(bytes.NewReader(b), discard{}); err == nil {
			require.Equal(t, whole, b, "only what was written is sealed")
		}
	})
}

// keyList remembers the keys it was given.
type keyList struct{ keys []string }

func (*keyList) begin(place) error { return nil }
func (l *keyList) put(key, _ []byte) error {
	l.keys = append(l.keys, string(key))
	return nil
}

func FuzzTheBodyOfASnapshotIsReadInOrderOrNotAtAll(f *testing.F) {
	s, err := Open(Config{Dir: f.TempDir(), Key: testKey, Table: toyTable(1)})
	require.NoError(f, err)
	apply(f, s, busyEntries(f)...)
	snap, err := s.Snapshot()
	require.NoError(f, err)
	var body bytes.Buffer
	w := bufio.NewWriter(&body)
	require.NoError(f, snap.writeBody(w))
	require.NoError(f, w.Flush())
	require.NoError(f, snap.Close())
	require.NoError(f, s.Close())
	f.Add(body.Bytes())
	f.Add(body.Bytes()[:placeSize+200])
	f.Fuzz(func(t *testing.T, b []byte) {
		var got keyList
		err := unpackBody(bufio.NewReader(bytes.NewReader(b)), &got)
		require.True(t, slices.IsSorted(got.keys))
		for _, k := range got.keys {
			require.Contains(t, "afor", k[:1])
		}
		if err != nil {
			require.ErrorIs(t, err, ErrDamaged)
		}
	})
}
