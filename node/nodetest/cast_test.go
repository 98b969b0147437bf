package nodetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/demo"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// side is one ward as the matrix asks about it: a door with somebody whose name,
// address, number and phone occur nowhere else.
type side struct {
	unit, hamlet            string
	home, person, submitted command.ID // submitted: the command that took the application down
	job                     string     // an import of this ward
	draft                   string     // a list of this ward that has not begun
	marks                   []string   // what tells that somebody of this ward is shown
	secrets                 []string   // what lists may show masked only, in digits
	colleague               colleague
	token                   string     // a token of the colleague's, of the other ward only
	team, plan              command.ID // plan: another name for the ward, drafted
	urgent                  door       // whom somebody of another ward looks at in an emergency; own: the same door
}

// colleague is an officer of the ward whose account others look after.
type colleague struct {
	user string
	id   command.ID
}

// door is a household and who lives there.
type door struct{ home, person command.ID }

// stage is a district with somebody of every role at the first ward, and records
// of that ward and of the next.
type stage struct {
	*District
	t       *testing.T
	ward    demo.Place
	chief   *Client // a supervisor of the cluster at ward 1's machine: whatever waits there of ward 2 is theirs
	sides   map[string]side
	cast    map[string]demo.User // by machine and role
	seats   map[string]seat
	review  map[string]command.ID // by unit: what waits for a person
	staff   map[string]command.ID // by role at ward 1; "far" is an officer of ward 2, "disabled" one of ward 1 no longer
	hash    string                // of castPassword
	seq     uint64
	reviews map[command.ID]*reviewLine // as last read
}

const castPassword = "đường dài lắm 2026"

func setStage(t *testing.T, d *District) *stage {
	s := &stage{District: d, t: t, ward: d.Wards[0], sides: map[string]side{}, cast: map[string]demo.User{}, seats: map[string]seat{}, review: map[string]command.ID{}, staff: map[string]command.ID{}}
	hash, err := auth.HashPassword(castPassword)
	require.NoError(t, err)
	s.hash = hash
	for _, role := range roles() {
		s.staff[string(role)] = s.employ(d.District, s.ward, role, hash)
		s.employ(d.Province, d.Province, role, hash)
	}
	s.staff["far"] = s.officer(d.District, civic.PutOfficer{User: "xa", Role: civic.RoleOfficer, Unit: d.Wards[1].Unit, Hash: hash})
	s.staff["near"] = s.officer(d.District, civic.PutOfficer{User: "gan", Role: civic.RoleOfficer, Unit: s.ward.Unit})
	s.staff["above"] = s.officer(d.District, civic.PutOfficer{User: "tren", Role: civic.RoleSupervisor, Unit: d.District.Unit, Hash: hash})
	s.staff["disabled"] = s.officer(d.District, civic.PutOfficer{User: "nghi", Role: civic.RoleOfficer, Unit: s.ward.Unit, Disabled: true})
	s.chief = d.at(s.ward, d.user(d.District, civic.RoleSupervisor))
	s.sides[own] = s.settle(d.Wards[0].Unit, "Âu Thị Mốc Nhà", "Số 7, ngõ Mốc Trong", "001155000321", "0912404305")
	s.sides[other] = s.settle(d.Wards[1].Unit, "Quách Văn Mốc Lạ", "Số 8, ngõ Mốc Ngoài", "001157000654", "0987123654")
	d.Agree(time.Minute)
	s.pair()
	d.Agree(time.Minute)
	return s
}

// pair gives each side a colleague and a team, and the other one a token of theirs and a
// door of its own for emergencies.
func (s *stage) pair() {
	x, y := s.sides[own], s.sides[other]
	x.colleague, y.colleague = colleague{"gan", s.staff["near"]}, colleague{"xa", s.staff["far"]}
	x.team, y.team = s.team(x), s.team(y)
	x.plan, y.plan = s.plan(s.District.District, x), s.plan(s.District.District, y)
	x.urgent, y.urgent = door{x.home, x.person}, s.movedIn(y, "Nông Thị Gấp")
	s.cast[s.Wards[1].Node+" "+string(civic.RoleOfficer)] = demo.User{Role: civic.RoleOfficer, User: "xa", Password: castPassword}
	far := s.sit(s.Wards[1], civic.RoleOfficer)
	made := asking{stage: s, path: "/the", user: demo.User{Password: castPassword}}
	resp, page := s.send(far, made.ofAccounts("POST /the")[0])
	require.Equal(s.t, http.StatusOK, resp.StatusCode, readable(page))
	y.token = s.onPage(far, "/the", ownToken)
	s.sides[own], s.sides[other] = x, y
}

// team is one of a ward, made at the district's machine.
func (s *stage) team(x side) command.ID {
	body := s.bodyOf("team.put", x, true).(civic.PutTeam)
	in := map[string]any{"kind": "team.put", "unit": s.District.District.Unit, "body": body}
	require.Equal(s.t, http.StatusOK, s.Owner(s.District.District).Call(http.MethodPost, "/ask", in, nil))
	return body.ID
}

// movedIn is a door nobody has asked about.
func (s *stage) movedIn(x side, name string) door {
	d := door{command.NewID(), command.NewID()}
	s.chief.Accepted(
		Command{ID: command.NewID(), Kind: "household.put", Unit: x.unit, Body: map[string]any{"id": d.home, "hamlet": x.hamlet, "address": "Số 10"}},
		Command{ID: command.NewID(), Kind: "resident.put", Unit: x.unit, Body: map[string]any{"id": d.person, "household": d.home, "name": name, "birth": "1949", "sex": "female"}})
	return d
}

// employ registers somebody of a role with a grant in a place, at the machine of
// another one.
func (s *stage) employ(at, p demo.Place, role civic.Role, hash string) command.ID {
	u := demo.User{Role: role, User: "vai." + string(role), Password: castPassword}
	s.cast[p.Node+" "+string(role)] = u
	return s.officer(at, civic.PutOfficer{User: u.User, Role: role, Unit: p.Unit, Hash: hash})
}

func (s *stage) officer(at demo.Place, o civic.PutOfficer) command.ID {
	o.ID, o.Name = command.NewID(), "Vai "+o.User
	in := map[string]any{"kind": "officer.put", "unit": at.Unit, "body": o}
	require.Equal(s.t, http.StatusOK, s.Owner(at).Call(http.MethodPost, "/ask", in, nil))
	return o.ID
}

// settle takes a door down, with what a supervisor has to decide and a list.
func (s *stage) settle(unit, name, address, number, phone string) side {
	x := side{unit: unit, hamlet: unit + "-01", home: command.NewID(), person: command.NewID(), submitted: command.NewID(),
		marks: []string{name, address, number, phone}, secrets: []string{number, phone[1:]}}
	put := func(id command.ID, kind string, body map[string]any) {
		s.chief.Accepted(Command{ID: id, Kind: kind, Unit: unit, Body: body})
	}
	put(command.NewID(), "household.put", map[string]any{"id": x.home, "hamlet": x.hamlet, "address": address})
	put(command.NewID(), "resident.put", map[string]any{"id": x.person, "household": x.home, "name": name, "birth": "1955-03-17", "sex": "female",
		"personalNumber": number, "phones": []string{phone}})
	put(x.submitted, "application.submit", map[string]any{"id": command.NewID(), "resident": x.person, "level": 1, "phone": phone, "relation": "self"})
	s.inReview(x)
	x.job, x.draft = s.load(unit, name), s.hold(unit, name)
	return x
}

// inReview makes an edit that somebody has to decide about.
func (s *stage) inReview(x side) command.ID {
	id := command.NewID()
	edits := []map[string]any{{"field": "name", "was": "Tên Cũ", "now": "Mốc Đến Sau"}}
	_, outcomes := s.chief.Submit(Command{ID: id, Kind: "resident.edit", Unit: x.unit, Body: map[string]any{"id": x.person, "edits": edits}})
	require.Equal(s.t, command.Conflicted, outcomes[0].Status, "%+v", outcomes[0])
	return id
}

// settled waits until no list is being taken in at ward 1's machine any more,
// nothing waits there to be agreed, and it has applied what any machine has.
func (s *stage) settled() {
	Eventually(s.t, callPatience, "every list to be in", func() bool {
		var jobs []lookup.ImportJob
		require.Equal(s.t, http.StatusOK, s.Owner(s.ward).Call(http.MethodGet, "/imports", nil, &jobs))
		return !slices.ContainsFunc(jobs, func(j lookup.ImportJob) bool {
			return j.State != "draft" && j.Finished == nil || j.Undo != nil && j.Undo.Finished == nil
		})
	})
	Eventually(s.t, callPatience, "nothing to wait", func() bool { return s.chief.Status(false).Outbox.Waiting == 0 })
	var far uint64
	for _, c := range s.Everywhere(civic.RoleSupervisor) {
		far = max(far, c.Status(false).Digest.Index)
	}
	Eventually(s.t, callPatience, "what was agreed to be applied", func() bool { return s.chief.Status(false).Digest.Index >= far })
}

// load imports a list for a unit at ward 1's machine and waits for its end.
func (s *stage) load(unit, name string) (job string) {
	job = s.handIn("/imports?name=a.csv&unit="+unit, name)
	s.settled()
	return job
}

// hold hands a list in that has not begun.
func (s *stage) hold(unit, name string) (job string) {
	return s.handIn("/imports?hold=true&name=b.csv&unit="+unit, name+" "+command.NewID().String()[30:])
}

func (s *stage) handIn(path, name string) (job string) {
	list := fmt.Sprintf("STT,Họ và tên,Ngày sinh,Giới tính,Địa chỉ,Tổ\n1,%s Hai,1960,Nữ,Số 9,Tổ 1\n", name)
	status, raw, err := s.Owner(s.ward).Try(http.MethodPost, path, []byte(list))
	require.NoError(s.t, err)
	require.Equal(s.t, http.StatusOK, status, "%s", raw)
	var taken struct{ ID string }
	require.NoError(s.t, json.Unmarshal(raw, &taken))
	return taken.ID
}

// seat is somebody at a machine: the session, and what its forms carry. The zero
// session is nobody's.
type seat struct{ url, session, form string }

var formToken = regexp.MustCompile(`name="token" value="([^"]+)"`)

// sit signs somebody of a role in at a machine, once; it is the one place where
// the matrix signs in, with whatever that takes.
func (s *stage) sit(p demo.Place, role civic.Role) seat {
	key := p.Node + " " + string(role)
	if at, ok := s.seats[key]; ok {
		return at
	}
	at := seat{url: p.URL}
	if role != nobody {
		u := s.cast[key]
		require.NotEmpty(s.t, u.User, "nobody is %s", key)
		at.session = SignIn(s.t, p.URL, u.User, u.Password).Token
		at.form = s.onPage(at, "/huong-dan", formToken)
	}
	s.seats[key] = at
	return at
}

// follow goes on under the token that an answer gave somebody in place of theirs.
func (s *stage) follow(p demo.Place, role civic.Role, resp *http.Response) {
	for _, c := range resp.Cookies() {
		if role != nobody && c.Name == auth.CookieName(false) && c.Value != "" {
			at := seat{url: p.URL, session: c.Value}
			at.form = s.onPage(at, "/huong-dan", formToken)
			s.seats[p.Node+" "+string(role)] = at
		}
	}
}

// leave forgets a session that was ended.
func (s *stage) leave(p demo.Place, role civic.Role) { delete(s.seats, p.Node+" "+string(role)) }

// holds is everything of both wards that a form could change.
func (s *stage) holds() string {
	s.settled()
	var all strings.Builder
	for _, x := range []side{s.sides[own], s.sides[other]} {
		for _, path := range []string{"/api/v1/residents/" + x.person.String(), "/api/v1/households/" + x.home.String(), "/api/v1/residents?limit=200&unit=" + x.unit,
			"/api/v1/applications?limit=200&unit=" + x.unit, "/api/v1/review?limit=200&unit=" + x.unit, "/api/v1/units?unit=" + x.unit} {
			status, raw, err := s.chief.Try(http.MethodGet, path, nil)
			require.NoError(s.t, err)
			require.Equal(s.t, http.StatusOK, status, path)
			all.WriteString(moving.ReplaceAllString(string(raw), ""))
		}
	}
	for _, path := range []string{"/officers", "/imports"} {
		_, raw, err := s.Owner(s.ward).Try(http.MethodGet, path, nil)
		require.NoError(s.t, err)
		all.Write(raw)
	}
	return all.String()
}

// moving is what changes by itself: how fresh an answer is, and how far what was
// agreed has come.
var moving = regexp.MustCompile(`"(asOf":\{[^}]*\}|stage":\d+|delivery":\{[^}]*\})`)
