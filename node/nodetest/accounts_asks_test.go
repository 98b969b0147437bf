package nodetest

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// ofAccounts are the pages of one's own account, in the order in which the
// matrix has them: a second factor is set up, put on another phone and removed.
func (q asking) ofAccounts(route string) []ask {
	sure := []string{"password", q.user.Password}
	switch route {
	case "POST /bao-mat/mat-khau":
		fresh := q.user.Password + " rồi"
		asks := q.post(q.path, "old", q.user.Password, "password", fresh, "again", fresh)
		if q.role != nobody {
			q.user.Password = fresh
			q.cast[q.ward.Node+" "+string(q.role)] = q.user
		}
		return asks
	case "POST /bao-mat/hai-lop":
		asks := q.post(q.path)
		asks[0].fill = func(at seat, form url.Values) {
			secret := strings.ReplaceAll(q.onPage(at, "/bao-mat/hai-lop", shownSecret), " ", "")
			form.Set("code", Code(q.t, secret))
		}
		return asks
	case "POST /bao-mat/doi-hai-lop", "POST /bao-mat/ma-du-phong", "POST /bao-mat/bo-hai-lop":
		return q.post(q.path, sure...)
	case "POST /phien":
		return q.post(q.path, "others", "1")
	case "POST /the":
		return q.post(q.path, append(sure, "name", "Bảng tin", "until", dayFromNow(30), "scope", "see_machine")...)
	case "POST /the/thu-hoi":
		asks := q.post(q.path, "token-id", command.NewID().String())
		if q.whose == other {
			asks[0].form.Set("token-id", q.x.token)
		} else if q.role != nobody && q.role != civic.RoleHelper { // who has none
			asks[0].fill = func(at seat, form url.Values) { form.Set("token-id", q.onPage(at, "/the", ownToken)) }
		}
		return asks
	}
	return nil
}

var (
	shownSecret = regexp.MustCompile(`id="secret">([^<]+)<`)
	ownToken    = regexp.MustCompile(`name="token-id" value="([^"]+)"`)
)

// onPage reads something off a page.
func (s *stage) onPage(at seat, path string, what *regexp.Regexp) string {
	s.t.Helper()
	_, page := s.send(at, ask{method: http.MethodGet, path: path})
	found := what.FindStringSubmatch(page)
	require.NotNil(s.t, found, "%s is not on %s: %s", what, path, readable(page))
	return found[1]
}

// ofOfficers are the pages of officers, all about one colleague, in the order in
// which the matrix has them: changed, shut out, let in again, given a code.
func (q asking) ofOfficers(route string) []ask {
	them := q.x.colleague
	page := "/can-bo/" + them.id.String()
	switch route {
	case "POST /can-bo/moi":
		id := command.NewID().String()
		return q.post(q.path, "id", id, "name", "Vai Mới", "user", "moi."+id[24:], "role", string(civic.RoleOfficer), "unit", q.x.unit)
	case "GET /can-bo/:id":
		return q.get(page)
	case "GET /can-bo/:id/sua", "GET /can-bo/:id/khoa":
		return q.get(page + q.path[strings.LastIndex(q.path, "/"):])
	case "POST /can-bo/:id/sua":
		return q.post(page+"/sua", "name", "Vai "+them.user, "user", them.user, "role", string(civic.RoleOfficer), "unit", q.x.unit, "until", dayFromNow(90))
	case "POST /can-bo/:id/khoa", "POST /can-bo/:id/mo", "POST /can-bo/:id/bo-ma":
		return q.post(page + q.path[strings.LastIndex(q.path, "/"):])
	case "POST /can-bo/:id/ma":
		return q.post(page+"/ma", "lost", civic.LostPassword, "password", q.user.Password)
	case "POST /can-bo/:id/phien":
		return q.post(page+"/phien", "others", "1")
	}
	return nil
}

// ofTeams are the pages of teams, all about one of the ward, in the order in which
// the matrix has them: changed, ended, taken up again.
func (q asking) ofTeams(route string) []ask {
	page := "/to-cong-tac/" + q.x.team.String()
	switch route {
	case "POST /to-cong-tac/moi":
		return q.post(q.path, "unit", q.x.unit, "team", "Tổ "+command.NewID().String(), "kind", string(civic.TeamYouth))
	case "GET /to-cong-tac/:id", "GET /to-cong-tac/:id/thoi":
		return q.get(strings.Replace(q.path, "/to-cong-tac/:id", page, 1))
	case "POST /to-cong-tac/:id":
		asks := q.post(page, "team", "Tổ "+command.NewID().String(), "kind", string(civic.TeamWomen))
		if q.whose == own && (q.role == civic.RoleSupervisor || q.role == civic.RoleAdmin) { // who is shown the team
			asks[0].fill = func(at seat, form url.Values) { form.Set("was", q.onPage(at, page, teamAsShown)) }
		}
		return asks
	case "POST /to-cong-tac/:id/thoi", "POST /to-cong-tac/:id/lap-lai":
		return q.post(strings.Replace(q.path, "/to-cong-tac/:id", page, 1))
	}
	return nil
}

var teamAsShown = regexp.MustCompile(`name="was" value="([^"]+)"`)
