package civic

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// A list is what it was last month; what officers corrected since is not undone.
func TestAListFindsAHouseholdWhereItWasBeforeItWasCorrected(t *testing.T) {
	address := func(h *history, home command.ID, now string) {
		h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("address", must[Household](h, TypeHousehold, KeyOf(home)).Address, now)}})
	}
	moved := func(h *history, home command.ID, now string) {
		h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("hamlet", must[Household](h, TypeHousehold, KeyOf(home)).Hamlet, now)}})
	}
	for name, c := range map[string]struct {
		correct func(h *history, home command.ID)
		former  int
	}{
		"the address":         {func(h *history, home command.ID) { address(h, home, "Số 21A, ngõ 68") }, 1},
		"the hamlet":          {func(h *history, home command.ID) { moved(h, home, hamlet2) }, 1},
		"one after the other": {func(h *history, home command.ID) { address(h, home, "Số 21A"); moved(h, home, hamlet2) }, 2},
		"there and back":      {func(h *history, home command.ID) { address(h, home, "Số 21A"); address(h, home, "Số 21, ngõ 68") }, 1},
		"how it is written":   {func(h *history, home command.ID) { address(h, home, "SỐ 21, ngõ 68") }, 0},
		"again and again": {func(h *history, home command.ID) {
			for i := range 2 * mostFormer {
				address(h, home, "Ngõ "+itoa(i))
			}
		}, mostFormer},
		"and then it was merged": {func(h *history, home command.ID) {
			address(h, home, "Số 21A")
			h.accept(KindHouseholdMerge, MergeHousehold{ID: home, Into: h.household(hamlet, "Số 30"), Seen: SeenNow(h.reg, KeyOf(home))})
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			d := h.accept(KindRosterPage, listPage(1, listed()...))
			home := h.person(residentOf(d, 2)).Household
			c.correct(h, home)
			require.Len(t, must[Household](h, TypeHousehold, KeyOf(home)).Former, c.former)
			people, doors := h.everybody(), len(h.reg.records[TypeHousehold])
			again := h.accept(KindRosterPage, listPage(2, listed()[:3]...))
			require.Equal(t, PageResult{Rows: "sss"}, results(t, again))
			require.Equal(t, people, h.everybody(), "nobody is moved, nobody is there twice")
			require.Len(t, h.reg.records[TypeHousehold], doors)
		})
	}
}

func TestAListWithoutHamletsFindsTheHouseholdsThatWereMovedIntoThem(t *testing.T) {
	h := founded(t)
	rows := listed()[:2]
	for i := range rows {
		rows[i].Hamlet = ""
	}
	d := h.accept(KindRosterPage, listPage(1, rows...))
	home := h.person(residentOf(d, 2)).Household
	h.accept(KindHouseholdEdit, EditHousehold{ID: home, Edits: []Edit{change("hamlet", ward, hamlet2)}})
	require.Equal(t, PageResult{Rows: "ss"}, results(t, h.accept(KindRosterPage, listPage(2, rows...))))
	require.Equal(t, hamlet2, h.person(residentOf(d, 3)).Hamlet)
}

func TestWhoLivesSomewhereNowIsFoundThereBeforeWhoMovedAway(t *testing.T) {
	h := founded(t)
	h.accept(KindRosterPage, listPage(1, listed()[:2]...))
	first := h.person(residentOf(h.accept(KindRosterPage, listPage(2, listed()[2])), 4)).Household
	h.accept(KindHouseholdEdit, EditHousehold{ID: first, Edits: []Edit{change("address", "Số 5", "Số 50")}})
	next := h.household(hamlet2, "Số 5")
	d := h.accept(KindRosterPage, listPage(3, RosterRow{Line: 9, Name: "Lý Văn Tám", Birth: "1988", Address: "Số 5", Hamlet: hamlet2}))
	require.Equal(t, next, h.person(residentOf(d, 9)).Household)
}

func TestBelowItsLevelAHouseholdSaysNothingOfWhereItWas(t *testing.T) {
	f := atHome(t)
	f.reg.level = levelHomes - 1
	f.accept(KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("address", "Số 21", "Số 21A")}})
	require.Empty(t, f.door(f.home).Former)
}

// Whatever officers correct of the households of a list, split off and move about,
// by whatever steps: the same list again makes no household and nobody, and moves
// nobody back.
func TestTheSameListAgainMakesNobodyWhateverWasCorrected(t *testing.T) {
	done := map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		c := &corrections{history: founded(rt), draw: rt}
		rows := c.list()
		for range rapid.IntRange(1, 12).Draw(rt, "corrections") {
			done[c.step()]++
		}
		people, doors := c.everybody(), len(c.reg.records[TypeHousehold])
		c.accept(KindRosterPage, listPage(2, rows...))
		require.Equal(rt, people, c.everybody())
		require.Len(rt, c.reg.records[TypeHousehold], doors)
	})
	t.Logf("%v", done)
	for _, what := range []string{"address", "hamlet", "moved", "split", "merged"} {
		require.Positive(t, done[what], what)
	}
}

// corrections are what officers do to three households that a list brought.
type corrections struct {
	*history
	draw   *rapid.T
	people []command.ID
	doors  []command.ID // of the list
	split  []command.ID // made out of those
}

func (c *corrections) list() (rows []RosterRow) {
	for i := range 6 {
		row := RosterRow{Line: 2 + i, Name: "Trần Thị Mẫu", Birth: Birth(itoa(1950 + i)), Sex: Female, Address: "Số " + itoa(i/2)}
		if row.Hamlet = rapid.SampledFrom([]string{"", hamlet, hamlet2}).Draw(c.draw, "listed"); i%2 == 1 {
			row.Hamlet = rows[i-1].Hamlet
		}
		if rapid.Bool().Draw(c.draw, "numbered") {
			row.Number = "00115" + itoa(i) + "00042" + itoa(i)
		}
		rows = append(rows, row)
	}
	d := c.accept(KindRosterPage, listPage(1, rows...))
	for i := range rows {
		c.people = append(c.people, residentOf(d, rows[i].Line))
		if i%2 == 0 {
			c.doors = append(c.doors, c.person(c.people[i]).Household)
		}
	}
	return rows
}

func (c *corrections) step() string {
	n := len(c.reg.outcomes)
	x := rapid.SampledFrom(append(slices.Clone(c.doors), c.split...)).Draw(c.draw, "home")
	was, other := must[Household](c.history, TypeHousehold, KeyOf(x)), rapid.SampledFrom([]string{hamlet, hamlet2}).Draw(c.draw, "hamlet")
	switch rapid.IntRange(0, 5).Draw(c.draw, "what") {
	case 0, 1:
		return c.told("address", KindHouseholdEdit, EditHousehold{ID: x, Edits: []Edit{change("address", was.Address, "Ngõ "+itoa(n))}})
	case 2:
		return c.told("hamlet", KindHouseholdEdit, EditHousehold{ID: x, Edits: []Edit{change("hamlet", was.Hamlet, other)}})
	case 3:
		who := c.person(rapid.SampledFrom(c.people).Draw(c.draw, "who"))
		to := rapid.SampledFrom([]any{x, nil}).Draw(c.draw, "where")
		return c.told("moved", KindResidentEdit, edit(who.ID, "household", who.Household, to))
	case 4:
		home := rapid.SampledFrom(c.doors).Draw(c.draw, "from")
		inside := memberIDs(c.reg, KeyOf(home))
		p := SplitHousehold{ID: id("split", n), From: home, Seen: SeenNow(c.reg, KeyOf(home)), Hamlet: other, Members: inside[:min(1, len(inside))]}
		if p.Address = "Hẻm " + itoa(n); rapid.Bool().Draw(c.draw, "behind the same door") {
			at := must[Household](c.history, TypeHousehold, KeyOf(home))
			p.Address = at.Address
			if at.Hamlet != ward {
				p.Hamlet = at.Hamlet
			}
		}
		what := c.told("split", KindHouseholdSplit, p)
		if what != "refused" {
			c.split = append(c.split, p.ID)
		}
		return what
	}
	into := rapid.SampledFrom(append(slices.Clone(c.doors), c.split...)).Draw(c.draw, "into")
	return c.told("merged", KindHouseholdMerge, MergeHousehold{ID: x, Into: into, Seen: SeenNow(c.reg, KeyOf(x))})
}

func (c *corrections) told(what string, kind command.Kind, body any) string {
	if c.do(kind, body).Status != command.Accepted {
		return "refused"
	}
	return what
}
