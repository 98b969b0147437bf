package web

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// shelf is a register of a few records.
type shelf struct {
	lookup.Source
	records map[string]any
}

func (s shelf) Get(t command.RecordType, key command.Key) []byte {
	if rec, ok := s.records[itoa(int(t))+string(key)]; ok {
		b, _ := json.Marshal(rec)
		return b
	}
	return nil
}

func (s shelf) put(t command.RecordType, key command.Key, rec any) {
	s.records[itoa(int(t))+string(key)] = rec
}

// twoWards is a register of two wards, with a request of somebody of the first
// and what is written down of it.
func twoWards() (s shelf, q *request, looks *[]command.Look) {
	s = shelf{records: map[string]any{}}
	for _, u := range []civic.Unit{{Code: "1", Kind: civic.UnitWard}, {Code: "1-01", Kind: civic.UnitHamlet, Parent: "1"}, {Code: "2", Kind: civic.UnitWard}, {Code: "2-01", Kind: civic.UnitHamlet, Parent: "2"}} {
		s.put(civic.TypeUnit, command.Key(u.Code), u)
	}
	looks = &[]command.Look{}
	looked := func(_ context.Context, l command.Look) error { *looks = append(*looks, l); return nil }
	q = &request{site: &site{Config: Config{Machine: lookup.Machine{Looked: looked}}}, session: auth.Session{Officer: civic.Officer{ID: command.NewID(), Unit: "1"}}}
	return s, q, looks
}

func TestWhatAnUndoKeptNamesWhoIsStillOfTheUnitAndThatIsWrittenDown(t *testing.T) {
	s, q, looks := twoWards()
	var notes []civic.UndoNote
	for hamlet, name := range map[string]string{"1-01": "Lê Ở Lại", "2-01": "Vũ Đã Đi"} {
		id := command.NewID()
		s.put(civic.TypeResident, civic.KeyOf(id), civic.Resident{ID: id, Name: name, Hamlet: hamlet})
		s.put(civic.TypeHousehold, civic.KeyOf(id), civic.Household{ID: id, Address: "Nhà " + name, Hamlet: hamlet})
		notes = append(notes, civic.UndoNote{Type: civic.TypeResident, Key: civic.KeyOf(id)}, civic.UndoNote{Type: civic.TypeHousehold, Key: civic.KeyOf(id)})
	}
	m := &ui.Undone{}
	require.NoError(t, q.stayed(s, lookup.ImportJob{Unit: "1", Undo: &lookup.ImportUndo{Notes: notes}}, m))
	var texts []string
	for _, line := range m.Stayed {
		texts = append(texts, line.Link.Text)
	}
	require.ElementsMatch(t, []string{"Lê Ở Lại", "Nhà Lê Ở Lại", "Một người không còn thuộc đơn vị", "Một hộ không còn thuộc đơn vị"}, texts)
	require.Equal(t, []command.Look{{Officer: q.session.Officer.ID, Act: command.LookList, Query: "import_kept", Unit: "1", Count: 2}}, *looks)
}
