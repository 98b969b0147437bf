package nodetest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/store/civic"
	"gocua/store/command"
)

// ask is one request of the matrix.
type ask struct {
	method, path string
	form         url.Values // of a page
	json         any        // of a call
	kind         string     // of raw
	raw          func(at seat) []byte
}

// asksOf are the requests that stand for a route about one side: valid but for
// who asks. A route without a parameter needs no line here: it is asked for as
// it is, with ?unit=, and a form with the session's token only.
func (s *stage) asksOf(method, path, whose string, role civic.Role) []ask {
	x := s.sides[whose]
	person, home := "/nhan-khau/"+x.person.String(), "/ho/"+x.home.String()
	form := func(path string, pairs ...string) []ask {
		v := url.Values{"command": {command.NewID().String()}, "id": {command.NewID().String()}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return []ask{{method: http.MethodPost, path: path, form: v}}
	}
	get := func(paths ...string) (asks []ask) {
		for _, path := range paths {
			asks = append(asks, ask{method: http.MethodGet, path: path})
		}
		return asks
	}
	call := func(path string, in any) []ask { return []ask{{method: method, path: path, json: in}} }
	household := func() Command {
		return Command{ID: command.NewID(), Kind: "household.put", Unit: x.unit, Body: map[string]any{"id": command.NewID(), "hamlet": x.hamlet, "address": "Số 3"}}
	}
	today := time.Now().UTC().Add(7 * time.Hour).Format("02/01/2006")
	user := s.cast[s.ward.Node+" "+string(role)]
	if role == nobody {
		user = s.cast[s.ward.Node+" "+string(civic.RoleOfficer)]
	}

	switch method + " " + path {
	case "POST /vao":
		return form(path, "user", user.User, "password", user.Password)
	case "POST /ngon-ngu":
		return form(path, "lang", "en", "back", "/")
	case "GET /huong-dan/:role":
		return get("/huong-dan/can-bo")
	case "GET /static/*":
		return get(s.stylesheet())
	case "GET /*":
		return get("/khong-co-trang-nay")
	case "GET /song":
		return get("/song?dots=" + x.submitted.String())

	case "GET /nhan-khau":
		return get("/nhan-khau?unit="+x.unit, "/nhan-khau?q=moc&unit="+x.unit, "/nhan-khau?hamlet="+x.hamlet)
	case "GET /nhan-khau/:id":
		return get(person, person+"?het=1")
	case "POST /nhan-khau/:id/hien":
		return append(form(person+"/hien", "field", "personalNumber"), form(person+"/hien", "field", "phones")...)
	case "GET /nhan-khau/:id/khai", "GET /nhan-khau/:id/kich-hoat", "GET /nhan-khau/:id/sua":
		return get(person + path[strings.LastIndex(path, "/"):])
	case "POST /nhan-khau/:id/khai":
		return form(person+"/khai", "phone", "0912404777", "relation", "self", "confirm", "1", "heeded", "again")
	case "POST /nhan-khau/:id/kich-hoat":
		return form(person+"/kich-hoat", "way", "app", "at", today)
	case "POST /nhan-khau/:id/sua":
		name, now := s.called(x), x.marks[0]
		if name == now {
			now += " Em"
		}
		return form(person+"/sua", "name", now, "was-name", name)
	case "GET /nhan-khau/moi":
		return get("/nhan-khau/moi?ho=" + x.home.String())
	case "POST /nhan-khau/moi":
		return form(path, "household", x.home.String(), "name", "Lý Thị "+strconv.Itoa(len(s.seats))+command.NewID().String()[30:], "birth", "17/03/1955", "sex", "female")
	case "GET /ho/:id":
		return get(home)
	case "GET /ho/moi":
		return get(path)
	case "POST /ho/moi":
		return form(path, "hamlet", x.hamlet, "address", "Số 5")
	case "GET /ho/:id/den":
		return get(home + "/den")
	case "POST /ho/:id/den":
		return form(home+"/den", "outcome", "nobody_home", "mode", "door")

	case "POST /nhap":
		return []ask{s.upload(x)}
	case "GET /nhap/ket-qua/:id":
		return get("/nhap/ket-qua/" + x.job)
	case "POST /nhap/dung":
		return form(path, "job", x.job)
	case "GET /doi-chieu":
		return get("/doi-chieu?id=" + s.review[x.unit].String())
	case "POST /doi-chieu":
		if whose == own && (role == civic.RoleLeader || role == civic.RoleProvince) { // what the supervisor decided is decided
			s.review[x.unit] = s.inReview(x)
		}
		return form("/doi-chieu?id="+s.review[x.unit].String(), "choice", "keep", "reason", "đã hỏi lại")
	case "POST /so-cho/gui-lai":
		return form(path, "type", strconv.Itoa(int(civic.TypeResident)), "key", string(civic.KeyOf(x.person)))

	case "POST /api/v1/sessions":
		return call(path, map[string]string{"user": user.User, "password": user.Password})
	case "POST /api/v1/commands":
		return call(path, map[string]any{"commands": []Command{household()}})
	case "GET /api/v1/commands/:id":
		return get("/api/v1/commands/" + x.submitted.String())
	case "GET /api/v1/residents":
		return get("/api/v1/residents?unit="+x.unit, "/api/v1/residents?q=moc&unit="+x.unit, "/api/v1/residents?hamlet="+x.hamlet)
	case "GET /api/v1/residents/:id", "GET /api/v1/residents/:id/events":
		return get(strings.Replace(path, ":id", x.person.String(), 1))
	case "GET /api/v1/households/:id", "GET /api/v1/households/:id/events":
		return get(strings.Replace(path, ":id", x.home.String(), 1))
	case "GET /api/v1/applications":
		return get("/api/v1/applications?state=captured&unit=" + x.unit)

	case "POST /control/v1/ask":
		return call(path, household())
	case "GET /control/v1/imports/:id/result":
		return get("/control/v1/imports/" + x.job + "/result")
	case "POST /demo/links/:unit":
		return call("/demo/links/"+x.unit, map[string]any{"up": true})
	}
	require.NotContains(s.t, path, ":", "%s %s has a parameter: say in asksOf what stands for it", method, path)
	require.NotContains(s.t, path, "*", "%s %s: say in asksOf what stands for it", method, path)
	if method == http.MethodGet {
		return get(path + "?unit=" + x.unit)
	}
	if strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/control/") {
		return call(path, map[string]any{})
	}
	return form(path)
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

// send makes a request as a browser does, or under /api and /control as a program.
func (s *stage) send(at seat, a ask) (*http.Response, string) {
	s.t.Helper()
	program := strings.HasPrefix(a.path, "/api/") || strings.HasPrefix(a.path, "/control/") || strings.HasPrefix(a.path, "/demo/")
	var body []byte
	kind := a.kind
	switch {
	case a.raw != nil:
		body = a.raw(at)
	case a.form != nil:
		if at.form != "" {
			a.form.Set("token", at.form)
		}
		body, kind = []byte(a.form.Encode()), "application/x-www-form-urlencoded"
	case a.json != nil:
		var err error
		body, err = json.Marshal(a.json)
		require.NoError(s.t, err)
		kind = "application/json"
	}
	req, err := http.NewRequestWithContext(s.t.Context(), a.method, at.url+a.path, bytes.NewReader(body))
	require.NoError(s.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	switch {
	case program && at.session != "":
		req.Header.Set("Authorization", "Bearer "+at.session)
	case !program:
		req.Header.Set("Origin", at.url)
		if at.session != "" {
			req.AddCookie(&http.Cookie{Name: auth.CookieName(false), Value: at.session})
		}
	}
	client := http.Client{Timeout: callPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	require.NoError(s.t, err, "%s %s", a.method, a.path)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return resp, string(text)
}
