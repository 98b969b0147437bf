package sample

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"gocua/store/civic"
	"gocua/store/roster"
)

// Config says what to make. The same Config makes the same people, for ever.
type Config struct {
	Seed      uint64
	Residents int    // in all units together; personal numbers are unique up to 1,000,000
	Units     []Unit // people are dealt out evenly
	Year      int    // of the list; nobody is born later. 0 is 2024
}

// Unit is a ward (phường, xã) with its hamlets.
type Unit struct {
	Code, Name string
	Hamlets    []Hamlet
	Highland   bool // Thái and Mông names, villages instead of lanes
}

// Hamlet is a tổ dân phố, thôn or bản.
type Hamlet struct{ Code, Name string }

// Ward is a town ward with hamlets "Tổ 1" to "Tổ n", coded CODE-01 to CODE-n.
func Ward(code, name string, hamlets int) Unit {
	u := Unit{Code: code, Name: name}
	for i := range hamlets {
		u.Hamlets = append(u.Hamlets, Hamlet{fmt.Sprintf("%s-%02d", code, i+1), fmt.Sprintf("Tổ %d", i+1)})
	}
	return u
}

// HighlandCommune is a commune with up to 16 villages (bản).
func HighlandCommune(code, name string, villages int) Unit {
	u := Unit{Code: code, Name: name, Highland: true}
	for i, v := range villageNames[:min(villages, len(villageNames))] {
		u.Hamlets = append(u.Hamlets, Hamlet{fmt.Sprintf("%s-%02d", code, i+1), "Bản " + v})
	}
	return u
}

// Names is the table of hamlets a reader of the unit's list is given.
func (u Unit) Names() map[string]string {
	names := map[string]string{}
	for _, h := range u.Hamlets {
		names[civic.Fold(h.Name)] = h.Code
	}
	return names
}

// Person is one resident: the row a perfect list would hold, and where.
type Person struct {
	Unit       string
	HamletName string
	roster.Row // Line is 0
}

// Make deals out the people, household by household, unit by unit.
func Make(c Config) iter.Seq[Person] {
	if c.Year == 0 {
		c.Year = 2024
	}
	return func(yield func(Person) bool) {
		m := &maker{rng: rand.New(rand.NewPCG(c.Seed, 0x676f637561)), year: c.Year, offset: int(c.Seed % 1_000_000)}
		made := 0
		for i, u := range c.Units {
			quota := c.Residents * (i + 1) / len(c.Units)
			for house := 1; made < quota; house++ {
				for _, p := range m.household(u, house, quota-made) {
					if !yield(p) {
						return
					}
					made++
				}
			}
		}
	}
}

type maker struct {
	rng    *rand.Rand
	year   int
	offset int
	serial int // people made so far
}

// household makes one family of at most limit people: a head, mostly a spouse,
// children, and sometimes a parent of the head.
func (m *maker) household(u Unit, n, limit int) []Person {
	hamlet := u.Hamlets[m.rng.IntN(len(u.Hamlets))]
	home := Person{Unit: u.Code, HamletName: hamlet.Name, Row: roster.Row{
		Hamlet: hamlet.Code, Address: m.address(u, hamlet), HouseholdRef: fmt.Sprintf("%04d", n), Ethnic: "Kinh"}}
	if u.Highland {
		home.Ethnic = pick(m.rng, []weighted{{"Thái", 65}, {"Mông", 30}, {"Kinh", 5}})
	}
	headSex := one(m.rng, 70, civic.Male, civic.Female)
	headAge := 26 + m.rng.IntN(50)
	surname, other := m.surname(home.Ethnic), m.surname(home.Ethnic)
	family := []Person{m.person(home, roster.Head, surname, headSex, headAge)}
	size := []int{1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6}[m.rng.IntN(13)]
	for i := 1; i < min(size, limit); i++ {
		switch {
		case i == 1 && headSex == civic.Male:
			family = append(family, m.person(home, "Vợ", other, civic.Female, max(20, headAge-m.rng.IntN(7))))
		case i == 1:
			family = append(family, m.person(home, "Chồng", other, civic.Male, headAge+m.rng.IntN(7)))
		case i == size-1 && size >= 5 && headAge < 60:
			family = append(family, m.person(home, "Mẹ", other, civic.Female, headAge+20+m.rng.IntN(12)))
		default:
			child := surname
			if headSex == civic.Female {
				child = other
			}
			family = append(family, m.person(home, "Con", child, one(m.rng, 51, civic.Male, civic.Female), m.rng.IntN(headAge-19)))
		}
	}
	return family
}

func (m *maker) person(home Person, relation, surname, sex string, age int) Person {
	p := home
	p.Relation, p.Sex = relation, sex
	p.Name = m.name(home.Ethnic, surname, sex)
	p.Birth = m.birth(age)
	m.serial++
	if m.rng.IntN(100) < 97 {
		p.Number = m.number(p, home.Ethnic)
	}
	if age >= 12 && m.rng.IntN(100) < 82 {
		p.Phone = "+84" + mobile[m.rng.IntN(len(mobile))] + fmt.Sprintf("%07d", m.rng.IntN(10_000_000))
	}
	return p
}

// birth is a day, or only the year for some of the old.
func (m *maker) birth(age int) civic.Birth {
	year := m.year - age
	if age > 65 && m.rng.IntN(100) < 25 {
		return civic.Birth(fmt.Sprintf("%d", year))
	}
	return civic.Birth(fmt.Sprintf("%d-%02d-%02d", year, 1+m.rng.IntN(12), 1+m.rng.IntN(28)))
}

// number is a personal number that fits the person. Its last six digits run
// through all values in an order that looks random, so that no two are equal.
func (m *maker) number(p Person, ethnic string) string {
	const stride = 611_953 // shares no factor with 1,000,000
	province := pick(m.rng, birthProvinces)
	if ethnic == "Thái" || ethnic == "Mông" {
		province = "011"
	}
	century := (p.Birth.Year()/100 - 19) * 2
	if p.Sex == civic.Female {
		century++
	}
	return fmt.Sprintf("%s%d%02d%06d", province, century, p.Birth.Year()%100, (m.offset+m.serial*stride)%1_000_000)
}

func (m *maker) surname(ethnic string) string {
	switch ethnic {
	case "Thái":
		return pick(m.rng, thaiSurnames)
	case "Mông":
		return pick(m.rng, mongSurnames)
	}
	return pick(m.rng, surnames)
}

func (m *maker) name(ethnic, surname, sex string) string {
	middle, given := pick(m.rng, maleMiddles), maleNames[m.rng.IntN(len(maleNames))]
	switch {
	case ethnic == "Mông":
		middle, given = one(m.rng, 50, "A", "Thị"), mongNames[m.rng.IntN(len(mongNames))]
		if sex == civic.Female {
			middle = "Thị"
		}
	case sex == civic.Female:
		middle, given = pick(m.rng, femaleMiddles), femaleNames[m.rng.IntN(len(femaleNames))]
	}
	return surname + " " + middle + " " + given
}

func (m *maker) address(u Unit, h Hamlet) string {
	house := 1 + m.rng.IntN(120)
	switch {
	case u.Highland:
		return fmt.Sprintf("Nhà %d, %s", house, h.Name)
	case m.rng.IntN(100) < 25:
		return fmt.Sprintf("P%d%02d, chung cư %s", 2+m.rng.IntN(24), 1+m.rng.IntN(12), towers[m.rng.IntN(len(towers))])
	case m.rng.IntN(100) < 30:
		return fmt.Sprintf("Số %d, ngách %d/%d %s", house, 10+m.rng.IntN(200), 1+m.rng.IntN(60), streets[m.rng.IntN(len(streets))])
	}
	return fmt.Sprintf("Số %d, ngõ %d %s", house, 10+m.rng.IntN(200), streets[m.rng.IntN(len(streets))])
}

// one is a with a chance of percent in a hundred, else b.
func one(rng *rand.Rand, percent int, a, b string) string {
	if rng.IntN(100) < percent {
		return a
	}
	return b
}
