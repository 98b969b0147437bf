package sample

import (
	"math/rand/v2"
	"strings"

	"golang.org/x/text/unicode/norm"

	"gocua/store/civic"
	"gocua/store/roster"
)

// Mess is what is wrong with a list. Rates are rows in a thousand. The zero
// value is a clean list.
type Mess struct {
	Seed uint64

	TitleLines int  // of the office and the list, above the column titles, merged
	TwoRows    bool // column titles on two rows, births in a column for men and one for women
	Numbering  bool // "(1) (2) (3)" below the column titles
	Totals     bool // a total and signatures below the list
	TCVN3      bool // names and addresses in an old font

	Decomposed  int // accents apart from their letters
	Eth         int // Ð for Đ
	Spaces      int // doubled, no-break, invisible
	Capitals    int // the whole name
	LostZeros   int // numbers and phones kept as figures
	SerialDates int // days kept as figures (workbooks only)
	OldPhones   int // 11 digits, where there was such a number
	Empty       int // empty lines
	Duplicates  int // the line again
	Ruined      int // beyond repair
}

// Messy is the mess of an ordinary bad list.
func Messy(seed uint64) Mess {
	return Mess{Seed: seed, TitleLines: 4, TwoRows: true, Numbering: true, Totals: true, Decomposed: 150, Eth: 100, Spaces: 100,
		Capitals: 80, LostZeros: 300, SerialDates: 300, OldPhones: 50, Empty: 20, Duplicates: 10, Ruined: 8}
}

// Written tells which line of a list holds whom.
type Written struct {
	Lines  []int // the line of each person, in order
	Copies []int // lines that repeat the person above
	Ruined []int // lines that cannot be read
}

// cell is a text, or a figure as a spreadsheet keeps it.
type cell struct {
	text   string
	figure int64
	date   bool // the figure is a day
}

// spoiler writes people as a careless office would.
type spoiler struct {
	Mess
	rng *rand.Rand
}

func newSpoiler(m Mess) *spoiler { return &spoiler{m, rand.New(rand.NewPCG(m.Seed, 0x6d657373))} }

func (s *spoiler) chance(rate int) bool { return s.rng.IntN(1000) < rate }

func text(s string) cell { return cell{text: s} }

// titles are the column titles, one or two rows.
func (s *spoiler) titles() [][]string {
	if !s.TwoRows {
		return [][]string{{"STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Số điện thoại", "Địa chỉ", "Tổ dân phố", "Số hộ", "Quan hệ với chủ hộ", "Dân tộc"}}
	}
	return [][]string{
		{"TT", "HỌ VÀ TÊN", "Ngày, tháng, năm sinh", "", "Số định danh / CCCD", "SĐT", "Nơi ở hiện tại", "Tổ", "Mã hộ", "QH với chủ hộ", "Dân tộc"},
		{"", "", "Nam", "Nữ"},
	}
}

// row is one person's line; it reports false if it is ruined.
func (s *spoiler) row(n int, p Person) ([]cell, bool) {
	number, phone := s.number(p.Number), s.phone(p.Phone)
	birth := s.birth(p.Birth)
	name, address := s.text(p.Name), s.text(p.Address)
	if s.chance(s.Capitals) {
		name = strings.ToUpper(name)
	}
	good := true
	if s.chance(s.Ruined) {
		good = false
		switch s.rng.IntN(3) {
		case 0:
			name = ""
		case 1:
			birth = text("31/02/1960")
		case 2:
			number = text("1.1553E+10")
		}
	}
	if s.TCVN3 {
		name, address = tcvn3(name), tcvn3(address)
	}
	relation := p.Relation
	if relation == roster.Head {
		relation = "Chủ hộ"
	}
	rest := []cell{number, phone, text(address), text(p.HamletName), text(p.HouseholdRef), text(relation), text(p.Ethnic)}
	line := []cell{{figure: int64(n)}, text(name)}
	switch female := p.Sex == civic.Female; {
	case s.TwoRows && female:
		line = append(line, cell{}, birth)
	case s.TwoRows:
		line = append(line, birth, cell{})
	case female:
		line = append(line, birth, text("Nữ"))
	default:
		line = append(line, birth, text("Nam"))
	}
	return append(line, rest...), good
}

func (s *spoiler) text(t string) string {
	if s.chance(s.Eth) {
		t = strings.NewReplacer("Đ", "Ð", "đ", "ð").Replace(t)
	}
	if s.chance(s.Spaces) {
		t = " " + strings.Replace(t, " ", []string{"  ", "\u00a0", " \u200b"}[s.rng.IntN(3)], 1) + " "
	}
	if s.chance(s.Decomposed) {
		t = norm.NFD.String(t)
	}
	return t
}

func (s *spoiler) number(n string) cell {
	if n != "" && s.chance(s.LostZeros) {
		return cell{figure: figure(n)}
	}
	return text(n)
}

func (s *spoiler) phone(e164 string) cell {
	national := strings.TrimPrefix(e164, "+84")
	if national == "" {
		return cell{}
	}
	if before, ok := oldPrefixes[national[:2]]; ok && s.chance(s.OldPhones) {
		return text("0" + before + national[2:])
	}
	if s.chance(s.LostZeros) {
		return cell{figure: figure(national)}
	}
	return text(civic.ShowPhone(e164))
}

// oldPrefixes are what some mobile prefixes were before September 2018.
var oldPrefixes = map[string]string{"39": "169", "33": "163", "70": "120", "79": "121", "83": "123", "84": "124", "58": "188", "59": "199"}

func (s *spoiler) birth(b civic.Birth) cell {
	if len(b) == 10 && s.chance(s.SerialDates) {
		return cell{figure: serial(b), date: true}
	}
	return text(b.Show())
}

// serial is the number of days since 30 December 1899.
func serial(b civic.Birth) int64 {
	y, m, d := b.Year(), int(figure(string(b[5:7]))), int(figure(string(b[8:10])))
	if m <= 2 {
		y, m = y-1, m+12
	}
	days := 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d // since 29 February of year 0
	return int64(days - 693_900)
}

func figure(digits string) (n int64) {
	for _, r := range digits {
		n = n*10 + int64(r-'0')
	}
	return n
}

// The letters of TCVN3 and what they look like without the font.
const (
	tcvn3Letters = "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵĂÂĐÊÔƠƯ"
	tcvn3Codes   = "\u00b5\u00b6\u00b7\u00b8\u00b9\u00a8\u00bb\u00bc\u00bd\u00be\u00c6\u00a9\u00c7\u00c8\u00c9\u00ca\u00cb\u00ae" +
		"\u00cc\u00ce\u00cf\u00d0\u00d1\u00aa\u00d2\u00d3\u00d4\u00d5\u00d6\u00d7\u00d8\u00dc\u00dd\u00de" +
		"\u00df\u00e1\u00e2\u00e3\u00e4\u00ab\u00e5\u00e6\u00e7\u00e8\u00e9\u00ac\u00ea\u00eb\u00ec\u00ed\u00ee" +
		"\u00ef\u00f1\u00f2\u00f3\u00f4\u00ad\u00f5\u00f6\u00f7\u00f8\u00f9\u00fa\u00fb\u00fc\u00fd\u00fe" +
		"\u00a1\u00a2\u00a7\u00a3\u00a4\u00a5\u00a6"
)

// tcvn3 writes a text as somebody with an old font typed it. Capitals with a
// tone exist only as small letters in a capital font.
func tcvn3(s string) string {
	letters, codes := []rune(tcvn3Letters), []rune(tcvn3Codes)
	return strings.Map(func(r rune) rune {
		for range 2 {
			for i, l := range letters {
				if l == r {
					return codes[i]
				}
			}
			if r < 0x80 {
				break
			}
			r = []rune(strings.ToLower(string(r)))[0]
		}
		return r
	}, norm.NFC.String(strings.NewReplacer("Ð", "Đ", "ð", "đ", "\u200b", "").Replace(s)))
}
