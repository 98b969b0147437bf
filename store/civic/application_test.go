package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func application(resident command.ID, phone string) SubmitApplication {
	return SubmitApplication{ID: command.DerivedID("test application", resident.String(), phone), Resident: resident, Level: 1, Phone: phone, Relation: "self"}
}

func activation(resident command.ID, at string) RecordActivation {
	return RecordActivation{ID: command.DerivedID("test activation", resident.String(), at), Resident: resident, Way: WayApp, At: at}
}

func TestAnApplicationPutsThePersonOnTheLadder(t *testing.T) {
	h := founded(t)
	x := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	body := application(x, "0912 404 318")
	d := h.accept(KindAppSubmit, body, captured("2026-08-08T13:00:00Z"))
	require.Equal(t, Application{ID: body.ID, Resident: x, Hamlet: hamlet, Level: 1, Phone: "+84912404318", Relation: "self", State: "captured",
		Day: "2026-08-08", At: ms("2026-08-08T13:00:00Z"), Officer: officerOf(RoleOfficer, ward), Rev: d.env.ID},
		must[Application](h, TypeApplication, KeyOf(body.ID)))
	require.Equal(t, Progress{Reached: "2026-08-08", Captured: "2026-08-08", Application: body.ID}, h.person(x).Progress)
	require.Equal(t, []command.Key{KeyOf(body.ID)}, Applications(h.reg, KeyOf(x)))
	require.Equal(t, map[string]int64{term(hamlet, "l1_submitted"): 1, term(hamlet, "not_reached"): 0}, h.reg.tallies[CountBucket])
}

func TestASecondApplicationIsForAPersonToDecide(t *testing.T) {
	h := founded(t)
	x := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	h.accept(KindAppSubmit, application(x, "0912404318"))
	before := h.person(x)

	d := h.refuse(command.Conflicted, "already_submitted", "", KindAppSubmit, application(x, "0912404662"))
	require.JSONEq(t, string(d.env.Body), string(h.review(d).Body))
	require.Equal(t, KeyOf(x), h.review(d).Record)
	h.refuse(command.Conflicted, "exists", "", KindAppSubmit, application(x, "0912404318"))
	require.Equal(t, before, h.person(x))
	require.Len(t, h.reg.records[TypeApplication], 1)
	require.EqualValues(t, 1, h.reg.sum(CountCaptured))
}

func TestAPhoneThatIsSomebodyElsesTooIsFlagged(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindResidentPut, mau(home))
	x := h.resident(home, "Lê Văn Sĩ", "1980")
	h.accept(KindAppSubmit, application(x, "0912404318"), captured("2020-01-01T00:00:00Z"))
	require.Equal(t, []string{"late", "phone_shared"}, must[Application](h, TypeApplication, KeyOf(application(x, "0912404318").ID)).Flags)

	own := application(id("resident", 1), "+84912404318")
	h.accept(KindAppSubmit, own)
	require.Empty(t, must[Application](h, TypeApplication, KeyOf(own.ID)).Flags, "the own number is nobody else's")
}

func TestAnApplicationIsForAResidentOfTheUnit(t *testing.T) {
	h := founded(t)
	x := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	h.refuse(command.Rejected, "unknown_resident", "/resident", KindAppSubmit, application(id("resident", 404), "0912404318"))
	h.refuse(command.Rejected, "outside_unit", "/resident", KindAppSubmit, application(x, "0912404318"), inWard2())
	for field, spoil := range map[string]func(*SubmitApplication){
		"/id":       func(p *SubmitApplication) { p.ID = command.ID{} },
		"/resident": func(p *SubmitApplication) { p.Resident = command.ID{} },
		"/level":    func(p *SubmitApplication) { p.Level = 2 },
		"/phone":    func(p *SubmitApplication) { p.Phone = "113" },
		"/relation": func(p *SubmitApplication) { p.Relation = "friend" },
	} {
		bad := application(x, "0912404318")
		spoil(&bad)
		require.NotNil(t, bad.Check(), field)
		require.Equal(t, field, bad.Check().Field)
	}
}

func TestTheFirstDayOfAnActivationStays(t *testing.T) {
	h := founded(t)
	x := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	first := h.accept(KindActivation, activation(x, "2026-08-08T02:00:00Z"), captured("2026-08-08T02:05:00Z"))
	require.Equal(t, Activated, h.person(x).Bucket())
	require.Equal(t, Progress{Reached: "2026-08-08", Activated: "2026-08-08"}, h.person(x).Progress)

	second := activation(x, "2026-08-09T02:00:00Z")
	second.Way = WayAssisted
	h.accept(KindActivation, second)
	require.Equal(t, Progress{Reached: "2026-08-08", Activated: "2026-08-08"}, h.person(x).Progress)
	require.Equal(t, first.env.ID, h.person(x).Rev, "the person did not change again")
	require.Len(t, Activations(h.reg, KeyOf(x)), 2, "but both facts are kept")
	require.Equal(t, map[string]int64{term(hamlet, "2026-08-08"): 1}, h.reg.tallies[CountActivated], "and one is counted")

	h.refuse(command.Conflicted, "exists", "", KindActivation, second)
}

func TestAnActivationIsOfAResidentOfTheUnit(t *testing.T) {
	h := founded(t)
	x := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	h.refuse(command.Rejected, "unknown_resident", "/resident", KindActivation, activation(id("resident", 404), tonight))
	h.refuse(command.Rejected, "outside_unit", "/resident", KindActivation, activation(x, tonight), inWard2())
	for field, spoil := range map[string]func(*RecordActivation){
		"/id":       func(p *RecordActivation) { p.ID = command.ID{} },
		"/resident": func(p *RecordActivation) { p.Resident = command.ID{} },
		"/way":      func(p *RecordActivation) { p.Way = "fax" },
		"/at":       func(p *RecordActivation) { p.At = "hôm qua" },
	} {
		bad := activation(x, tonight)
		spoil(&bad)
		require.NotNil(t, bad.Check(), field)
		require.Equal(t, field, bad.Check().Field)
	}
}
