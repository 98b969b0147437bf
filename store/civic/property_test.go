package civic

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// An evening is a random run of field work in two wards: two officers and a
// few others, few households and people, so that they collide all the time.
type evening struct {
	*history
	draw *rapid.T
	sent []command.ID
}

func TestWhateverHappensInAnEveningTheFiguresAddUp(t *testing.T) {
	tried, merged, refused := 0, 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		e := &evening{history: founded(rt), draw: rt}
		e.begin()
		for range rapid.IntRange(10, 60).Draw(rt, "commands") {
			kind, body := e.something()
			d := e.agree(kind, body)
			e.nothingIsDropped(d)
			e.sent = append(e.sent, d.env.ID)
			tried++
			if d.Status != command.Accepted {
				refused[d.code()]++
			}
		}
		e.figuresAddUp()
		merged += int(count(e.mergeUndone()))
	})
	total := 0
	for _, n := range refused {
		total += n
	}
	t.Logf("%d commands, %d of them not accepted: %v; %d merges undone", tried, total, refused, merged)
	require.Greater(t, merged, 20)
	require.Greater(t, tried, 1000)
	require.Greater(t, total, tried/10, "the evenings are too quiet to show anything")
	require.Less(t, total, tried*2/3, "the evenings are too wild to show anything")
	for _, code := range []string{"parent_open", "unknown_parent", "number_taken", "exists", "already_submitted", "changed_meanwhile",
		"outside_unit", "role", "unknown_node"} { // each kind of trouble came up
		require.Positive(t, refused[code], code)
	}
}

// begin lists a few people, some in a household, in both wards.
func (e *evening) begin() {
	for i, in := range []string{hamlet, hamlet2, hamlet3} {
		who := as(RoleSupervisor)
		if in == hamlet3 {
			who = inWard2()
		}
		e.accept(KindHouseholdPut, PutHousehold{ID: id("h", i), Hamlet: in, Address: "Số 1"}, who)
		e.accept(KindResidentPut, PutResident{ID: id("r", i), Household: id("h", i), Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female}, who)
	}
}

// something draws a command of a field officer or a page of a list.
func (e *evening) something() (command.Kind, any) {
	n := func(what string, below int) command.ID {
		return id(what, rapid.IntRange(0, below-1).Draw(e.draw, what))
	}
	switch rapid.IntRange(0, 21).Draw(e.draw, "kind") {
	case 18:
		return KindResidentMerge, e.merge(n("r", 5), n("r", 5))
	case 19:
		return KindResidentUnmerge, UnmergeResidents{Late: n("r", 5)}
	case 20:
		return KindPairDismiss, DismissPair{A: n("r", 5), B: n("r", 5), Undo: rapid.Bool().Draw(e.draw, "undo")}
	case 0:
		return KindHouseholdPut, PutHousehold{ID: n("h", 20), Hamlet: e.one("hamlet", hamlet, hamlet2, hamlet3), Address: e.one("address", "Số 1", "Số 2", "số 2")}
	case 1, 2:
		p := PutResident{ID: n("r", 20), Name: e.one("name", "Trần Thị Mẫu", "Lê Văn Sĩ"), Birth: e.one("birth", "1955", "2016-01-01", "1980-02-03"), Sex: Female,
			PersonalNumber: e.one("number", "", "", "", "001155000428", "001155000429")}
		if rapid.Bool().Draw(e.draw, "housed") {
			p.Household = n("h", 3)
		}
		return KindResidentPut, p
	case 3, 4:
		return KindVisitRecord, visit(rapid.IntRange(0, 500).Draw(e.draw, "visit"), n("h", 3), e.one("outcome", "will_come", "nobody_home", "refused", "moved"), e.time())
	case 5, 6:
		return KindAppSubmit, SubmitApplication{ID: n("a", 500), Resident: n("r", 5), Level: 1, Phone: "0912404318"}
	case 7:
		return KindActivation, RecordActivation{ID: n("v", 500), Resident: n("r", 5), Way: WayApp, At: e.time()}
	case 8, 9:
		return KindResidentEdit, e.edit()
	case 14:
		return KindGlassOpen, OpenGlass{ID: n("g", 50), Type: TypeResident, Record: KeyOf(n("r", 5)), Reason: "Công dân đến nộp hồ sơ"}
	case 15:
		return KindTeamPut, PutTeam{ID: n("t", 3), Name: e.one("team", "Tổ một", "Tổ hai"), Unit: e.one("its unit", ward, ward, ward2), Kind: TeamMixed,
			Members: []command.ID{officerOf(RoleOfficer, ward)}, Hamlets: []string{e.one("hamlet", hamlet, hamlet2, hamlet3)}}
	case 16:
		home := n("h", 3)
		p := SplitHousehold{ID: n("h", 20), From: home, Seen: SeenNow(e.reg, KeyOf(home)), Hamlet: e.one("hamlet", hamlet, hamlet2), Address: "Số 2"}
		if live := memberIDs(e.reg, KeyOf(home)); len(live) > 1 {
			p.Members = live[:1]
			return KindHouseholdSplit, p
		}
	case 17:
		home := parsed(e.draw, string(rapid.SampledFrom(slices.Sorted(maps.Keys(e.reg.records[TypeHousehold]))).Draw(e.draw, "home")))
		return KindHouseholdMerge, MergeHousehold{ID: home, Into: n("h", 2), Seen: SeenNow(e.reg, KeyOf(home))}
	case 21:
		return KindListSave, SaveList{ID: n("list", 3), Name: e.one("list name", "Ba lần chưa gặp", "Cần SIM"), Filter: ListFilter{Visits: 3}, Shared: rapid.Bool().Draw(e.draw, "shared"), Removed: rapid.Bool().Draw(e.draw, "removed")}
	case 10:
		return KindHouseholdEdit, EditHousehold{ID: n("h", 2), Edits: []Edit{change(e.one("field", "address", "hamlet"), e.one("was", "Số 1", hamlet), e.one("now", "Số 2", hamlet2))}}
	}
	if len(e.reg.records[TypeReview]) > 0 && rapid.Bool().Draw(e.draw, "decide") {
		return KindReviewResolve, e.decision()
	}
	return KindRosterPage, e.page()
}

// merge is of two as they are, or as one of them never was.
func (e *evening) merge(keep, late command.ID) MergeResidents {
	a, _ := Load[Resident](e.reg, TypeResident, KeyOf(keep))
	b, _ := Load[Resident](e.reg, TypeResident, KeyOf(late))
	p := MergeResidents{Keep: keep, Late: late, KeepRev: a.Rev, LateRev: b.Rev}
	for field := range takers() {
		if field != "household" && rapid.IntRange(0, 3).Draw(e.draw, "take "+field) == 0 {
			p.Take = append(p.Take, field)
		}
	}
	slices.Sort(p.Take)
	if rapid.IntRange(0, 9).Draw(e.draw, "seen late") == 0 {
		p.LateRev = id("never", 1)
	}
	return p
}

// decision is about any review, open or closed, of whichever ward.
func (e *evening) decision() ResolveReview {
	key := rapid.SampledFrom(slices.Sorted(maps.Keys(e.reg.records[TypeReview]))).Draw(e.draw, "review")
	p := ResolveReview{Review: parsed(e.draw, string(key)), Choice: Choice(e.one("choice", "keep", "take", "not_same", "edit")), Reason: "Đã hỏi"}
	if p.Choice == ChoiceEdit {
		p.Edits = []Edit{change(e.one("field", "name", "household", "personalNumber", "number"), nil, e.one("value", "Lê Văn Sĩ", id("h", 1).String(), "001155000430"))}
	}
	return p
}

func (e *evening) edit() EditResident {
	x := id("r", rapid.IntRange(0, 4).Draw(e.draw, "edited"))
	return EditResident{ID: x, Edits: []Edit{
		rapid.SampledFrom([]Edit{
			change("birth", "1955", "2016-01-01"), change("birth", "2016-01-01", "1955"),
			change("personalNumber", "", "001155000428"), change("personalNumber", "001155000428", ""),
			change("household", nil, id("h", 1)), change("household", id("h", 1), id("h", 2)),
		}).Draw(e.draw, "edit"),
		rapid.SampledFrom([]Edit{change("sex", "female", "male"), change("sex", "male", "female"), change("name", "Lê Văn Sĩ", "Lê Văn Sỹ")}).Draw(e.draw, "second edit"),
	}}
}

func (e *evening) page() RosterPage {
	p := listPage(1)
	for i := range rapid.IntRange(1, 6).Draw(e.draw, "rows") {
		p.Rows = append(p.Rows, RosterRow{Line: i + 2, Number: e.one("number", "", "001155000428", "001155000430", "42"),
			Name: e.one("name", "Trần Thị Mẫu", "Lê Văn Sĩ", ""), Birth: Birth(e.one("birth", "1955", "1980-02-03", "2016", "")),
			Address: e.one("address", "Số 1", "Số 2", ""), Hamlet: e.one("hamlet", hamlet, hamlet2, hamlet3, "")})
	}
	return p
}

// agree asks for it: usually as somebody who may, sometimes not.
func (e *evening) agree(kind command.Kind, body any) done {
	usual := as(RoleSupervisor)
	who := usual
	switch rapid.IntRange(0, 19).Draw(e.draw, "who") {
	case 11, 12:
		who = inWard2()
	case 13:
		who = as(RoleAuditor)
	case 14:
		who = on(stranger)
	}
	opts := []option{who, captured(e.time())}
	if len(e.sent) > 0 && rapid.IntRange(0, 11).Draw(e.draw, "depends") == 7 {
		parent := rapid.SampledFrom(e.sent).Draw(e.draw, "parent")
		if rapid.IntRange(0, 3).Draw(e.draw, "unheard of") == 2 {
			parent = id("unheard of", 1)
		}
		opts = append(opts, after(parent))
	}
	env := e.envelope(kind, body, opts...)
	first, err := e.table.Decide(e.reg, env)
	require.NoError(e.draw, err)
	second, err := e.table.Decide(e.reg, env)
	require.NoError(e.draw, err)
	require.Equal(e.draw, bytesOf(e.draw, first), bytesOf(e.draw, second), "one view and one command, two decisions")
	return e.take(env)
}

// nothingIsDropped: what is not accepted leaves an open review with the body whole.
func (e *evening) nothingIsDropped(d done) {
	if d.Status == command.Accepted {
		require.Nil(e.draw, d.Err)
		return
	}
	r := e.review(d)
	require.Equal(e.draw, ReviewOpen, r.State)
	require.Equal(e.draw, d.Status, r.Status)
	require.Equal(e.draw, d.Err.Code, r.Code)
	require.Len(e.draw, d.Changes, 1, "and changes nothing else")
	if d.env.Kind != KindRosterPage {
		require.Equal(e.draw, string(d.env.Body), string(r.Body))
	}
}

// figuresAddUp counts the records by hand and compares.
func (e *evening) figuresAddUp() {
	t, reg := e.draw, e.reg
	want := map[command.Tally]int64{}
	buckets, numbers := map[string]int64{}, map[string]command.Key{}
	for key := range reg.records[TypeResident] {
		r := must[Resident](e.history, TypeResident, key)
		want[CountPeople]++
		buckets[term(r.Hamlet, string(r.Bucket()))]++
		listed := 0
		for tm, k := range reg.Scan(ResidentByBucket, "") {
			if k == key {
				listed++
				require.Equal(t, []string{r.Hamlet, string(r.Bucket())}, TermParts(tm)[:2])
			}
		}
		require.Equal(t, 1, listed, "everybody is in exactly one bucket")
		if r.Number != "" {
			require.Empty(t, numbers[r.Number], "one number, two residents")
			numbers[r.Number] = key
		}
		if r.Eligible {
			want[CountEligible]++
			want[CountCaptured] += count(r.Progress.Captured != "")
			want[CountActivated] += count(r.Progress.Activated != "")
		}
		require.Equal(t, r.Progress.Captured != "", !r.Progress.Application.IsZero())
	}
	for key := range reg.records[TypeHousehold] {
		want[CountVisits] += int64(must[Household](e.history, TypeHousehold, key).Visits)
	}
	for _, tally := range []command.Tally{CountPeople, CountEligible, CountCaptured, CountActivated, CountVisits} {
		require.Equal(t, want[tally], reg.sum(tally), "tally %d", tally)
	}
	require.EqualValues(t, len(reg.records[TypeVisit]), want[CountVisits], "attempts are visits")
	open := 0
	for key := range reg.records[TypeReview] {
		open += int(count(must[Review](e.history, TypeReview, key).State == ReviewOpen))
	}
	require.EqualValues(t, open, reg.sum(CountReviews))
	for key, n := range reg.tallies[CountBucket] {
		require.Equal(t, buckets[key], n, key)
	}
	inBucket := func(b Bucket) (n int64) {
		for key, x := range buckets {
			n += x * count(TermParts(key)[1] == string(b))
		}
		return n
	}
	require.GreaterOrEqual(t, want[CountCaptured], inBucket(L1Submitted))
	require.Equal(t, want[CountActivated], inBucket(Activated))
	require.LessOrEqual(t, want[CountCaptured], want[CountEligible], "coverage never passes 100 %%")
	require.Equal(t, want[CountEligible]+inBucket(Excluded), want[CountPeople], "no rule but age excludes anybody yet")
}

func (e *evening) one(what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(e.draw, what)
}

// time draws a moment around tonight, rarely one no clock should show.
func (e *evening) time() string {
	minutes := rapid.OneOf(rapid.IntRange(-3*24*60, 0), rapid.IntRange(-3*24*60, 0), rapid.IntRange(-60*24*60, 60*24*60)).Draw(e.draw, "minutes")
	return time.UnixMilli(e.reg.now).UTC().Add(time.Duration(minutes) * time.Minute).Format(time.RFC3339)
}

func count(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func bytesOf(t require.TestingT, d command.Decision) string {
	b, err := json.Marshal(d)
	require.NoError(t, err)
	return string(b)
}
