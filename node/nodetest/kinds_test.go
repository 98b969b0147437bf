package nodetest

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/store/civic"
	"gocua/store/command"
)

// kindsAnswer asks for every kind as every role, first as a program at ward 1's
// machine, then with envelopes that the machine signed and that are brought
// straight to the leader's peer port, past everything the edge checks.
func kindsAnswer(s *stage) {
	rows := sheet(s.t, "kinds.csv", 1, false)
	listed := map[string]bool{}
	for _, r := range rows {
		listed[r.name] = true
		_, ok := civic.Table().Named(r.name)
		assert.True(s.t, ok || s.system(r.name), "there is no kind %s", r.name)
	}
	for _, k := range civic.Table().Kinds() {
		assert.True(s.t, listed[k.Name], "%s is not in testdata/kinds.csv: write down by hand who may", k.Name)
	}
	checked := 0
	var straight []sent
	for _, x := range s.sides {
		s.review[x.unit] = s.inReview(x)
	}
	before := s.holds()
	for _, refused := range []bool{true, false} {
		for _, r := range rows {
			for _, c := range r.cells {
				if (c.want != "ok") != refused || c.want == "-" {
					continue
				}
				checked += 2
				s.atTheEdge(r.name, c)
				straight = append(straight, s.toTheDoor(r.name, c))
			}
		}
		if refused {
			require.Equal(s.t, before, s.holds(), "the edge refused, and something changed")
		}
	}
	s.arrive(straight)
	s.t.Logf("%d kinds, %d answers compared, half of them past the edge", len(rows), checked)
	require.GreaterOrEqual(s.t, checked, 860)
}

// system reports whether only machines ask for a kind.
func (s *stage) system(kind string) bool {
	for _, k := range civic.Table().Kinds() {
		if k.Name == kind {
			return k.System
		}
	}
	return false
}

// atTheEdge asks as a program.
func (s *stage) atTheEdge(kind string, c cell) {
	x, at := s.sides[c.side], s.sit(s.ward, c.role)
	cmd := Command{ID: command.NewID(), Kind: kind, Unit: x.unit, Body: s.bodyOf(kind, x, c.want == "ok")}
	resp, text := s.send(at, ask{method: http.MethodPost, path: "/api/v1/commands", json: map[string]any{"commands": []Command{cmd}}})
	want := map[string]int{"ok": http.StatusOK, "no": http.StatusForbidden, "page": http.StatusForbidden, "sys": http.StatusBadRequest}[c.want]
	if c.want == "sys" && resp.StatusCode == http.StatusForbidden {
		want = http.StatusForbidden
	}
	if resp.StatusCode != want || c.want == "ok" && !strings.Contains(text, `"accepted"`) {
		s.wrong("%s as %s, %s unit, at the edge: the sheet says %s, the answer is %d %s", kind, c.role, c.side, c.want, resp.StatusCode, readable(text))
	}
	_, known := s.chief.Told(cmd.ID)
	if known != (c.want == "ok") {
		s.wrong("%s as %s, %s unit, at the edge: kept %v", kind, c.role, c.side, known)
	}
}

// sent is an envelope that went past the edge.
type sent struct {
	command.Envelope
	cell
	kind string
	sys  *command.Error // the answer to a system kind, alone in its delivery
}

// toTheDoor makes the envelope; one of a system kind is delivered at once.
func (s *stage) toTheDoor(kind string, c cell) sent {
	x := s.sides[c.side]
	e := s.made(kind, x.unit, s.staff[string(c.role)], s.bodyOf(kind, x, c.want == "ok")).Sign(s.identityOf(s.ward).Key)
	out := sent{Envelope: e, cell: c, kind: kind}
	if c.want == "sys" {
		_, r := s.deliver(deliver.PathDeliver, e)
		if out.sys = r.Error; out.sys == nil && len(r.Decided) == 1 && r.Decided[0].Outcome.Code == "machine_only" {
			out.sys = r.Decided[0].Outcome.Err() // what proves itself may come from any machine, and is decided
		}
	}
	return out
}

// arrive delivers what people ask for and compares what became of it.
func (s *stage) arrive(all []sent) {
	decided := map[command.ID]command.Outcome{}
	for at := 0; at < len(all); at += 100 {
		var list []command.Envelope
		for _, e := range all[at:min(at+100, len(all))] {
			if e.want != "sys" {
				list = append(list, e.Envelope)
			}
		}
		if len(list) == 0 {
			continue
		}
		_, r := s.deliver(deliver.PathDeliver, list...)
		require.Nil(s.t, r.Error, "%+v", r.Error)
		for _, d := range r.Decided {
			decided[d.ID] = d.Outcome
		}
	}
	s.Agree(time.Minute)
	s.readReviews()
	for _, e := range all {
		out, known := decided[e.ID]
		_, waits := s.reviews[e.ID]
		got := "sys"
		switch {
		case known && out.Status == command.Accepted:
			got = map[bool]string{true: "page", false: "ok"}[e.want == "page"]
		case known && waits:
			got = "no"
		case known:
			got = "neither in nor in review"
		case e.sys == nil:
			got = "no answer"
		}
		if got != e.want {
			s.wrong("%s as %s, %s unit, past the edge: the sheet says %s, it is %s: %+v", e.kind, e.role, e.side, e.want, got, out)
		}
	}
}

// bodyOf is a body of a kind that nothing is wrong with, about one ward; fresh:
// about somebody, or a review, that nobody asked about before.
func (s *stage) bodyOf(kind string, x side, fresh bool) any {
	id := command.NewID()
	for _, theme := range []func(*stage, string, side, command.ID, bool) any{(*stage).bodyOfPeople, (*stage).bodyOfAccounts, (*stage).bodyOfOffice, (*stage).bodyOfHouseholds} {
		if body := theme(s, kind, x, id, fresh); body != nil {
			return body
		}
	}
	return map[string]any{}
}

func (s *stage) bodyOfPeople(kind string, x side, id command.ID, fresh bool) any {
	at, person := time.Now().UTC().Format(time.RFC3339), x.person
	if fresh && kind == "application.submit" {
		person = s.newcomer(x)
	}
	switch kind {
	case "household.put":
		return map[string]any{"id": id, "hamlet": x.hamlet, "address": "Số 11"}
	case "household.edit":
		return map[string]any{"id": x.home, "edits": []map[string]any{{"field": "address", "was": x.marks[1], "now": x.marks[1] + "A"}}}
	case "resident.put":
		return map[string]any{"id": id, "household": x.home, "name": "Lê " + shortOf(id), "birth": "1960", "sex": "male"}
	case "resident.edit":
		return map[string]any{"id": x.person, "edits": []map[string]any{{"field": "sex", "was": "female", "now": "female"}}}
	case "visit.record":
		return map[string]any{"id": id, "household": x.home, "at": at, "mode": "door", "outcome": "nobody_home"}
	case "application.submit":
		return map[string]any{"id": id, "resident": person, "level": 1, "phone": "0912404777", "relation": "self"}
	case "list.save":
		return map[string]any{"id": id, "name": "Danh sách " + shortOf(id), "filter": map[string]any{"unit": x.hamlet, "visits": 3}}
	case "activation.record":
		return map[string]any{"id": id, "resident": x.person, "way": "app", "at": at}
	}
	return s.bodyOfPairs(kind, x, fresh)
}

// bodyOfPairs is about two residents: fresh ones where something is to come of it.
func (s *stage) bodyOfPairs(kind string, x side, fresh bool) any {
	switch kind {
	case "resident.merge", "resident.unmerge", "pair.dismiss":
	default:
		return nil
	}
	keep, late := x.person, x.colleague.id
	if fresh {
		keep, late = s.newcomer(x), s.newcomer(x)
	}
	merge := map[string]any{"keep": keep, "late": late, "keepRev": s.revOf(keep), "lateRev": s.revOf(late)}
	switch kind {
	case "resident.merge":
		return merge
	case "resident.unmerge":
		if fresh {
			s.chief.Accepted(Command{ID: command.NewID(), Kind: "resident.merge", Unit: x.unit, Body: merge})
		}
		return map[string]any{"late": late}
	}
	return map[string]any{"a": keep, "b": late}
}

// revOf is the command that last changed a resident; zero if there is none.
func (s *stage) revOf(resident command.ID) command.ID {
	var r struct {
		Rev command.ID `json:"rev"`
	}
	s.chief.Call(http.MethodGet, "/api/v1/residents/"+resident.String(), nil, &r)
	return r.Rev
}

func (s *stage) bodyOfAccounts(kind string, x side, id command.ID, _ bool) any {
	switch kind {
	case "officer.self":
		return civic.ChangeSelf{Step: 1}
	case "officer.reset":
		return civic.ResetOfficer{Officer: x.colleague.id, Lost: civic.LostPassword, Hash: s.hash}
	case "token.put":
		return civic.PutToken{ID: id, Name: "Bảng tin", Hash: civic.MarkOf(id.String()), Scope: []string{"see_figures"}, Until: time.Now().AddDate(0, 0, 30).Format(time.DateOnly)}
	case "glass.open": // the unit is that of who looks
		far := s.sides[own]
		if x.unit == far.unit {
			far = s.sides[other]
		}
		return civic.OpenGlass{ID: id, Type: civic.TypeResident, Record: civic.KeyOf(far.urgent.person), Reason: urgentReason}
	}
	return nil
}

func (s *stage) bodyOfOffice(kind string, x side, id command.ID, fresh bool) any {
	short, key, review := shortOf(id), make([]byte, ed25519.PublicKeySize), s.review[x.unit]
	if fresh && kind == "review.resolve" {
		review = s.inReview(x)
	}
	switch kind {
	case "unit.put":
		return civic.PutUnit{Code: x.unit + "-" + short[8:], Name: "Tổ " + short, Kind: civic.UnitHamlet, Parent: x.unit}
	case "setting.put":
		return civic.PutSetting{Key: "thu." + short, Value: json.RawMessage(`1`)}
	case "node.put":
		return civic.PutNode{ID: "may-" + short, Unit: x.unit, Key: key}
	case "node.vote":
		return civic.VoteNode{Node: "ward-1", Voter: true}
	case "node.deny": // a ward shuts nobody out for all
		return civic.DenyNode{ID: "may-" + short, Reason: civic.DenyStolen}
	case "officer.put":
		return civic.PutOfficer{ID: id, User: "nguoi." + short, Name: "Vai Mới", Role: civic.RoleOfficer, Unit: x.unit}
	case "team.put":
		return civic.PutTeam{ID: id, Name: "Tổ công tác " + short, Unit: x.unit, Kind: civic.TeamMixed, Members: []command.ID{x.colleague.id}, Hamlets: []string{x.hamlet}}
	case "target.set":
		return civic.SetTarget{Unit: x.unit, Indicator: civic.IndicatorCaptured, Period: "2026", Value: 13000}
	case "roster.page":
		return civic.RosterPage{File: strings.Repeat(short[:8], 8), Page: 1, Unit: x.unit, Rows: []civic.RosterRow{{Line: 2, Name: "Lê Văn " + short, Birth: "1960", Sex: civic.Male, Address: "Số 12"}}}
	case "roster.undo":
		return civic.UndoPage{Page: s.paged(x, fresh), Part: 1, Unit: x.unit, Rows: []civic.UndoRow{{Type: civic.TypeResident, Line: 2}}}
	case "review.resolve":
		return map[string]any{"review": review, "choice": "keep", "reason": "đã hỏi lại"}
	case "upstream.resend":
		return civic.ResendParked{Type: civic.TypeResident, Key: civic.KeyOf(x.person)}
	case "cluster.enroll":
		return map[string]any{"code": "99XX", "name": "Cụm Lạ", "root": s.identityOf(s.ward).Root.Raw}
	case "unit.plan":
		return civic.PlanUnits{ID: id, Do: civic.PlanDoDraft, Into: x.unit, Name: "Phường " + short, From: time.Now().AddDate(0, 0, 30).Format(time.DateOnly)}
	case "unit.move":
		return civic.MoveUnits{Plan: id}
	case "day.open":
		return civic.OpenDay{Date: "2026-12-31"}
	}
	return nil
}

// shortOf is an ID as a part of a name.
func shortOf(id command.ID) string { return strings.ReplaceAll(id.String()[24:], "-", "") }

// paged is a page of a list of the ward that is agreed; any ID where it is refused
// anyway.
func (s *stage) paged(x side, agreed bool) command.ID {
	id := command.NewID()
	if agreed {
		s.chief.Accepted(Command{ID: id, Kind: "roster.page", Unit: x.unit, Body: s.bodyOf("roster.page", x, true)})
	}
	return id
}

// newcomer is somebody of a ward without an application.
func (s *stage) newcomer(x side) command.ID {
	id := command.NewID()
	s.chief.Accepted(Command{ID: command.NewID(), Kind: "resident.put", Unit: x.unit,
		Body: map[string]any{"id": id, "household": x.home, "name": "Đinh " + id.String()[30:], "birth": "1961", "sex": "male"}})
	return id
}
