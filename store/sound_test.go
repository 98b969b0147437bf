package store

import (
	"encoding/json"
	"slices"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// requireSound recounts, from records and feed alone and without the code under
// test, everything that is said to follow from them.
func requireSound(t require.TestingT, s *Store) {
	r := s.Read()
	defer r.Close()

	records := map[ref]string{}
	history := map[ref][]FeedItem{}
	feed := slices.Collect(r.Feed(0))
	for i, f := range feed {
		require.Equal(t, uint64(i+1), f.Seq)
		of := ref{f.Change.Type, f.Change.Key}
		history[of] = append(history[of], f)
		if records[of] = string(f.Change.Value); f.Change.Op == command.Delete {
			delete(records, of)
		}
	}
	require.Equal(t, uint64(len(feed)), r.Position().FeedHead)

	kept := map[ref]string{}
	towns, names := [][2]string{}, [][2]string{}
	head, year := map[string]int64{}, map[string]int64{}
	for key, v := range r.Records(personType, "") {
		kept[ref{personType, key}] = string(v)
		var p person
		require.NoError(t, json.Unmarshal(v, &p))
		towns = append(towns, [2]string{p.Town, string(key)})
		names = append(names, [2]string{p.Name, string(key)})
		head[p.Town]++
		if year[p.Town] += p.Age; year[p.Town] == 0 {
			delete(year, p.Town)
		}
	}
	for key, v := range r.Records(noteType, "") {
		kept[ref{noteType, key}] = string(v)
		var n note
		require.NoError(t, json.Unmarshal(v, &n))
		names = append(names, [2]string{n.Text, string(key)})
	}
	require.Equal(t, records, kept, "the feed folds to the records")
	require.Equal(t, ordered(towns), append([][2]string{}, scan(r, byTown, "")...))
	require.Equal(t, ordered(names), append([][2]string{}, scan(r, byName, "")...))
	require.Equal(t, head, tallies(r, heads))
	require.Equal(t, year, tallies(r, years))
	for of, items := range history {
		require.Equal(t, items, slices.Collect(r.History(of.kind, of.key)))
	}
	require.NoError(t, r.Err())
}

func ordered(pairs [][2]string) [][2]string {
	slices.SortFunc(pairs, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(pairs)
}

func tallies(r *Reader, t command.Tally) map[string]int64 {
	all := map[string]int64{}
	for k, n := range r.Tallies(t, "") {
		all[k] = n
	}
	return all
}
