package store

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// A command of a list changes more than one page of the feed holds.
func TestTheFeedOfALongCommandIsReadFromAnyPlace(t *testing.T) {
	const many = 2*pageSize + 5
	s := newStore(t)
	apply(t, s, entry(t, 1, 100, ask("1", putPerson{"first", person{"N", "Hue", 1}}), ask("2", page{"p", many, 2, "Hue"}), ask("3", page{"p", many, 3, "Vinh"})))
	r := s.Read()
	defer r.Close()
	all := slices.Collect(r.Feed(0))
	require.Len(t, all, 1+2*many)
	for after := range all {
		require.Equal(t, uint64(after)+1, all[after].Seq)
		require.Equal(t, all[after:], slices.Collect(r.Feed(uint64(after))))
	}
	require.Empty(t, slices.Collect(r.Feed(uint64(len(all)))))
	for i := range many {
		items := slices.Collect(r.History(personType, command.Key(fmt.Sprintf("p%04d", i))))
		require.Equal(t, []FeedItem{all[1+i], all[1+many+i]}, items)
	}
	require.NoError(t, r.Err())

	copied := newStore(t)
	require.NoError(t, copied.Restore(bytes.NewReader(snapshotOf(t, s))))
	requireSound(t, copied)
	again := copied.Read()
	defer again.Close()
	require.Equal(t, all, slices.Collect(again.Feed(0)))
	require.Equal(t, slices.Collect(r.History(personType, "p0020")), slices.Collect(again.History(personType, "p0020")))
}

func TestAPageOfTheFeedThatIsMissingOrDoesNotBelongThereIsDamage(t *testing.T) {
	for what, edit := range map[string]func(w writes, third []byte){
		"missing": func(w writes, _ []byte) { w.drop(feedKey(1 + pageSize)) },
		"short":   func(w writes, page []byte) { w.put(feedKey(1+pageSize), page[:len(page)-1]) },
		"a place less": func(w writes, page []byte) {
			w.put(feedKey(1+pageSize), page[frameLen(page):])
		},
		"somewhere else": func(w writes, page []byte) {
			w.drop(feedKey(1 + pageSize))
			w.put(feedKey(2+pageSize), page)
		},
	} {
		t.Run(what, func(t *testing.T) {
			s := newStore(t)
			apply(t, s, entry(t, 1, 100, ask("1", page{"p", 3 * pageSize, 2, "Hue"})))
			r := s.Read()
			page := r.get(feedKey(1 + pageSize))
			r.Close()
			w := writes{}
			edit(w, page)
			require.NoError(t, commitWrites(s.vol.db, w))
			r = s.Read()
			defer r.Close()
			require.Less(t, len(slices.Collect(r.Feed(0))), 3*pageSize)
			require.ErrorIs(t, r.Err(), ErrDamaged)
		})
	}
}

// Of a record that stands, history has no key for its birth; of one that is gone
// it has all.
func TestTheHistoryOfARecordThatWasGoneInBetweenIsWhole(t *testing.T) {
	s := newStore(t)
	lan := func(age int64) command.Decider { return putPerson{"lan", person{"Lan", "Hue", age}} }
	told := func(s *Store) (ages []string) {
		r := s.Read()
		defer r.Close()
		for f := range r.History(personType, "lan") {
			ages = append(ages, fmt.Sprintf("%d %d %s", f.Seq, f.Change.Op, f.Change.Value))
		}
		require.NoError(t, r.Err())
		return ages
	}
	var want []string
	for i, c := range []command.Decider{lan(1), lan(2), dropPerson{"lan"}, lan(3), dropPerson{"lan"}, lan(4), lan(5)} {
		apply(t, s, entry(t, uint64(i)+1, int64(i), ask(fmt.Sprint(i), c)))
		line := fmt.Sprintf("%d %d ", i+1, command.Delete)
		if p, ok := c.(putPerson); ok {
			line = fmt.Sprintf("%d %d %s", i+1, command.Put, value(p.person))
		}
		want = append(want, line)
		require.Equal(t, want, told(s))
		require.Nil(t, verify(t, s).Fault)
		copied := newStore(t)
		require.NoError(t, copied.Restore(bytes.NewReader(snapshotOf(t, s))))
		require.Equal(t, want, told(copied))
		require.Nil(t, verify(t, copied).Fault)
	}
	together := newStore(t) // in one transaction
	apply(t, together, entry(t, 1, 1, ask("a", lan(1)), ask("b", dropPerson{"lan"}), ask("c", lan(2))))
	require.Len(t, told(together), 3)
	require.Nil(t, verify(t, together).Fault)
}
