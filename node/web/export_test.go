package web_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"gocua/node/nodetest"
	"gocua/store/civic"
)

func exportParts() []part {
	return []part{
		{"a list leaves the machine with a reason, a mark and its numbers masked", aListLeavesMarked},
		{"whoever does not command may not export", onlyCommandersExport},
	}
}

func exportOf(b *browser, form url.Values) answer { return b.post("/xuat/nhan-khau", form) }

func aListLeavesMarked(t *testing.T, d *nodetest.District) {
	ward := d.Wards[1]
	b := browserOf(t, ward, civic.RoleSupervisor)
	newDoor(b, ward, "=HYPERLINK Công Thức", "personalNumber", "001155000482", "phones-0", "0912404382")
	require.Contains(t, b.page("/nhan-khau").body, `href="/xuat/nhan-khau"`)
	require.Contains(t, b.page("/xuat/nhan-khau").text(), "Dùng vào việc gì")

	for name, bad := range map[string]url.Values{
		"no reason": {"format": {"xlsx"}}, "a secret": {"format": {"xlsx"}, "reason": {"mã OTP 482913"}},
		"no format": {"reason": {"gõ cửa tối nay"}, "format": {"exe"}},
	} {
		a := exportOf(b, bad)
		require.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		require.Empty(t, a.header.Get("Content-Disposition"), name)
	}
	elsewhere := exportOf(b, url.Values{"reason": {"xem"}, "format": {"csv"}, "hamlet": {d.Wards[0].Unit}})
	require.Equal(t, http.StatusForbidden, elsewhere.status, "another ward's list")

	a := exportOf(b, url.Values{"reason": {"gõ cửa tối nay"}, "format": {"csv"}})
	require.Equal(t, http.StatusOK, a.status, a.text())
	require.Equal(t, "no-store", a.header.Get("Cache-Control"))
	require.Regexp(t, `^attachment; filename="nhan-khau-[\w-]+\.csv"$`, a.header.Get("Content-Disposition"))
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\uFEFF")))
	rows.FieldsPerRecord = -1
	all, err := rows.ReadAll()
	require.NoError(t, err)
	require.Regexp(t, `^Bản xuất [\w-]+ · .+ · \d\d:\d\d \d\d/\d\d/\d{4} · .+ · số che bớt`, all[0][0])
	require.Equal(t, all[0], all[len(all)-1], "first and last line carry the mark")
	require.Greater(t, len(all), 20)
	found := ""
	for _, row := range all {
		for _, cell := range row {
			require.False(t, cell != "" && strings.ContainsRune("=+-@", rune(cell[0])), "a formula: %q", cell)
		}
		if len(row) > 4 && strings.Contains(row[1], "Công Thức") {
			found = strings.Join(row, "|")
		}
	}
	require.Contains(t, found, "|•••• 0482|09•• ••• 382|")

	require.Equal(t, http.StatusTooManyRequests, exportOf(b, url.Values{"reason": {"lần nữa"}, "format": {"csv"}}).status, "one a minute")
}

func onlyCommandersExport(t *testing.T, d *nodetest.District) {
	for _, role := range []civic.Role{civic.RoleOfficer, civic.RoleLeader, civic.RoleAdmin} {
		place := d.Wards[0]
		if role != civic.RoleOfficer {
			place = d.District
		}
		b := browserOf(t, place, role)
		require.Equal(t, http.StatusForbidden, b.get("/xuat/nhan-khau").status, role)
		require.Equal(t, http.StatusForbidden, exportOf(b, url.Values{"reason": {"xem"}, "format": {"csv"}}).status, role)
	}
	b := browserOf(t, d.District, civic.RoleSupervisor)
	a := exportOf(b, url.Values{"reason": {"đối chiếu sổ"}, "format": {"xlsx"}, "full": {"1"}})
	require.Equal(t, http.StatusOK, a.status, a.text())
	f, err := excelize.OpenReader(bytes.NewReader([]byte(a.body)))
	require.NoError(t, err)
	defer f.Close()
	rows, err := f.GetRows("Nhân khẩu")
	require.NoError(t, err)
	require.Contains(t, rows[0][0], "SỐ ĐẦY ĐỦ")
	require.Greater(t, len(rows), 50)
	props, err := f.GetDocProps()
	require.NoError(t, err)
	require.Equal(t, rows[0][0], props.Description)
	printed, err := f.GetHeaderFooter("Nhân khẩu")
	require.NoError(t, err)
	require.Contains(t, printed.OddFooter, "Bản xuất "+props.Identifier)
	for i := range rows {
		for j := range rows[i] {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			require.NoError(t, err)
			formula, err := f.GetCellFormula("Nhân khẩu", cell)
			require.NoError(t, err)
			require.Empty(t, formula)
		}
	}
}
