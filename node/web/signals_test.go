package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func signalParts() []part {
	return []part{{"what is unusual is shown to the supervisor and to nobody else", theUnusualIsForTheSupervisor}}
}

func theUnusualIsForTheSupervisor(t *testing.T, d *nodetest.District) {
	ward := d.Wards[2]
	clerk := d.As(ward, civic.RoleOfficer)
	began := time.Now().Add(-time.Hour)
	home, person := command.NewID(), command.NewID()
	commands := []nodetest.Command{
		{ID: command.NewID(), Kind: "household.put", Unit: ward.Unit, Body: map[string]any{"id": home, "hamlet": nodetest.NewCase(ward.Unit).Ward + "-01", "address": "Số 7, ngõ Đều Đặn"}},
		{ID: command.NewID(), Kind: "resident.put", Unit: ward.Unit, Body: map[string]any{"id": person, "household": home, "name": "Trần Đều", "birth": "1955", "sex": "male"}},
	}
	for i := range 9 {
		at := began.Add(time.Duration(i) * 5 * time.Minute).UTC().Format(time.RFC3339)
		commands = append(commands, nodetest.Command{ID: command.NewID(), Kind: "visit.record", Unit: ward.Unit,
			Body: map[string]any{"id": command.NewID(), "household": home, "at": at, "mode": "door", "outcome": "nobody_home"}})
	}
	clerk.Accepted(commands...)
	b := browserOf(t, ward, civic.RoleSupervisor)
	require.Contains(t, b.page("/").body, `href="/dau-hieu"`)
	page := b.page("/dau-hieu")
	require.Contains(t, page.text(), "Các lượt ghi cách đều nhau")
	require.Contains(t, page.body, `href="/ho/`+home.String()+`"`, "each opens what is behind it")
	require.Equal(t, http.StatusForbidden, b.get("/dau-hieu?unit="+d.Wards[0].Unit).status, "another ward's")
	for _, role := range []civic.Role{civic.RoleOfficer} {
		other := browserOf(t, ward, role)
		require.Equal(t, http.StatusForbidden, other.get("/dau-hieu").status)
		require.NotContains(t, other.page("/").body, "/dau-hieu")
	}
	for _, role := range []civic.Role{civic.RoleLeader, civic.RoleAdmin} {
		require.Equal(t, http.StatusForbidden, browserOf(t, d.District, role).get("/dau-hieu").status, role)
	}
}
