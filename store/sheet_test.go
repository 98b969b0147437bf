package store

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// taken is what a sheet shows of a record, and the command that left it so.
type taken struct {
	change command.Change
	by     command.ID
}

// sheetOf decides the commands of the entries that a reader does not know, on it
// and on each other, and keeps beside the sheet what it must show.
func sheetOf(t *rapid.T, r *Reader, table *command.Table, entries []Entry) (Sheet, map[ref]taken, map[command.ID]command.Outcome) {
	layer, records, outcomes := NewLayer(r, table), map[ref]taken{}, map[command.ID]command.Outcome{}
	for _, e := range waitingIn(t, entries) {
		if _, known := layer.Outcome(e.ID); known {
			continue
		}
		if rapid.Bool().Draw(t, "shared meanwhile") {
			layer = layer.Sheet().Over(r, table)
		}
		d, err := table.Decide(layer, e)
		require.NoError(t, err)
		out := command.Outcome{Status: d.Status}
		require.NoError(t, layer.Take(e.ID, out, d.Changes))
		outcomes[e.ID] = out
		for _, c := range d.Changes {
			records[ref{c.Type, c.Key}] = taken{c, e.ID}
		}
	}
	return layer.Sheet(), records, outcomes
}

func waitingIn(t *rapid.T, entries []Entry) (commands []command.Envelope) {
	for _, e := range entries {
		if e.Data == nil {
			continue
		}
		agreed, err := command.DecodeEntry(e.Data)
		require.NoError(t, err)
		commands = append(commands, agreed.Commands...)
	}
	return commands
}

// A register that has moved on since a sheet was made, with some of the sheet's
// commands and with others, shows itself where it knows the command that a record
// of the sheet is by, and the sheet elsewhere.
func TestASheetGivesWayWhereTheRegisterKnowsItsCommands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawHistory(t)
		at := rapid.IntRange(0, len(entries)).Draw(t, "applied")
		table := toyTable(1)
		s := openScratch(t)
		apply(t, s, entries[:at]...)
		r := s.Read()
		sheet, records, outcomes := sheetOf(t, r, table, append(entries[at:], drawHistory(t)...))
		before := sheet.Over(r, table)
		require.False(t, before.moved)
		requireSheetShown(t, r, table, before, records, outcomes)
		r.Close()

		index, _ := s.Applied()
		for _, e := range waitingIn(t, append(entries[at:], drawHistory(t)...)) {
			if rapid.Bool().Draw(t, "agreed") {
				index++
				apply(t, s, entry(t, index, 50, e))
			}
		}
		r = s.Read()
		defer r.Close()
		require.Equal(t, before.base.(*Reader).place.Txn != r.place.Txn, !sheet.Fresh(r))
		requireSheetShown(t, r, table, sheet.Over(r, table), records, outcomes)
		require.NoError(t, r.Err())
	})
}

// requireSheetShown builds what must be shown out of the single records.
func requireSheetShown(t *rapid.T, r *Reader, table *command.Table, got *Layer, records map[ref]taken, outcomes map[command.ID]command.Outcome) {
	want := NewLayer(r, table)
	for _, x := range records {
		if _, known := r.Outcome(x.by); !known {
			require.NoError(t, want.Put([]command.Change{x.change}))
		}
	}
	for id, o := range outcomes {
		if _, known := r.Outcome(id); !known {
			want.SetOutcome(id, o)
		}
	}
	requireSameView(t, want, got)
}

func TestAChangeThatCannotBeStoredLeavesNothingOfItsCommand(t *testing.T) {
	s := newStore(t)
	r := s.Read()
	defer r.Close()
	layer := NewLayer(r, toyTable(1))
	id := command.DerivedID("1")
	good, bad := put(personType, "k", person{"n", "Hue", 1}), command.Change{Type: 99, Key: "k", Op: command.Put, Value: []byte("{}")}
	require.Error(t, layer.Take(id, command.Outcome{Status: command.Accepted}, []command.Change{good, bad}))
	require.Nil(t, layer.Get(personType, "k"))
	_, known := layer.Outcome(id)
	require.False(t, known)
	require.NoError(t, layer.Take(id, command.Outcome{Status: command.Accepted}, []command.Change{good}))
	require.NotNil(t, layer.Get(personType, "k"))
}
