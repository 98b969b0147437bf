//go:build soak && linux

package lookup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// fill is a command of these tests only: it puts invented households and the
// people in them straight into the register, as many as a command may.
type fill struct {
	From int `json:"from"` // number of the first household
	N    int `json:"n"`
}

const (
	wards, hamlets = 25, 12
	atOneDoor      = 4
)

func (f fill) Decide(_ command.View, e command.Envelope) command.Decision {
	var changes []command.Change
	put := func(t command.RecordType, id command.ID, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		changes = append(changes, command.Change{Type: t, Key: civic.KeyOf(id), Op: command.Put, Value: raw})
	}
	for n := f.From; n < f.From+f.N; n++ {
		dice := rand.New(rand.NewPCG(7, uint64(n)))
		h := civic.Household{ID: command.DerivedID("home", fmt.Sprint(n)), Hamlet: fmt.Sprintf("w%02d-%02d", n%wards, n/wards%hamlets), Address: fmt.Sprintf("Số %d, ngõ 68", n), Rev: e.ID}
		if n%3 != 0 {
			h.Visits, h.Last, h.LastAt = 1+n%4, "nobody_home", 1785978000000
		}
		if n%15_000 == 7 {
			h.Last = "abroad"
		}
		put(civic.TypeHousehold, h.ID, h)
		for m := range atOneDoor {
			born := 1930 + dice.IntN(96)
			r := civic.Resident{ID: command.DerivedID("person", fmt.Sprint(n), fmt.Sprint(m)), Household: h.ID, Hamlet: h.Hamlet, Name: someName(dice), Eligible: born < 2012, Rev: e.ID,
				Birth: civic.Birth(fmt.Sprint(born)), Sex: []string{civic.Male, civic.Female}[dice.IntN(2)], Number: fmt.Sprintf("0011%08d", n*atOneDoor+m)}
			if dice.IntN(1000) == 0 {
				r.Number = ""
			}
			if dice.IntN(1000) == 0 {
				r.Household = command.ID{}
			}
			put(civic.TypeResident, r.ID, r)
		}
	}
	return command.Accept(changes...)
}

func someName(dice *rand.Rand) string {
	pick := func(list ...string) string { return list[dice.IntN(len(list))] }
	family := pick("Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
	middle := pick("Văn", "Thị", "Đức", "Minh", "Thu", "Quang", "Ngọc", "Hữu", "Thanh", "Xuân")
	given := pick("An", "Ánh", "Bình", "Chi", "Cường", "Dung", "Đạt", "Giang", "Hà", "Hải", "Hạnh", "Hoa", "Hùng", "Hương", "Khánh", "Lan", "Linh", "Long", "Mai", "Nam",
		"Nga", "Oanh", "Phúc", "Quân", "Sơn", "Tâm", "Thảo", "Tuấn", "Uyên", "Vân", "Yến")
	return family + " " + middle + " " + pick("", "", "Bảo", "Gia", "Kim") + " " + given
}

type noPolicy struct{}

func (noPolicy) Admit(command.View, command.Spec, command.Envelope) *command.Error { return nil }
func (noPolicy) Settle(_ command.View, _ command.Spec, _ command.Envelope, d command.Decision) command.Decision {
	return d
}

// full is a register of so many people of one cluster.
func full(t *testing.T, people int) (Source, []string) {
	table := command.NewTable(noPolicy{}, []command.Spec{command.Of[fill](200, "fill")}, civic.Table().Records())
	reg, err := store.Open(store.Config{Dir: t.TempDir(), Key: bytes.Repeat([]byte{1}, 32), Table: table})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, reg.Close()) })
	const each = 100
	index := uint64(0)
	for from := 0; from < people/atOneDoor; from += each {
		raw, err := json.Marshal(fill{from, min(each, people/atOneDoor-from)})
		require.NoError(t, err)
		e := command.Envelope{V: command.FormatVersion, ID: command.DerivedID("fill", fmt.Sprint(from)), Kind: 200, CapturedAt: 1785978000000, Body: raw}
		data, err := command.Entry{V: command.FormatVersion, At: 1785978000000, Commands: []command.Envelope{e}}.Encode()
		require.NoError(t, err)
		index++
		_, err = reg.Apply([]store.Entry{{Index: index, Term: 1, Data: data}})
		require.NoError(t, err)
	}
	require.NoError(t, reg.Tidy()) // as Badger leaves it in the end
	r := reg.Read()
	t.Cleanup(r.Close)
	var units []string
	for w := range wards {
		for h := range hamlets {
			units = append(units, fmt.Sprintf("w%02d-%02d", w, h))
		}
	}
	n := 0
	for range r.Scan(civic.ResidentByName, "") {
		n++
	}
	require.Equal(t, people, n)
	return r, units
}

// spent is what this thread has used of the processor while it did something, the
// middle of several times.
func spent(t *testing.T, do func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	now := func() time.Duration {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(1, &u)) // RUSAGE_THREAD
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	var all []time.Duration
	for range 15 {
		before := now()
		do()
		all = append(all, now()-before)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// aFrame is what a screen takes to show anything.
const aFrame = 16 * time.Millisecond

// A page costs what it shows: the first, the 5,000th of 6,000, one of a filter, of
// a sparse one, and one of nobody. Bounds are CPU time.
func TestSoakThreeHundredThousandPeopleFeelLikeThreeHundred(t *testing.T) {
	small, units := full(t, 300)
	large, _ := full(t, 300_000)
	page := func(src Source, f Filter) time.Duration {
		f.Units, f.Limit = units, 50
		return spent(t, func() {
			_, err := List(src, f)
			require.NoError(t, err)
		})
	}
	var keys []command.Key
	for s := range (Filter{Units: units}).way(large).walk(large, 300_000) {
		keys = append(keys, s.key)
	}
	require.Len(t, keys, 300_000)
	at5000 := string(keys[5_000*50-1])
	hoa := civic.SortKey("h")[:1]
	first300, first := page(small, Filter{}), page(large, Filter{})
	for _, c := range []struct {
		name string
		f    Filter
		most time.Duration
	}{
		{"page 5,000", Filter{After: at5000}, 2 * first},
		{"the page before it", Filter{Before: at5000}, 2 * first},
		{"from the letter H", Filter{From: hoa}, 2 * first},
		{"women born 1950 to 1960", Filter{Traits: Traits{Sex: civic.Female, BornFrom: 1950, BornTo: 1960}}, 100 * time.Millisecond},
		{"without a number, one in a thousand", Filter{Traits: Traits{Number: No}}, 100 * time.Millisecond},
		{"without a number, not reached", Filter{Traits: Traits{Number: No}, Buckets: []civic.Bucket{civic.NotReached}}, 100 * time.Millisecond},
		{"nowhere, one in a thousand", Filter{Traits: Traits{Household: No}}, 100 * time.Millisecond},
		{"under 14", Filter{Traits: Traits{Eligible: No}}, 2 * first},
		{"nobody at all", Filter{Traits: Traits{BornFrom: 2100}}, 100 * time.Millisecond},
		{"visited three times", Filter{Visits: Visited{AtLeast: 3}}, 100 * time.Millisecond},
		{"gone abroad, one in four thousand", Filter{Visits: Visited{Outcome: "abroad"}}, 100 * time.Millisecond},
		{"of one bucket", Filter{Buckets: []civic.Bucket{civic.NotReached}}, 2 * first},
	} {
		took := page(large, c.f)
		c.f.Units, c.f.Limit = units, 50
		p, err := List(large, c.f)
		require.NoError(t, err)
		count := spent(t, func() { Count(large, c.f, 1_000) })
		t.Logf("%-40s %8v, %d people, short %v; counted in %v", c.name, took.Round(10*time.Microsecond), len(p.People), p.Short, count.Round(10*time.Microsecond))
		require.LessOrEqual(t, took, c.most, c.name)
		require.LessOrEqual(t, count, 100*time.Millisecond, c.name)
	}
	t.Logf("the first page: %v of 300 people, %v of 300,000", first300, first)
	require.LessOrEqual(t, first, first300+aFrame) // nobody feels less: ../DESIGN.md, 112
}
