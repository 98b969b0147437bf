package modeltest

import (
	"encoding/json"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// check is what must hold after every step.
func (w *world) check() {
	require.Empty(w.t, w.broken)
	r := w.office.store.Read()
	defer r.Close()
	for _, m := range w.wards {
		m.kept(r)
	}
	if at := r.Position(); at != w.looked {
		w.decided(r)
		require.Equal(w.t, w.model.records, recordsOf(w.t, r, ""), "what is agreed on")
		w.counted(r)
		w.looked = at
	}
	w.line.follows(r)
	require.NoError(w.t, r.Err())
}

// kept checks that the machine has all that was captured at it, in order, and
// that what it says became of it is what became of it.
func (m *ward) kept(r *store.Reader) {
	t, waiting, ledger := m.w.t, 0, m.box.Ledger()
	require.EqualValues(t, len(m.captures)+1, ledger.Next)
	require.Empty(t, ledger.Lost)
	lines := map[uint64]outbox.Line{}
	for _, l := range ledger.Lines {
		lines[l.Seq] = l
	}
	for i, c := range m.captures {
		l, there := lines[uint64(i+1)]
		if !there {
			require.True(t, m.w.line.covers(r, c.id), "capture %d of %s is gone, and no receipt covers it", i, m.id.Node)
			continue
		}
		require.Equal(t, c.id, l.ID)
		want, known := m.w.verdict(c)
		if l.Outcome == nil {
			waiting++
			continue
		}
		require.True(t, known, "capture %d of %s has an outcome, and nobody has decided it", i, m.id.Node)
		require.Equal(t, want, verdict{l.Outcome.Status, l.Outcome.Code}, "what became of capture %d of %s", i, m.id.Node)
	}
	require.Equal(t, waiting, m.box.Stats().Waiting)
}

// whole checks that what the machine keeps is what was handed in, to the letter.
func (m *ward) whole() {
	for i, c := range m.captures {
		if it, there := m.box.Get(c.id); there {
			require.JSONEq(m.w.t, string(c.body()), string(it.Envelope.Body))
			require.EqualValues(m.w.t, i+1, it.Envelope.Origin.Seq)
			require.True(m.w.t, it.Envelope.SignedBy(public(m.id)))
		}
	}
}

// verdict is what became of a capture, if anything has.
func (w *world) verdict(c *capture) (verdict, bool) {
	first, known := w.model.known[c.id]
	if known && first.ask != c.ask {
		return reused, true
	}
	return w.model.ended[c.id], known
}

// decided checks that each command that was agreed on has the one outcome the
// model gives it, in the entry in which it was first agreed on, and no other has.
func (w *world) decided(r *store.Reader) {
	first := map[command.ID]uint64{}
	for _, e := range w.events {
		if e.capture != nil && first[e.capture.id] == 0 {
			first[e.capture.id] = e.index
		}
	}
	for _, c := range w.clerk.asked {
		out, decided := r.Outcome(c.id)
		require.Equal(w.t, first[c.id] != 0, decided)
		if decided {
			require.Equal(w.t, w.model.ended[c.id], verdict{out.Status, out.Code})
			require.Equal(w.t, first[c.id], out.Index, "an outcome was given anew")
		}
	}
}

// counted checks what is counted along with the records.
func (w *world) counted(r *store.Reader) {
	open := 0
	for _, v := range w.model.Reviews {
		if v.State == civic.ReviewOpen {
			open++
		}
	}
	require.EqualValues(w.t, open, r.Tally(civic.CountReviews, wardCode))
	require.EqualValues(w.t, len(w.model.People), r.Tally(civic.CountPeople, hamletCode))
	visits := int64(0)
	for _, n := range r.Tallies(civic.CountVisits, hamletCode) {
		visits += n
	}
	require.EqualValues(w.t, len(w.model.Visits), visits)
}

// recordsOf reads a register as the model keeps it; scope is what the province
// writes behind the keys of a cluster.
func recordsOf(t require.TestingT, r *store.Reader, scope command.Key) records {
	got := newRecords()
	each(t, r, civic.TypeHousehold, scope, func(id command.ID, h civic.Household) { got.Doors[id] = door{h.Address, h.Visits} })
	each(t, r, civic.TypeResident, scope, func(id command.ID, p civic.Resident) {
		require.Len(t, p.Phones, 1)
		got.People[id] = person{p.Name, p.Number, p.Disputed, p.Phones[0], p.Household, p.Progress.Application}
	})
	each(t, r, civic.TypeVisit, scope, func(id command.ID, v civic.Visit) { got.Visits[id] = visit{v.Household, v.Attempt} })
	each(t, r, civic.TypeApplication, scope, func(id command.ID, a civic.Application) {
		got.Apps[id] = application{a.Resident, a.Phone, a.State}
	})
	each(t, r, civic.TypeMerged, scope, func(id command.ID, m civic.Merged) { got.Merged[id] = m.Into })
	each(t, r, civic.TypeReview, scope, func(id command.ID, v civic.Review) {
		kept := review{State: v.State, Why: verdict{v.Status, v.Code}, Parent: v.Parent}
		if v.Resolution != nil {
			kept.Choice, kept.Code = v.Resolution.Choice, v.Resolution.Code
		}
		got.Reviews[id] = kept
	})
	return got
}

func each[T any](t require.TestingT, r *store.Reader, typ command.RecordType, scope command.Key, f func(command.ID, T)) {
	for key, value := range r.Records(typ, "") {
		bare := civic.Bare(key)
		require.Equal(t, bare+scope, key)
		id, err := command.ParseID(string(bare))
		require.NoError(t, err)
		var rec T
		require.NoError(t, json.Unmarshal(value, &rec))
		f(id, rec)
	}
}
