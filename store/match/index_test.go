package match

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

func woman(n string, change func(*civic.Resident)) civic.Resident {
	r := civic.Resident{ID: command.DerivedID("woman", n), Household: command.DerivedID("door", "21"), Hamlet: "00163-01", Name: "Trần Thị Mẫu",
		Birth: "1955-03-17", Sex: civic.Female, Phones: []string{"+84912404318"}}
	if change != nil {
		change(&r)
	}
	return r
}

func loaded(t testing.TB, r *register) *Index {
	x := New()
	require.NoError(t, x.Load(r, func() {}))
	return x
}

func everyPair(Pair) bool { return true }

func (x *Index) keys(apart bool) (keys [][2]command.ID) {
	for _, p := range x.Pairs(apart, everyPair) {
		keys = append(keys, [2]command.ID{p.A, p.B})
	}
	return keys
}

func TestAPairComesAndGoesWithTheRegister(t *testing.T) {
	r := newRegister(t)
	a, b := woman("a", nil), woman("b", func(r *civic.Resident) { r.Name, r.Birth = "Trần Thị Mâu", "1955" })
	r.put(a)
	x := loaded(t, r)
	require.Empty(t, x.keys(false))
	follow := func() {
		all, err := x.Follow(r, r.since(x.Head()), 100)
		require.NoError(t, err)
		require.True(t, all)
	}
	r.put(b)
	follow()
	pair := civic.PairOf(a.ID, b.ID)
	require.Equal(t, [][2]command.ID{pair}, x.keys(false))
	require.Equal(t, []command.ID{b.ID}, x.Of(a.ID))

	r.change(civic.TypePair, civic.PairKey(a.ID, b.ID), civic.Pair{A: pair[0], B: pair[1]})
	follow()
	require.Empty(t, x.keys(false))
	require.Empty(t, x.Of(a.ID))
	require.Equal(t, [][2]command.ID{pair}, x.keys(true), "and can be looked up")
	require.Equal(t, x.keys(true), loaded(t, r).keys(true), "a load knows as much")
	r.change(civic.TypePair, civic.PairKey(a.ID, b.ID), nil)
	follow()
	require.Equal(t, [][2]command.ID{pair}, x.keys(false))

	b.Birth, b.Phones, b.Number = "1985-07-02", nil, "001185000001"
	r.put(b)
	follow()
	require.Empty(t, x.keys(false), "she was somebody else")
	b = woman("b", nil)
	r.put(b)
	follow()
	r.change(civic.TypeResident, civic.KeyOf(a.ID), nil)
	follow()
	require.Empty(t, x.keys(false), "who is merged is gone")
	_, err := x.Follow(r, slices.Values([]command.FeedItem{{Seq: x.Head() + 2}}), 1)
	require.ErrorIs(t, err, ErrGap)
}

func TestWhoIsBeingWrittenDownIsComparedWithTheRegister(t *testing.T) {
	r := newRegister(t)
	for _, p := range background()[:2000] {
		r.put(p)
	}
	a := woman("a", nil)
	r.put(a)
	x := loaded(t, r)
	draft := civic.Resident{ID: command.DerivedID("draft"), Name: "Tran Thi Mau", Birth: "1955-03-17", Sex: civic.Female, Hamlet: "00163-02"}
	found := x.Like(r, draft, 100)
	require.Len(t, found, 1)
	require.Equal(t, a.ID, found[0].Resident.ID)
	require.Equal(t, []Reason{OtherTone, SameBirth}, found[0].Reasons)
	draft.Birth = "1930-01-02"
	require.Empty(t, x.Like(r, draft, 100))
}

// What follows change by change is what comparing everybody anew finds, but for
// how common names have become meanwhile.
func TestAListThatFollowedIsTheOneThatWasMadeAnew(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := newRegister(rt)
		x := New()
		require.NoError(rt, x.Load(r, func() {}))
		one := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(rt, what) }
		for range rapid.IntRange(1, 25).Draw(rt, "changes") {
			p := woman(one("who", "1", "2", "3", "4", "5"), func(r *civic.Resident) {
				r.Name, r.Birth = one("name", "Trần Thị Mẫu", "Trần Thị Mấu", "Lê Văn Sĩ", "Chử Thu Xuyến", "Chử Thu Suyến"), civic.Birth(one("birth", "1955", "1955-03-17", "1955-12-03", "1980-01-01", ""))
				r.Phones, r.Household = []string{one("phone", "+84912404318", "+84912404319")}, command.DerivedID("door", one("door", "1", "2"))
			})
			if rapid.IntRange(0, 4).Draw(rt, "leaves") == 0 {
				r.change(civic.TypeResident, civic.KeyOf(p.ID), nil)
			} else {
				r.put(p)
			}
			_, err := x.Follow(r, r.since(x.Head()), 10)
			require.NoError(rt, err)
		}
		for _, p := range x.Pairs(false, everyPair) {
			a, okA := load(r, p.A)
			b, okB := load(r, p.B)
			require.True(rt, okA && okB, "a pair of somebody who is gone")
			require.NotEmpty(rt, x.Compare(a, b).Reasons)
		}
		anew := New()
		require.NoError(rt, anew.Load(r, func() {}))
		clear := func(p Pair) bool { return p.Score > Threshold+30 } // however common the names
		for _, p := range anew.Pairs(false, clear) {
			require.Contains(rt, x.keys(false), [2]command.ID{p.A, p.B})
		}
	})
}
