package search

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// An index that followed every change finds the same, in the same order, as one
// that was loaded afterwards.
func TestFollowingIsAsGoodAsLoading(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, r := newCrowd(rapid.Uint64().Draw(t, "seed")), newRegister()
		followed := New()
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			n := rapid.IntRange(0, 9).Draw(t, "record")
			door := civic.Household{ID: householdID(n % 4), Hamlet: fmt.Sprintf("00163-%d", n%3), Address: c.address()}
			person := c.person(n, door)
			key, doorKey := civic.KeyOf(person.ID), civic.KeyOf(door.ID)
			if n%2 == 0 {
				key, doorKey = civic.Scoped(key, "01CG"), civic.Scoped(doorKey, "01CG")
			}
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				r.change(civic.TypeHousehold, doorKey, nil)
			case 1:
				r.change(civic.TypeResident, key, nil)
			case 2:
				r.change(civic.TypeHousehold, doorKey, door)
			default:
				r.change(civic.TypeResident, key, person)
			}
			if rapid.Bool().Draw(t, "follow now") {
				require.NoError(t, followed.Follow(r.since(followed.Head())))
			}
			if rapid.IntRange(0, 9).Draw(t, "compact") == 0 {
				followed.t.trim()
			}
		}
		require.NoError(t, followed.Follow(r.since(followed.Head())))
		loaded := New()
		require.NoError(t, loaded.Load(r))
		require.Equal(t, loaded.Head(), followed.Head())
		texts := []string{}
		for n := range 10 {
			key := civic.KeyOf(residentID(n))
			for _, item := range r.feed {
				if item.Change.Op == command.Put && civic.Bare(item.Change.Key) == key {
					p := decode(item.Change.Value)
					texts = append(texts, p.Number[8:], p.Number, mistyped(p.Name), strings.ReplaceAll(p.Name, " ", ""))
					if len(p.Phones) > 0 {
						texts = append(texts, p.Phones[len(p.Phones)-1], p.Phones[0][6:])
					}
				}
			}
		}
		for _, text := range append(texts, "n", "nguyen", "t v 19", "duy tan", "ngo", "van xuan", "0912", "0", "1", "1955", "thi", "hà") {
			require.Equal(t, loaded.Search(Query{Text: text, Limit: 200}), followed.Search(Query{Text: text, Limit: 200}), text)
		}
	})
}

// mistyped is a name with two letters of its last long word changed about.
func mistyped(name string) string {
	words := strings.Fields(civic.Fold(name))
	for i, w := range slices.Backward(words) {
		if len(w) >= 4 {
			words[i] = w[:2] + w[3:4] + w[2:3] + w[4:]
			break
		}
	}
	return strings.Join(words, " ")
}

// Whatever part of each word of a name somebody types, in whatever order, with
// or without tones, the person is found; with a word nobody has, nobody is.
func TestAnyBeginningsInAnyOrderFindAPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, r := newCrowd(rapid.Uint64().Draw(t, "seed")), newRegister()
		door := civic.Household{ID: householdID(1), Hamlet: "00163-1", Address: c.address()}
		people := make([]civic.Resident, 30)
		for n := range people {
			people[n] = c.person(n, door)
			r.resident(people[n])
		}
		x := New()
		require.NoError(t, x.Load(r))
		who := rapid.SampledFrom(people).Draw(t, "who")
		var typed []string
		for _, w := range strings.Fields(who.Name) {
			if rapid.Bool().Draw(t, "without tones") {
				w = civic.Fold(w)
			}
			letters := []rune(w)
			typed = append(typed, string(letters[:rapid.IntRange(1, len(letters)).Draw(t, "letters")]))
		}
		if rapid.Bool().Draw(t, "year") {
			typed = append(typed, string(who.Birth[:4]))
		}
		if len(who.Phones) > 0 && rapid.Bool().Draw(t, "phone") {
			typed = append(typed, who.Phones[0][7:])
		}
		text := strings.Join(rapid.Permutation(typed).Draw(t, "order"), " ")
		got := x.Search(Query{Text: text, Limit: 200})
		require.True(t, slices.ContainsFunc(got.Hits, func(h Hit) bool { return h.Key == civic.KeyOf(who.ID) }), text)
		require.Zero(t, x.Search(Query{Text: text + " zwz"}).Total)
	})
}

// The quick way, sets of terms by word, finds what the plain way finds.
func TestSearchingFindsWhatReadingEveryNameFinds(t *testing.T) {
	r := town(2000)
	x := r.load(t)
	written := map[command.Key][]string{}
	for key, value := range r.Records(civic.TypeResident, "") {
		written[key] = strings.Fields(civic.Fold(decode(value).Name))
	}
	c := newCrowd(7)
	found := 0
	for range 300 {
		words := strings.Fields(civic.Fold(c.name(c.IntN(2) == 0)))
		words = words[:1+c.IntN(len(words))]
		for i, w := range words {
			words[i] = w[:1+c.IntN(len(w))]
		}
		var want []command.Key
		for key, name := range written {
			if canSpell(name, words) {
				want = append(want, key)
			}
		}
		got := x.Search(Query{Text: strings.Join(words, " "), Limit: 200, Only: civic.TypeResident, Exact: true})
		named := 0
		for _, h := range got.Hits {
			if h.By == ByName {
				named++
				require.Contains(t, want, h.Key)
			}
		}
		require.GreaterOrEqual(t, got.Total, len(want), words)
		if got.Total <= 200 {
			require.Equal(t, len(want), named, words)
		}
		found += len(want)
	}
	require.Greater(t, found, 1000)
}

// canSpell reports whether each of the beginnings can be given a word of its own.
func canSpell(words, beginnings []string) bool {
	if len(beginnings) == 0 {
		return true
	}
	for i, w := range words {
		if strings.HasPrefix(w, beginnings[0]) && canSpell(slices.Delete(slices.Clone(words), i, i+1), beginnings[1:]) {
			return true
		}
	}
	return false
}

func FuzzSearch(f *testing.F) {
	for _, text := range []string{"nguyen ha van 1955", "0912 404 318", "+84 (912) 404-318", "17/3/1955", "1955-03-17", "12a", "nhv",
		"H'Bia", "\xff", "a\u0301\u0301", "1 2 3 4 5 6 7 8 9 10 11 12 13 14", "n n n n n n n n n n n n n n", "٣٤", "Ⅻ", "ﬀ", "İ"} {
		f.Add(text)
	}
	x := street().load(f)
	f.Fuzz(func(t *testing.T, text string) {
		require.LessOrEqual(t, len(parse(text)), maxTerms)
		r := x.Search(Query{Text: text, Limit: 200})
		require.Equal(t, r.Total, len(r.Hits))
		require.True(t, slices.IsSortedFunc(r.Hits, func(a, b Hit) int { return int(b.Rank) - int(a.Rank) }))
		for _, h := range r.Hits {
			require.NotZero(t, h.By)
			for _, s := range h.Spans(text) {
				require.True(t, 0 <= s[0] && s[0] < s[1] && s[1] <= len(text))
			}
		}
	})
}
