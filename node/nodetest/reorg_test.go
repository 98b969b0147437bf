package nodetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// figuresOf are the people and the rows of a report.
type figuresOf struct {
	Rows  []struct{ Unit, Name string }
	Total struct{ People, Visits, Captured int64 }
}

func (c *Client) figuresOn(unit, day string) (f figuresOf) {
	c.t.Helper()
	require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/report?unit="+unit+"&day="+day, nil, &f))
	return f
}

// TestAWardIsMergedWhileItsLinkIsCut: what its officers took down before they heard of
// it goes in, is counted under the new ward, and the machine may leave then.
func TestAWardIsMergedWhileItsLinkIsCut(t *testing.T) {
	beside(t)
	d := StartDistrict(t, 60)
	into, gone := d.Wards[1], d.Wards[2]
	leader, officer, other := d.As(d.District, civic.RoleLeader), d.As(gone, civic.RoleOfficer), d.As(into, civic.RoleOfficer)
	today := civic.DayOf(time.Now().UnixMilli())
	yesterday := civic.DayOf(time.Now().Add(-24 * time.Hour).UnixMilli())
	before, wards := leader.figuresOn(d.District.Unit, today), len(d.Wards)
	require.Len(t, before.Rows, wards)
	require.Equal(t, http.StatusForbidden, other.Call(http.MethodGet, "/api/v1/report?unit="+gone.Unit, nil, nil))

	d.Cut(gone.Unit, "drop")
	k := NewCase(gone.Unit)
	status, _ := officer.Submit(k.Forms...)
	require.Equal(t, http.StatusAccepted, status, "saved on this machine")

	plan, draft := command.NewID(), command.NewID()
	leader.Accepted(Command{ID: draft, Kind: "unit.plan", Unit: d.District.Unit,
		Body: civic.PlanUnits{ID: plan, Do: civic.PlanDoDraft, Into: into.Unit, Name: "Phường Nghĩa Mới", From: today, Wards: []string{gone.Unit}}})
	leader.Accepted(Command{ID: command.NewID(), Kind: "unit.plan", Unit: d.District.Unit, Body: civic.PlanUnits{ID: plan, Do: civic.PlanDoAgree, Was: draft}})
	Eventually(t, 30*time.Second, "the plan to be carried out", func() bool {
		return len(leader.figuresOn(d.District.Unit, today).Rows) == wards-1
	})
	after := leader.figuresOn(d.District.Unit, today)
	require.Equal(t, before.Total, after.Total, "nobody is lost, nobody is counted twice")
	old := leader.figuresOn(d.District.Unit, yesterday)
	require.Len(t, old.Rows, wards, "yesterday's report is under yesterday's names")
	require.NotContains(t, old.Rows, struct{ Unit, Name string }{into.Unit, "Phường Nghĩa Mới"})
	require.Contains(t, after.Rows, struct{ Unit, Name string }{into.Unit, "Phường Nghĩa Mới"})
	require.Nil(t, officer.Status(false).Leave, "the machine has not heard of it")

	d.Heal(gone.Unit)
	Eventually(t, 30*time.Second, "what was taken down to be agreed", func() bool { return k.SeenAt(other).Whole() })
	Eventually(t, 30*time.Second, "the machine to be free to leave", func() bool {
		leave := officer.Status(false).Leave
		return leave != nil && leave.May && leave.Into == into.Unit && leave.IntoName == "Phường Nghĩa Mới"
	})
	require.Equal(t, before.Total.People+1, leader.figuresOn(d.District.Unit, today).Total.People, "counted once")
	require.Equal(t, other.figuresOn(into.Unit, today).Total, other.figuresOn(gone.Unit, today).Total, "the old code leads to the new ward")
}
