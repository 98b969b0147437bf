package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func reopen(dir string) (*Store, error) {
	return Open(Config{Dir: dir, Key: testKey, Table: toyTable(1)})
}

func TestAnotherKeyIsRefused(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	apply(t, s, busyEntries(t)...)
	want := contentOf(t, s)
	require.NoError(t, s.Close())
	_, err := Open(Config{Dir: dir, Key: bytes.Repeat([]byte{8}, 32), Table: toyTable(1)})
	require.ErrorIs(t, err, ErrWrongKey)
	_, err = Open(Config{Dir: dir, Key: []byte("short"), Table: toyTable(1)})
	require.ErrorContains(t, err, "5 bytes, not 32")
	s = openAt(t, dir)
	defer s.Close()
	require.Equal(t, want, contentOf(t, s))
}

func TestNothingOnTheDiskCanBeReadWithoutTheKey(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	apply(t, s, entry(t, 1, 1, ask("1", putPerson{"lan", person{"Nguyen Thi Lan", "Hue", 30}})))
	require.NoError(t, s.Sync())
	look := func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		require.NotContains(t, string(b), "Nguyen Thi Lan", path)
		return err
	}
	require.NoError(t, filepath.WalkDir(dir, look))
	require.NoError(t, s.Close())
	require.NoError(t, filepath.WalkDir(dir, look))
}

func TestTwoProcessesCannotShareARegister(t *testing.T) {
	s := newStore(t)
	_, err := reopen(s.dir)
	require.Error(t, err)
	apply(t, s, busyEntries(t)...)
}

func TestADatabaseWithoutCURRENTIsNotThrownAway(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	require.NoError(t, s.Close())
	require.NoError(t, os.Remove(filepath.Join(dir, currentFile)))
	_, err := reopen(dir)
	require.ErrorIs(t, err, ErrDamaged)
	require.NoError(t, os.WriteFile(filepath.Join(dir, currentFile), []byte("../elsewhere\n"), 0o600))
	_, err = reopen(dir)
	require.ErrorIs(t, err, ErrDamaged)
}

func TestIndexesAndTalliesAreMadeAgainWhenTheirDeclarationChanges(t *testing.T) {
	for _, c := range []struct {
		name    string
		version int
		spoil   func(writes)
	}{
		{"the declaration changed", 2, func(writes) {}},
		{"a rebuild was cut short", 1, func(w writes) { w.drop(metaShape) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			s := openAt(t, dir)
			apply(t, s, busyEntries(t)...)
			want := contentOf(t, s)
			w := writes{}
			w.put([]byte(termKey(byTown, "Nowhere", personType, "ghost")), nil)
			w.drop([]byte(termKey(byTown, "Hue", personType, "hue0003")))
			w.put(tallyKey(heads, "Hue"), encodeSum(1_000_000))
			w.drop(historyKey(personType, "hue0001", 42))
			c.spoil(w)
			require.NoError(t, commitWrites(s.vol.db, w))
			require.NoError(t, s.Close())

			s, err := Open(Config{Dir: dir, Key: testKey, Table: toyTable(c.version)})
			require.NoError(t, err)
			defer s.Close()
			require.Equal(t, want, contentOf(t, s))
			requireSound(t, s)
		})
	}
}

func TestSumsAreRebuiltRightWhenThereAreTooManyForMemory(t *testing.T) {
	s := newStore(t)
	apply(t, s, busyEntries(t)...)
	r := s.Read()
	want := tallies(r, heads)
	r.Close()
	b := &rebuilder{db: s.vol.db, batch: s.vol.db.NewWriteBatch(), sums: map[string]int64{}}
	b.sums[string(tallyKey(heads, "Vinh"))] = 5
	require.NoError(t, b.flush())
	b.sums[string(tallyKey(heads, "Vinh"))] = -2
	b.sums[string(tallyKey(heads, "Hue"))] = -want["Hue"]
	require.NoError(t, b.flush())
	b.batch.Cancel()
	r = s.Read()
	defer r.Close()
	require.Equal(t, map[string]int64{"Vinh": want["Vinh"] + 3}, tallies(r, heads))
}

// The log of one memtable may lose its end in a power cut, or by a flipped bit.
// If it is the last log the register is at an earlier entry and goes on there.
// If a later log is whole, the middle is missing: that must not be opened.
func TestALogThatLostItsEndIsAnEarlierRegisterOrNone(t *testing.T) {
	entries := make([]Entry, 20)
	for i := range entries {
		entries[i] = entry(t, uint64(i+1), int64(i), ask(fmt.Sprint(i), page{fmt.Sprint("p", i), 10, 1, "Hue"}))
	}
	base := t.TempDir()
	s := openAt(t, filepath.Join(base, "live"))
	for _, e := range entries[:10] {
		apply(t, s, e) // each in its own transaction
	}
	first := filepath.Join(base, "first")
	copyRunning(t, s, first)
	require.NoError(t, s.Close())

	// Opened again, Badger begins a second log.
	second := filepath.Join(base, "second")
	require.NoError(t, copyDir(first, second))
	s, err := reopen(second)
	require.NoError(t, err)
	apply(t, s, entries[10:]...)
	want := contentOf(t, s)
	later := filepath.Join(base, "later")
	copyRunning(t, s, later)
	require.NoError(t, s.Close())

	oldLog, newLog := memLogs(t, first)[0], slices.Max(memLogs(t, later))
	require.NotEqual(t, filepath.Base(oldLog), filepath.Base(newLog))
	both := filepath.Join(base, "both")
	require.NoError(t, copyDir(first, both))
	require.NoError(t, copyFile(newLog, filepath.Join(filepath.Dir(memLogs(t, both)[0]), filepath.Base(newLog))))
	holed, short := filepath.Join(base, "holed"), filepath.Join(base, "short")
	require.NoError(t, copyDir(both, holed))
	require.NoError(t, copyDir(first, short))

	s, err = reopen(both) // the control: two whole logs are the whole register
	require.NoError(t, err)
	require.Equal(t, want, contentOf(t, s))
	require.NoError(t, s.Close())

	flipInTheMiddle(t, memLogs(t, holed)[0])
	_, err = reopen(holed)
	require.ErrorIs(t, err, ErrDamaged)

	flipInTheMiddle(t, memLogs(t, short)[0])
	s, err = reopen(short)
	require.NoError(t, err)
	defer s.Close()
	at, _ := s.Applied()
	require.Greater(t, at, uint64(0))
	require.Less(t, at, uint64(10))
	requireSound(t, s)
	apply(t, s, entries...)
	require.Equal(t, want, contentOf(t, s))
}

func TestAKillWhileBadgerMakesOrDropsALogLeavesARegisterThatOpens(t *testing.T) {
	base := t.TempDir()
	s := openAt(t, filepath.Join(base, "live"))
	apply(t, s, busyEntries(t)...)
	want := contentOf(t, s)
	left := filepath.Join(base, "left")
	copyRunning(t, s, left)
	require.NoError(t, s.Close())
	for _, name := range []string{"00000.mem", "00009.mem", "000001.vlog", "000002.vlog"} {
		dir := filepath.Join(base, name)
		require.NoError(t, copyDir(left, dir))
		volume := filepath.Dir(memLogs(t, dir)[0])
		require.NoError(t, os.WriteFile(filepath.Join(volume, name), nil, 0o600))
		s, err := reopen(dir)
		require.NoError(t, err, name)
		require.Equal(t, want, contentOf(t, s), name)
		require.NoError(t, s.Close())
	}
}

func memLogs(t *testing.T, dir string) []string {
	logs, err := filepath.Glob(filepath.Join(dir, "db-*", "*.mem"))
	require.NoError(t, err)
	require.NotEmpty(t, logs)
	return logs
}

// flipInTheMiddle flips one bit halfway through what was written.
func flipInTheMiddle(t *testing.T, name string) {
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	b[len(bytes.TrimRight(b, "\x00"))/2] ^= 1
	require.NoError(t, os.WriteFile(name, b, 0o600))
}

func TestVerifyFindsABlockThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	apply(t, s, entry(t, 1, 1, ask("1", page{"hue", 900, 30, "Hue"})))
	require.NoError(t, s.Close()) // writes a table
	s = openAt(t, dir)
	require.NoError(t, s.Verify())
	require.NoError(t, s.Close())
	tables, err := filepath.Glob(filepath.Join(dir, "db-*", "*.sst"))
	require.NoError(t, err)
	require.Len(t, tables, 1)
	flipInTheMiddle(t, tables[0])
	s = openAt(t, dir)
	defer s.Close()
	require.ErrorIs(t, s.Verify(), ErrDamaged)
}

// diskError is a rule during which the disk fails.
type diskError struct{}

var errDisk = errors.New("the disk does not answer")

func (diskError) Decide(v command.View, _ command.Envelope) command.Decision {
	v.(*Layer).base.(*Reader).fail(errDisk)
	if v.Get(personType, "lan") == nil {
		return command.Reject(command.Errorf(command.NotFound, "unknown", "nobody"))
	}
	return command.Accept()
}

func TestARuleThatMeetsADiskErrorDecidesNothing(t *testing.T) {
	table := command.NewTable(openPolicy{}, []command.Spec{command.Of[diskError](6, "disk.error"), command.Of[putPerson](1, "person.put")},
		[]command.Record{command.RecordOf[person](personType, "person", command.Routine, 1)})
	s, err := Open(Config{Dir: t.TempDir(), Key: testKey, Table: table})
	require.NoError(t, err)
	defer s.Close()
	apply(t, s, entry(t, 1, 1, ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})))
	before := contentOf(t, s)
	e := ask("2", mystery{})
	_, err = s.Apply([]Entry{entry(t, 2, 1, e)})
	require.ErrorIs(t, err, errDisk)
	require.Equal(t, before, contentOf(t, s))
	r := s.Read()
	defer r.Close()
	_, decided := r.Outcome(e.ID)
	require.False(t, decided)
}

func TestASnapshotWithARecordTypeThisBuildDoesNotKnowIsRefused(t *testing.T) {
	stream := snapshotOf(t, reference(t, busyEntries(t)...))
	younger := command.NewTable(openPolicy{}, nil, []command.Record{command.RecordOf[person](personType, "person", command.Routine, 1)})
	s, err := Open(Config{Dir: t.TempDir(), Key: testKey, Table: younger})
	require.NoError(t, err)
	defer s.Close()
	require.ErrorContains(t, s.Restore(bytes.NewReader(stream)), "no record type 2")
	require.Len(t, volumesIn(t, s), 1)
	apply(t, s, Entry{Index: 1})
}
