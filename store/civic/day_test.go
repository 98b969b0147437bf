package civic

import (
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// at moves the agreed time to the evening of a day.
func (h *history) at(date string) { h.reg.now = ms(date + "T13:00:00Z") }

// open opens one page and returns how many residents it changed.
func (h *history) open(date string, page int) int {
	d := h.accept(KindDayOpen, OpenDay{Date: date, Page: page})
	return len(d.Changes) - 1
}

func TestDaysAreOpenedInOrderAndNoneBeforeItHasCome(t *testing.T) {
	h := founded(t)
	closed := func(code, date string, page int) {
		h.refuse(command.Rejected, code, "", KindDayOpen, OpenDay{Date: date, Page: page})
	}
	require.Equal(t, Day{}, LoadDay(h.reg))
	closed("day_ahead", "2026-08-10", 0)
	closed("day_order", "2026-08-02", 1)
	h.accept(KindDayOpen, OpenDay{Date: "2026-08-02"}) // the first one: any
	require.Equal(t, Day{Date: "2026-08-02", Pages: 1, Done: true, At: ms(tonight)}, LoadDay(h.reg))
	closed("day_order", "2026-08-02", 0)
	closed("day_order", "2026-08-02", 1)
	closed("day_order", "2026-08-01", 0)
	closed("day_order", "2026-08-04", 0)
	closed("day_order", "2026-08-03", 1)
	h.accept(KindDayOpen, OpenDay{Date: "2026-08-03"})
	h.refuse(command.Rejected, "bad_day", "/date", KindDayOpen, OpenDay{Date: "2026-02-30"})
	h.refuse(command.Rejected, "machine_only", "", KindDayOpen, OpenDay{Date: "2026-08-04"}, as(RoleAdmin))
}

func TestACalendarThatSleptForAWeekOpensEachDay(t *testing.T) {
	h := founded(t)
	h.at("2026-02-25")
	h.accept(KindDayOpen, OpenDay{Date: "2026-02-25"})
	h.at("2026-03-02")
	var opened []string
	for {
		next, ok := LoadDay(h.reg).Next(DayOf(h.reg.Now()))
		if !ok {
			break
		}
		h.accept(KindDayOpen, next)
		opened = append(opened, next.Date)
	}
	require.Equal(t, []string{"2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02"}, opened)
}

func TestADayTurnsAtMidnightInVietnam(t *testing.T) {
	h := founded(t)
	h.reg.now = ms("2026-08-09T16:59:59.999Z")
	h.refuse(command.Rejected, "day_ahead", "", KindDayOpen, OpenDay{Date: "2026-08-10"})
	h.reg.now++
	h.accept(KindDayOpen, OpenDay{Date: "2026-08-10"})
}

func TestWhoComesOfAgeCountsFromThatDayOn(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.at("2025-12-30")
	for name, c := range map[string]struct{ birth, first string }{
		"on the day":       {"2012-02-10", "2026-02-10"},
		"by the year":      {"2012", "2026-01-01"},
		"born on a 29th":   {"2012-02-29", "2026-03-01"},
		"not in this year": {"2013-02-10", ""},
		"long ago":         {"1955", "2025-12-30"},
	} {
		who := h.resident(home, "Lê Văn Sĩ", c.birth)
		from := ""
		h := &history{t: t, reg: copied(h.reg), table: h.table, asked: 5000}
		if h.person(who).Eligible {
			from = "2025-12-30"
		}
		for date := "2025-12-30"; date <= "2026-03-05"; date = dayAfter(date) {
			h.at(date)
			h.open(date, 0)
			if from == "" && h.person(who).Eligible {
				from = date
			}
		}
		require.Equal(t, c.first, from, name)
	}
}

// copied is another register with the same content.
func copied(r *register) *register {
	c := newRegister(r.now)
	for t, keys := range r.records {
		for key, value := range keys {
			if err := c.apply([]command.Change{{Type: t, Key: key, Op: command.Put, Value: value}}); err != nil {
				panic(err)
			}
		}
	}
	c.outcomes, c.level = maps.Clone(r.outcomes), r.level
	return c
}

func TestComingOfAgeMovesTheFigures(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	who := h.resident(home, "Lê Văn Sĩ", "2012-08-10")
	h.accept(KindAppSubmit, SubmitApplication{ID: id("application", 1), Resident: who, Level: 1, Phone: "0912404318"})
	figures := func() []int64 {
		return []int64{h.reg.tallies[CountEligible][hamlet], h.reg.tallies[CountBucket][term(hamlet, "excluded")],
			h.reg.tallies[CountBucket][term(hamlet, "l1_submitted")], h.reg.tallies[CountCaptured][term(hamlet, today)]}
	}
	h.open(today, 0)
	require.Equal(t, []int64{0, 1, 0, 0}, figures())
	h.at("2026-08-10")
	require.Equal(t, 1, h.open("2026-08-10", 0))
	require.Equal(t, []int64{1, 0, 1, 1}, figures())
	require.Equal(t, id("command", int(h.asked)), h.person(who).Rev)
	h.at("2026-08-11")
	require.Zero(t, h.open("2026-08-11", 0), "once")
}

func TestADayWithManyBirthdaysTakesPages(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	for range 450 {
		h.resident(home, "Lê Văn Sĩ", "2012-08-10")
	}
	h.open(today, 0)
	h.at("2026-08-11")
	require.Equal(t, 200, h.open("2026-08-10", 0))
	require.Equal(t, Day{Date: "2026-08-10", Pages: 1, At: h.reg.now}, LoadDay(h.reg))
	for _, wrong := range []OpenDay{{"2026-08-10", 0}, {"2026-08-10", 2}, {"2026-08-11", 0}} {
		h.refuse(command.Rejected, "day_order", "", KindDayOpen, wrong)
	}
	require.Equal(t, 200, h.open("2026-08-10", 1))
	require.Equal(t, 50, h.open("2026-08-10", 2))
	require.Equal(t, Day{Date: "2026-08-10", Pages: 3, Done: true, At: h.reg.now}, LoadDay(h.reg))
	require.EqualValues(t, 450, h.reg.sum(CountEligible))
	require.Zero(t, h.open("2026-08-11", 0))
}

func TestAPageOfLargeRecordsStaysWithinItsBound(t *testing.T) {
	h := founded(t)
	large := Resident{Hamlet: hamlet, Name: "Lê Văn Sĩ", Birth: "2012-08-10", Relation: string(make([]byte, 10_000))}
	for i := range 60 { // a list may say a lot
		large.ID = id("large", i)
		require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(large.ID), large)}))
	}
	h.at("2026-08-10")
	opened := 0
	for page := 0; !LoadDay(h.reg).Done; page++ {
		n := h.open("2026-08-10", page)
		require.Positive(t, n)
		opened += n
	}
	require.Equal(t, 60, opened)
}

func TestTheProvinceLeavesPeopleToTheirClusters(t *testing.T) {
	h := begun(t)
	h.accept(KindFound, FoundCluster{Identity: Identity{Code: province, Tier: TierProvince, Generation: 1}, Node: PutNode{ID: office, Unit: province, Key: publicKey(office)},
		Units: []PutUnit{{Code: province, Name: "Thành phố Hà Nội", Kind: UnitProvince}}})
	child := Resident{ID: id("r", 1), Hamlet: hamlet, Name: "Lê Văn Sĩ", Birth: "2012-08-01"}
	require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(child.ID)+"@01CG", child)}))
	require.Zero(t, h.open(today, 0))
	require.True(t, LoadDay(h.reg).Done)
}

func TestTurnsIsTheFirstDayOfAnAge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Birth(time.Unix(0, 0).AddDate(0, 0, rapid.IntRange(-20_000, 20_000).Draw(t, "day")).UTC().Format(time.DateOnly))
		if rapid.Bool().Draw(t, "year only") {
			b = b[:4]
		}
		age := rapid.IntRange(0, 90).Draw(t, "age")
		date := time.Unix(0, 0).AddDate(0, 0, rapid.IntRange(-20_000, 50_000).Draw(t, "today")).UTC().Format(time.DateOnly)
		if got := b.Turns(age) <= date; got != (b.AgeOn(date) >= age) {
			t.Fatalf("%s turns %d on %s; on %s the age is %d", b, age, b.Turns(age), date, b.AgeOn(date))
		}
	})
	require.Empty(t, Birth("").Turns(14))
}
