package civic

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func mau(household command.ID) PutResident {
	return PutResident{ID: id("resident", 1), Household: household, PersonalNumber: "001 155 000 428", Name: "TRẦN THỊ MẪU",
		Birth: "1955-03-17", Sex: Female, Phones: []string{"0912404318", "+84 912 404 318", "01688888888"}}
}

func TestAResidentIsKeptInCleanForms(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	d := h.accept(KindResidentPut, mau(home))
	require.Equal(t, Resident{ID: id("resident", 1), Household: home, Hamlet: hamlet, Number: "001155000428", Name: "Trần Thị Mẫu",
		Birth: "1955-03-17", Sex: Female, Phones: []string{"+84912404318", "+84388888888"}, Eligible: true,
		Touched: []string{"birth", "household", "name", "personalNumber", "phones", "sex"}, Rev: d.env.ID}, h.person(id("resident", 1)))

	require.Empty(t, h.accept(KindResidentPut, mau(home)).Changes, "the same again is nothing to do")
	other := mau(home)
	other.Phones = nil
	h.refuse(command.Conflicted, "exists", "", KindResidentPut, other)
}

func TestTwoRegistrationsOfOneNumberAreNeverMerged(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindResidentPut, mau(home))
	before := h.person(id("resident", 1))

	again := mau(home)
	again.ID = id("resident", 2)
	d := h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentPut, again)
	require.JSONEq(t, string(d.env.Body), string(h.review(d).Body))

	// Nor when the wards differ.
	again.Household = command.ID{}
	h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentPut, again, inWard2())
	require.Equal(t, before, h.person(id("resident", 1)))
	require.Len(t, h.reg.records[TypeResident], 1)
}

func TestAResidentIsFoundByNumberPhoneHouseholdAndName(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindResidentPut, mau(home))
	key := KeyOf(id("resident", 1))
	got, ok := ByNumber(h.reg, "001155000428")
	require.True(t, ok)
	require.Equal(t, key, got)
	_, ok = ByNumber(h.reg, "00115500042")
	require.False(t, ok, "a number is not found by its beginning")
	require.Equal(t, []command.Key{key}, Members(h.reg, KeyOf(home)))
	for ix, prefix := range map[command.Index]string{
		ResidentByPhone:  "+84388888888",
		ResidentByName:   TermPrefix(hamlet),
		ResidentByBucket: TermPrefix(hamlet, "not_reached"),
	} {
		var keys []command.Key
		for _, k := range h.reg.Scan(ix, prefix) {
			keys = append(keys, k)
		}
		require.Equal(t, []command.Key{key}, keys, "index %d", ix)
	}
}

func TestAPersonWithoutAHouseholdIsListedInTheUnit(t *testing.T) {
	h := founded(t)
	h.accept(KindResidentPut, mau(command.ID{}))
	require.Equal(t, ward, h.person(id("resident", 1)).Hamlet)
}

func TestAResidentsHouseholdIsKnownAndInTheUnit(t *testing.T) {
	h := founded(t)
	h.refuse(command.Rejected, "unknown_household", "/household", KindResidentPut, mau(id("household", 404)))
	far := id("household", 7)
	h.accept(KindHouseholdPut, PutHousehold{ID: far, Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	h.refuse(command.Rejected, "outside_unit", "/household", KindResidentPut, mau(far))
	require.Empty(t, h.reg.records[TypeResident])
}

func TestTheCampaignCountsPeopleOf14AndOver(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	for birth, want := range map[string]bool{
		"2012-08-09": true,  // 14 today
		"2012-08-10": false, // tomorrow
		"2012":       true,  // only the year is known: better early than left out
		"2013":       false,
		"1941":       true,
	} {
		x := h.resident(home, "Ai Đó", birth)
		require.Equal(t, want, h.person(x).Eligible, birth)
		require.Equal(t, map[bool]Bucket{true: NotReached, false: Excluded}[want], h.person(x).Bucket(), birth)
	}
	require.EqualValues(t, 5, h.reg.sum(CountPeople))
	require.EqualValues(t, 3, h.reg.sum(CountEligible))
}

func TestABodyNamesTheFieldThatIsWrong(t *testing.T) {
	for field, spoil := range map[string]func(*PutResident){
		"/id":             func(p *PutResident) { p.ID = command.ID{} },
		"/name":           func(p *PutResident) { p.Name = "  " },
		"/birth":          func(p *PutResident) { p.Birth = "17/03/1955" },
		"/sex":            func(p *PutResident) { p.Sex = "nữ" },
		"/personalNumber": func(p *PutResident) { p.PersonalNumber = "00115500042" },
		"/phones/1":       func(p *PutResident) { p.Phones = []string{"0912404318", "12345"} },
		"/phones":         func(p *PutResident) { p.Phones = slices.Repeat([]string{"0912404318"}, 6) },
	} {
		body := mau(id("household", 1))
		require.Nil(t, body.Check())
		spoil(&body)
		require.NotNil(t, body.Check(), field)
		require.Equal(t, field, body.Check().Field)
	}
	long := mau(id("household", 1))
	long.Name = strings.Repeat("ă", 61)
	require.Equal(t, "too_long", long.Check().Code)
}

func TestThePlaceOnTheLadderIsTheFurthestStep(t *testing.T) {
	for want, r := range map[Bucket]Resident{
		NotReached:  {Eligible: true},
		Reached:     {Eligible: true, Progress: Progress{Reached: today}},
		Refused:     {Eligible: true, Progress: Progress{Reached: today, Refused: true}},
		L1Submitted: {Eligible: true, Progress: Progress{Reached: today, Captured: today, Refused: true}},
		Activated:   {Eligible: true, Progress: Progress{Captured: today, Activated: today, Refused: true}},
		Excluded:    {Eligible: true, Progress: Progress{Activated: today, Excluded: "moved_out"}},
	} {
		require.Equal(t, want, r.Bucket())
		require.Contains(t, Buckets(), want)
	}
	require.Equal(t, Excluded, Resident{Progress: Progress{Activated: today}}.Bucket(), "under age")
	require.Len(t, Buckets(), 12)
}

func TestAClustersRecordsKeepTogetherAtTheProvince(t *testing.T) {
	h := founded(t)
	home, twin := id("household", 1), Scoped(KeyOf(id("household", 1)), "01CG")
	put := func(key command.Key, r Resident) command.Change { return put(TypeResident, key, r) }
	one := Resident{ID: id("resident", 1), Household: home, Name: "Một", Hamlet: hamlet}
	two := Resident{ID: id("resident", 2), Household: home, Name: "Hai", Hamlet: hamlet}
	require.NoError(t, h.reg.apply([]command.Change{
		put(KeyOf(one.ID), one), put(Scoped(KeyOf(two.ID), "01CG"), two), put(Scoped(KeyOf(two.ID), "01BD"), two)}))

	require.Equal(t, []command.Key{KeyOf(one.ID)}, Members(h.reg, KeyOf(home)))
	require.Equal(t, []command.Key{Scoped(KeyOf(two.ID), "01CG")}, Members(h.reg, twin))
	require.Equal(t, twin, Sibling(Scoped(KeyOf(two.ID), "01CG"), home.String()))
	require.Equal(t, KeyOf(home), Sibling(KeyOf(one.ID), home.String()))
	require.Equal(t, KeyOf(home), Bare(twin))
}

func TestARecordIsResolvedByTheNamePeopleUse(t *testing.T) {
	h := founded(t)
	x := Resident{ID: id("resident", 1), Name: "Một"}
	name := x.ID.String()
	_, ok := Resolve(h.reg, TypeResident, name)
	require.False(t, ok)
	for _, code := range []string{"01BD", "01CG"} {
		h.accept(KindClusterEnroll, EnrollCluster{Code: code, Name: code, Root: []byte{1}, Generation: 1}, byMachine(office))
		require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, Scoped(KeyOf(x.ID), code), x)}))
	}
	key, ok := Resolve(h.reg, TypeResident, name)
	require.True(t, ok)
	require.Equal(t, command.Key(name+"@01BD"), key)
	require.NoError(t, h.reg.apply([]command.Change{put(TypeResident, KeyOf(x.ID), x)}))
	key, _ = Resolve(h.reg, TypeResident, name)
	require.Equal(t, command.Key(name), key)
}
