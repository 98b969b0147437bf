package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// The toy domain: people in towns, notes about them. It has all a rule may do:
// put, edit, delete, reject, conflict, scan, and change many records at once.
const (
	personType command.RecordType = 1
	noteType   command.RecordType = 2

	byTown command.Index = 1
	byName command.Index = 2 // people and notes share it

	heads command.Tally = 1
	years command.Tally = 2
)

type person struct {
	Name string `json:"name"`
	Town string `json:"town"`
	Age  int64  `json:"age"`
}

func (p person) Derive(d *command.Derived) {
	d.Find(byTown, p.Town)
	d.Find(byName, p.Name)
	d.Count(heads, p.Town, 1)
	d.Count(years, p.Town, p.Age)
}

type note struct {
	Text  string `json:"text"`
	Found int    `json:"found"`
}

func (n note) Derive(d *command.Derived) { d.Find(byName, n.Text) }

func value(v any) json.RawMessage {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func put(t command.RecordType, key string, v any) command.Change {
	return command.Change{Type: t, Key: command.Key(key), Op: command.Put, Value: value(v)}
}

type putPerson struct {
	Key string `json:"key"`
	person
}

func (c putPerson) Decide(command.View, command.Envelope) command.Decision {
	return command.Accept(put(personType, c.Key, c.person))
}

type moveTown struct {
	Key string `json:"key"`
	Was string `json:"was"`
	Now string `json:"now"`
}

func (c moveTown) Decide(v command.View, _ command.Envelope) command.Decision {
	b := v.Get(personType, command.Key(c.Key))
	if b == nil {
		return command.Reject(command.InvalidField("/key", "unknown_person", "nobody is called %s", c.Key))
	}
	var p person
	if err := json.Unmarshal(b, &p); err != nil {
		panic(err)
	}
	if p.Town != c.Was {
		late := put(noteType, c.Key, note{Text: "late " + c.Now})
		return command.Conflict(command.Errorf(command.Conflicting, "moved_already", "they live in %s", p.Town), late)
	}
	p.Town = c.Now
	return command.Accept(put(personType, c.Key, p))
}

type dropPerson struct {
	Key string `json:"key"`
}

func (c dropPerson) Decide(v command.View, _ command.Envelope) command.Decision {
	if v.Get(personType, command.Key(c.Key)) == nil {
		return command.Accept()
	}
	return command.Accept(command.Change{Type: personType, Key: command.Key(c.Key), Op: command.Delete})
}

// census counts a town by scanning and writes down what it found, so that the
// order in which commands see each other shows in the content.
type census struct {
	Town string `json:"town"`
}

func (c census) Decide(v command.View, _ command.Envelope) command.Decision {
	n := note{Text: "census " + c.Town}
	for term, key := range v.Scan(byTown, c.Town) {
		n.Found++
		n.Text += fmt.Sprintf(" %s/%s", term, key)
	}
	n.Text += fmt.Sprintf(" at %d", v.Now())
	return command.Accept(put(noteType, "census-"+c.Town, n))
}

// page puts many people of one town at once.
type page struct {
	Prefix string `json:"prefix"`
	N      int    `json:"n"`
	Pad    int    `json:"pad"` // bytes of the name
	Town   string `json:"town"`
}

func (c page) Decide(command.View, command.Envelope) command.Decision {
	var changes []command.Change
	for i := range c.N {
		name := fmt.Sprintf("%s %0*d", c.Prefix, c.Pad, i)
		changes = append(changes, put(personType, fmt.Sprintf("%s%04d", c.Prefix, i), person{name, c.Town, int64(i)}))
	}
	return command.Accept(changes...)
}

type mystery struct{}

func (mystery) Decide(command.View, command.Envelope) command.Decision {
	return command.Accept(command.Change{Type: 99, Key: "x", Op: command.Put, Value: value(1)})
}

type openPolicy struct{}

func (openPolicy) Admit(command.View, command.Spec, command.Envelope) *command.Error { return nil }
func (openPolicy) Settle(_ command.View, _ command.Spec, _ command.Envelope, d command.Decision) command.Decision {
	return d
}

func toyTable(version int) *command.Table {
	return command.NewTable(openPolicy{}, []command.Spec{
		command.Of[putPerson](1, "person.put"),
		command.Of[moveTown](2, "person.move"),
		command.Of[dropPerson](3, "person.drop"),
		command.Of[census](4, "census.take"),
		command.Of[page](5, "person.page"),
		command.Of[mystery](6, "mystery.make"),
	}, []command.Record{
		command.RecordOf[person](personType, "person", command.Routine, version),
		command.RecordOf[note](noteType, "note", command.Stays, 1),
	})
}

func kindOf(body command.Decider) command.Kind {
	switch body.(type) {
	case putPerson:
		return 1
	case moveTown:
		return 2
	case dropPerson:
		return 3
	case census:
		return 4
	case page:
		return 5
	}
	return 6
}

// ask makes a command whose ID follows from its name.
func ask(name string, body command.Decider) command.Envelope {
	return command.Envelope{V: command.FormatVersion, ID: command.DerivedID(name), Kind: kindOf(body), Unit: "u", Body: value(body)}
}

func entry(t require.TestingT, index uint64, at int64, commands ...command.Envelope) Entry {
	data, err := command.Entry{V: command.FormatVersion, At: at, Commands: commands}.Encode()
	require.NoError(t, err)
	return Entry{Index: index, Term: 1, Data: data}
}

var testKey = bytes.Repeat([]byte{7}, 32)

func openAt(t require.TestingT, dir string) *Store {
	s, err := Open(Config{Dir: dir, Key: testKey, Table: toyTable(1)})
	require.NoError(t, err)
	return s
}

// TestMain collects garbage less often: six thousand registers are opened here, and
// each gives back at once most of what it took.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

// openSmall opens one that holds little: see Config.
func openSmall(t require.TestingT, dir string) *Store {
	s, err := Open(Config{Dir: dir, Key: testKey, Table: toyTable(1), small: true})
	require.NoError(t, err)
	return s
}

func newStore(t *testing.T) *Store {
	s := openAt(t, t.TempDir())
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func apply(t require.TestingT, s *Store, entries ...Entry) [][]Result {
	results, err := s.Apply(entries)
	require.NoError(t, err)
	return results
}

// copyRunning copies the directory of a store that is still open: what a
// process leaves behind that is killed now. Badger moves files about in the
// background, so the copy counts only if nothing came or went meanwhile.
func copyRunning(t require.TestingT, s *Store, to string) {
	for {
		before := listing(t, s.dir)
		if copied := copyDir(s.dir, to); copied == nil && before == listing(t, s.dir) {
			return
		}
		require.NoError(t, os.RemoveAll(to))
	}
}

func listing(t require.TestingT, dir string) (all string) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return nil // it went away just now
		}
		all += path
		if info, err := e.Info(); err == nil && !e.IsDir() {
			all += fmt.Sprintf(" %d\n", info.Size())
		}
		return nil
	}))
	return all
}

// copyDir copies a directory. Badger's logs are written from the front and are
// mostly the zeros behind it: a long run of those ends a file, which then gets
// its length back.
func copyDir(from, to string) error {
	return filepath.WalkDir(from, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		target := to + strings.TrimPrefix(path, from)
		if e.IsDir() {
			return os.MkdirAll(target, 0o700)
		}
		return copyFile(path, target)
	})
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	block, zeros := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		n, readErr := io.ReadFull(in, block)
		if bytes.Equal(block[:n], zeros[:n]) { // also when n is 0
			return errors.Join(out.Truncate(info.Size()), out.Close())
		}
		if _, err := out.Write(block[:n]); err != nil {
			return errors.Join(err, out.Close())
		}
		if readErr != nil && readErr != io.ErrUnexpectedEOF {
			return errors.Join(readErr, out.Close())
		}
	}
}
