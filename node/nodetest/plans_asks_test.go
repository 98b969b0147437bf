package nodetest

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/store/civic"
	"gocua/store/command"
)

// plan drafts another name for a ward, at a machine.
func (s *stage) plan(at demo.Place, x side) command.ID {
	body := s.bodyOf("unit.plan", x, true).(civic.PlanUnits)
	in := map[string]any{"kind": "unit.plan", "unit": at.Unit, "body": body}
	require.Equal(s.t, http.StatusOK, s.Owner(at).Call(http.MethodPost, "/ask", in, nil))
	return body.ID
}

// ofPlans are the pages where wards are planned, all about one draft; one that is
// dropped is another each time.
func (q asking) ofPlans(route string) []ask {
	if route == "POST /dia-gioi/moi" {
		return q.post(q.path, q.renaming()...)
	}
	if !strings.HasPrefix(q.path, "/dia-gioi/:id") {
		return nil
	}
	may := q.whose == own && slices.Contains([]civic.Role{civic.RoleLeader, civic.RoleAdmin}, q.role)
	id := q.x.plan
	if may && route == "POST /dia-gioi/:id/bo" {
		id = q.stage.plan(q.ward, q.x)
	}
	path := strings.Replace(q.path, ":id", id.String(), 1)
	if q.method == http.MethodGet {
		return q.get(path)
	}
	asks := q.post(path)
	if strings.HasSuffix(path, "/sua") {
		asks = q.post(path, q.renaming()...)
	}
	if may {
		asks[0].fill = func(at seat, form url.Values) { form.Set("was", q.onPage(at, path, teamAsShown)) }
	}
	return asks
}

// renaming is the form that gives the ward another name.
func (q asking) renaming() []string {
	return []string{"kind", "ten", "target", q.x.unit, "ward-name", "Phường " + command.NewID().String(), "from", time.Now().AddDate(0, 0, 40).Format("02/01/2006")}
}
