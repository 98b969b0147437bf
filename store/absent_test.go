package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// door is found by its street and number, and by the street alone.
type door struct {
	Street string `json:"street"`
	Number int    `json:"number"`
}

func (d door) Derive(x *command.Derived) {
	x.Find(4, fmt.Sprintf("%s\x1f%d", d.Street, d.Number))
}

// putDoors puts so many doors of one street.
type putDoors struct {
	Street string `json:"street"`
	Doors  int    `json:"doors"`
}

func (p putDoors) Decide(command.View, command.Envelope) command.Decision {
	var changes []command.Change
	for i := range p.Doors {
		changes = append(changes, put(personType, fmt.Sprintf("%s-%d", p.Street, i), door{p.Street, i}))
	}
	return command.Accept(changes...)
}

func doorStore(t *testing.T, dir string) *Store {
	t.Helper()
	table := command.NewTable(openPolicy{}, []command.Spec{command.Of[putDoors](6, "doors.put")},
		[]command.Record{command.RecordOf[door](personType, "door", command.Routine, 1)})
	s, err := Open(Config{Dir: dir, Key: testKey, Table: table})
	require.NoError(t, err)
	return s
}

// putStreet has doors put in the next entry.
func putStreet(t *testing.T, s *Store, street string, doors int) {
	t.Helper()
	at, _ := s.Applied()
	apply(t, s, entry(t, at+1, int64(at+1), command.Envelope{V: 1, ID: command.DerivedID(street), Kind: 6, Body: value(putDoors{street, doors})}))
}

func learned(t *testing.T, s *Store) {
	t.Helper()
	require.Eventually(t, s.vol.absent.ready.Load, 10*time.Second, time.Millisecond)
}

// sees checks that a street's doors are found in every way there is.
func sees(t *testing.T, v command.View, street string, doors int) {
	t.Helper()
	for i := range doors {
		require.NotNil(t, v.Get(personType, command.Key(fmt.Sprintf("%s-%d", street, i))))
		require.False(t, command.Lacks(v, 4, fmt.Sprintf("%s\x1f%d", street, i)))
	}
	found := 0
	for range v.Scan(4, street+"\x1f") {
		found++
	}
	require.Equal(t, doors, found)
}

func TestWhatIsThereIsNeverCalledAbsent(t *testing.T) {
	dir := t.TempDir()
	s := doorStore(t, dir)
	putStreet(t, s, "before", many-1)
	require.False(t, s.vol.absent.asked.Load(), "a form is no list")
	require.NoError(t, s.Close())

	s = doorStore(t, dir)
	defer func() { require.NoError(t, s.Close()) }()
	putStreet(t, s, "first", many) // the rest is read from the disk beside it
	putStreet(t, s, "meanwhile", 500)
	learned(t, s)
	for i := range 9 { // beyond the first bloom
		putStreet(t, s, fmt.Sprint("later", i), 999)
	}
	require.Greater(t, len(s.vol.absent.blooms), 0)
	r := s.Read()
	defer r.Close()
	sees(t, r, "before", many-1)
	sees(t, r, "first", many)
	sees(t, r, "meanwhile", 500)
	for i := range 9 {
		sees(t, r, fmt.Sprint("later", i), 999)
	}

	strangers := 0
	for i := range 1000 {
		if command.Lacks(r, 4, fmt.Sprint("stranger\x1f", i)) && r.vol.absent.sure(string(recordKey(personType, command.Key(fmt.Sprint("stranger-", i))))) {
			strangers++
		}
	}
	require.Greater(t, strangers, 900, "it must be sure of most of them, or it is for nothing")

	l := NewLayer(r, s.table)
	require.True(t, command.Lacks(l, 4, "stranger\x1f1"))
	require.NoError(t, l.Put([]command.Change{put(personType, "stranger-1", door{"stranger", 1})}))
	sees(t, l, "first", many)
	require.False(t, command.Lacks(l, 4, "stranger\x1f1"))
	require.NotNil(t, l.Get(personType, "stranger-1"))
	found := 0
	for range l.Scan(4, "stranger\x1f") {
		found++
	}
	require.Equal(t, 1, found)
}

func TestABloomForgetsNothingAsItGrows(t *testing.T) {
	a := newAbsent()
	a.asked.Store(true)
	a.ready.Store(true)
	const n = 3 * firstRoom
	for i := range n {
		a.add(fmt.Sprintf("r\x01%d", i))
	}
	require.Greater(t, len(a.blooms), 1)
	wrong := 0
	for i := range n {
		require.False(t, a.sure(fmt.Sprintf("r\x01%d", i)))
		if !a.sure(fmt.Sprintf("r\x02%d", i)) {
			wrong++
		}
	}
	require.Less(t, wrong, n/20)
}
