package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestAHouseholdIsRegisteredOnce(t *testing.T) {
	h := founded(t)
	body := PutHousehold{ID: id("household", 1), Hamlet: hamlet, Address: "Số 21,  ngõ 68 Xuân Thuỷ "}
	d := h.accept(KindHouseholdPut, body)
	want := Household{ID: body.ID, Hamlet: hamlet, Address: "Số 21, ngõ 68 Xuân Thuỷ", Rev: d.env.ID}
	require.Equal(t, want, must[Household](h, TypeHousehold, KeyOf(body.ID)))

	require.Empty(t, h.accept(KindHouseholdPut, body).Changes, "the same again is nothing to do")

	other := body
	other.Address = "Số 23"
	second := h.refuse(command.Conflicted, "exists", "", KindHouseholdPut, other)
	require.JSONEq(t, string(second.env.Body), string(h.review(second).Body))
	require.Equal(t, want, must[Household](h, TypeHousehold, KeyOf(body.ID)), "what is agreed stays")
}

func TestAHouseholdStandsInAHamletOfTheUnit(t *testing.T) {
	h := founded(t)
	for _, c := range []struct {
		hamlet, code string
	}{{"00163-99", "unknown_hamlet"}, {ward, "unknown_hamlet"}, {hamlet3, "outside_unit"}} {
		h.refuse(command.Rejected, c.code, "/hamlet", KindHouseholdPut, PutHousehold{ID: id("household", 1), Hamlet: c.hamlet, Address: "Số 21"})
	}
	require.Empty(t, h.reg.records[TypeHousehold])
}

func TestAHouseholdNeedsAnAddress(t *testing.T) {
	good := PutHousehold{ID: id("household", 1), Hamlet: hamlet, Address: "Số 21"}
	require.Nil(t, good.Check())
	for field, spoil := range map[string]func(*PutHousehold){
		"/id":      func(p *PutHousehold) { p.ID = command.ID{} },
		"/hamlet":  func(p *PutHousehold) { p.Hamlet = "" },
		"/address": func(p *PutHousehold) { p.Address = " \t" },
	} {
		bad := good
		spoil(&bad)
		require.Equal(t, "required", bad.Check().Code)
		require.Equal(t, field, bad.Check().Field)
	}
	good.Address = strings.Repeat("đ", 151)
	require.Equal(t, "too_long", good.Check().Code)
}
