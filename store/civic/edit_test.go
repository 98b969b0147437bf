package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// edit is a body that changes one field.
func edit(resident command.ID, field string, was, now any) EditResident {
	return EditResident{ID: resident, Edits: []Edit{change(field, was, now)}}
}

func change(field string, was, now any) Edit {
	raw := func(x any) json.RawMessage {
		b, err := json.Marshal(x)
		if err != nil {
			panic(err)
		}
		return b
	}
	return Edit{Field: field, Was: raw(was), Now: raw(now)}
}

// edited is a history with one resident to edit.
func edited(t *testing.T) (*history, command.ID) {
	h := founded(t)
	h.accept(KindResidentPut, mau(h.household(hamlet, "Số 21")))
	return h, id("resident", 1)
}

func TestAnEditOfAFieldNobodyTouchedIsWritten(t *testing.T) {
	h, x := edited(t)
	before := h.person(x)
	second := h.household(hamlet2, "Số 5")
	for _, c := range []struct {
		field    string
		was, now any
		check    func(Resident) any
		want     any
	}{
		{"name", "Trần Thị Mẫu", "trần thị mậu", func(r Resident) any { return r.Name }, "Trần Thị Mậu"},
		{"birth", "1955-03-17", "1955", func(r Resident) any { return r.Birth }, Birth("1955")},
		{"sex", "female", "male", func(r Resident) any { return r.Sex }, "male"},
		{"personalNumber", "001155000428", "", func(r Resident) any { return r.Number }, ""},
		{"personalNumber", "", "001 155 000 429", func(r Resident) any { return r.Number }, "001155000429"},
		{"phones", []string{"0912404318", "0388888888"}, []string{"0912 404 662"}, func(r Resident) any { return r.Phones }, []string{"+84912404662"}},
		{"household", before.Household.String(), second.String(), func(r Resident) any { return r.Hamlet }, hamlet2},
		{"household", second, nil, func(r Resident) any { return r.Household }, command.ID{}},
	} {
		d := h.accept(KindResidentEdit, edit(x, c.field, c.was, c.now))
		require.Len(t, d.Changes, 1, c.field)
		require.Equal(t, c.want, c.check(h.person(x)), c.field)
		require.Equal(t, d.env.ID, h.person(x).Rev)
	}
	require.Equal(t, hamlet2, h.person(x).Hamlet, "who leaves a household is still listed where it was")
}

func TestEditsOfDifferentFieldsMerge(t *testing.T) {
	h, x := edited(t)
	// Two officers saw the same page; each changed another field.
	h.accept(KindResidentEdit, edit(x, "name", "Trần Thị Mẫu", "Trần Thị Mận"))
	h.accept(KindResidentEdit, edit(x, "sex", "female", "male"))
	require.Equal(t, "Trần Thị Mận", h.person(x).Name)
	require.Equal(t, Male, h.person(x).Sex)
}

func TestAnEditThatIsTrueAlreadyNeedsNothing(t *testing.T) {
	h, x := edited(t)
	before := h.person(x)
	for _, ed := range []EditResident{
		edit(x, "name", "Ai Khác", "TRẦN THỊ MẪU"),
		edit(x, "phones", []string{}, []string{"0912404318", "0388888888"}),
		edit(x, "birth", "1900", "1955-03-17"),
	} {
		require.Empty(t, h.accept(KindResidentEdit, ed).Changes)
	}
	require.Equal(t, before, h.person(x))
}

func TestAFieldChangedMeanwhileIsForAPersonToDecide(t *testing.T) {
	h, x := edited(t)
	h.accept(KindResidentEdit, edit(x, "phones", []string{"+84912404318", "+84388888888"}, []string{"0912404001"}))
	before := h.person(x)
	late := EditResident{ID: x, Edits: []Edit{
		change("name", "Trần Thị Mẫu", "Trần Thị Mận"), // could be written; an edit is taken whole or not at all
		change("phones", []string{"+84912404318", "+84388888888"}, []string{"0912404002"}),
	}}
	d := h.refuse(command.Conflicted, "changed_meanwhile", "/edits/1/was", KindResidentEdit, late)
	require.Equal(t, before, h.person(x), "the agreed value stays")
	r := h.review(d)
	require.Equal(t, TypeResident, r.Type)
	require.Equal(t, KeyOf(x), r.Record)
	require.JSONEq(t, string(d.env.Body), string(r.Body), "and the late one is kept whole")
	require.Len(t, d.Changes, 1)
}

func TestAnEditDoesNotTakeAnotherPersonsNumber(t *testing.T) {
	h, x := edited(t)
	other := h.resident(h.person(x).Household, "Trần Thị Sen", "1957")
	h.refuse(command.Conflicted, "number_taken", "/personalNumber", KindResidentEdit, edit(other, "personalNumber", nil, "001155000428"))
	require.Equal(t, "", h.person(other).Number)
}

func TestABirthCorrectedMovesThePersonInOrOutOfTheCampaign(t *testing.T) {
	h, x := edited(t)
	h.accept(KindResidentEdit, edit(x, "birth", "1955-03-17", "2015-03-17"))
	require.Equal(t, Excluded, h.person(x).Bucket())
	require.Zero(t, h.reg.sum(CountEligible))
	h.accept(KindResidentEdit, edit(x, "birth", "2015-03-17", "1955"))
	require.Equal(t, NotReached, h.person(x).Bucket())
	require.EqualValues(t, 1, h.reg.sum(CountEligible))
}

func TestAFieldAnOfficerSetIsMarkedOnce(t *testing.T) {
	h := founded(t)
	page := h.accept(KindRosterPage, listPage(1, RosterRow{Line: 2, Name: "Lê Văn Sĩ", Birth: "1960", Sex: Male, Address: "Số 9", Hamlet: hamlet}))
	x := residentOf(page, 2)
	require.Empty(t, h.person(x).Touched)
	h.accept(KindResidentEdit, EditResident{ID: x, Edits: []Edit{change("sex", "male", "female"), change("name", "Lê Văn Sĩ", "Lê Văn Sỹ")}})
	h.accept(KindResidentEdit, edit(x, "name", "Lê Văn Sỹ", "Lê Thị Sỹ"))
	require.Equal(t, []string{"name", "sex"}, h.person(x).Touched)
}

func TestAnEditStaysInsideTheUnit(t *testing.T) {
	h, x := edited(t)
	far := id("household", 7)
	h.accept(KindHouseholdPut, PutHousehold{ID: far, Hamlet: hamlet3, Address: "Số 1"}, inWard2())
	here := h.person(x).Household
	h.refuse(command.Rejected, "outside_unit", "/household", KindResidentEdit, edit(x, "household", here, far))
	h.refuse(command.Rejected, "unknown_household", "/household", KindResidentEdit, edit(x, "household", here, id("household", 404)))
	h.refuse(command.Rejected, "outside_unit", "/id", KindResidentEdit, edit(x, "sex", "female", "male"), inWard2())
	h.refuse(command.Rejected, "unknown_resident", "/id", KindResidentEdit, edit(id("resident", 404), "sex", "female", "male"))
}

func TestAMalformedEditNamesItsPlace(t *testing.T) {
	x := id("resident", 1)
	for _, c := range []struct {
		body        EditResident
		code, field string
	}{
		{EditResident{Edits: edit(x, "sex", "", "male").Edits}, "required", "/id"},
		{EditResident{ID: x}, "required", "/edits"},
		{edit(x, "progress", "", "activated"), "unknown_field", "/edits/0/field"},
		{EditResident{ID: x, Edits: []Edit{change("sex", "", "male"), change("sex", "", "female")}}, "twice", "/edits/1/field"},
		{edit(x, "sex", "", "nam"), "bad_choice", "/edits/0/now"},
		{edit(x, "name", "", " "), "required", "/edits/0/now"},
		{edit(x, "name", "", 7), "wrong_type", "/edits/0/now"},
		{edit(x, "birth", "", ""), "bad_birth", "/edits/0/now"},
		{edit(x, "phones", "", "0912404318"), "wrong_type", "/edits/0/now"},
		{edit(x, "phones", "", []string{"0912404318", "1"}), "bad_phone", "/edits/0/now/1"},
		{edit(x, "personalNumber", "", "42"), "bad_number", "/edits/0/now"},
		{edit(x, "household", "", "Số 21"), "bad_id", "/edits/0/now"},
	} {
		err := c.body.Check()
		require.NotNil(t, err, c.field)
		require.Equal(t, []string{c.code, c.field}, []string{err.Code, err.Field})
	}
}
