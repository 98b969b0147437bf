package civic

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// FuzzDecide gives rules whatever may come from outside: they decide, the same
// each time, and never panic.
func FuzzDecide(f *testing.F) {
	h := enrolled(f)
	h.accept(KindUnitPut, json.RawMessage(spec(f, h, KindUnitPut).Example))
	h.accept(KindHouseholdPut, json.RawMessage(spec(f, h, KindHouseholdPut).Example))
	h.accept(KindResidentPut, json.RawMessage(spec(f, h, KindResidentPut).Example))
	h.accept(KindSeal, seal(1, 0, 10, "", "a hash"))
	for _, s := range h.table.Kinds() {
		f.Add(uint16(s.Kind), []byte(s.Example))
	}
	key, house := theirHousehold(1)
	for kind, body := range map[command.Kind]any{KindFound: foundingBody(), KindSeal: seal(2, 10, 20, "a hash", "b"), KindReceipt: receipt(1, "a hash"),
		KindParcelReceive: parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))} {
		b, err := json.Marshal(body)
		require.NoError(f, err)
		f.Add(uint16(kind), b)
	}
	f.Fuzz(func(t *testing.T, kind uint16, body []byte) {
		s, known := h.table.Kind(command.Kind(kind))
		canonical, malformed := h.table.Canonical(command.Kind(kind), body)
		if !known || malformed != nil && !json.Valid(body) {
			require.NotNil(t, malformed)
			return
		}
		if malformed != nil { // refused at the edge; a machine that skips the edge may still send it
			canonical = body
		}
		env := (&history{t: t, reg: h.reg, table: h.table}).envelope(s.Kind, canonical)
		d, err := h.table.Decide(h.reg, env)
		if err != nil {
			require.NotNil(t, malformed, "a good body is decided: %v", err)
			return
		}
		again, err := h.table.Decide(h.reg, env)
		require.NoError(t, err)
		require.Equal(t, bytesOf(t, d), bytesOf(t, again))
		if d.Status != command.Accepted {
			require.NotNil(t, d.Err)
		}
		storable(t, h.table, d)
	})
}

// storable: what a decision changes can be kept, and found.
func storable(t *testing.T, table *command.Table, d command.Decision) {
	for _, c := range d.Changes {
		rec, ok := table.Record(c.Type)
		require.True(t, ok)
		if c.Op == command.Delete {
			continue
		}
		derived, err := rec.Derive(c.Value)
		require.NoError(t, err)
		for _, text := range written(c.Key, derived) {
			require.False(t, len(text) > 32<<10 || strings.Contains(text, "\x00"), "a key the store cannot keep")
		}
	}
}

// FuzzResolve gives a person's decision, and the corrections in it, whatever may
// come from outside, about every kind of review there can be.
func FuzzResolve(f *testing.F) {
	h := disputed(f)
	reviews := []done{
		h.secondMau(1),
		h.do(KindResidentEdit, edit(h.mau, "name", "Trần Thị Mân", "Trần Thị Mận")),
		h.do(KindHouseholdPut, PutHousehold{ID: h.home, Hamlet: hamlet2, Address: "Số 99"}),
		h.do(KindHouseholdEdit, EditHousehold{ID: h.home, Edits: []Edit{change("address", "Số 20", "Số 22")}}),
		h.do(KindVisitRecord, knock(id("home", 9), "will_come")),
		h.do(KindAppSubmit, application(id("late", 1), "0912404318")),
		h.do(KindActivation, activation(id("r", 404), tonight)),
		h.do(KindRosterPage, listPage(1), as(RoleAuditor)),
	}
	all := make([]command.ID, len(reviews))
	for i, d := range reviews {
		require.NotEqual(f, command.Accepted, d.Status)
		all[i] = d.env.ID
	}
	listed := h.accept(KindRosterPage, listPage(2, RosterRow{Line: 7, Number: mausNumber, Name: "Nguyễn Văn Tám", Birth: "1970"}))
	all = append(all, command.DerivedID("review", listed.env.ID.String(), "7"), id("nothing", 1))
	for i := range all {
		for _, choice := range []Choice{ChoiceKeep, ChoiceTake, ChoiceNotSame} {
			f.Add(uint8(i), string(choice), "", []byte(nil))
		}
	}
	f.Add(uint8(0), "edit", "personalNumber", []byte(`"001155000430"`))
	f.Add(uint8(0), "edit", "phones", []byte(`["0912404318"]`))
	f.Add(uint8(1), "edit", "phones", []byte(`null`))
	f.Add(uint8(2), "edit", "hamlet", []byte(`"00163-02"`))
	f.Add(uint8(4), "edit", "household", []byte(`{"id":1}`))
	f.Add(uint8(8), "edit", "line", []byte(`-1e3`))
	f.Fuzz(func(t *testing.T, which uint8, choice, field string, now []byte) {
		p := ResolveReview{Review: all[int(which)%len(all)], Choice: Choice(choice), Reason: "Đã hỏi"}
		if p.Choice == ChoiceEdit {
			if !json.Valid(now) {
				now = nil // left out
			}
			p.Edits = []Edit{{Field: field, Now: now}}
		}
		env := (&history{t: t, reg: h.reg, table: h.table}).envelope(KindReviewResolve, p, as(RoleSupervisor))
		d, err := h.table.Decide(h.reg, env)
		require.NoError(t, err)
		again, err := h.table.Decide(h.reg, env)
		require.NoError(t, err)
		require.Equal(t, bytesOf(t, d), bytesOf(t, again))
		require.Equal(t, d.Status == command.Accepted, d.Err == nil)
		storable(t, h.table, d)
	})
}
