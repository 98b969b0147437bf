package nodetest

import (
	"net/url"
	"regexp"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// family is a household of two that nobody has asked about; its people are the
// older one and the younger.
type family struct {
	door
	young command.ID
}

func (s *stage) family(x side) family {
	f := family{s.movedIn(x, "Cầm Thị "+shortOf(command.NewID())), command.NewID()}
	s.chief.Accepted(Command{ID: command.NewID(), Kind: "resident.put", Unit: x.unit,
		Body: map[string]any{"id": f.young, "household": f.home, "name": "Cầm Văn " + shortOf(f.young), "birth": "1990", "sex": "male"}})
	return f
}

// seen is the mark of that household, worked out from what was written down.
func (f family) seen(x side) string {
	return civic.Seen(civic.Household{Hamlet: x.hamlet, Address: "Số 10"}, []command.ID{f.person, f.young})
}

// bodyOfHouseholds are the kinds that make one household of two and two of one.
func (s *stage) bodyOfHouseholds(kind string, x side, id command.ID, fresh bool) any {
	if kind != "household.split" && kind != "household.merge" {
		return nil
	}
	f := family{door{x.home, x.person}, x.person}
	if fresh {
		f = s.family(x)
	}
	if kind == "household.merge" {
		into := id // nobody's: who is refused never gets so far
		if fresh {
			into = x.home
		}
		return civic.MergeHousehold{ID: f.home, Into: into, Seen: f.seen(x)}
	}
	return civic.SplitHousehold{ID: id, From: f.home, Seen: f.seen(x), Hamlet: x.hamlet, Address: "Số 10B", Members: []command.ID{f.young}}
}

// ofHouseholds are the forms that change a household and the pages of hamlets. Who
// may, is asked about a household that nobody asked about before.
func (q asking) ofHouseholds(route string) []ask {
	if strings.HasSuffix(q.path, "/to/:code") {
		return q.ofHamlet(route)
	}
	if !strings.HasPrefix(q.path, "/ho/:id/") {
		if route == "POST /to/moi" {
			return q.post(q.path, "unit", q.x.unit, "code", q.x.unit+"-"+shortOf(command.NewID())[6:], "hamlet-name", "Tổ Mới", "lacks", "fibre")
		}
		return nil
	}
	f := family{door{q.x.home, q.x.person}, q.x.person}
	may := q.method == "POST" && q.whose == own && (q.role == civic.RoleOfficer || q.role == civic.RoleSupervisor)
	if may && !strings.HasSuffix(q.path, "/den") {
		f = q.family(q.x)
	}
	path := strings.Replace(q.path, ":id", f.home.String(), 1)
	switch route {
	case "GET /ho/:id/sua", "GET /ho/:id/tach", "GET /ho/:id/gop":
		return q.get(path)
	case "POST /ho/:id/sua":
		return q.post(path, "was-address", "Số 10", "address", "Số 10A", "was-hamlet", q.x.hamlet, "hamlet", q.x.hamlet)
	case "POST /ho/:id/tach":
		return q.asShown(may, path, q.post(path, "movers", f.young.String(), "address", "Số 10B", "hamlet", q.x.hamlet))
	case "POST /ho/:id/gop":
		return q.asShown(may, path, q.post(path, "into", q.x.home.String()))
	}
	return nil
}

var householdAsShown = regexp.MustCompile(`name="seen" value="([^"]+)"`)

// asShown adds what the page showed, for who may see it.
func (q asking) asShown(may bool, path string, asks []ask) []ask {
	if may {
		asks[0].fill = func(at seat, form url.Values) { form.Set("seen", q.onPage(at, path, householdAsShown)) }
	}
	return asks
}

func (q asking) ofHamlet(route string) []ask {
	path := "/to/" + q.x.hamlet
	if route == "GET /to/:code" {
		return q.get(path)
	}
	asks := q.post(path, "hamlet-name", "Tổ 1", "lacks", "power")
	if q.whose == own && (q.role == civic.RoleSupervisor || q.role == civic.RoleLeader || q.role == civic.RoleAdmin) {
		asks[0].fill = func(at seat, form url.Values) { form.Set("was", q.onPage(at, path, teamAsShown)) }
	}
	return asks
}
