package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// family is a household of three: a grandmother at its head, her son and his wife.
type family struct {
	*history
	home, head, son, wife command.ID
}

func atHome(t require.TestingT) family {
	f := family{history: founded(t)}
	f.home = f.household(hamlet, "Số 21")
	f.head, f.son, f.wife = f.resident(f.home, "Trần Thị Mẫu", "1955"), f.resident(f.home, "Lê Văn Sĩ", "1980"), f.resident(f.home, "Ngô Thị Sen", "1982")
	f.accept(KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("head", nil, f.head)}})
	return f
}

// seen is the mark of a household as anybody sees it now.
func (f family) seen(home command.ID) string { return SeenNow(f.reg, KeyOf(home)) }

// split is the young couple moving out.
func (f family) split() SplitHousehold {
	return SplitHousehold{ID: id("second home", 1), From: f.home, Seen: f.seen(f.home), Hamlet: hamlet2, Address: "Số 5", Members: []command.ID{f.son, f.wife}, Head: f.son}
}

func (f family) door(home command.ID) Household {
	return must[Household](f.history, TypeHousehold, KeyOf(home))
}

func (f family) live(home command.ID, people ...command.ID) {
	var keys []command.Key
	for _, x := range people {
		keys = append(keys, KeyOf(x))
		require.Equal(f.t, home, f.person(x).Household)
		require.Equal(f.t, f.door(home).Hamlet, f.person(x).Hamlet)
	}
	require.ElementsMatch(f.t, keys, Members(f.reg, KeyOf(home)))
}

func TestASplitMakesAHouseholdOfThoseWhoMove(t *testing.T) {
	f := atHome(t)
	p := f.split()
	d := f.accept(KindHouseholdSplit, p)
	f.live(p.ID, f.son, f.wife)
	f.live(f.home, f.head)
	require.Equal(t, Household{ID: p.ID, Hamlet: hamlet2, Address: "Số 5", Head: f.son, SplitFrom: f.home, Rev: d.env.ID}, f.door(p.ID))
	require.Equal(t, f.head, f.door(f.home).Head, "who stays heads it as before")
	require.Contains(t, f.person(f.son).Touched, "household", "a list does not move them back")
	require.EqualValues(t, 1, f.reg.tallies[CountHouseholds][hamlet2])
}

func TestAHeadWhoMovesHeadsTheOldHouseholdNoMore(t *testing.T) {
	for name, c := range map[string]struct{ named bool }{"another is named": {true}, "nobody is": {false}} {
		t.Run(name, func(t *testing.T) {
			f := atHome(t)
			p := f.split()
			p.Members, p.Head = []command.ID{f.head}, f.head
			want := command.ID{}
			if c.named {
				p.HeadLeft, want = f.wife, f.wife
			}
			f.accept(KindHouseholdSplit, p)
			require.Equal(t, want, f.door(f.home).Head)
			require.Equal(t, f.head, f.door(p.ID).Head)
		})
	}
}

func TestASplitOfAHouseholdThatChangedMeanwhileIsForAPerson(t *testing.T) {
	for name, meanwhile := range map[string]func(family){
		"somebody was born": func(f family) { f.resident(f.home, "Lê Thị Bé", "2026-01-01") },
		"somebody moved":    func(f family) { f.accept(KindResidentEdit, edit(f.wife, "household", f.home, nil)) },
		"the head is another": func(f family) {
			f.accept(KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("head", f.head, f.son)}})
		},
		"they moved together": func(f family) {
			f.accept(KindHouseholdEdit, EditHousehold{ID: f.home, Edits: []Edit{change("hamlet", hamlet, hamlet2)}})
		},
		"it was split already": func(f family) {
			p := f.split()
			p.ID = id("second home", 2)
			f.accept(KindHouseholdSplit, p)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := atHome(t)
			p := f.split()
			meanwhile(f)
			d := f.refuse(command.Conflicted, "household_changed", "/seen", KindHouseholdSplit, p)
			require.Nil(t, f.reg.Get(TypeHousehold, KeyOf(p.ID)), "what is agreed stays")
			require.Equal(t, KeyOf(f.home), f.review(d).Record)
		})
	}
}

func TestAVisitMeanwhileDoesNotStopASplit(t *testing.T) {
	f := atHome(t)
	p := f.split()
	f.accept(KindVisitRecord, visit(1, f.home, "nobody_home", tonight))
	f.accept(KindHouseholdSplit, p)
}

func TestWhoDecidesForALateSplitMovesThoseWhoAreStillThere(t *testing.T) {
	f := atHome(t)
	p := f.split()
	child := f.resident(f.home, "Lê Thị Bé", "2026-01-01")
	f.accept(KindResidentEdit, edit(f.wife, "household", f.home, nil))
	late := f.refuse(command.Conflicted, "household_changed", "/seen", KindHouseholdSplit, p)
	f.accept(KindReviewResolve, ResolveReview{Review: late.env.ID, Choice: ChoiceTake, Reason: "Đã hỏi chủ hộ"})
	f.live(p.ID, f.son)
	f.live(f.home, f.head, child)
	require.True(t, f.person(f.wife).Household.IsZero())
}

func TestWhatASplitRefuses(t *testing.T) {
	f := atHome(t)
	stranger := f.resident(f.household(hamlet, "Số 9"), "Vũ Thị Lạ", "1970")
	other := f.household(hamlet, "Số 77")
	for name, c := range map[string]struct {
		status      command.Status
		code, field string
		spoil       func(*SplitHousehold)
	}{
		"nobody moves":              {command.Rejected, "nobody_moves", "/members", func(p *SplitHousehold) { p.Members, p.Head = nil, command.ID{} }},
		"nobody stays":              {command.Rejected, "nobody_stays", "/members", func(p *SplitHousehold) { p.Members = append(p.Members, f.head) }},
		"somebody of another house": {command.Rejected, "not_member", "/members", func(p *SplitHousehold) { p.Members = append(p.Members, stranger) }},
		"a head who stays":          {command.Rejected, "not_member", "/head", func(p *SplitHousehold) { p.Head = f.head }},
		"a head who moves":          {command.Rejected, "not_member", "/headLeft", func(p *SplitHousehold) { p.HeadLeft = f.son }},
		"a head from elsewhere":     {command.Rejected, "not_member", "/headLeft", func(p *SplitHousehold) { p.HeadLeft = stranger }},
		"another ward":              {command.Rejected, "outside_unit", "/hamlet", func(p *SplitHousehold) { p.Hamlet = hamlet3 }},
		"no address":                {command.Rejected, "required", "/address", func(p *SplitHousehold) { p.Address = " " }},
		"one and the same":          {command.Rejected, "same_household", "/id", func(p *SplitHousehold) { p.ID = p.From }},
		"no such household":         {command.Rejected, "unknown_household", "/from", func(p *SplitHousehold) { p.From = id("nowhere", 1) }},
		"nothing seen":              {command.Rejected, "required", "/seen", func(p *SplitHousehold) { p.Seen = "" }},
		"one that stands":           {command.Conflicted, "exists", "", func(p *SplitHousehold) { p.ID = other }},
	} {
		t.Run(name, func(t *testing.T) {
			p := f.split()
			c.spoil(&p)
			f.refuse(c.status, c.code, c.field, KindHouseholdSplit, p)
		})
	}
	f.live(f.home, f.head, f.son, f.wife)
	f.refuse(command.Rejected, "outside_unit", "/from", KindHouseholdSplit, f.split(), inWard2())
}

func TestWhatNeedsAHouseholdWaitsForTheSplitThatMakesIt(t *testing.T) {
	f := atHome(t)
	p := f.split()
	f.resident(f.home, "Lê Thị Bé", "2026-01-01")
	late := f.refuse(command.Conflicted, "household_changed", "/seen", KindHouseholdSplit, p)
	child := PutResident{ID: id("child", 1), Household: p.ID, Name: "Lê Văn Con", Birth: "2026-08-01", Sex: Male}
	f.refuse(command.Conflicted, "parent_open", "", KindResidentPut, child)
	f.accept(KindReviewResolve, ResolveReview{Review: late.env.ID, Choice: ChoiceTake, Reason: "Đã hỏi"})
	f.live(p.ID, f.son, f.wife, child.ID)
}
