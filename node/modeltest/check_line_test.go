package modeltest

import (
	"encoding/json"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

var lanes = []command.Lane{command.Urgent, command.Routine}

// follows checks that the cluster counts as received only what it holds a
// receipt for, and that the province has of each parcel once what is in it.
func (u *line) follows(r *store.Reader) {
	t := u.w.t
	p := u.province.store.Read()
	defer p.Close()
	c := u.cluster(p)
	require.Nil(t, c.Fork, "a fork is reported")
	for _, lane := range lanes {
		up, end := civic.LoadUpstream(r, lane), c.Lane(lane)
		require.LessOrEqual(t, up.ReceivedSeq, u.heard[lane], "a parcel counts as received, and no receipt has come")
		require.LessOrEqual(t, up.SealedSeq, up.ReceivedSeq+1, "more than one parcel waits")
		require.Equal(t, u.taken[lane], end.Seq, "the province holds another number of parcels than it took")
		records := 0
		for _, sent := range u.parcels[lane][:end.Seq] {
			records += len(sent.Items)
		}
		require.EqualValues(t, records, end.Records, "each parcel counts once")
	}
	require.NoError(t, p.Err())
}

// covers reports whether receipts have come for all that a command changed.
func (u *line) covers(r *store.Reader, id command.ID) bool {
	out, decided := r.Outcome(id)
	if !decided || out.Status != command.Accepted || out.FeedTo == 0 {
		return false
	}
	for item := range r.Feed(out.FeedFrom - 1) {
		if item.Seq > out.FeedTo {
			break
		}
		lane, goesUp := u.w.laneOf(item.Change.Type)
		if n := u.heard[lane]; goesUp && (n == 0 || u.parcels[lane][n-1].To < item.Seq) {
			return false
		}
	}
	return true
}

func (w *world) laneOf(t command.RecordType) (command.Lane, bool) {
	rec, _ := w.office.table.Record(t)
	return rec.Lane, rec.Lane != command.Stays
}

// finish heals everything, has everything sent, and looks whether all of it is
// where it belongs.
func (w *world) finish() {
	for _, m := range w.wards {
		m.wire.cut = false
	}
	w.line.wire.cut = false
	for _, m := range w.wards {
		m.follow()
		for rounds := 0; m.box.Stats().Waiting > 0; rounds++ {
			require.Less(w.t, rounds, len(m.captures)+2, "what waits at %s does not go away", m.id.Node)
			m.deliver(0, passes)
		}
	}
	w.check()
	w.arrives()
	w.check()
	for _, m := range w.wards {
		m.whole()
	}
	w.once()
	w.above()
}

// arrives has the line send until the province has all of it. A province that
// was put back is found out at the next parcel of a lane, so there is one more.
func (w *world) arrives() {
	m := w.wards[0]
	home, who := w.clerk.mint("household"), w.clerk.mint("resident")
	by := w.founding.supervisor
	m.submit([]*capture{w.fresh(by, ask{kind: civic.KindHouseholdPut, record: home, text: "Số 1"}),
		w.fresh(by, ask{kind: civic.KindResidentPut, record: who, of: home, text: "Lê Thị Cuối", phone: "+84912404318"}),
		w.fresh(by, ask{kind: civic.KindAppSubmit, record: w.clerk.mint("application"), of: who, phone: "+84912404318"})})
	m.deliver(0, passes)
	for rounds := 0; ; rounds++ {
		w.line.run(50)
		behind := 0
		w.wards[0].look(func(r *store.Reader) {
			for _, lane := range lanes {
				up := civic.LoadUpstream(r, lane)
				for item := range r.Feed(up.ReceivedTo) {
					if of, _ := w.laneOf(item.Change.Type); of == lane {
						behind++
					}
				}
				behind += int(up.SealedSeq - w.line.taken[lane])
			}
		})
		if behind == 0 {
			return
		}
		require.Less(w.t, rounds, 10, "%d changes do not arrive: %+v", behind, w.line.sender.State())
	}
}

// once checks that each command had its effect in its one place in the feed.
func (w *world) once() {
	w.wards[0].look(func(r *store.Reader) {
		for item := range r.Feed(0) {
			out, decided := r.Outcome(item.Command)
			require.True(w.t, decided)
			require.Equal(w.t, out.Index, item.Index)
			require.True(w.t, out.FeedFrom <= item.Seq && item.Seq <= out.FeedTo, "a change of %s beside its decision", item.Command)
		}
		require.Zero(w.t, len(recordsParked(r)), "nothing is refused here, so nothing is parked")
	})
}

func recordsParked(r *store.Reader) (keys []command.Key) {
	for key := range r.Records(civic.TypeParked, "") {
		keys = append(keys, key)
	}
	return keys
}

// above checks that the province has what the model says, and of every kind that
// goes up the very records of the cluster.
func (w *world) above() {
	p := w.line.province.store.Read()
	defer p.Close()
	want := w.model.records
	want.Merged, want.Reviews = newRecords().Merged, newRecords().Reviews // these stay
	require.Equal(w.t, want, recordsOf(w.t, p, "@"+clusterCode), "what the province holds")
	w.wards[0].look(func(r *store.Reader) {
		for _, rec := range w.office.table.Records() {
			if rec.Lane == command.Stays {
				continue
			}
			here, there := 0, 0
			for key, value := range r.Records(rec.Type, "") {
				require.Equal(w.t, string(json.RawMessage(value)), string(p.Get(rec.Type, civic.Scoped(key, clusterCode))), "%s %s", rec.Name, key)
				here++
			}
			for key := range p.Records(rec.Type, "") {
				if civic.Bare(key) != key {
					there++
				}
			}
			require.Equal(w.t, here, there, "the province holds a %s that the cluster does not", rec.Name)
		}
	})
	require.NoError(w.t, p.Err())
}
