package nodetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/demo"
	"gocua/store/civic"
	"gocua/store/command"
)

const (
	casesBefore = 3  // agreed before the officer is disabled
	casesAfter  = 13 // five forms each
	casesOthers = 4  // of somebody else on the same machine
)

// revokedWhileCutOff disables an officer while their ward is cut off, lets them
// go on, and looks for all of it when the link is back.
func revokedWhileCutOff(s *stage) {
	ward := s.Wards[2]
	hash, err := auth.HashPassword(castPassword)
	require.NoError(s.t, err)
	grant := civic.PutOfficer{User: "lan.cat", Role: civic.RoleOfficer, Unit: ward.Unit, Hash: hash}
	grant.ID = s.officer(s.place(), grant)
	s.Agree(time.Minute)
	lan, colleague := SignIn(s.t, ward.URL, grant.User, castPassword), s.As(ward, civic.RoleOfficer)
	var before, others, after []Case
	for range casesBefore {
		k := NewCase(ward.Unit)
		lan.Accepted(k.Forms...)
		before = append(before, k)
	}

	s.Cut(ward.Unit, "drop")
	Eventually(s.t, time.Minute, "the ward to miss the leader", func() bool { return colleague.Status(false).Leader == "" })
	s.disable(grant)

	var forms []Command // all that the officer is told is saved
	take := func(c *Client, list ...Command) {
		status, outcomes := c.Submit(list...)
		require.Equal(s.t, http.StatusAccepted, status, "%+v", outcomes)
	}
	for i := range casesAfter {
		k := NewCase(ward.Unit)
		take(lan, k.Forms...)
		after, forms = append(after, k), append(forms, k.Forms...)
		if i < casesOthers {
			own := NewCase(ward.Unit)
			take(colleague, own.Forms...)
			others = append(others, own)
		}
	}
	old := before[0]
	edit := Command{ID: command.NewID(), Kind: "resident.edit", Unit: ward.Unit, Body: map[string]any{"id": old.Resident, "edits": []map[string]any{{"field": "name", "was": "Trần Thị Mẫu", "now": "Trần Thị Mẫu Sáu"}}}}
	knock := Command{ID: command.NewID(), Kind: "visit.record", Unit: ward.Unit, Body: map[string]any{"id": command.NewID(), "household": old.Household, "at": time.Now().UTC().Format(time.RFC3339), "mode": "door", "outcome": "will_come"}}
	take(lan, edit, knock)
	forms = append(forms, edit, knock)
	// Somebody else builds on what will not go in.
	first := after[0]
	child := Command{ID: command.NewID(), Kind: "visit.record", Unit: ward.Unit, After: []command.ID{first.Forms[0].ID},
		Body: map[string]any{"id": command.NewID(), "household": first.Household, "at": time.Now().UTC().Format(time.RFC3339), "mode": "door", "outcome": "will_come"}}
	take(colleague, child)
	require.GreaterOrEqual(s.t, len(forms), 60)

	s.Heal(ward.Unit)
	took := Eventually(s.t, time.Minute, "the ward to have handed in everything", func() bool { return colleague.Status(false).Outbox.Waiting == 0 })
	s.Agree(time.Minute)
	s.t.Logf("%d forms of a disabled officer, %d of a colleague, decided %v after the link was back", len(forms), 5*len(others)+1, took.Round(time.Millisecond))
	require.Equal(s.t, http.StatusUnauthorized, lan.Call(http.MethodGet, "/api/v1/status", nil, nil), "the session outlives the grant")

	s.allInReview(ward, forms, child)
	for _, c := range s.Everywhere(civic.RoleSupervisor) {
		for _, k := range after {
			require.Empty(s.t, k.SeenAt(c), "something went in at %s", c.URL)
		}
		for i, k := range slices.Concat(before, others) {
			require.Equal(s.t, Once(), k.SeenAt(c), "case %d at %s", i, c.URL)
		}
		var person struct{ Name string }
		require.True(s.t, c.read("/api/v1/residents/"+old.Resident.String(), &person))
		require.Equal(s.t, "Trần Thị Mẫu", person.Name, "an edit went in")
	}

	supervisor := s.As(ward, civic.RoleSupervisor)
	supervisor.Accepted(Command{ID: command.NewID(), Kind: "review.resolve", Unit: ward.Unit,
		Body: map[string]any{"review": first.Forms[0].ID, "choice": "take", "reason": "hộ có thật, đã đến xem"}})
	s.Agree(time.Minute)
	for _, c := range s.Everywhere(civic.RoleSupervisor) {
		var home struct{ Visits []json.RawMessage }
		require.True(s.t, c.read("/api/v1/households/"+first.Household.String(), &home), "what was taken is not at %s", c.URL)
		require.Len(s.t, home.Visits, 1, "the colleague's visit goes in with what it builds on, the disabled officer's waits")
	}
}

// disable withdraws a grant at the district office and waits until it counts.
func (s *stage) disable(o civic.PutOfficer) {
	o.Name, o.Disabled = "Vai "+o.User, true
	require.Equal(s.t, http.StatusOK, s.Owner(s.place()).Call(http.MethodPost, "/ask", map[string]any{"kind": "officer.put", "unit": s.place().Unit, "body": o}, nil))
}

// allInReview checks that each form waits for a person, as it was taken down.
func (s *stage) allInReview(ward demo.Place, forms []Command, child Command) {
	supervisor := s.As(ward, civic.RoleSupervisor)
	waits := map[command.ID]reviewLine{}
	for _, r := range openReviews(supervisor, ward.Unit) {
		waits[r.ID] = r
	}
	codes, kinds := map[string]int{}, map[string]int{}
	for _, f := range append(slices.Clone(forms), child) {
		r, ok := waits[f.ID]
		require.True(s.t, ok, "%s %s is lost", f.Kind, f.ID)
		require.Equal(s.t, f.Kind, r.Kind)
		sent, err := json.Marshal(f.Body)
		require.NoError(s.t, err)
		require.True(s.t, whole(sent, r.Body), "%s: taken down %s, in review %s", f.Kind, sent, r.Body)
		codes[r.Code]++
		kinds[r.Kind]++
		told, ok := supervisor.Told(f.ID)
		require.True(s.t, ok)
		require.NotEqual(s.t, command.Accepted, told.Status)
	}
	require.Equal(s.t, map[string]int{"actor_revoked": len(forms), "parent_open": 1}, codes)
	require.GreaterOrEqual(s.t, len(kinds), 6, "%v", kinds)
	require.Len(s.t, waits, len(forms)+1, "nothing else waits in that ward")
}

// whole reports whether what is kept has everything that was sent; numbers are
// shown masked, and times and texts in one form.
func whole(sent, kept json.RawMessage) bool {
	var a, b map[string]any
	if json.Unmarshal(sent, &a) != nil || json.Unmarshal(kept, &b) != nil {
		return false
	}
	for name, value := range a {
		if list, ok := value.([]any); ok && len(list) > 0 {
			other, ok := b[name].([]any)
			if !ok || len(other) != len(list) {
				return false
			}
			continue
		}
		if name == "phone" || name == "at" {
			if b[name] == nil || b[name] == "" {
				return false
			}
			continue
		}
		if b[name] != value {
			return false
		}
	}
	return true
}
