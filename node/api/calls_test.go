package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// notProvoked are the documented statuses that no test can bring about on a
// healthy machine, with the reason.
func notProvoked(call string, status string) string {
	switch {
	case status == "500":
		return "a fault of the machine; TestAFaultIsAnsweredAndWrittenDown brings one about"
	case call == "POST /api/v1/sessions" && status == "503":
		return "some dozens of people signing in within ten seconds"
	case call == "POST /api/v1/commands" && status == "503":
		return "a full disk under the outbox"
	case call == "GET /readyz" && status == "503", call == "GET /api/v1/status" && status == "429":
		return "brought about on a machine of cardboard, see cardboard_test.go"
	}
	return ""
}

// office is a real district, seen from one of its wards.
type office struct {
	*contract
	d                         *nodetest.District
	ward                      demo.Place
	officer, leader, admin    asker
	supervisor, other, nobody asker
	auditor                   asker
}

func openOffice(t *testing.T) *office {
	d := nodetest.StartDistrict(t, 60)
	t.Cleanup(http.DefaultClient.CloseIdleConnections) // else each machine waits for them
	o := &office{d: d, ward: d.Wards[0], contract: readContract(t, d.Wards[0].URL)}
	as := func(p demo.Place, role civic.Role) asker {
		for _, u := range p.Users {
			if u.Role == role {
				got := o.call(asker{base: o.ward.URL}, "POST", "/api/v1/sessions", "", map[string]string{"user": u.User, "password": u.Password})
				require.Equal(t, 200, got.Status)
				return asker{base: o.ward.URL, token: got.Object["token"].(string)}
			}
		}
		require.FailNow(t, "nobody of that role", role)
		return asker{}
	}
	o.officer, o.supervisor, o.other = as(o.ward, civic.RoleOfficer), as(o.ward, civic.RoleSupervisor), as(d.Wards[1], civic.RoleOfficer)
	o.leader, o.admin, o.nobody = as(d.District, civic.RoleLeader), as(d.District, civic.RoleAdmin), asker{base: o.ward.URL}
	o.auditor = as(d.District, civic.RoleAuditor)
	return o
}

// cmd is a command as a program writes it.
func cmd(kind string, body map[string]any) map[string]any {
	return map[string]any{"id": command.NewID(), "kind": kind, "body": body}
}

func with(c map[string]any, field string, value any) map[string]any {
	c[field] = value
	return c
}

func (o *office) submit(who asker, more string, commands ...map[string]any) answer {
	o.t.Helper()
	return o.call(who, "POST", "/api/v1/commands", more, map[string]any{"commands": commands})
}

// waiting is how many commands the ward's machine has kept and not had decided,
// and how many it has had decided: a refused request moves neither.
func (o *office) head() float64 {
	o.t.Helper()
	s := o.call(o.officer, "GET", "/api/v1/status", "", nil).Object
	return s["upstream"].(map[string]any)["head"].(float64) + s["outbox"].(map[string]any)["waiting"].(float64)
}

func (o *office) hamlet(n int) string {
	units := o.call(o.officer, "GET", "/api/v1/units", "", nil).Object["items"].([]any)
	return units[n].(map[string]any)["code"].(string)
}

func TestEveryCallDoesWhatItsDescriptionSays(t *testing.T) {
	o := openOffice(t)
	for _, part := range []struct {
		name string
		do   func()
	}{{"reading", o.reading}, {"writing", o.writing}, {"bad input", o.badInput}, {"who may", o.whoMay}, {"one number in two wards", o.twoWards}, {"cookies", o.cookies}, {"sessions", o.sessions},
		{"a cut link", o.cutOff}, {"problems", o.problems}} {
		t.Run(part.name, func(t *testing.T) {
			o.t = t
			part.do()
		})
	}
	o.t = t
	o.each(func(method, path string, op operation) {
		for status := range op.Responses {
			call := method + " " + path
			if notProvoked(call, status) == "" && !o.seen[call+" "+status] {
				t.Errorf("no test brought about %s %s", call, status)
			}
		}
	})
}

func (o *office) reading() {
	hamlet := o.hamlet(1)
	require.True(o.t, strings.HasPrefix(hamlet, o.ward.Unit))
	page := o.call(o.officer, "GET", "/api/v1/residents", "?limit=5", nil)
	items := page.Object["items"].([]any)
	require.Len(o.t, items, 5)
	require.NotEmpty(o.t, page.Header.Get("Gocua-Index"))
	require.Equal(o.t, page.Header.Get("Gocua-Index"), fmt.Sprint(page.Object["asOf"].(map[string]any)["index"]))
	next := o.call(o.officer, "GET", "/api/v1/residents", "?limit=200&cursor="+page.Object["next"].(string), nil).Object
	require.Len(o.t, next["items"], 15) // 60 residents in three wards
	require.Empty(o.t, next["next"])

	first := items[0].(map[string]any)
	id := first["id"].(string)
	whole := o.call(o.officer, "GET", "/api/v1/residents/{id}", id, nil).Object
	require.Equal(o.t, first["name"], whole["name"])
	events := o.call(o.officer, "GET", "/api/v1/residents/{id}/events", id, nil).Object["items"].([]any)
	require.Equal(o.t, "roster.page", events[0].(map[string]any)["kind"])
	household := whole["household"].(string)
	home := o.call(o.officer, "GET", "/api/v1/households/{id}", household, nil).Object
	require.NotEmpty(o.t, home["members"])
	o.call(o.officer, "GET", "/api/v1/households/{id}/events", household, nil)

	nodetest.Eventually(o.t, 10*time.Second, "the search to follow the register", func() bool {
		found := o.call(o.officer, "GET", "/api/v1/residents", "?q="+strings.ReplaceAll(first["name"].(string), " ", "%20"), nil)
		return len(found.Object["items"].([]any)) > 0
	})
	require.Empty(o.t, o.call(o.officer, "GET", "/api/v1/residents", "?bucket=activated,refused", nil).Object["items"])
	for _, bucket := range []string{"excluded", "not_reached"} { // whoever comes first is in one of them at most
		found := o.call(o.officer, "GET", "/api/v1/residents", "?q=n&limit=1&bucket="+bucket, nil)
		require.Len(o.t, found.Object["items"], 1, "of those in the bucket the best")
	}
	o.call(o.officer, "GET", "/api/v1/residents", "?hamlet="+hamlet, nil)
	o.call(o.officer, "GET", "/api/v1/review", "", nil)
	report := o.call(o.leader, "GET", "/api/v1/report", "?day=2026-08-06", nil).Object
	require.Equal(o.t, float64(60), report["total"].(map[string]any)["people"])
	status := o.call(o.leader, "GET", "/api/v1/status", "?content=true", nil).Object
	require.Len(o.t, status["digest"].(map[string]any)["content"], 64)
	require.Len(o.t, o.call(o.nobody, "GET", "/api/v1/kinds", "", nil).Object["items"], 28)
	o.call(o.nobody, "GET", "/livez", "", nil)
	o.call(o.nobody, "GET", "/readyz", "", nil)
	o.call(o.nobody, "GET", "/openapi.json", "", nil)
	require.Contains(o.t, string(o.call(o.nobody, "GET", "/metrics", "", nil).Raw), `gocua_members{node="ward-1"} 4`)

	province := o.d.As(o.d.Province, civic.RoleProvince)
	who := asker{base: province.URL, token: province.Token}
	nodetest.Eventually(o.t, 20*time.Second, "the province to have the ward's residents", func() bool {
		return o.call(who, "GET", "/api/v1/residents/{id}", id, nil).Status == 200
	})
	require.Equal(o.t, "01CG", o.call(who, "GET", "/api/v1/residents/{id}", id, nil).Object["cluster"])
}

func (o *office) writing() {
	household, resident, application := command.NewID(), command.NewID(), command.NewID()
	submit := cmd("application.submit", map[string]any{"id": application, "resident": resident, "level": 1, "phone": "0912404318", "relation": "self"})
	got := o.submit(o.officer, "",
		cmd("household.put", map[string]any{"id": household, "hamlet": o.hamlet(1), "address": "Số 21, ngõ 68 Xuân Thuỷ"}),
		with(cmd("resident.put", map[string]any{"id": resident, "household": household, "personalNumber": "001155000428", "name": "Trần Thị Mẫu",
			"birth": "1955-03-17", "sex": "female", "phones": []string{"0912404318"}}), "capturedAt", time.Now().UTC().Format(time.RFC3339)),
		submit)
	require.Equal(o.t, 200, got.Status, "%s", got.Raw)
	outcomes := got.Object["outcomes"].([]any)
	require.Len(o.t, outcomes, 3)
	for _, out := range outcomes {
		require.Equal(o.t, "accepted", out.(map[string]any)["status"])
	}
	require.Equal(o.t, submit["id"].(command.ID).String(), outcomes[2].(map[string]any)["id"])
	index := got.Header.Get("Gocua-Index")
	require.Equal(o.t, "200", fmt.Sprint(o.call(o.officer, "GET", "/api/v1/residents/{id}", resident.String()+"?min_index="+index, nil).Status))

	again := o.submit(o.officer, "", submit).Object["outcomes"].([]any)[0]
	require.Equal(o.t, outcomes[2], again)

	twice := o.submit(o.supervisor, "", cmd("application.submit", map[string]any{"id": command.NewID(), "resident": resident, "level": 1, "phone": "0912404318"}))
	conflict := twice.Object["outcomes"].([]any)[0].(map[string]any)
	require.Equal(o.t, 200, twice.Status)
	require.Equal(o.t, "conflict", conflict["status"])
	require.Equal(o.t, "already_submitted", conflict["code"])
	reviews := o.call(o.supervisor, "GET", "/api/v1/review", "?limit=200", nil).Object["items"].([]any)
	require.Contains(o.t, string(o.call(o.supervisor, "GET", "/api/v1/review", "?limit=200", nil).Raw), conflict["id"].(string))
	for _, r := range reviews {
		if r := r.(map[string]any); r["id"] == conflict["id"] {
			require.Equal(o.t, resident.String(), r["resident"])
			require.Equal(o.t, "09•• ••• 318", r["body"].(map[string]any)["phone"])
		}
	}
	applications := o.call(o.officer, "GET", "/api/v1/applications", "?state=captured", nil).Object["items"].([]any)
	require.Len(o.t, applications, 1)
	require.Equal(o.t, "Trần Thị Mẫu", applications[0].(map[string]any)["name"])

	nodetest.Eventually(o.t, 20*time.Second, "the province to have received the application", func() bool {
		told := o.call(o.officer, "GET", "/api/v1/commands/{id}", submit["id"].(command.ID).String(), nil).Object
		return told["stage"].(float64) == 4
	})
	told := o.call(o.officer, "GET", "/api/v1/commands/{id}", submit["id"].(command.ID).String(), nil).Object
	delivery := told["delivery"].(map[string]any)
	for _, stage := range []string{"here", "agreed", "sent", "received"} {
		require.NotNil(o.t, delivery[stage], stage)
	}
	require.Nil(o.t, delivery["decided"])
	require.Equal(o.t, float64(5), told["stages"])
	o.masking(resident.String())
}

// masking holds for the person that writing registered.
func (o *office) masking(resident string) {
	whole := o.call(o.officer, "GET", "/api/v1/residents/{id}", resident, nil).Object
	require.Equal(o.t, "001155000428", whole["personalNumber"])
	require.Equal(o.t, []any{"+84912404318"}, whole["phones"])
	leader := o.call(o.leader, "GET", "/api/v1/residents/{id}", resident, nil)
	require.Equal(o.t, "•••• •••• 0428", leader.Object["personalNumber"])
	events := o.call(o.leader, "GET", "/api/v1/residents/{id}/events", resident, nil)
	list := o.call(o.officer, "GET", "/api/v1/residents", "?limit=200", nil)
	for _, shown := range []answer{leader, events, list, o.call(o.officer, "GET", "/api/v1/applications", "", nil), o.call(o.officer, "GET", "/api/v1/review", "", nil)} {
		require.NotContains(o.t, string(shown.Raw), "001155000428")
		require.NotContains(o.t, string(shown.Raw), "912404318")
	}
	require.Contains(o.t, string(o.call(o.officer, "GET", "/api/v1/residents/{id}/events", resident, nil).Raw), "001155000428")
}

func (o *office) badInput() {
	before := o.head()
	hamlet, household := o.hamlet(1), command.NewID()
	put := func(field string, value any) map[string]any {
		body := map[string]any{"id": household, "hamlet": hamlet, "address": "Số 1"}
		if field != "" {
			body[field] = value
		}
		return cmd("household.put", body)
	}
	person := func(field string, value any) map[string]any {
		return cmd("resident.put", with(map[string]any{"id": command.NewID(), "name": "Lê Thị Ân", "birth": "1980", "sex": "female"}, field, value))
	}
	good := put("", nil)
	for _, bad := range []struct {
		what, body string // body as sent, or commands
		commands   []map[string]any
		status     int
		code       string
		pointer    string
	}{
		{what: "no JSON", body: `{"commands":[`, status: 400, code: "malformed"},
		{what: "nothing", body: ``, status: 400, code: "malformed"},
		{what: "two values", body: `{"commands":[]} {}`, status: 400, code: "malformed"},
		{what: "a list", body: `[]`, status: 400, code: "wrong_type"},
		{what: "no commands", body: `{}`, status: 400, code: "out_of_range", pointer: "/commands"},
		{what: "a field beside the commands", body: `{"commands":[],"force":true}`, status: 400, code: "unknown_field", pointer: "/force"},
		{what: "too many", commands: make([]map[string]any, 501), status: 400, code: "out_of_range", pointer: "/commands"},
		{what: "null", body: `{"commands":[null]}`, status: 400, code: "bad_id", pointer: "/commands/0/id"},
		{what: "no ID", commands: []map[string]any{good, with(put("", nil), "id", "7")}, status: 400, code: "bad_id", pointer: "/commands/1/id"},
		{what: "one ID twice", commands: []map[string]any{good, good}, status: 400, code: "twice", pointer: "/commands/1/id"},
		{what: "unknown kind", commands: []map[string]any{good, good, good, with(put("", nil), "kind", "household.burn")}, status: 400, code: "twice", pointer: "/commands/1/id"},
		{what: "unknown kind, fourth", commands: []map[string]any{good, put("", nil), put("", nil), with(put("", nil), "kind", "household.burn")}, status: 400, code: "unknown_kind", pointer: "/commands/3/kind"},
		{what: "kind is a number", commands: []map[string]any{with(put("", nil), "kind", 10)}, status: 400, code: "wrong_type", pointer: "/commands/0/kind"},
		{what: "unknown field of the command", commands: []map[string]any{with(put("", nil), "officer", "me")}, status: 400, code: "unknown_field", pointer: "/commands/0/officer"},
		{what: "unknown field of the body", commands: []map[string]any{good, put("colour", "red")}, status: 400, code: "unknown_field", pointer: "/commands/1/body/colour"},
		{what: "a number for a text", commands: []map[string]any{put("address", 7)}, status: 400, code: "wrong_type", pointer: "/commands/0/body/address"},
		{what: "letters in a personal number", commands: []map[string]any{person("personalNumber", "00115500O428")}, status: 400, code: "bad_number", pointer: "/commands/0/body/personalNumber"},
		{what: "letters in a phone", commands: []map[string]any{person("phones", []string{"0912404318", "O912404318"})}, status: 400, code: "bad_phone", pointer: "/commands/0/body/phones/1"},
		{what: "letters in a level", commands: []map[string]any{cmd("application.submit", map[string]any{"id": household, "resident": household, "level": "one", "phone": "0912404318"})},
			status: 400, code: "wrong_type", pointer: "/commands/0/body/level"},
		{what: "no body", commands: []map[string]any{{"id": command.NewID(), "kind": "household.put"}}, status: 400, code: "required", pointer: "/commands/0/body"},
		{what: "a body too large", commands: []map[string]any{put("address", strings.Repeat("x", 20000))}, status: 400, code: "too_large", pointer: "/commands/0/body"},
		{what: "a bad time", commands: []map[string]any{with(put("", nil), "capturedAt", "yesterday")}, status: 400, code: "bad_time", pointer: "/commands/0/capturedAt"},
		{what: "a bad parent", commands: []map[string]any{with(put("", nil), "after", []string{"x"})}, status: 400, code: "bad_id", pointer: "/commands/0/after/0"},
		{what: "too many parents", commands: []map[string]any{with(put("", nil), "after", make([]command.ID, 17))}, status: 400, code: "too_many", pointer: "/commands/0/after"},
		{what: "a household nobody knows", commands: []map[string]any{good, person("household", command.NewID())}, status: 422, code: "unknown_household", pointer: "/commands/1/body/household"},
		{what: "a parent nobody knows", commands: []map[string]any{with(put("", nil), "after", []command.ID{command.NewID()})}, status: 422, code: "unknown_parent", pointer: "/commands/0"},
		{what: "another ward's hamlet", commands: []map[string]any{good, put("hamlet", o.d.Wards[1].Unit+"-01")}, status: 403, code: "outside_unit", pointer: "/commands/1/body/hamlet"},
		{what: "on behalf of another ward", commands: []map[string]any{with(put("", nil), "unit", o.d.Wards[1].Unit)}, status: 403, code: "outside_unit", pointer: "/commands/0/unit"},
		{what: "not the officer's to ask", commands: []map[string]any{cmd("target.set", map[string]any{"unit": o.ward.Unit, "indicator": "captured", "period": "2026", "value": 1})}, status: 403, code: "role", pointer: "/commands/0/kind"},
		{what: "only for machines", commands: []map[string]any{cmd("digest.mark", map[string]any{})}, status: 403, code: "machine_only", pointer: "/commands/0/kind"},
		{what: "a password of one's own, past the pages", commands: []map[string]any{good, cmd("officer.self", map[string]any{"drop": true})}, status: 403, code: "own_pages", pointer: "/commands/1/kind"},
	} {
		o.t.Run(bad.what, func(t *testing.T) {
			var body any = map[string]any{"commands": bad.commands}
			if bad.commands == nil {
				body = bad.body
			}
			got := o.call(o.officer, "POST", "/api/v1/commands", "", body)
			require.Equal(t, bad.status, got.Status, "%s", got.Raw)
			require.Equal(t, bad.code, got.code())
			require.Contains(t, got.pointers(), bad.pointer)
			require.NotEmpty(t, got.Object["detail"])
		})
	}
	require.Equal(o.t, before, o.head(), "something of a refused request was kept")
	require.Equal(o.t, 404, o.call(o.officer, "GET", "/api/v1/commands/{id}", good["id"].(command.ID).String(), nil).Status)

	require.Equal(o.t, 200, o.submit(o.officer, "", good).Status)
	changed := with(put("address", "Số 2"), "id", good["id"])
	reused := o.submit(o.officer, "", put("id", command.NewID()), changed)
	require.Equal(o.t, 409, reused.Status)
	require.Equal(o.t, "id_reused", reused.code())
	require.Equal(o.t, []string{"/commands/1/id"}, reused.pointers())
}

func (o *office) whoMay() {
	theirs := o.call(o.other, "GET", "/api/v1/residents", "?limit=1", nil).Object["items"].([]any)[0].(map[string]any)
	for _, path := range []string{"/api/v1/residents/{id}", "/api/v1/residents/{id}/events"} {
		got := o.call(o.officer, "GET", path, theirs["id"].(string), nil)
		require.Equal(o.t, 403, got.Status, path)
		require.Equal(o.t, "outside_unit", got.code())
		require.NotContains(o.t, string(got.Raw), theirs["name"].(string))
		require.Equal(o.t, 200, o.call(o.leader, "GET", path, theirs["id"].(string), nil).Status)
	}
	if household := theirs["household"].(string); household != "" {
		require.Equal(o.t, 403, o.call(o.officer, "GET", "/api/v1/households/{id}", household, nil).Status)
		require.Equal(o.t, 403, o.call(o.officer, "GET", "/api/v1/households/{id}/events", household, nil).Status)
	}
	for _, path := range []string{"/api/v1/residents", "/api/v1/applications", "/api/v1/review", "/api/v1/report", "/api/v1/units"} {
		for _, unit := range []string{o.d.Wards[1].Unit, o.d.District.Unit, "99999"} {
			got := o.call(o.officer, "GET", path, "?unit="+unit, nil)
			require.Equal(o.t, 403, got.Status, path)
			require.Equal(o.t, "outside_unit", got.code())
		}
	}
	for _, path := range []string{"/api/v1/residents", "/api/v1/applications", "/api/v1/review", "/api/v1/report", "/api/v1/audit"} {
		require.Equal(o.t, "role", o.call(o.admin, "GET", path, "", nil).code(), path)
	}
	require.Equal(o.t, 200, o.call(o.admin, "GET", "/api/v1/status", "", nil).Status)
}

// twoWards has two wards write down one number. Each may know that there is
// another, and nothing of them.
func (o *office) twoWards() {
	number := "001155009917"
	ours := map[string]any{"id": command.NewID(), "personalNumber": number, "name": "Vũ Thị Riêng", "birth": "1955", "sex": "female"}
	theirs := map[string]any{"id": command.NewID(), "personalNumber": number, "name": "Ngô Kim Quyên", "birth": "1955", "sex": "female", "phones": []string{"0912404662"}}
	first := o.submit(o.officer, "?wait_ms=10000", cmd("resident.put", ours))
	require.Equal(o.t, "accepted", first.Object["outcomes"].([]any)[0].(map[string]any)["status"], "%s", first.Raw)
	next := o.d.Wards[1] // an officer writes on machines of their own ward only
	signedIn := o.call(asker{base: next.URL}, "POST", "/api/v1/sessions", "", map[string]string{"user": next.Users[0].User, "password": next.Users[0].Password})
	got := o.submit(asker{base: next.URL, token: signedIn.Object["token"].(string)}, "?wait_ms=10000", cmd("resident.put", theirs))
	require.Equal(o.t, "conflict", got.Object["outcomes"].([]any)[0].(map[string]any)["status"], "%s", got.Raw)

	id := ours["id"].(command.ID).String()
	index := fmt.Sprintf("?min_index=%.0f", got.Object["outcomes"].([]any)[0].(map[string]any)["index"])
	list := string(o.call(o.other, "GET", "/api/v1/review", index, nil).Raw)
	require.Contains(o.t, list, "Ngô Kim Quyên")
	for _, secret := range []string{"Vũ Thị Riêng", id} {
		require.NotContains(o.t, list, secret, "the other ward's person")
		require.Contains(o.t, string(o.call(o.leader, "GET", "/api/v1/review", index, nil).Raw), secret)
	}
	events := string(o.call(o.officer, "GET", "/api/v1/residents/{id}/events", id, nil).Raw)
	require.Contains(o.t, events, "Vũ Thị Riêng")
	for _, secret := range []string{"Ngô Kim Quyên", "404662"} {
		require.NotContains(o.t, events, secret, "what the other ward wrote down")
	}
	require.Contains(o.t, string(o.call(o.leader, "GET", "/api/v1/residents/{id}/events", id, nil).Raw), "Ngô Kim Quyên")
}

func (o *office) cookies() {
	for _, header := range []map[string]string{{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}} {
		stranger := asker{base: o.ward.URL, header: header}
		got := o.call(stranger, "POST", "/api/v1/sessions", "", map[string]string{"user": o.ward.Users[0].User, "password": "a guess of a page"})
		require.Equal(o.t, 403, got.Status)
		require.Equal(o.t, "cross_site", got.code(), header)
	}
	token := o.call(o.nobody, "POST", "/api/v1/sessions", "", map[string]string{"user": o.ward.Users[0].User, "password": o.ward.Users[0].Password}).Object["token"].(string)
	by := func(header map[string]string) asker {
		header["Cookie"] = "gocua=" + token
		return asker{base: o.ward.URL, header: header}
	}
	own := by(map[string]string{"Origin": o.ward.URL})
	require.Equal(o.t, 200, o.call(own, "GET", "/api/v1/units", "", nil).Status)
	require.Equal(o.t, 200, o.call(by(map[string]string{"Sec-Fetch-Site": "same-origin"}), "GET", "/api/v1/units", "", nil).Status)
	for _, header := range []map[string]string{{}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "none"},
		{"Sec-Fetch-Site": "same-site", "Origin": o.ward.URL}, {"Origin": "null"}} {
		require.Equal(o.t, "cross_site", o.call(by(header), "GET", "/api/v1/units", "", nil).code(), header)
	}
	require.Equal(o.t, "cross_site", o.call(own, "POST", "/api/v1/commands", "", `{"commands":[]}`).code(), "no form of ours was behind it")
	require.Equal(o.t, "cross_site", o.call(by(map[string]string{"Origin": o.ward.URL, "X-Gocua-Form": "guessed"}), "DELETE", "/api/v1/sessions", "", nil).code())
	require.Equal(o.t, 204, o.call(asker{base: o.ward.URL, token: token}, "DELETE", "/api/v1/sessions", "", nil).Status)
	require.Equal(o.t, 401, o.call(own, "GET", "/api/v1/units", "", nil).Status)
}

func (o *office) sessions() {
	in := func() asker {
		return asker{base: o.ward.URL, token: o.call(o.nobody, "POST", "/api/v1/sessions", "", map[string]string{"user": o.ward.Users[0].User, "password": o.ward.Users[0].Password}).Object["token"].(string)}
	}
	mine, other := in(), in()
	var current, others string
	list := o.call(mine, "GET", "/api/v1/sessions", "", nil)
	require.NotContains(o.t, string(list.Raw), mine.token)
	for _, s := range list.Object["items"].([]any) {
		s := s.(map[string]any)
		if s["current"].(bool) {
			current = s["id"].(string)
		} else {
			others = s["id"].(string)
		}
	}
	require.NotEmpty(o.t, current)
	require.NotEmpty(o.t, others)
	require.Equal(o.t, 404, o.call(o.supervisor, "DELETE", "/api/v1/sessions/{id}", current, nil).Status, "somebody else's")
	require.Equal(o.t, 204, o.call(mine, "DELETE", "/api/v1/sessions/{id}", "others", nil).Status)
	require.Equal(o.t, 401, o.call(other, "GET", "/api/v1/units", "", nil).Status)
	require.Equal(o.t, 204, o.call(mine, "DELETE", "/api/v1/sessions/{id}", current, nil).Status)
	require.Equal(o.t, 401, o.call(mine, "GET", "/api/v1/units", "", nil).Status)
	for _, u := range o.ward.Users { // the end of all others was the end of the one the other parts use
		if u.Role == civic.RoleOfficer {
			o.officer = in()
		}
	}
}

func (o *office) cutOff() {
	require.NoError(o.t, o.d.SetLink(o.ward.Unit, false, "drop"))
	visit := cmd("household.put", map[string]any{"id": command.NewID(), "hamlet": o.hamlet(1), "address": "Số 99"})
	got := o.submit(o.officer, "?wait_ms=100", visit)
	require.Equal(o.t, 202, got.Status, "%s", got.Raw)
	require.Equal(o.t, "waiting", got.Object["outcomes"].([]any)[0].(map[string]any)["status"])
	id := visit["id"].(command.ID).String()
	told := o.call(o.officer, "GET", "/api/v1/commands/{id}", id, nil).Object
	require.Equal(o.t, "waiting", told["status"])
	require.Equal(o.t, float64(1), told["stage"])
	require.NotNil(o.t, told["delivery"].(map[string]any)["here"])
	home := o.call(o.officer, "GET", "/api/v1/households/{id}", visit["body"].(map[string]any)["id"].(command.ID).String(), nil)
	require.Equal(o.t, true, home.Object["pending"])
	require.Equal(o.t, float64(1), o.call(o.officer, "GET", "/api/v1/residents", "", nil).Object["pending"])
	require.NoError(o.t, o.d.SetLink(o.ward.Unit, true, ""))
	nodetest.Eventually(o.t, 30*time.Second, "what waited to be agreed", func() bool {
		return o.call(o.officer, "GET", "/api/v1/commands/{id}", id, nil).Object["status"] == "accepted"
	})
}

// problems brings about what any call of its kind may answer with.
func (o *office) problems() {
	var wg sync.WaitGroup
	o.each(func(method, path string, op operation) {
		id := command.NewID().String()
		documented := func(status string) bool { _, ok := op.Responses[status]; return ok }
		if documented("401") && !(path == "/api/v1/sessions" && method == "POST") {
			got := o.call(o.nobody, method, path, id, nil)
			require.Equal(o.t, 401, got.Status, path)
			require.Equal(o.t, "not_signed_in", got.code())
			stranger := asker{base: o.ward.URL, header: map[string]string{"Cookie": "gocua=" + o.officer.token}}
			require.Equal(o.t, 403, o.call(stranger, method, path, id, nil).Status, path)
		}
		if documented("404") {
			require.Equal(o.t, 404, o.call(o.officer, method, path, id, nil).Status, path)
			if method == "GET" { // a session is not named by a UUID
				require.Equal(o.t, "bad_id", o.call(o.officer, method, path, "7", nil).code(), path)
			}
		}
		if documented("413") {
			require.Equal(o.t, "body_too_large", o.call(o.officer, method, path, "", make([]byte, 10<<20)).code())
			zipped := asker{base: o.ward.URL, token: o.officer.token, header: map[string]string{"Content-Encoding": "gzip"}}
			require.Equal(o.t, "content_encoding", o.call(zipped, method, path, "", "xx").code())
			form := asker{base: o.ward.URL, token: o.officer.token, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}
			require.Equal(o.t, "content_type", o.call(form, method, path, "", "a=b").code())
			require.Equal(o.t, 400, o.call(o.officer, method, path, "", "{").Status)
		}
		who := o.officer
		if path == "/api/v1/audit" {
			who = o.auditor
		}
		for _, p := range op.Parameters {
			if p.Name == "min_index" {
				require.Equal(o.t, "bad_min_index", o.call(who, method, path, id+"?min_index=soon", nil).code(), path)
				wg.Go(func() {
					got, err := o.try(who, method, path, id+"?min_index=999999999", nil)
					if err != nil || got.code() != "stale" {
						o.t.Errorf("%s: %v %s", path, err, got.Raw)
					}
				})
			}
		}
	})
	wg.Wait()
	for _, more := range []string{"?limit=0", "?limit=201", "?limit=x", "?bucket=rich", "?cursor=nowhere"} {
		require.Equal(o.t, 400, o.call(o.officer, "GET", "/api/v1/residents", more, nil).Status, more)
	}
	for _, more := range []string{"?kind=all", "?from=today", "?officer=nobody", "?record=7", "?cursor=x", "?limit=0"} {
		require.Equal(o.t, 400, o.call(o.auditor, "GET", "/api/v1/audit", more, nil).Status, more)
	}
	lines := o.call(o.auditor, "GET", "/api/v1/audit", "?kind=changes&limit=200", nil)
	require.NotEmpty(o.t, lines.Object["items"])
	for _, secret := range []string{"personalNumber", "phones", "\"name\""} {
		require.NotContains(o.t, string(lines.Raw), secret, "who reads the log sees nobody's data")
	}
	require.Equal(o.t, "bad_day", o.call(o.officer, "GET", "/api/v1/report", "?day=06/08/2026", nil).code())
	require.Equal(o.t, "bad_wait_ms", o.call(o.officer, "POST", "/api/v1/commands", "?wait_ms=10001", `{"commands":[]}`).code())
	require.Equal(o.t, "/password", o.call(o.nobody, "POST", "/api/v1/sessions", "", `{"user":"x","password":7}`).pointers()[0])
	require.Equal(o.t, 400, o.call(o.nobody, "POST", "/api/v1/sessions", "", `{"user":"x"}`).Status)
	for range 3 {
		require.Equal(o.t, "bad_credentials", o.call(o.nobody, "POST", "/api/v1/sessions", "", `{"user":"guess","password":"guess"}`).code())
	}
	slow := o.call(o.nobody, "POST", "/api/v1/sessions", "", `{"user":"guess","password":"guess"}`)
	require.Equal(o.t, 429, slow.Status)
	require.Equal(o.t, "1", slow.Header.Get("Retry-After"))
	for path, status := range map[string]int{"/api/v1/nothing": 404, "/api/v2": 404, "/api/v1/commands": 405, "/api/v1/sessions": 405} {
		got, err := send(o.officer, http.MethodPut, path, nil)
		require.NoError(o.t, err)
		require.Equal(o.t, status, got.Status, path)
		require.Equal(o.t, "application/problem+json", got.Header.Get("Content-Type"))
		var p struct{ Errors []json.RawMessage }
		require.NoError(o.t, json.Unmarshal(got.Raw, &p))
		require.Len(o.t, p.Errors, 1)
	}
}
