// Command golden writes ../golden.csv: what a clerk types for somebody of an
// invented town, by kind of typing. It knows nothing of the index: who is meant
// comes from the town, and when a text would also do for more people than a page
// shows, the clerk adds what she would ask at the counter, by her own reading.
//
// The file is written once and kept: run it again only to show that it is the
// same (go run ./store/search/testdata/golden | diff - store/search/testdata/golden.csv).
package main

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"

	"gocua/store/roster/sample"
)

const (
	seed      = 5
	residents = 50_000
	each      = 55 // texts of a kind
	page      = 20 // hits on the first page
)

func main() {
	c := &clerk{rng: rand.New(rand.NewPCG(seed, 300_000))}
	units := []sample.Unit{sample.Ward("00163", "Dịch Vọng Hậu", 40), sample.Ward("00169", "Quỳnh Lôi", 40), sample.HighlandCommune("03181", "Mường Ảng", 16)}
	for p := range sample.Make(sample.Config{Seed: seed, Residents: residents, Units: units}) {
		c.people = append(c.people, somebody(p))
	}
	out := csv.NewWriter(os.Stdout)
	_ = out.Write([]string{"kind", "text", "person", "name"})
	for _, k := range kinds {
		for made, tried := 0, 0; made < each; tried++ {
			if tried > 100*each {
				panic("nothing to type for " + k.name)
			}
			n := c.rng.IntN(len(c.people))
			if text, ok := c.typeFor(k, &c.people[n]); ok {
				_ = out.Write([]string{k.name, text, fmt.Sprint(n), c.people[n].Name})
				made++
			}
		}
	}
	out.Flush()
	if out.Error() != nil {
		panic(out.Error())
	}
}

// clerk types.
type clerk struct {
	rng    *rand.Rand
	people []person
}

// typed is a text and who would do for it.
type typed struct {
	text string
	does func(*person) bool
}

// typeFor types for p, and more until at most a page of people would do.
func (c *clerk) typeFor(k kind, p *person) (string, bool) {
	t, ok := k.types(c, p)
	if !ok {
		return "", false
	}
	for _, more := range []func(*clerk, *person) (typed, bool){yearOf, lastFour, dayOf} {
		if c.fewDo(t) {
			return strings.TrimSpace(t.text), true
		}
		if add, ok := more(c, p); ok && !strings.Contains(t.text, add.text) {
			does := t.does
			t = typed{t.text + " " + add.text, func(q *person) bool { return does(q) && add.does(q) }}
		}
	}
	return strings.TrimSpace(t.text), c.fewDo(t)
}

func (c *clerk) fewDo(t typed) bool {
	n := 0
	for i := range c.people {
		if t.does(&c.people[i]) {
			if n++; n > page {
				return false
			}
		}
	}
	return true
}

func yearOf(_ *clerk, p *person) (typed, bool) {
	if p.year == "" {
		return typed{}, false
	}
	return typed{p.year, func(q *person) bool { return q.year == p.year || q.ends(p.year) }}, true
}

func lastFour(_ *clerk, p *person) (typed, bool) {
	if p.Number == "" {
		return typed{}, false
	}
	four := p.Number[8:]
	return typed{four, func(q *person) bool { return q.ends(four) || q.year == four }}, true
}

func dayOf(_ *clerk, p *person) (typed, bool) {
	if len(p.Birth) != 10 {
		return typed{}, false
	}
	day := string(p.Birth[8:] + "/" + p.Birth[5:7] + "/" + p.Birth[:4])
	return typed{day, func(q *person) bool { return q.Birth == p.Birth }}, true
}
