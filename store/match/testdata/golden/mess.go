package main

import (
	"fmt"
	"log"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

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
