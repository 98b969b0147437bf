package roster

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

func TestTheResultFileHoldsEveryRefusedLineAsTextAndCanBeCorrectedAndReadAgain(t *testing.T) {
	data := book(t, nil, map[string][][]any{"Sheet1": {
		{"DANH SÁCH"},
		{"TT", "Họ và tên", "Ngày sinh", "", "Số CCCD", "Ghi chú"},
		{"", "", "Nam", "Nữ"},
		{1, "=cmd|' /C calc'!A0", 20316, nil, "0010550004", "@SUM(1)"},
		{2, "Lê Bình", nil, 20317, "001155000429", ""},
		{3, "Lê Cúc", nil, "1/1/1990", "001190000430", ""},
	}}, "Sheet1")
	_, plan := readAll(t, "a.xlsx", data, Options{Hamlet: "W"})
	reasons := plan.Reasons()
	require.Equal(t, map[int]string{4: "Số định danh không đúng 12 chữ số"}, reasons)
	reasons[6] = "Số định danh đã có ở người khác"

	var out bytes.Buffer
	require.NoError(t, WriteResult(&out, "a.xlsx", []byte(data), Options{Hamlet: "W"}, reasons))
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	require.NoError(t, err)
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	require.NoError(t, err)
	require.Equal(t, [][]string{
		{"Dòng", "Lý do cần xem lại", "TT", "Họ và tên", "Nam", "Nữ", "Số CCCD", "Ghi chú"},
		{"4", "Số định danh không đúng 12 chữ số", "1", "=cmd|' /C calc'!A0", "15/08/1955", "", "0010550004", "@SUM(1)"},
		{"6", "Số định danh đã có ở người khác", "3", "Lê Cúc", "", "1/1/1990", "001190000430"},
	}, rows)
	for _, at := range []string{"D2", "H2"} {
		formula, err := f.GetCellFormula("Sheet1", at)
		require.NoError(t, err)
		require.Empty(t, formula, "text is never a formula")
		style, err := f.GetCellStyle("Sheet1", at)
		require.NoError(t, err)
		s, err := f.GetStyle(style)
		require.NoError(t, err)
		require.Equal(t, 49, s.NumFmt, "nor becomes one when somebody edits the cell")
	}

	require.NoError(t, f.SetCellStr("Sheet1", "D2", "Lê An"))
	require.NoError(t, f.SetCellStr("Sheet1", "G2", "001055000428"))
	corrected, err := f.WriteToBuffer()
	require.NoError(t, err)
	again, _ := readAll(t, "b.xlsx", corrected.String(), Options{Hamlet: "W"})
	require.Equal(t, []Row{
		{Line: 2, Name: "Lê An", Birth: "1955-08-15", Sex: "male", Number: "001055000428", Hamlet: "W"},
		{Line: 3, Name: "Lê Cúc", Birth: "1990-01-01", Sex: "female", Number: "001190000430", Hamlet: "W"},
	}, again)
}

func TestEveryTitleThisPackageWritesIsReadBack(t *testing.T) {
	for f, title := range fieldTitles {
		got, ok := fieldOf(title)
		require.True(t, ok, title)
		require.Equal(t, f, got, title)
	}
}

func TestTitlesAreKnownByManyNames(t *testing.T) {
	for title, want := range map[string]Field{
		"Họ, chữ đệm và tên": Name, "Họ và tên khai sinh": Name, "HỌ TÊN NHÂN KHẨU": Name, "Ho ten": Name, "Họ đệm": FamilyName, "Tên": GivenName,
		"Số định danh cá nhân": Number, "Số CCCD/CMND": Number, "Số CMND, CCCD": Number, "CCCD": Number, "Số thẻ căn cước công dân": Number, "Số ĐDCN": Number,
		"Số CMND": OldNumber, "CMT": OldNumber, "Ngày, tháng, năm sinh (dd/mm/yyyy)": BirthDate, "NTNS": BirthDate, "Năm sinh": BirthDate,
		"Nam": IfMale, "Năm": BirthYear, "NỮ": IfFemale, "Giới tính (Nam/Nữ)": Sex, "Nam/Nữ": Sex,
		"SĐT": Phone, "Số điện thoại liên hệ": Phone, "Điện thoại": Phone, "Địa chỉ": Address, "Nơi ở hiện tại": Address, "Nơi cư trú": Address,
		"Nơi đăng ký HKTT": Permanent, "Địa chỉ thường trú": Permanent, "Tổ": Hamlet, "Thôn/Bản": Hamlet, "TDP": Hamlet, "Tổ dân phố số": Hamlet, "Bản": Hamlet,
		"Số hộ": Household, "Mã hộ": Household, "Số sổ hộ khẩu": Household, "Quan hệ với chủ hộ": Relation, "Dân tộc": Ethnic, "STT": Serial, "Số TT": Serial,
	} {
		got, ok := fieldOf(title)
		require.True(t, ok, title)
		require.Equal(t, want, got, title)
	}
	for _, title := range []string{"Ngày cấp", "Nơi cấp CCCD", "Ngày cấp CCCD", "Họ tên chủ hộ", "Nơi sinh", "Quê quán", "Họ và tên cha", "Ghi chú", "Mã hồ sơ", "Tài khoản định danh điện tử", ""} {
		got, _ := fieldOf(title)
		require.Equal(t, Ignored, got, title)
	}
}
