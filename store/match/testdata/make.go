//go:build ignore

// Make writes pairs.csv and hard.csv: what the scorer is held to. It was run
// once, before there was a scorer, and must not know how one works; the files
// are frozen. Run: go run make.go
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const pairs, hards = 800, 900

type person struct {
	name, birth, sex, number, phone, hamlet, household string
}

func (p person) cells() []string {
	return []string{p.name, p.birth, p.sex, p.number, p.phone, p.hamlet, p.household}
}

var (
	r        = rand.New(rand.NewPCG(20260806, 2))
	serial   = 100_000
	doors    = 0
	families = strings.Fields("Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Phạm Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đào Đoàn Trịnh Trương Lương Tạ Lưu Nghiêm Lâm Chử Giáp Ninh Lê")
	middleM  = strings.Fields("Văn Văn Văn Văn Văn Đức Minh Quang Hữu Xuân Đình Ngọc Công Trọng Gia Bá Duy Thế")
	middleF  = strings.Split("Thị,Thị,Thị,Thị,Thị,Thị,Thị Thu,Thị Thanh,Thu,Thanh,Ngọc,Phương,Kim,Hồng,Thị Ngọc,Thị Kim,Bích,Khánh,Diệu", ",")
	givenM   = strings.Fields("An Anh Bình Chiến Chính Cường Dũng Duy Đạt Đức Giang Hà Hải Hoàng Hùng Hưng Huy Khánh Kiên Lâm Lăng Long Lộc Luân Minh Nam Nghĩa Năng Ninh Phong Phúc Quân Quang Quý Sáng Sơn Tài Tâm Tân Thắng Thành Thịnh Tiến Toàn Trung Trường Tuấn Tùng Vinh Xuân Lý Sinh Trí Chung Triều Hoà Thuỷ Hiệp")
	givenF   = strings.Fields("Anh Ánh Bích Chi Chinh Diệp Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hoà Hồng Huệ Hương Hường Huyền Lan Liên Linh Loan Lý Mai My Nga Ngân Ngọc Nguyệt Nhung Oanh Phương Quyên Quỳnh Sen Sinh Tâm Thanh Thảo Thu Thuỷ Thuý Trang Trinh Tuyết Vân Xuân Yến Lương Nương Nở Lụa Chúc Trâm Xuyến Sương Dần Rậu")
	prefixes = strings.Fields("032 033 034 035 036 038 039 070 077 079 081 083 085 088 090 091 094 096 097 098")
)

func one(list []string) string  { return list[r.IntN(len(list))] }
func chance(percent int) bool   { return r.IntN(100) < percent }
func hamlet() string            { return fmt.Sprintf("00166-%02d", 1+r.IntN(30)) }
func door() string              { doors++; return fmt.Sprintf("H%04d", doors) }
func phone() string             { return one(prefixes) + fmt.Sprintf("%07d", r.IntN(10_000_000)) }
func day(year int) string       { return fmt.Sprintf("%04d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28)) }
func year(birth string) (y int) { fmt.Sscanf(birth, "%4d", &y); return y }

func number(sex, birth string, province string) string {
	serial += 1 + r.IntN(400)
	y := year(birth)
	century := (y/100 - 19) * 2
	if sex == "female" {
		century++
	}
	return fmt.Sprintf("%s%d%02d%06d", province, century, y%100, serial)
}

func province() string {
	return one(strings.Fields("001 001 001 001 001 001 034 036 038 040 030 025"))
}

func named(sex string) (family, middle, given string) {
	if sex == "male" {
		return one(families), one(middleM), one(givenM)
	}
	return one(families), one(middleF), one(givenF)
}

func someone() person {
	p := person{sex: one([]string{"male", "female"}), hamlet: hamlet(), household: door()}
	f, m, g := named(p.sex)
	p.name = f + " " + m + " " + g
	p.birth = day(1938 + r.IntN(82))
	if chance(78) {
		p.number = number(p.sex, p.birth, province())
	}
	if year(p.birth) < 2013 && chance(80) {
		p.phone = phone()
	}
	return p
}

func main() {
	write("pairs.csv", pairs, truePair)
	write("hard.csv", hards, hardPair)
}

func write(file string, n int, make func() (string, person, person)) {
	f, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	w := csv.NewWriter(f)
	w.Write(strings.Split("pair,what,name,birth,sex,number,phone,hamlet,household,name2,birth2,sex2,number2,phone2,hamlet2,household2", ","))
	for i := range n {
		what, a, b := make()
		if a == b {
			log.Fatalf("%s %d: nothing differs", what, i)
		}
		if a.number != "" && a.number == b.number {
			log.Fatalf("%s %d: the register never has one number twice", what, i)
		}
		w.Write(append(append([]string{fmt.Sprint(i + 1), what}, a.cells()...), b.cells()...))
	}
	w.Flush()
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}

// truePair is somebody listed twice. The register refuses one number twice, so
// the number is missing on one side, mistyped, or not known at all; beside that
// up to two things differ.
func truePair() (string, person, person) {
	a := someone()
	b := a
	what := []string{numberMess(&a, &b)}
	messes := []func(a, b *person) string{nameMess, birthMess, phoneMess, moveMess}
	r.Shuffle(len(messes), func(i, j int) { messes[i], messes[j] = messes[j], messes[i] })
	for _, mess := range messes[:1+r.IntN(2)] {
		what = append(what, mess(&a, &b))
	}
	if chance(50) {
		a, b = b, a
	}
	return strings.Join(what, "+"), a, b
}

func numberMess(a, b *person) string {
	if a.number == "" {
		if chance(60) {
			a.number = number(a.sex, a.birth, province())
		}
		return "number_missing"
	}
	switch n := r.IntN(10); {
	case n < 2:
		b.number = digitTypo(a.number, 4)
		return "number_typo"
	case n < 3:
		b.number = swapDigits(a.number, 4)
		return "number_swapped"
	}
	b.number = ""
	return "number_missing"
}

func digitTypo(s string, from int) string {
	i := from + r.IntN(len(s)-from)
	return s[:i] + string('0'+byte(int(s[i]-'0')+1+r.IntN(9))%10) + s[i+1:]
}

func init() { // a digit typed wrong stays a digit
	for range 1000 {
		if s := digitTypo("001155000428", 4); strings.Trim(s, "0123456789") != "" {
			log.Fatal(s)
		}
	}
}

func swapDigits(s string, from int) string {
	for range 50 {
		i := from + r.IntN(len(s)-from-1)
		if s[i] != s[i+1] {
			return s[:i] + s[i+1:i+2] + s[i:i+1] + s[i+2:]
		}
	}
	return digitTypo(s, from)
}

func phoneMess(a, b *person) string {
	if a.phone == "" {
		b.phone = phone()
		return "phone_missing"
	}
	switch r.IntN(5) {
	case 0:
		b.phone = digitTypo(a.phone, 3)
		return "phone_typo"
	case 1, 2:
		b.phone = phone()
		return "phone_changed"
	}
	b.phone = ""
	return "phone_missing"
}

func moveMess(a, b *person) string {
	b.household = door()
	if chance(35) {
		return "other_door"
	}
	for b.hamlet == a.hamlet {
		b.hamlet = hamlet()
	}
	return "moved"
}

func birthMess(a, b *person) string {
	y, m, d := a.birth[:4], a.birth[5:7], a.birth[8:]
	for range 20 {
		switch r.IntN(6) {
		case 0, 1:
			b.birth = y
			return "year_only"
		case 2:
			if d <= "12" && d != m {
				b.birth = y + "-" + d + "-" + m
				return "day_month_swapped"
			}
		case 3:
			if d != "01" || m != "01" {
				b.birth = y + "-01-01"
				return "first_january"
			}
		case 4:
			if other := fmt.Sprintf("%s-%s-%02d", y, m, 1+r.IntN(28)); other != a.birth && (other[8] == d[0] || other[9] == d[1]) {
				b.birth = other
				return "day_typo"
			}
		case 5:
			if n := year(a.birth) + []int{-10, -1, 1, 10}[r.IntN(4)]; n < 2024 {
				b.birth = fmt.Sprintf("%d%s", n, a.birth[4:])
				return "year_typo"
			}
		}
	}
	b.birth = y
	return "year_only"
}

// nameMess writes the name of b as another list has it.
func nameMess(a, b *person) string {
	type mess struct {
		what string
		of   func(string) string
	}
	messes := []mess{
		{"tone_place", tonePlace}, {"no_tones", noTones}, {"no_tones", noTones}, {"one_tone_lost", oneToneLost},
		{"hoi_nga", swapRunes("ảãẻẽỉĩỏõủũỷỹẩẫẳẵểễổỗởỡửữ")},
		{"l_n", onset("l", "n")}, {"ch_tr", onset("ch", "tr")}, {"s_x", onset("s", "x")}, {"d_gi", onset("d", "gi")}, {"d_r", onset("d", "r")}, {"gi_r", onset("gi", "r")},
		{"n_ng", coda("n", "ng")}, {"t_c", coda("t", "c")}, {"i_y", swapIY},
		{"middle_lost", middleLost}, {"middle_short", middleShort}, {"glued", glued}, {"eth", eth}, {"capitals", strings.ToUpper}, {"letter_typo", letterTypo},
	}
	for {
		m := messes[r.IntN(len(messes))]
		for range 30 {
			if now := m.of(a.name); now != a.name && now != "" {
				b.name = now
				return m.what
			}
			// a name this can happen to
			if a.number == "" || b.number == "" {
				f, mid, g := named(a.sex)
				a.name = f + " " + mid + " " + g
				b.name = a.name
			}
		}
	}
}

func eachWord(name string, f func(string) string) string {
	words := strings.Fields(name)
	for _, i := range r.Perm(len(words)) {
		if now := f(words[i]); now != words[i] {
			words[i] = now
			break
		}
	}
	return strings.Join(words, " ")
}

// tonePlace moves the tone of oa, oe, uy to the other letter.
func tonePlace(name string) string {
	return eachWord(name, func(w string) string {
		for _, p := range []string{"oà òa", "oá óa", "oả ỏa", "oạ ọa", "oè òe", "oé óe", "uỳ ùy", "uý úy", "uỷ ủy", "uỵ ụy"} {
			x, y, _ := strings.Cut(p, " ")
			if strings.HasSuffix(w, x) {
				return strings.TrimSuffix(w, x) + y
			}
			if strings.HasSuffix(w, y) {
				return strings.TrimSuffix(w, y) + x
			}
		}
		return w
	})
}

func noTones(s string) string {
	s = strings.NewReplacer("đ", "d", "Đ", "D").Replace(s)
	return strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFD.String(s))
}

func oneToneLost(name string) string {
	return eachWord(name, func(w string) string {
		return norm.NFC.String(strings.Map(func(c rune) rune {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", c) {
				return -1
			}
			return c
		}, norm.NFD.String(w)))
	})
}

func swapRunes(list string) func(string) string {
	runes := []rune(list)
	return func(name string) string {
		return eachWord(name, func(w string) string {
			return strings.Map(func(c rune) rune {
				for i, x := range runes {
					if x == c {
						return runes[i^1]
					}
				}
				return c
			}, w)
		})
	}
}

func title(s string) string {
	rs := []rune(s)
	return string(unicode.ToUpper(rs[0])) + string(rs[1:])
}

func onset(x, y string) func(string) string {
	return func(name string) string {
		return eachWord(name, func(w string) string {
			low := strings.ToLower(w)
			for _, p := range [][2]string{{x, y}, {y, x}} {
				rest, ok := strings.CutPrefix(low, p[0])
				vowel := rest != "" && !strings.ContainsAny(string([]rune(noTones(rest))[0]), "bcdghklmnpqrstvx")
				if ok && vowel {
					return title(p[1] + rest)
				}
			}
			return w
		})
	}
}

func coda(x, y string) func(string) string {
	return func(name string) string {
		return eachWord(name, func(w string) string {
			switch {
			case strings.HasSuffix(w, y) && !strings.HasSuffix(w, "ch"):
				return strings.TrimSuffix(w, y) + x
			case strings.HasSuffix(w, x) && len(w) > len(x)+1:
				return strings.TrimSuffix(w, x) + y
			}
			return w
		})
	}
}

func swapIY(name string) string {
	return eachWord(name, func(w string) string {
		for _, p := range []string{"i y", "í ý", "ì ỳ", "ỉ ỷ", "ị ỵ"} {
			x, y, _ := strings.Cut(p, " ")
			if before, ok := strings.CutSuffix(w, x); ok && !strings.ContainsAny(noTones(before), "aeouAEOU") && before != "" {
				return before + y
			}
			if before, ok := strings.CutSuffix(w, y); ok && !strings.ContainsAny(noTones(before), "aeouAEOU") && before != "" {
				return before + x
			}
		}
		return w
	})
}

func middleLost(name string) string {
	w := strings.Fields(name)
	if len(w) < 3 {
		return name
	}
	return w[0] + " " + strings.Join(w[2:], " ")
}

func middleShort(name string) string {
	w := strings.Fields(name)
	w[1] = string([]rune(w[1])[0]) + "."
	return strings.Join(w, " ")
}

func glued(name string) string {
	w := strings.Fields(name)
	i := r.IntN(len(w) - 1)
	return strings.Join(append(append(w[:i:i], w[i]+w[i+1]), w[i+2:]...), " ")
}

func eth(name string) string { return strings.ReplaceAll(name, "Đ", "Ð") }

func letterTypo(name string) string {
	return eachWord(name, func(w string) string {
		rs := []rune(w)
		if len(rs) < 3 {
			return w
		}
		i := 1 + r.IntN(len(rs)-2)
		switch r.IntN(3) {
		case 0:
			return string(rs[:i]) + string(rs[i+1:])
		case 1:
			rs[i], rs[i+1] = rs[i+1], rs[i]
			return string(rs)
		}
		return string(rs[:i]) + string(rs[i]) + string(rs[i:])
	})
}

// hardPair is two people who look like one.
func hardPair() (string, person, person) {
	switch r.IntN(10) {
	case 0, 1:
		return twins()
	case 2:
		return fatherAndSon()
	case 3:
		return siblings()
	case 4, 5:
		return oneBlock()
	case 6:
		return cousins()
	case 7:
		return familyPhone()
	case 8:
		return namesakes()
	}
	return oneBirthday()
}

// unsure drops what lists leave out.
func unsure(ps ...*person) {
	for _, p := range ps {
		if chance(22) {
			p.number = ""
		}
		if chance(12) {
			p.birth = p.birth[:4]
		}
		if chance(20) {
			p.phone = ""
		}
	}
}

func split(p person) (family, middle, given string) {
	w := strings.Fields(p.name)
	return w[0], strings.Join(w[1:len(w)-1], " "), w[len(w)-1]
}

func twins() (string, person, person) {
	a := someone()
	a.birth = day(1960 + r.IntN(62))
	b := a
	f, m, g := split(a)
	for {
		_, other, given := named(a.sex)
		if given == g {
			continue
		}
		if chance(30) {
			m2 := other
			b.name = f + " " + m2 + " " + given
		} else {
			b.name = f + " " + m + " " + given
		}
		break
	}
	if chance(15) && a.sex == "female" {
		a.name, b.name = f+" Thị Hương", f+" Thị "+one([]string{"Hường", "Hằng"})
	}
	p := province()
	a.number = number(a.sex, a.birth, p)
	b.number = a.number[:6] + fmt.Sprintf("%06d", serial+1) // their births were entered one after the other
	serial++
	if a.phone != "" && chance(50) {
		b.phone = phone()
	}
	if chance(18) {
		b.number = ""
	}
	if chance(10) {
		a.phone = ""
	}
	return "twins", a, b
}

func fatherAndSon() (string, person, person) {
	a := someone()
	a.sex = "male"
	f, m, g := named("male")
	a.birth = day(1945 + r.IntN(40))
	b := a
	b.birth = day(year(a.birth) + 20 + r.IntN(18))
	given := one(givenM)
	if chance(40) {
		given = noTones(g)
		given = one([]string{"Hùng", "Hưng", "Tuấn", "Tùng", "Sơn", "Sáng"})
		g = one([]string{"Hưng", "Hùng", "Tuân", "Tụng", "Xuân", "Sang"})
	}
	a.name, b.name = f+" "+m+" "+g, f+" "+m+" "+given
	p := province()
	a.number, b.number = number("male", a.birth, p), number("male", b.birth, p)
	if a.phone == "" {
		a.phone = phone()
	}
	b.phone = a.phone
	if chance(30) {
		b.phone = phone()
	}
	unsure(&a, &b)
	return "father_son", a, b
}

func siblings() (string, person, person) {
	a := someone()
	f, m, g := split(a)
	b := a
	a.birth = day(1955 + r.IntN(60))
	b.birth = day(year(a.birth) + 1 + r.IntN(6))
	for b.name == a.name {
		_, _, given := named(a.sex)
		if given != g {
			b.name = f + " " + m + " " + given
		}
	}
	p := province()
	a.number, b.number = number(a.sex, a.birth, p), number(a.sex, b.birth, p)
	if chance(40) {
		b.phone = phone()
	}
	unsure(&a, &b)
	return "siblings", a, b
}

// oneBlock is two of one name and one year behind two doors of one hamlet.
func oneBlock() (string, person, person) {
	a := someone()
	a.birth = day(1950 + r.IntN(55))
	b := a
	b.household = door()
	for b.birth == a.birth {
		b.birth = day(year(a.birth))
	}
	a.number, b.number = number(a.sex, a.birth, province()), number(a.sex, b.birth, province())
	a.phone, b.phone = phone(), phone()
	unsure(&a, &b)
	return "one_block", a, b
}

func cousins() (string, person, person) {
	a := someone()
	f, m, g := split(a)
	b := a
	b.household = door()
	if chance(60) {
		b.hamlet = hamlet()
	}
	a.birth = day(1950 + r.IntN(60))
	b.birth = day(year(a.birth) + r.IntN(5))
	if chance(50) {
		_, _, g = named(a.sex)
	} else {
		_, m, _ = named(a.sex)
	}
	b.name = f + " " + m + " " + g
	a.number, b.number = number(a.sex, a.birth, "001"), number(a.sex, b.birth, "001")
	b.phone = phone()
	unsure(&a, &b)
	return "cousins", a, b
}

// familyPhone is a couple, or a mother and a child, with one phone.
func familyPhone() (string, person, person) {
	a := someone()
	b := someone()
	b.household, b.hamlet = a.household, a.hamlet
	a.phone = phone()
	b.phone = a.phone
	if chance(50) {
		fa, ma, _ := split(a)
		_, _, g := named(a.sex)
		b.sex, b.name = a.sex, fa+" "+ma+" "+g
		if b.number != "" {
			b.number = number(b.sex, b.birth, province())
		}
	}
	if chance(30) {
		b.birth = day(year(a.birth) + r.IntN(2))
		if b.number != "" {
			b.number = number(b.sex, b.birth, province())
		}
	}
	return "family_phone", a, b
}

// namesakes have a common name, a year and nothing else in common.
func namesakes() (string, person, person) {
	a := someone()
	a.sex = "female"
	a.name = "Nguyễn Thị " + one([]string{"Hương", "Hoa", "Lan", "Hà", "Thuỷ", "Nga", "Hằng", "Hồng"})
	if chance(30) {
		a.sex, a.name = "male", "Nguyễn Văn "+one([]string{"Hùng", "Dũng", "Tuấn", "Thắng", "Nam", "Bình"})
	}
	a.birth = day(1965 + r.IntN(30))
	b := a
	b.household = door()
	for b.hamlet == a.hamlet {
		b.hamlet = hamlet()
	}
	for b.birth == a.birth {
		b.birth = day(year(a.birth))
	}
	a.number, b.number = number(a.sex, a.birth, province()), number(a.sex, b.birth, province())
	a.phone, b.phone = phone(), phone()
	unsure(&a, &b)
	return "namesakes", a, b
}

// oneBirthday is one day of birth and one given name.
func oneBirthday() (string, person, person) {
	a := someone()
	_, _, g := split(a)
	b := a
	for b.name == a.name {
		f, m, _ := named(a.sex)
		b.name = f + " " + m + " " + g
	}
	b.household, b.hamlet = door(), hamlet()
	a.number, b.number = number(a.sex, a.birth, province()), number(a.sex, b.birth, province())
	b.phone = phone()
	if chance(25) {
		b.number = ""
	}
	if chance(25) {
		a.phone = ""
	}
	return "one_birthday", a, b
}
