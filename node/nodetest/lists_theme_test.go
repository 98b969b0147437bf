package nodetest

import (
	"net/http"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// ofLists are filters with a name, what is done to several people at once, and
// large exports.
func (q asking) ofLists(route string) []ask {
	x := q.x
	switch route {
	case "GET /danh-sach/moi":
		return q.get(q.path + "?visits=3&hamlet=" + x.hamlet)
	case "POST /danh-sach/moi":
		return q.post(q.path, "hamlet", x.hamlet, "visits", "3", "list", "Danh sách "+shortOf(command.NewID()))
	case "GET /danh-sach/:id":
		return q.get("/danh-sach/" + q.listOf().String())
	case "POST /danh-sach/:id":
		return q.post("/danh-sach/"+q.listOf().String(), "list", "Danh sách "+shortOf(command.NewID()))
	case "POST /danh-sach/:id/xoa":
		return q.post("/danh-sach/" + q.listOf().String() + "/xoa")
	case "POST /nhan-khau/in", "POST /xuat/nhan-khau/chon":
		return q.post(q.path, "who", x.person.String())
	case "POST /nhan-khau/ghi-luot":
		return q.post(q.path, "who", x.person.String(), "do", "1", "visit-outcome", "nobody_home", "mode", "door")
	case "POST /nhan-khau/chuyen-to":
		return q.post(q.path, "who", x.person.String(), "do", "1", "to-hamlet", x.hamlet)
	case "POST /xuat/dung":
		return q.post(q.path, "job", command.NewID().String())
	case "GET /xuat/tep/:id":
		return q.get("/xuat/tep/" + command.NewID().String())
	}
	return nil
}

// listOf is a list saved by whoever asks, if they may have one, or else by a
// supervisor; of the other ward, by an officer there.
func (q asking) listOf() command.ID {
	at, place, role := seat{}, q.ward, q.role
	if !role.SeesPeople() {
		role = civic.RoleSupervisor
	}
	if q.whose == other {
		place, role = q.Wards[1], civic.RoleOfficer
	}
	at = q.sit(place, role)
	id := command.NewID()
	made := q.post("/danh-sach/moi", "id", id.String(), "visits", "3", "list", "Danh sách "+shortOf(id))
	resp, page := q.send(at, made[0])
	require.Equal(q.t, http.StatusSeeOther, resp.StatusCode, readable(page))
	q.settled()
	return id
}
