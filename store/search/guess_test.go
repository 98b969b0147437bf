package search

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
)

func TestWhatMayHaveBeenMeantIsFoundAtTheEnd(t *testing.T) {
	x := street().load(t)
	for _, c := range []struct{ text, typed, meant string }{
		{"ngueyn ha van 1955", "", "0 1"}, // letters changed about
		{"nguye ha vna 1986", "", "2"},    // nguye begins a word; vna nothing
		{"tran thi vaan", "", "3"},        // Telex
		{"traanf thij vaan", "", "3"},     // all of it
		{"chan thi van", "", "3"},         // as it is said in the north
		{"pham hoaf", "", "9 10"},         // a tone behind the word
		{"nguyenhavan", "", "0 1 2"},      // glued; in any order, as always
		{"havan 1986", "", "2"},
		{"nguyen ha vann 1956", "", ""},         // a year is no slip
		{"ngueyn haa vann 1955", "", ""},        // two slips are too many
		{"nguyen 4318 1955 xuan thhuy", "", ""}, // an address is not guessed at
	} {
		t.Run(c.text, func(t *testing.T) {
			r := x.Search(Query{Text: c.text, Only: civic.TypeResident})
			var typed, meant Result
			for _, h := range r.Hits {
				if h.Near {
					meant.Hits = append(meant.Hits, h)
				} else {
					require.Empty(t, meant.Hits, "what was typed comes first")
					typed.Hits = append(typed.Hits, h)
				}
			}
			require.Equal(t, len(r.Hits), r.Total)
			require.ElementsMatch(t, strings.Fields(c.typed), strings.Fields(short(t, typed)))
			require.ElementsMatch(t, strings.Fields(c.meant), strings.Fields(short(t, meant)))
		})
	}
}

func TestNothingIsGuessedWhereThePageIsFull(t *testing.T) {
	x := town(3000).load(t)
	for _, text := range []string{"nguyen", "thi", "tran van", "n"} {
		q := Query{Text: text}
		exact := q
		exact.Exact = true
		require.Equal(t, x.Search(exact), x.Search(q), text)
	}
	r := x.Search(Query{Text: "ngueyn thi thu"})
	require.Len(t, r.Hits, defaultLimit)
	require.Equal(t, defaultLimit, r.Total, "guesses fill one page and no more")
	require.False(t, slices.ContainsFunc(r.Hits, func(h Hit) bool { return !h.Near }))
	require.Len(t, x.Search(Query{Text: "ngueyn thi thu", Limit: 5}).Hits, 5)
}

func TestAGuessIsNotMadeOutsideTheUnitsAllowed(t *testing.T) {
	x := street().load(t)
	require.Equal(t, "4", short(t, x.Search(Query{Text: "ngueyn le", Units: []string{"00163-07"}})))
	require.Zero(t, x.Search(Query{Text: "ngueyn le", Units: []string{"00163-12"}}).Total)
}

func TestAGuessMarksTheWordThatWasMeant(t *testing.T) {
	x := street().load(t)
	h := x.Search(Query{Text: "traan vaan thi"}).Hits[0]
	require.Equal(t, []Mark{{0, 4}, {1, 3}, {2, 3}}, h.Words)
	require.True(t, h.Near)
}

func TestOneSlipLiesBetweenTwoWords(t *testing.T) {
	for _, c := range []struct {
		a, b string
		one  bool
	}{{"thien", "tihen", true}, {"thien", "thie", true}, {"thien", "hien", true}, {"thien", "tthien", true}, {"thien", "thiem", true},
		{"thien", "theim", false}, {"thien", "thiennn", false}, {"thien", "neiht", false}, {"ab", "ba", true}, {"abc", "cba", false}, {"", "a", true}, {"", "", true}} {
		require.Equal(t, c.one, oneSlip(c.a, c.b), c.a+" "+c.b)
		require.Equal(t, c.one, oneSlip(c.b, c.a), c.b+" "+c.a)
	}
}

func TestTelexIsReadWithTheKeyboardOff(t *testing.T) {
	for typed, meant := range map[string]string{"nguyeenx": "nguyen", "nguyeexn": "nguyen", "thij": "thi", "haf": "ha", "dduwcs": "duc", "hoongf": "hong",
		"tuaans": "tuan", "hwng": "hung", "dduowng": "duong", "phuwowng": "phuong"} {
		require.Contains(t, unkeyed(typed), meant, typed)
	}
	require.Empty(t, unkeyed("tran"), "r before the vowel is no tone")
}

// Whatever one slip is made in one word of somebody's name, they are found, if
// nothing that was typed fills the page.
func TestOneSlipAnywhereStillFindsAPerson(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, r := newCrowd(rapid.Uint64().Draw(t, "seed")), newRegister()
		door := civic.Household{ID: householdID(1), Hamlet: "00163-1", Address: c.address()}
		for n := range 15 {
			r.resident(c.person(n, door))
		}
		x := New()
		require.NoError(t, x.Load(r))
		key := civic.KeyOf(residentID(rapid.IntRange(0, 14).Draw(t, "who")))
		words := strings.Fields(civic.Fold(decode(r.records[civic.TypeResident][key]).Name))
		i := rapid.IntRange(0, len(words)-1).Draw(t, "word")
		w := words[i]
		if len(w) < 4 {
			return
		}
		at := rapid.IntRange(0, len(w)-2).Draw(t, "letter")
		words[i] = rapid.SampledFrom([]string{
			w[:at] + w[at+1:at+2] + w[at:at+1] + w[at+2:], w[:at] + w[at:at+1] + w[at:], w[:at] + "q" + w[at+1:], w[:at] + "q" + w[at:]}).Draw(t, "slip")
		text := strings.Join(words, " ")
		got := x.Search(Query{Text: text})
		require.True(t, slices.ContainsFunc(got.Hits, func(h Hit) bool { return h.Key == key }), text)
	})
}
