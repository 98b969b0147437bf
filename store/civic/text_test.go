package civic

import (
	"bytes"
	"slices"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCleanTextRepairsWhatRealFilesHold(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"already clean", "Nguyễn Hà Vân", "Nguyễn Hà Vân"},
		{"decomposed accents", "Nguye\u0302\u0303n Ha\u0300 Va\u0302n", "Nguyễn Hà Vân"},
		{"Icelandic eth", "Ðặng Văn ðức", "Đặng Văn đức"},
		{"no-break space and tab", "\u00a0Trần\u00a0\u00a0Thị\tMai \n", "Trần Thị Mai"},
		{"invisible characters", "\ufeffLê\u200b Văn\u00ad Nam", "Lê Văn Nam"},
		{"an invisible one before a mark", "Ha\u200b\u0300", "Hà"},
		{"typographic quotes", "“H’Hen” Niê", `"H'Hen" Niê`},
		{"control characters", "Vũ\x00\x07 Anh\x7f", "Vũ Anh"},
		{"broken bytes", "Vũ\xff", "Vũ\ufffd"},
		{"nothing", " \t\u200b ", ""},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, CleanText(c.in)) })
	}
}

func TestCleanNameGivesCapitalsWhereCaseWasLost(t *testing.T) {
	for in, want := range map[string]string{
		"NGUYỄN THỊ ÁNH":     "Nguyễn Thị Ánh",
		"nguyễn văn an":      "Nguyễn Văn An",
		"TRẦN văn Bình":      "Trần Văn Bình",
		"ÐỖ THỊ THUỲ":        "Đỗ Thị Thuỳ",
		"H'HEN NIÊ":          "H'Hen Niê",
		"Y Blŏm":             "Y Blŏm",
		"Nguyễn QuốcAnh":     "Nguyễn QuốcAnh",
		"  Lê Văn Nam.":      "Lê Văn Nam",
		"Nguyễn Văn A":       "Nguyễn Văn A",
		"Lương Thị Mai-Anh ": "Lương Thị Mai-Anh",
		"Hờ A Páo":           "Hờ A Páo",
	} {
		require.Equal(t, want, CleanName(in), in)
	}
}

func TestFoldDropsTonesMarksAndCase(t *testing.T) {
	for in, want := range map[string]string{
		"Nguyễn Hà Vân":                "nguyen ha van",
		"Nguye\u0302\u0303n  Ha\u0300": "nguyen ha",
		"ĐẶNG THUỲ TRÂM":               "dang thuy tram",
		"Ðỗ ðức":                       "do duc",
		"\u00a0Trần\u200b Quốc\tƯớc ":  "tran quoc uoc",
		"Tổ 12, ngõ 68":                "to 12, ngo 68",
		"Y Blŏm H’Hen":                 "y blom h'hen",
		"ăâđêôơư ĂÂĐÊÔƠƯ ỳỷỹýỵ ằẳẵắặ ợự": "aadeoou aadeoou yyyyy aaaaa ou",
		"": "",
	} {
		require.Equal(t, want, Fold(in), in)
	}
}

func TestToneFreeKeyIgnoresWhereTheToneStandsButNotTheTone(t *testing.T) {
	same := [][2]string{{"Hoà", "Hòa"}, {"thuỷ", "Thủy"}, {"KHOẺ", "khỏe"}, {"Lê Thị Thuý", "lê  thị thúy"}, {"Ðoàn", "Đòan"}}
	for _, c := range same {
		require.Equal(t, ToneFreeKey(c[0]), ToneFreeKey(c[1]), c)
	}
	differ := [][2]string{{"hoà", "hoa"}, {"hoà", "hoá"}, {"hoa", "hoă"}, {"dung", "đung"}, {"á", "a1"}, {"á", "a4"}, {"lan anh", "lananh"}}
	for _, c := range differ {
		require.NotEqual(t, ToneFreeKey(c[0]), ToneFreeKey(c[1]), c)
	}
}

func TestNamesSortByGivenNameThenFamilyThenMiddle(t *testing.T) {
	want := []string{
		"Nguyễn Văn An", "Trần An", "Đặng Ấn", "Lê Thị Bình", "Nguyễn Bình", "Nguyễn Thị Bình", "Nguyễn Thu Bình", "Nguyễn Văn Bình",
		"Phạm Dung", "Phạm Dũng", "Phạm Đức", "Hờ A Páo", "Trần Mai Thuỷ", "Trần Minh Thủy", "Lò Y",
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, func(a, b string) int { return bytes.Compare([]byte(SortKey(a)), []byte(SortKey(b))) })
	require.Equal(t, want, got)
}

func TestSortKeyOrdersSyllablesAsVietnameseCollation(t *testing.T) {
	collator := collate.New(language.Vietnamese)
	onset := []string{"", "b", "c", "ch", "d", "đ", "g", "h", "kh", "l", "ng", "nh", "ph", "q", "th", "tr", "v", "x"}
	vowel := []rune("aăâeêioôơuưy")
	tones := []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}
	coda := []string{"", "c", "m", "n", "ng", "nh", "p", "t"}
	word := rapid.Custom(func(t *rapid.T) string {
		return norm.NFC.String(rapid.SampledFrom(onset).Draw(t, "onset") + string(rapid.SampledFrom(vowel).Draw(t, "vowel")) +
			rapid.SampledFrom(tones).Draw(t, "tone") + rapid.SampledFrom(coda).Draw(t, "coda"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		require.Equal(t, collator.CompareString(a, b), bytes.Compare([]byte(SortKey(a)), []byte(SortKey(b))), "%s, %s", a, b)
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"Nguyễn Hà Vân", "Ðð\u00a0\u200b", "a\u0300\u0301\xff", "\u1fefİK\u037e\u2000", "H’Hen 12", "\u1e9e\u0345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := CleanText(s)
		require.True(t, utf8.ValidString(clean))
		require.True(t, norm.NFC.IsNormalString(clean))
		require.Equal(t, clean, CleanText(clean), "cleaning is done once")
		require.Equal(t, Fold(s), Fold(Fold(s)), "folding is done once")
		require.Equal(t, ToneFreeKey(s), ToneFreeKey(clean))
		require.NotContains(t, SortKey(s), "\x00")
		CleanName(s)
	})
}

func BenchmarkFold(b *testing.B) {
	for b.Loop() {
		Fold("Nguyễn Thị Phương Thảo")
	}
}
