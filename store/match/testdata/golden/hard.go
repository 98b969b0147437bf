package main

import (
	"fmt"
	"strings"
)

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
