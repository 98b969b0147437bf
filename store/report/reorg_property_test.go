package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// reform is a cluster whose wards are merged, split, renamed and given back while
// people go from door to door, some of them on machines that are cut off.
type reform struct {
	*world
	draw     *rapid.T
	wards    []string // codes at the beginning
	hamlets  []string
	officers []civic.Officer
	leader   command.ID
	homes    map[string][]command.ID // by hamlet
	held     []holding               // captured, and not come through yet
	plans    []command.ID
	atlas    atlas
	backs    map[command.ID]func()
	about    map[command.ID][]string          // wards
	aimed    map[string]bool                  // hamlets with a target: what becomes of it when they are given away is for a person
	listed   map[string]int64                 // residents, by hamlet or ward
	saw      map[command.ID][]map[string]bool // who saw what before a plan
	split    bool                             // a plan gave hamlets away, or was taken back: some of what is held is for a person to decide
	n        int

	residents, visits                      int64 // that were accepted
	late, kept, pages, more, undone, goers int
}

// holding is a capture on a machine that is cut off.
type holding struct {
	e    command.Envelope
	adds func()
}

func TestNothingIsLostOrSeenByOthersWhenWardsAreReorganised(t *testing.T) {
	var late, kept, pages, more, undone, goers, plans int
	rapid.Check(t, func(rt *rapid.T) {
		r := newReform(rt)
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			r.step()
		}
		for len(r.held) > 0 {
			r.release()
		}
		for r.page() {
		}
		r.figures(r.today(), "2026-08-09")
		late, kept, pages, more, undone, goers, plans = late+r.late, kept+r.kept, pages+r.pages, more+r.more, undone+r.undone, goers+r.goers, plans+len(r.plans)
	})
	t.Logf("%d plans, %d pages, %d of them not the first, %d taken back, %d captures came after a change, %d of all for a person, %d officers went along", plans, pages, more, undone, late, kept, goers)
	require.Greater(t, plans, 50)
	require.Greater(t, undone, 5)
	require.Greater(t, late, 50)
	require.Positive(t, kept)
	require.Positive(t, more)
	require.Positive(t, goers)
}

func newReform(t *rapid.T) *reform {
	r := &reform{draw: t, homes: map[string][]command.ID{}, backs: map[command.ID]func(){}, about: map[command.ID][]string{}, saw: map[command.ID][]map[string]bool{}, listed: map[string]int64{}, aimed: map[string]bool{}}
	owner := map[string]string{}
	units := []civic.PutUnit{{Code: "01CG", Name: "Cụm", Kind: civic.UnitCluster}}
	for w := range rapid.IntRange(2, 5).Draw(t, "wards") {
		ward := fmt.Sprintf("001%02d", w)
		r.wards = append(r.wards, ward)
		units = append(units, civic.PutUnit{Code: ward, Name: "Phường " + ward, Kind: civic.UnitWard, Parent: "01CG"})
		many := rapid.IntRange(1, 4).Draw(t, "hamlets")
		if w == 0 && rapid.IntRange(0, 4).Draw(t, "wide") == 3 {
			many = 120 // of more than a page
		}
		for h := range many {
			code := fmt.Sprintf("%s-%03d", ward, h)
			r.hamlets, owner[code] = append(r.hamlets, code), ward
			units = append(units, civic.PutUnit{Code: code, Name: fmt.Sprintf("Tổ %d", h), Kind: civic.UnitHamlet, Parent: ward})
		}
	}
	r.world = newWorld(t, units)
	r.leader = r.id()
	r.accept(r.ask(civic.KindOfficerPut, "01CG", command.ID{}, civic.PutOfficer{ID: r.leader, User: "leader", Name: "Lê Trang", Role: civic.RoleLeader, Unit: "01CG"}))
	for i, ward := range r.wards {
		o := civic.Officer{ID: r.id(), Unit: ward}
		r.officers = append(r.officers, o)
		r.accept(r.ask(civic.KindOfficerPut, "01CG", command.ID{}, civic.PutOfficer{ID: o.ID, User: fmt.Sprintf("officer%d", i), Name: "Vũ Long", Role: civic.RoleOfficer, Unit: ward}))
		r.aims(ward, int64(100+i))
	}
	r.atlas = newAtlas(owner, r.officers)
	return r
}

// aims sets targets for a ward, for one of its hamlets, or for both.
func (r *reform) aims(ward string, value int64) {
	set := func(unit string, value int64) {
		r.accept(r.ask(civic.KindTargetSet, "01CG", r.leader, civic.SetTarget{Unit: unit, Indicator: civic.IndicatorCaptured, Period: "2026", Value: value}))
	}
	which := rapid.IntRange(0, 2).Draw(r.draw, "aims")
	if which != 1 {
		set(ward, value)
	}
	if which != 0 {
		set(ward+"-000", 7)
		r.aimed[ward+"-000"] = true
	}
}

func (r *reform) id() command.ID {
	r.n++
	return command.DerivedID("reform", fmt.Sprint(r.n))
}

func (r *reform) one(what string, codes []string) string {
	return rapid.SampledFrom(codes).Draw(r.draw, what)
}

func (r *reform) step() {
	switch rapid.IntRange(0, 11).Draw(r.draw, "step") {
	case 0:
		r.plan()
	case 1:
		if r.page() {
			r.figures(r.today())
		}
	case 2:
		r.undo()
	case 3:
		r.now += 24 * 60 * 60 * 1000
	case 4, 5:
		r.release()
	default:
		r.capture()
	}
}

// capture has an officer write something down under the unit their machine knows of.
func (r *reform) capture() {
	o := rapid.SampledFrom(r.officers).Draw(r.draw, "officer")
	now, _ := civic.Load[civic.Officer](r, civic.TypeOfficer, civic.KeyOf(o.ID))
	unit := civic.Standing(r, now.Unit)
	var theirs []string
	for _, h := range r.hamlets {
		if civic.Covers(r, unit, h) {
			theirs = append(theirs, h)
		}
	}
	if len(theirs) == 0 { // all was given away
		return
	}
	hamlet := r.one("hamlet", theirs)
	k := holding{adds: func() {}}
	homes := r.homes[hamlet]
	switch kind := rapid.IntRange(0, 3).Draw(r.draw, "kind"); {
	case kind == 0 || len(homes) == 0:
		home := civic.PutHousehold{ID: r.id(), Hamlet: hamlet, Address: fmt.Sprint("Số ", r.n)}
		k.e = r.ask(civic.KindHouseholdPut, unit, o.ID, home)
		k.adds = func() { r.homes[hamlet] = append(r.homes[hamlet], home.ID) }
	case kind == 1:
		k.e = r.ask(civic.KindVisitRecord, unit, o.ID, map[string]any{"id": r.id(), "household": homes[0], "at": time.UnixMilli(r.now).UTC().Format("2006-01-02T15:04:05.000Z"), "mode": "door", "outcome": "nobody_home"})
		k.adds = func() { r.visits++ }
	case kind == 2: // in the ward itself
		k.e = r.ask(civic.KindResidentPut, unit, o.ID, civic.PutResident{ID: r.id(), Name: "Trần Mẫu", Birth: "1955", Sex: civic.Female})
		k.adds = func() { r.residents++; r.listed[unit]++ }
	default:
		p := civic.PutResident{ID: r.id(), Household: homes[0], Name: "Trần Mẫu", Birth: "1955", Sex: civic.Female}
		k.e = r.ask(civic.KindResidentPut, unit, o.ID, p)
		k.adds = func() { r.residents++; r.listed[hamlet]++ }
	}
	if rapid.IntRange(0, 2).Draw(r.draw, "cut") == 0 {
		r.held = append(r.held, k)
		return
	}
	require.Equal(r.t, command.Accepted, r.come(k).Status)
}

// come brings a capture to the register, twice: it is counted once, or kept whole.
func (r *reform) come(k holding) command.Decision {
	d := r.take(k.e)
	require.Equal(r.t, d.Status, r.take(k.e).Status)
	if d.Status == command.Accepted {
		k.adds()
		return d
	}
	r.kept++
	review, ok := civic.Load[civic.Review](r, civic.TypeReview, civic.KeyOf(k.e.ID))
	require.True(r.t, ok, "a capture was dropped: %v", d.Err)
	require.JSONEq(r.t, string(k.e.Body), string(review.Body))
	require.True(r.t, civic.Covers(r, "01CG", review.Unit), "nobody finds it")
	return d
}

func (r *reform) release() {
	if len(r.held) == 0 {
		return
	}
	k := r.held[0]
	r.held = r.held[1:]
	d := r.come(k)
	if r.pages > 0 {
		r.late++
	}
	if !r.split {
		require.Equal(r.t, command.Accepted, d.Status, "of a ward that was merged or renamed everything goes in: %v", d.Err)
	}
}

// plan draws a plan and has it agreed, for today or for tomorrow.
func (r *reform) plan() {
	p := civic.PlanUnits{ID: r.id(), Do: civic.PlanDoDraft, Parent: "01CG", Name: fmt.Sprint("Phường Mới ", r.n), From: r.today()}
	p.Into = r.one("into", append(r.wards, fmt.Sprintf("009%02d", r.n%100)))
	for _, w := range r.wards {
		if w != p.Into && rapid.IntRange(0, 2).Draw(r.draw, "whole") == 0 {
			p.Wards = append(p.Wards, w)
		}
	}
	if rapid.Bool().Draw(r.draw, "parts") {
		p.Hamlets = []string{r.one("part", r.hamlets)}
		if w := civic.WardOf(r, p.Hamlets[0]).Code; w == p.Into || r.aimed[p.Hamlets[0]] || slices.Contains(p.Wards, w) {
			p.Hamlets = nil
		} else if rapid.IntRange(0, 3).Draw(r.draw, "along") > 0 {
			p.Officers = r.along(p.Hamlets[0])
		}
	}
	d := r.take(r.ask(civic.KindUnitPlan, "01CG", r.leader, p))
	if d.Status != command.Accepted {
		return // of wards that stand no more, say
	}
	plan := r.planOf(p.ID)
	if d = r.take(r.ask(civic.KindUnitPlan, "01CG", r.leader, civic.PlanUnits{ID: p.ID, Do: civic.PlanDoAgree, Was: plan.Rev})); d.Status != command.Accepted {
		require.Contains(r.t, []string{"plan_overlaps"}, d.Err.Code)
		return
	}
	r.plans = append(r.plans, p.ID)
	r.split = r.split || len(p.Hamlets) > 0
	if !slices.Contains(r.wards, p.Into) {
		r.wards = append(r.wards, p.Into)
	}
}

// along is an officer who goes along with a hamlet: of its ward, or of any, whom
// the rule refuses.
func (r *reform) along(hamlet string) []command.ID {
	fit := r.officers
	if !rapid.Bool().Draw(r.draw, "anybody") {
		fit = nil
		for _, o := range r.officers {
			if r.atlas.sees(o.ID, hamlet) {
				fit = append(fit, o)
			}
		}
	}
	if len(fit) == 0 {
		return nil
	}
	return []command.ID{rapid.SampledFrom(fit).Draw(r.draw, "goer").ID}
}

func (r *reform) planOf(id command.ID) civic.UnitPlan {
	p, ok := civic.Load[civic.UnitPlan](r, civic.TypeUnitPlan, civic.KeyOf(id))
	require.True(r.t, ok)
	return p
}

// page carries a page out, and looks that it moves nothing but what it says.
func (r *reform) page() bool {
	next, more := civic.NextMove(r, r.today())
	if !more {
		return false
	}
	plan := r.planOf(next.Plan)
	before, sight := on(r.t, r, "01CG", r.today()).Total, r.sight()
	part := r.borders(plan)
	if plan.State == civic.PlanAgreed {
		r.saw[plan.ID] = sight
	}
	for _, w := range append(r.about[plan.ID], r.atlas.between(plan)...) { // a way back also gives to whom it was taken from, or who stands for them now
		r.about[plan.ID] = append(r.about[plan.ID], w, r.atlas.standing(w))
	}
	worked := map[int]string{}
	for i, o := range r.officers {
		worked[i] = r.atlas.standing(r.atlas.grants[o.ID])
	}
	r.accept(r.ask(civic.KindUnitMove, "01CG", command.ID{}, next))
	r.pages++
	if next.Page > 0 && plan.State == civic.PlanMoving {
		r.more++
	}
	require.Equal(r.t, before, on(r.t, r, "01CG", r.today()).Total, "figures and targets of the whole")
	for i, now := range r.sight() {
		for h := range now {
			if back := plan.State == civic.PlanUndoing && r.saw[plan.ID][i][h]; !sight[i][h] && !back {
				require.True(r.t, part[h], "officer %d of %s sees %s, which no plan gave", i, r.officers[i].Unit, h)
				require.Contains(r.t, r.about[plan.ID], worked[i], "officer %d of %s sees %s by a plan that is not about their ward", i, r.officers[i].Unit, h)
			}
		}
	}
	r.follow(r.planOf(next.Plan))
	return true
}

// sight is what each officer has hold of.
func (r *reform) sight() (list []map[string]bool) {
	for _, o := range r.officers {
		now, _ := civic.Load[civic.Officer](r, civic.TypeOfficer, civic.KeyOf(o.ID))
		sees := map[string]bool{}
		for _, h := range slices.Concat(r.hamlets, r.wards) {
			if civic.Covers(r, now.Unit, h) {
				sees[h] = true
			}
		}
		list = append(list, sees)
	}
	return list
}

// borders are the units inside the borders a plan moves.
func (r *reform) borders(p civic.UnitPlan) map[string]bool {
	in := map[string]bool{p.Into: true}
	for _, w := range append(p.Wards, p.Into) {
		for _, code := range civic.Subtree(r, w) {
			in[code] = true
		}
	}
	for _, h := range p.Hamlets {
		in[h] = true
	}
	return in
}

// undo takes a plan back, unless it must not be.
func (r *reform) undo() {
	if len(r.plans) == 0 {
		return
	}
	p := r.planOf(rapid.SampledFrom(r.plans).Draw(r.draw, "plan"))
	d := r.take(r.ask(civic.KindUnitPlan, "01CG", r.leader, civic.PlanUnits{ID: p.ID, Do: civic.PlanDoUndo, Was: p.Rev}))
	switch {
	case d.Status == command.Accepted:
		require.True(r.t, p.State == civic.PlanDone && p.Used.IsZero())
		r.undone++
		r.split = true
	default:
		require.Contains(r.t, []string{"plan_state", "plan_used", "plan_overlaps"}, d.Err.Code)
	}
}

// figures compares what the reports say with what was accepted, today and yesterday.
func (r *reform) figures(days ...string) {
	for _, day := range days {
		report := on(r.t, r, "01CG", day)
		require.Equal(r.t, r.residents, report.Total.People, "everybody is counted, once")
		if day == r.today() {
			require.Equal(r.t, r.visits, report.Total.Visits)
		}
		require.EqualValues(r.t, len(r.records[civic.TypeHousehold]), r.households())
		var people int64
		for _, row := range report.Rows {
			people += row.People
			u, _ := civic.FindUnit(r, row.Unit)
			require.True(r.t, u.Stands(day) || row.People > 0 || row.Visits > 0 || row.ReviewsOpen > 0, "%s did not stand on %s", row.Unit, day)
		}
		require.Equal(r.t, report.Total.People, people)
	}
	r.rows()
	seen := map[string]bool{}
	for _, code := range civic.Subtree(r, "01CG") {
		require.False(r.t, seen[code], "%s lies in two units", code)
		seen[code] = true
	}
	for _, code := range slices.Concat(r.hamlets, r.wards[:len(r.officers)]) {
		require.True(r.t, seen[code], "%s is not found any more", code)
		require.False(r.t, civic.WardOf(r, code).Joined)
	}
}

func (r *reform) households() (n int64) {
	for _, x := range r.tallies[civic.CountHouseholds] {
		n += x
	}
	return n
}
