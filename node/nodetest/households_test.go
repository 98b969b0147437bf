package nodetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// atHome is what a machine says of a household.
type atHome struct {
	Pending bool
	Members []struct{ ID command.ID }
}

func (c *Client) atHome(home command.ID) (ids []command.ID, pending bool) {
	var h atHome
	if !c.read("/api/v1/households/"+home.String(), &h) {
		return nil, false
	}
	for _, m := range h.Members {
		ids = append(ids, m.ID)
	}
	return ids, h.Pending
}

// householdsWhileCut splits a household at a ward that is cut off, and merges another
// one that meanwhile somebody else writes a child into.
func householdsWhileCut(t *testing.T, d *District) {
	ward3 := d.Wards[2]
	c, office := d.As(ward3, civic.RoleOfficer), d.As(d.District, civic.RoleOfficer)
	put := func(kind string, body any) Command {
		return Command{ID: command.NewID(), Kind: kind, Unit: ward3.Unit, Body: body}
	}
	homes, people := [2]command.ID{command.NewID(), command.NewID()}, [4]command.ID{}
	for i, home := range homes {
		c.Accepted(put("household.put", map[string]any{"id": home, "hamlet": ward3.Unit + "-01", "address": "Số 5"}))
		for n := range 2 {
			people[2*i+n] = command.NewID()
			c.Accepted(put("resident.put", map[string]any{"id": people[2*i+n], "household": home, "name": "Tòng Thị Cắt", "birth": "1960", "sex": "female"}))
		}
	}
	Eventually(t, callPatience, "the office to have them", func() bool { ids, _ := office.atHome(homes[1]); return len(ids) == 2 })
	seen := func(home command.ID, people ...command.ID) string {
		return civic.Seen(civic.Household{ID: home, Hamlet: ward3.Unit + "-01", Address: "Số 5"}, people)
	}

	d.Cut(ward3.Unit, "refuse")
	made, child := command.NewID(), command.NewID()
	split := put("household.split", civic.SplitHousehold{ID: made, From: homes[0], Seen: seen(homes[0], people[0], people[1]), Hamlet: ward3.Unit + "-02", Address: "Số 6", Members: people[1:2], Head: people[1]})
	merge := put("household.merge", civic.MergeHousehold{ID: homes[1], Into: made, Seen: seen(homes[1], people[2], people[3])})
	status, _ := c.Submit(split, merge)
	require.Equal(t, http.StatusAccepted, status, "saved on this machine")
	ids, pending := c.atHome(made)
	require.ElementsMatch(t, people[1:], ids, "what waits can be read where it was taken down")
	require.True(t, pending)
	d.at(d.District, d.user(d.District, civic.RoleOfficer)).Accepted(put("resident.put", map[string]any{"id": child, "household": homes[1], "name": "Tòng Văn Mới", "birth": "2026", "sex": "male"}))

	d.Heal(ward3.Unit)
	Eventually(t, time.Minute, "the split to be agreed and the merge to wait for a person, on both sides", func() bool {
		for _, at := range []*Client{c, office} {
			split, _ := at.atHome(made)
			left, pending := at.atHome(homes[1])
			if len(split) != 1 || len(left) != 3 || pending {
				return false
			}
		}
		told, known := c.Told(merge.ID) // the birth arrives before what became of the merge
		return known && told.Status != command.Waiting
	})
	told, ok := c.Told(merge.ID)
	require.True(t, ok)
	require.Equal(t, []any{command.Conflicted, "household_changed"}, []any{told.Status, told.Code})
	for _, at := range []*Client{c, office} {
		stays, _ := at.atHome(homes[0])
		require.Equal(t, people[:1], stays)
		ids, _ := at.atHome(homes[1])
		require.ElementsMatch(t, []command.ID{people[2], people[3], child}, ids)
	}
	d.As(ward3, civic.RoleSupervisor).Accepted(put("review.resolve", map[string]any{"review": merge.ID, "choice": "keep", "reason": "Hộ ấy đã có thêm cháu, chưa gộp"}))
}
