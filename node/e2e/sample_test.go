//go:build e2e

package e2e

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// sampleHome is a household made for the photographs: one person with a visit,
// an application and an activation, questions that wait for somebody, and one
// that was decided.
type sampleHome struct {
	query     string // finds the person
	yesterday string // a day to ask figures of
}

// seed takes the household down at a ward, as a program would.
func seed(t *testing.T, ward demo.Place) sampleHome {
	t.Helper()
	officer := program(t, ward, civic.RoleOfficer)
	home, person := command.NewID(), command.NewID()
	now := time.Now().UTC()
	body := func(kind string, fields map[string]any) nodetest.Command {
		return nodetest.Command{ID: command.NewID(), Kind: kind, Unit: ward.Unit, Body: fields}
	}
	resident := func(id command.ID, name string) nodetest.Command {
		return body("resident.put", map[string]any{"id": id, "household": home, "name": name, "birth": "1955-03-17", "sex": "female",
			"personalNumber": "001155000123", "phones": []string{"0912404399"}})
	}
	officer.Accepted(
		body("household.put", map[string]any{"id": home, "hamlet": ward.Unit + "-01", "address": "Số 41, ngõ 9 Xuân Thuỷ"}),
		resident(person, "Đào Thị Ánh Dương"),
		body("visit.record", map[string]any{"id": command.NewID(), "household": home, "at": now.Add(-time.Hour).Format(time.RFC3339), "mode": "door", "outcome": "registered", "note": "chó dữ, gọi cửa trước"}),
		body("application.submit", map[string]any{"id": command.NewID(), "resident": person, "level": 1, "phone": "0912404399", "relation": "self"}),
		body("activation.record", map[string]any{"id": command.NewID(), "resident": person, "way": "app", "at": now.Format(time.RFC3339)}),
	)
	late, twin := body("resident.edit", map[string]any{"id": person, "edits": []map[string]any{{"field": "name", "was": "Đào Ánh", "now": "Đào Thị Dương"}}}), command.NewID()
	_, outcomes := officer.Submit(
		resident(twin, "Đào Thị Ánh Hồng"),
		body("application.submit", map[string]any{"id": command.NewID(), "resident": twin, "level": 1, "phone": "0912404398", "relation": "child"}), // waits under the twin's
		body("resident.edit", map[string]any{"id": person, "edits": []map[string]any{{"field": "sex", "was": "", "now": "male"}}}),
		late,
	)
	for _, o := range outcomes {
		require.Equal(t, command.Conflicted, o.Status, "%+v", o)
	}
	next := command.NewID()
	officer.Accepted(body("household.put", map[string]any{"id": next, "hamlet": ward.Unit + "-01", "address": "Số 43, ngõ 9 Xuân Thuỷ"}))
	for name, door := range map[string]command.ID{"Chử Thị Kim Xuyến": home, "Chu Thi Kim Suyen": next} { // one woman, two doors
		officer.Accepted(body("resident.put", map[string]any{"id": command.NewID(), "household": door, "name": name, "birth": "1960-02-03", "sex": "female", "phones": []string{"0912404397"}}))
	}
	program(t, ward, civic.RoleSupervisor).Accepted(
		body("team.put", map[string]any{"id": command.NewID(), "name": "Tổ công tác số 1", "unit": ward.Unit, "kind": "mixed", "hamlets": []string{ward.Unit + "-01"}}),
		body("review.resolve", map[string]any{"review": late.ID, "choice": "keep", "reason": "Đã hỏi chủ hộ, tên trong sổ đúng"}),
	)
	program(t, stage.District, civic.RoleLeader).Accepted(nodetest.Command{ID: command.NewID(), Kind: "unit.plan", Unit: stage.District.Unit,
		Body: civic.PlanUnits{ID: command.NewID(), Do: civic.PlanDoDraft, Into: stage.Wards[1].Unit, Name: "Phường Cầu Giấy Mới", From: now.AddDate(0, 2, 0).Format(time.DateOnly),
			Wards: []string{stage.Wards[2].Unit}, Hamlets: []string{ward.Unit + "-01"}}})
	return sampleHome{query: "dao+thi+anh+duong+1955", yesterday: now.Add(7*time.Hour).AddDate(0, 0, -1).Format(time.DateOnly)}
}
