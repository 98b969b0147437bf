package match

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
)

func TestWordsAgreeAsPeopleSayAndWriteThem(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want level
	}{
		{"Hoà", "hòa", same}, {"ĐỨC", "đức", same},
		{"Hường", "Huong", unmarked}, {"Hường", "Hương", unmarked}, {"Đức", "Duc", unmarked},
		{"Thuỷ", "Thuỹ", regional}, {"Lan", "Nan", regional}, {"Chinh", "Trinh", regional}, {"Sơn", "Xơn", regional}, {"Dung", "Giung", regional}, {"Rung", "Dung", regional},
		{"Lan", "Lang", regional}, {"Đạt", "Đạc", regional}, {"Lý", "Lí", regional},
		{"Hùng", "Hưng", retoned}, {"Hà", "Hạ", retoned}, {"Tuấn", "Tuân", unmarked},
		{"Giang", "Ginag", near}, {"Phương", "Phưong", retoned}, {"Quỳnh", "Quynnh", near},
		{"Hà", "Nga", apart}, {"Minh", "Tuấn", apart},
	} {
		require.Equal(t, x.want, compare(newWord(x.a), newWord(x.b)), "%s and %s", x.a, x.b)
		require.Equal(t, x.want, compare(newWord(x.b), newWord(x.a)), "%s and %s", x.b, x.a)
	}
}

func TestACommonNameSaysLessThanARareOne(t *testing.T) {
	x := lexiconOf(background()[:5000])
	weigh := func(name string) Score {
		a, b := x.person(civic.Resident{Name: name, Birth: "1985"}, false), x.person(civic.Resident{Name: name, Birth: "1985"}, false)
		return x.weigh(&a, &b).Score
	}
	require.Greater(t, weigh("Chử Diệu Xuyến"), weigh("Nguyễn Thị Hương")+50)
}

func lexiconOf(people []civic.Resident) *lexicon {
	x := newLexicon()
	for _, r := range people {
		x.person(r, true)
	}
	return x
}

// drawn is a resident of what lists hold.
func drawn(t *rapid.T, who string) civic.Resident {
	one := func(what string, of ...string) string { return rapid.SampledFrom(of).Draw(t, who+" "+what) }
	r := civic.Resident{Name: one("family", "Nguyễn", "Trần", "Chử") + " " + one("middle", "Thị", "Văn", "Thị Thu", "") + " " + one("given", "Hà", "Hạ", "Hương", "Hường", "Giang", "Ginag"),
		Birth: civic.Birth(one("birth", "", "1955", "1955-03-17", "1955-12-03", "1955-03-12", "1965-03-17", "1955-01-01")), Sex: one("sex", "", civic.Male, civic.Female),
		Number: one("number", "", "001155000428", "001155000482", "001155000429", "034155999999"), Hamlet: one("hamlet", "1", "2"), Household: woman(one("door", "1", "2"), nil).ID}
	for range rapid.IntRange(0, 2).Draw(t, who+" phones") {
		r.Phones = append(r.Phones, one("phone", "+84912404318", "+84912404319", "+84388888888"))
	}
	return r
}

func TestItDoesNotMatterWhoIsComparedWithWhom(t *testing.T) {
	x := lexiconOf(background()[:500])
	rapid.Check(t, func(rt *rapid.T) {
		a, b := x.person(drawn(rt, "a"), false), x.person(drawn(rt, "b"), false)
		require.Equal(rt, x.weigh(&a, &b), x.weigh(&b, &a))
	})
}

// Whatever is done to the tones of a name, it never agrees better than with itself.
func TestAnotherToneNeverWeighsMoreThanTheSame(t *testing.T) {
	x := lexiconOf(background()[:500])
	rapid.Check(t, func(rt *rapid.T) {
		r := drawn(rt, "a")
		exact, other := x.person(r, false), r
		other.Name = retune(rt, r.Name)
		q := x.person(other, false)
		require.LessOrEqual(rt, x.weigh(&exact, &q).Score, x.weigh(&exact, &exact).Score)
	})
}

// retune writes a name with other tones.
func retune(t *rapid.T, name string) string {
	var out []rune
	for _, c := range name {
		out = append(out, c)
		if rapid.IntRange(0, 3).Draw(t, "mark") == 0 {
			out = append(out, rapid.SampledFrom([]rune("\u0300\u0301\u0303\u0309\u0323")).Draw(t, "tone"))
		}
	}
	return civic.CleanName(string(out))
}

// Names come from lists of any origin.
func FuzzCompare(f *testing.F) {
	for _, s := range []string{"", "Nguyễn Thị Hà", "NguyễnThị Hà", "Ð", "a\u0300\u0301", "H'Hen Niê", "A.", "é\xff", "阮"} {
		f.Add(s, "Trần Thị Mẫu")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x := newLexicon()
		p, q := x.person(civic.Resident{Name: a}, true), x.person(civic.Resident{Name: b}, true)
		require.Equal(t, x.weigh(&p, &q), x.weigh(&q, &p))
	})
}
