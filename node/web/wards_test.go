package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// wardParts are what one ward's pages say of another ward's people.
func wardParts() []part {
	return []part{
		{"AReviewNamesNobodyOfAnotherWard", otherWard},
		{"AHistoryKeepsBackWhatAnotherWardDecided", decidedElsewhere},
	}
}

// decidedElsewhere has the ward next door write somebody down under a number that
// is taken here, and decide so with a reason of its own.
func decidedElsewhere(t *testing.T, d *nodetest.District) {
	own, next := d.Wards[0], d.Wards[1]
	put := func(unit, name string) nodetest.Command {
		return nodetest.Command{ID: command.NewID(), Kind: "resident.put", Unit: unit,
			Body: map[string]any{"id": command.NewID(), "name": name, "birth": "1955-03-17", "sex": "female", "personalNumber": "001155000817"}}
	}
	first := put(own.Unit, "Lê Thị Trước")
	d.As(own, civic.RoleOfficer).Accepted(first)
	path := conflicted(t, d.As(next, civic.RoleOfficer), put(next.Unit, "Phí Thị Sau"))

	b := browserOf(t, own, civic.RoleOfficer)
	page := "/nhan-khau/" + first.Body.(map[string]any)["id"].(command.ID).String()
	nodetest.Eventually(t, patience, "the review", func() bool { return strings.Contains(b.page(page).text(), "Đối chiếu ở đơn vị khác") })
	require.NotContains(t, b.page(page).body, path, "it opens there only")

	chief := browserOf(t, next, civic.RoleSupervisor)
	require.Equal(t, http.StatusSeeOther, chief.post(path, deciding(t, chief, path, "not_same", "Bà Sau đưa thẻ khác").fields).status)
	nodetest.Eventually(t, patience, "the decision", func() bool { return !strings.Contains(b.page(page).text(), "Cần đối chiếu.") })
	require.Equal(t, 2, strings.Count(b.page(page).text(), "Đối chiếu ở đơn vị khác"))
	require.NotContains(t, b.page(page).text(), "Bà Sau đưa thẻ khác")
}

// otherWard has somebody write a person and a door down under names that are
// taken in the ward next door: the review list says so, and not by whom.
func otherWard(t *testing.T, d *nodetest.District) {
	own, next := d.Wards[0], d.Wards[1]
	person, home := command.NewID(), command.NewID()
	put := func(hamlet, address, name string) []nodetest.Command {
		return []nodetest.Command{
			{ID: command.NewID(), Kind: "household.put", Body: map[string]any{"id": home, "hamlet": hamlet, "address": address}},
			{ID: command.NewID(), Kind: "resident.put", Body: map[string]any{"id": person, "name": name, "birth": "1971", "sex": "female", "phones": []string{"0912404771"}}},
		}
	}
	d.As(own, civic.RoleOfficer).Accepted(put(own.Unit+"-01", "Số 7, ngõ Riêng", "Vũ Thị Riêng")...)
	_, outcomes := d.As(next, civic.RoleOfficer).Submit(put(next.Unit+"-01", "Số 8, ngõ Khác", "Ngô Kim Khác")...)
	require.Len(t, outcomes, 2)

	b := browserOf(t, next, civic.RoleOfficer)
	var page answer
	nodetest.Eventually(t, 20*time.Second, "both reviews", func() bool {
		page = b.page("/doi-chieu")
		return strings.Contains(page.text(), "Ngô Kim Khác") && strings.Contains(page.text(), "Số 8, ngõ Khác")
	})
	pages := page.body + b.page("/doi-chieu?id="+outcomes[0].ID.String()).body + b.page("/doi-chieu?id="+outcomes[1].ID.String()).body
	form := b.get("/nhan-khau/moi")
	token := tokenField.FindStringSubmatch(form.body)[1]
	warned := b.post("/nhan-khau/moi", url.Values{"token": {token}, "name": {"Ai Đó"}, "birth": {"1990"}, "sex": {"male"}, "phones-0": {"0912404771"}})
	require.Contains(t, warned.text(), "số này đang dùng cho người khác")
	require.NotContains(t, warned.body, person.String(), "what the record is called")
	for _, secret := range []string{"Vũ Thị Riêng", "Số 7, ngõ Riêng"} {
		require.NotContains(t, pages, secret)
	}
}
