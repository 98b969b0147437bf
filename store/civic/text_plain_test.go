package civic

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// slowRanks are the letters and the tone of one word as norm takes it apart.
func slowRanks(word string) (letters string, last int) {
	base := strings.Map(func(r rune) rune {
		if n, ok := tone(r); ok {
			last = n
			return dropped
		}
		return r
	}, norm.NFD.String(word))
	var key []byte
	for _, r := range norm.NFC.String(base) {
		key = appendRank(key, r)
	}
	return string(key), last
}

func TestAWordIsRankedByTheTableAsNormTakesItApart(t *testing.T) {
	words := []string{"nguyễn", "thị", "ưu", "đỗ", "hoà", "hòa", "a", "quỳnh", "ybrai", "čam", "o'neil", "2", "hoa\u0300", "ẤM"}
	letter := rapid.OneOf(rapid.RuneFrom([]rune("aăâbcdđeêfghijklmnoôơpqrstuưvwxyzàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")), rapid.Rune())
	check := func(t require.TestingT, w string) (plain bool) {
		ranked, last, ok := appendPlainRanks([]byte("before "), w)
		if !ok {
			return false
		}
		letters, tone := slowRanks(w)
		require.Equal(t, "before "+letters, string(ranked), "%q", w)
		require.EqualValues(t, tone, last, "%q", w)
		return true
	}
	plain := 0
	for _, w := range words {
		if check(t, w) {
			plain++
		}
	}
	require.Equal(t, 9, plain, "the names of nearly everybody")
	rapid.Check(t, func(t *rapid.T) { check(t, norm.NFC.String(rapid.StringOf(letter).Draw(t, "word"))) })
	for _, vowel := range "aăâeêioôơuưy" {
		for i, mark := range []string{"", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"} {
			require.EqualValues(t, i, ranks()[[]rune(norm.NFC.String(string(vowel) + mark))[0]].tone, "%c%s", vowel, mark)
		}
	}
}

func TestTextCalledCleanIsLeftAloneByCleaning(t *testing.T) {
	clean := 0
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Nguyễn", " ", "Thị", "Ð", "ð", "a\u0301", "\u00a0", "\u200b", "×", "ỹ", "\xff", "”"})), 0, 5).Draw(t, "parts")
		s := strings.Join(parts, "")
		if isClean(s) {
			require.Equal(t, s, cleaned(s))
			clean++
		}
		require.Equal(t, cleaned(s), CleanText(s))
		require.True(t, isClean(cleaned(s)) || strings.ContainsRune(cleaned(s), utf8.RuneError), "%q", cleaned(s))
	})
	require.Greater(t, clean, 10, "hardly anything was clean")
}
