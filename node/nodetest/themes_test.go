package nodetest

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// ofEntry are the routes before and around signing in.
func (q asking) ofEntry(route string) []ask {
	switch route {
	case "POST /vao":
		return q.post(q.path, "user", q.user.User, "password", q.user.Password)
	case "POST /lan-dau":
		return q.post(q.path, "code", "ABCD-EFGH-JKLM", "user", "dau.tien", "name", "Người Đầu Tiên", "password", castPassword, "again", castPassword)
	case "POST /ngon-ngu":
		return q.post(q.path, "lang", "en", "back", "/")
	case "GET /huong-dan/:role":
		return q.get("/huong-dan/can-bo")
	case "GET /static/*":
		return q.get(q.stylesheet())
	case "GET /*":
		return q.get("/khong-co-trang-nay")
	case "GET /song":
		return q.get("/song?dots=" + q.x.submitted.String())
	}
	return nil
}

// ofPeople are the routes where people are looked at.
func (q asking) ofPeople(route string) []ask {
	x, person := q.x, "/nhan-khau/"+q.x.person.String()
	switch route {
	case "GET /nhan-khau":
		return q.get("/nhan-khau?unit="+x.unit, "/nhan-khau?q=moc&unit="+x.unit, "/nhan-khau?hamlet="+x.hamlet)
	case "GET /nhan-khau/:id":
		return q.get(person, person+"?het=1")
	case "POST /nhan-khau/:id/hien":
		return append(q.post(person+"/hien", "field", "personalNumber"), q.post(person+"/hien", "field", "phones")...)
	case "GET /ho/:id":
		return q.get("/ho/" + x.home.String())
	case "POST /nhan-khau/:id/khan-cap":
		return q.post("/nhan-khau/"+x.urgent.person.String()+"/khan-cap", "glass-reason", urgentReason)
	case "POST /ho/:id/khan-cap":
		return q.post("/ho/"+x.urgent.home.String()+"/khan-cap", "glass-reason", urgentReason)
	case "GET /xuat/nhan-khau":
		return q.get(q.path + "?hamlet=" + x.hamlet)
	case "POST /xuat/nhan-khau": // one: the next within a minute is refused
		return q.post(q.path, "hamlet", x.hamlet, "reason", "họp giao ban khu phố", "format", "csv")
	case "GET /nhat-ky":
		return q.get("/nhat-ky?unit="+x.unit, "/nhat-ky?unit="+x.unit+"&ho-so="+x.person.String())
	}
	return nil
}

const urgentReason = "Công dân ngất ở trụ sở, cần báo người nhà"

// ofCapture are the routes where something about people is taken down.
func (q asking) ofCapture(route string) []ask {
	x, person, home := q.x, "/nhan-khau/"+q.x.person.String(), "/ho/"+q.x.home.String()
	switch route {
	case "GET /nhan-khau/:id/khai", "GET /nhan-khau/:id/kich-hoat", "GET /nhan-khau/:id/sua":
		return q.get(person + q.path[strings.LastIndex(q.path, "/"):])
	case "POST /nhan-khau/:id/khai":
		return q.post(person+"/khai", "phone", "0912404777", "relation", "self", "confirm", "1", "heeded", "again")
	case "POST /nhan-khau/:id/kich-hoat":
		return q.post(person+"/kich-hoat", "way", "app", "at", dayFromNow(0))
	case "POST /nhan-khau/:id/sua":
		name, now := q.called(x), x.marks[0]
		if name == now {
			now += " Em"
		}
		return q.post(person+"/sua", "name", now, "was-name", name)
	case "GET /nhan-khau/moi":
		return q.get("/nhan-khau/moi?ho=" + x.home.String())
	case "POST /nhan-khau/moi":
		return q.post(q.path, "household", x.home.String(), "name", "Lý Thị "+strconv.Itoa(len(q.seats))+command.NewID().String()[30:], "birth", "17/03/1955", "sex", "female")
	case "GET /ho/moi":
		return q.get(q.path)
	case "POST /ho/moi":
		return q.post(q.path, "hamlet", x.hamlet, "address", "Số 5")
	case "GET /ho/:id/den":
		return q.get(home + "/den")
	case "POST /ho/:id/den":
		return q.post(home+"/den", "outcome", "nobody_home", "mode", "door")
	}
	return nil
}

// lookalike is somebody of the side other than its person; a new one where the
// route is for this role, whose pages must show somebody.
func (q asking) lookalike() command.ID {
	if q.whose == own && (q.role == civic.RoleOfficer || q.role == civic.RoleSupervisor || q.role == civic.RoleLeader) {
		return q.newcomer(q.x)
	}
	return q.x.urgent.person
}

// dayFromNow is a day as forms have it.
func dayFromNow(days int) string {
	return time.Now().UTC().Add(7*time.Hour).AddDate(0, 0, days).Format("02/01/2006")
}

// ofOffice are the routes of lists, reviews and what waits.
func (q asking) ofOffice(route string) []ask {
	x := q.x
	switch route {
	case "POST /nhap":
		return []ask{q.upload(x)}
	case "GET /nhap/ket-qua/:id":
		return q.get("/nhap/ket-qua/" + x.job)
	case "GET /nhap/:id", "GET /nhap/:id/thu", "POST /nhap/:id", "POST /nhap/:id/bat-dau":
		draft := x.draft
		if q.mine() && strings.HasSuffix(route, "/bat-dau") {
			draft = q.hold(x.unit, "Mốc Bắt Đầu")
		}
		if path := strings.Replace(q.path, ":id", draft, 1); strings.HasPrefix(route, "POST") {
			return q.post(path, "dates", "dmy")
		} else {
			return q.get(path)
		}
	case "GET /nhap/:id/hoan-tac":
		return q.get("/nhap/" + x.job + "/hoan-tac")
	case "POST /nhap/:id/hoan-tac":
		job := x.job
		if q.mine() {
			job = q.load(x.unit, "Mốc Gỡ "+command.NewID().String()[30:])
		}
		return q.post("/nhap/" + job + "/hoan-tac")
	case "POST /nhap/dung":
		return q.post(q.path, "job", x.job)
	case "GET /doi-chieu":
		return q.get("/doi-chieu?id=" + q.review[x.unit].String())
	case "POST /doi-chieu":
		if q.whose == own && (q.role == civic.RoleLeader || q.role == civic.RoleProvince) { // what the supervisor decided is decided
			q.review[x.unit] = q.inReview(x)
		}
		return q.post("/doi-chieu?id="+q.review[x.unit].String(), "choice", "keep", "reason", "đã hỏi lại")
	case "GET /trung/:a/:b":
		return q.get("/trung/" + x.person.String() + "/" + q.lookalike().String())
	case "POST /trung/:a/:b":
		return q.post("/trung/"+x.person.String()+"/"+q.lookalike().String(), "do", "apart")
	case "POST /so-cho/gui-lai":
		return q.post(q.path, "type", strconv.Itoa(int(civic.TypeResident)), "key", string(civic.KeyOf(x.person)))
	}
	return nil
}

// mine reports whether a list of this ward is the asker's to bring in.
func (q asking) mine() bool { return q.role == civic.RoleSupervisor && q.whose == own }

// ofPrograms are the calls of programs, of the command line and of the
// demonstration.
func (q asking) ofPrograms(route string) []ask {
	x := q.x
	household := Command{ID: command.NewID(), Kind: "household.put", Unit: x.unit, Body: map[string]any{"id": command.NewID(), "hamlet": x.hamlet, "address": "Số 3"}}
	switch route {
	case "POST /api/v1/sessions":
		return q.call(q.path, map[string]string{"user": q.user.User, "password": q.user.Password})
	case "DELETE /api/v1/sessions/:id":
		which := "others"
		if q.whose == other {
			which = q.sessionOf(q.chief)
		}
		return q.call("/api/v1/sessions/"+which, nil)
	case "POST /api/v1/commands":
		return q.call(q.path, map[string]any{"commands": []Command{household}})
	case "GET /api/v1/commands/:id":
		return q.get("/api/v1/commands/" + x.submitted.String())
	case "GET /api/v1/residents":
		return q.get("/api/v1/residents?unit="+x.unit, "/api/v1/residents?q=moc&unit="+x.unit, "/api/v1/residents?hamlet="+x.hamlet)
	case "GET /api/v1/residents/:id", "GET /api/v1/residents/:id/events":
		return q.get(strings.Replace(q.path, ":id", x.person.String(), 1))
	case "GET /api/v1/households/:id", "GET /api/v1/households/:id/events":
		return q.get(strings.Replace(q.path, ":id", x.home.String(), 1))
	case "GET /api/v1/applications":
		return q.get("/api/v1/applications?state=captured&unit=" + x.unit)
	case "GET /api/v1/audit":
		return q.get("/api/v1/audit?unit="+x.unit, "/api/v1/audit?unit="+x.unit+"&record="+x.person.String())
	case "POST /control/v1/ask":
		return q.call(q.path, household)
	case "POST /control/v1/officers/:user/code":
		return q.call("/control/v1/officers/"+x.colleague.user+"/code?lost=password", nil)
	case "GET /control/v1/imports/:id", "POST /control/v1/imports/:id", "DELETE /control/v1/imports/:id", "POST /control/v1/imports/:id/start":
		return q.call(strings.Replace(q.path, ":id", x.draft, 1), nil)
	case "GET /control/v1/imports/:id/result":
		return q.get("/control/v1/imports/" + x.job + "/result")
	case "POST /demo/links/:unit":
		return q.call("/demo/links/"+x.unit, map[string]any{"up": true})
	}
	return nil
}

// sessionOf is what a session of somebody is called.
func (s *stage) sessionOf(c *Client) string {
	var open struct {
		Items []struct {
			ID      string
			Current bool
		}
	}
	require.Equal(s.t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/sessions", nil, &open))
	for _, o := range open.Items {
		if o.Current {
			return o.ID
		}
	}
	require.FailNow(s.t, "nobody asked")
	return ""
}

// called is what somebody is called now.
func (s *stage) called(x side) string {
	var p struct{ Name string }
	require.Equal(s.t, http.StatusOK, s.chief.Call(http.MethodGet, "/api/v1/residents/"+x.person.String(), nil, &p))
	return p.Name
}

// stylesheet is a file that a page names.
func (s *stage) stylesheet() string {
	_, page := s.send(seat{url: s.ward.URL}, ask{method: http.MethodGet, path: "/vao"})
	from := strings.Index(page, "/static/")
	require.Positive(s.t, from)
	return page[from : from+strings.IndexByte(page[from:], '"')]
}

// upload is a list for a ward, as the page sends it.
func (s *stage) upload(x side) ask {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	kind := form.FormDataContentType()
	return ask{method: http.MethodPost, path: "/nhap", kind: kind, raw: func(at seat) []byte {
		for _, field := range [][2]string{{"token", at.form}, {"unit", x.unit}} {
			require.NoError(s.t, form.WriteField(field[0], field[1]))
		}
		part, err := form.CreateFormFile("file", "b.csv")
		require.NoError(s.t, err)
		_, err = io.WriteString(part, "STT,Họ và tên,Ngày sinh,Giới tính,Địa chỉ,Tổ\n1,Lê Văn "+command.NewID().String()[30:]+",1960,Nam,Số 9,Tổ 1\n")
		require.NoError(s.t, err)
		require.NoError(s.t, form.Close())
		return body.Bytes()
	}}
}
