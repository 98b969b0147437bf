package roster

import (
	"strings"
	"sync"
	"unicode"
)

// legacy is an old way to write Vietnamese with the letters of Windows-1252 and
// a font that draws them otherwise. The text looks like "NguyÔn V¨n" or
// "Nguyeãn Vaên" to a program.
type legacy string

const (
	plain legacy = ""      // Unicode
	tcvn3 legacy = "tcvn3" // fonts .Vn…
	vni   legacy = "vni"   // fonts VNI-…
)

// decode turns legacy text into Unicode. Other text passes unharmed only where
// it is ASCII: ask first whether it is legacy text.
func (l legacy) decode(s string) string {
	switch {
	case isASCII(s):
		return s
	case l == tcvn3:
		return raiseCapitals(fromTCVN3.Replace(s))
	case l == vni:
		return fromVNI().Replace(s)
	}
	return s
}

// fromTCVN3 maps the small letters; capitals with a tone are the small ones in
// a font that draws capitals.
var fromTCVN3 = strings.NewReplacer(
	"µ", "à", "¶", "ả", "·", "ã", "¸", "á", "¹", "ạ",
	"¨", "ă", "»", "ằ", "¼", "ẳ", "½", "ẵ", "¾", "ắ", "Æ", "ặ",
	"©", "â", "Ç", "ầ", "È", "ẩ", "É", "ẫ", "Ê", "ấ", "Ë", "ậ",
	"®", "đ", "Ì", "è", "Î", "ẻ", "Ï", "ẽ", "Ð", "é", "Ñ", "ẹ",
	"ª", "ê", "Ò", "ề", "Ó", "ể", "Ô", "ễ", "Õ", "ế", "Ö", "ệ",
	"×", "ì", "Ø", "ỉ", "Ü", "ĩ", "Ý", "í", "Þ", "ị",
	"ß", "ò", "á", "ỏ", "â", "õ", "ã", "ó", "ä", "ọ",
	"«", "ô", "å", "ồ", "æ", "ổ", "ç", "ỗ", "è", "ố", "é", "ộ",
	"¬", "ơ", "ê", "ờ", "ë", "ở", "ì", "ỡ", "í", "ớ", "î", "ợ",
	"ï", "ù", "ñ", "ủ", "ò", "ũ", "ó", "ú", "ô", "ụ",
	"\u00ad", "ư", "õ", "ừ", "ö", "ử", "÷", "ữ", "ø", "ứ", "ù", "ự",
	"ú", "ỳ", "û", "ỷ", "ü", "ỹ", "ý", "ý", "þ", "ỵ",
	"¡", "Ă", "¢", "Â", "§", "Đ", "£", "Ê", "¤", "Ô", "¥", "Ơ", "¦", "Ư",
)

// raiseCapitals makes NGUYễN of a capital font NGUYỄN: a word with a capital
// after its first letter and no small letter of ASCII.
func raiseCapitals(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		small := strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz")
		if !small && strings.LastIndexAny(w, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") > 0 {
			words[i] = strings.ToUpper(w)
		}
	}
	return strings.Join(words, " ")
}

// vniPairs are the small letters written as a letter and a mark after it.
const vniPairs = "aøà aùá aûả aõã aïạ aêă aèằ aéắ aúẳ aüẵ aëặ aââ aàầ aáấ aåẩ aãẫ aäậ " +
	"eøè eùé eûẻ eõẽ eïẹ eâê eàề eáế eåể eãễ eäệ oøò oùó oûỏ oõõ oïọ oâô oàồ oáố oåổ oãỗ oäộ " +
	"ôøờ ôùớ ôûở ôõỡ ôïợ uøù uùú uûủ uõũ uïụ öøừ öùứ öûử öõữ öïự yøỳ yùý yûỷ yõỹ"

// vniSingles are written as one letter.
const vniSingles = "ñđ ìì íí æỉ óĩ òị ôơ öư îỵ"

// fromVNI derives the capitals, whose mark may be large or small.
var fromVNI = sync.OnceValue(func() *strings.Replacer {
	var table []string
	for _, pair := range strings.Fields(vniPairs) {
		r := []rune(pair)
		base, mark, letter := string(r[0]), string(r[1]), string(r[2])
		large := strings.ToUpper(letter)
		table = append(table, base+mark, letter, strings.ToUpper(base+mark), large, strings.ToUpper(base)+mark, large)
	}
	for _, single := range strings.Fields(vniSingles) {
		r := []rune(single)
		table = append(table, string(r[0]), string(r[1]), strings.ToUpper(string(r[0])), strings.ToUpper(string(r[1])))
	}
	return strings.NewReplacer(table...)
})

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// maybeLegacy: some letters beyond ASCII, none beyond Windows-1252.
func maybeLegacy(s string) bool {
	if isASCII(s) {
		return false
	}
	for _, r := range s {
		if r > 0xff {
			return false // Vietnamese letters of Unicode; the upper ones of 1252 stand in no table
		}
	}
	return true
}

// detector counts the words that are Vietnamese syllables under each reading.
type detector struct{ words, plain, tcvn3, vni int }

func (d *detector) see(text string) {
	if !maybeLegacy(text) {
		return
	}
	for _, w := range strings.FieldsFunc(text, separates) {
		if isASCII(w) {
			continue
		}
		d.words++
		d.plain += one(isSyllable(w))
		d.tcvn3 += one(isSyllable(tcvn3.decode(w)))
		d.vni += one(isSyllable(vni.decode(w)))
	}
}

// verdict names the reading that explains clearly more words than Unicode
// does. A font name in the workbook (hint) makes any gain enough.
func (d *detector) verdict(hint legacy) legacy {
	best, hits := tcvn3, d.tcvn3
	if d.vni > hits {
		best, hits = vni, d.vni
	}
	switch {
	case hint != plain && hint == best && hits > d.plain:
		return best
	case 4*(hits-d.plain) >= d.words && 2*hits >= d.words && hits > d.plain:
		return best // a quarter of the words more, and half of them at all
	}
	return plain
}

// mend reads one cell of a column that is mostly legacy text.
func (l legacy) mend(cell string) string {
	if l == plain || !maybeLegacy(cell) {
		return cell
	}
	converted := l.decode(cell)
	if syllables(cell) > syllables(converted) || l == tcvn3 && strings.ContainsFunc(cell, notTCVN3) {
		return cell
	}
	return converted
}

// notTCVN3: letters of Unicode that the old fonts leave free, such as à and Á.
func notTCVN3(r rune) bool {
	return r > 0xa0 && r != 'ý' && unicode.IsLetter(r) && fromTCVN3.Replace(string(r)) == string(r)
}

func syllables(text string) (n int) {
	for _, w := range strings.FieldsFunc(text, separates) {
		n += one(isSyllable(w))
	}
	return n
}

// separates: of the signs beyond ASCII only the no-break space separates words,
// for µ, ¨ and « are letters in TCVN3.
func separates(r rune) bool {
	return r == 0xa0 || r < 0x80 && !unicode.IsLetter(r) && r != '\''
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
