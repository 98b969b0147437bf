package roster

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"gocua/store/command"
)

// book is a workbook of sheets, each given by its rows.
func book(t testing.TB, edit func(*excelize.File), sheets map[string][][]any, order ...string) string {
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range order {
		if i == 0 {
			require.NoError(t, f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			require.NoError(t, err)
		}
		for r, row := range sheets[name] {
			at, err := excelize.CoordinatesToCellName(1, r+1)
			require.NoError(t, err)
			require.NoError(t, f.SetSheetRow(name, at, &row))
		}
	}
	if edit != nil {
		edit(f)
	}
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	return b.String()
}

func TestTheFirstVisibleSheetWithTitlesIsRead(t *testing.T) {
	data := book(t, func(f *excelize.File) { require.NoError(t, f.SetSheetVisible("Cũ", false)) }, map[string][][]any{
		"Bìa":  {{"DANH SÁCH"}, {"năm 2023"}},
		"Cũ":   {{"Họ tên", "Năm sinh"}, {"Lê Cũ", 1950}},
		"Tổ 7": {{"Họ tên", "Năm sinh"}, {"Lê An", 1960}},
		"Tổ 8": {{"Họ tên", "Năm sinh"}, {"Lê Bình", 1961}},
	}, "Bìa", "Cũ", "Tổ 7", "Tổ 8")
	opt := Options{Hamlets: map[string]string{"to 7": "W-07", "to 8": "W-08"}, Hamlet: "W"}
	rows, plan := readAll(t, "a.xlsx", data, opt)
	require.Equal(t, []Row{{Line: 2, Name: "Lê An", Birth: "1960", Hamlet: "W-07"}}, rows, "a sheet may be named after its hamlet")
	require.Equal(t, "Tổ 7", plan.Sheet)
	require.Equal(t, []string{"Bìa", "Tổ 7", "Tổ 8"}, plan.Sheets)

	opt.Sheet = "Tổ 8"
	rows, _ = readAll(t, "a.xlsx", data, opt)
	require.Equal(t, []Row{{Line: 2, Name: "Lê Bình", Birth: "1961", Hamlet: "W-08"}}, rows)

	opt.Sheet = "Tổ 9"
	_, err := Read("a.xlsx", []byte(data), opt, func(Page) error { return nil })
	require.Equal(t, "no_sheet", command.AsError(err).Code)
}

func TestCellsAreReadAsTheyAreKept(t *testing.T) {
	data := zipped(t, book(t, nil, nil, "Sheet1"), map[string]string{"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
		<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="inlineStr"><is><t>Ngày sinh</t></is></c>
			<c r="C1" t="inlineStr"><is><t>Số CCCD</t></is></c><c r="D1" t="inlineStr"><is><t>SĐT</t></is></c></row>
		<row r="2"><c r="A2" t="inlineStr"><is><t>Lê An</t></is></c><c r="B2"><v>20316</v></c><c r="C2"><v>1.055000428E9</v></c><c r="D2"><v>912404318</v></c></row>
		<row r="3"><c r="A3" t="str"><f>"Lê"&amp;" Bình"</f><v>Lê Bình</v></c><c r="B3"><f>20315+1</f><v>20316</v></c></row>
		<row r="5"><c r="A5" t="str"><f>A9</f></c><c r="B5"><v>1990</v></c></row>
		</sheetData></worksheet>`})
	rows, plan := readAll(t, "a.xlsx", data, Options{Hamlet: "W"})
	require.Equal(t, []Row{
		{Line: 2, Name: "Lê An", Birth: "1955-08-15", Number: "001055000428", Phone: "+84912404318", Hamlet: "W"},
		{Line: 3, Name: "Lê Bình", Birth: "1955-08-15", Hamlet: "W"},
	}, rows, "a formula counts with the value the file holds")
	require.Equal(t, found(at1(5, "no_name")), plan.Refused)
	require.Equal(t, 1, plan.Empty)

	old := book(t, func(f *excelize.File) {
		yes := true
		require.NoError(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	}, map[string][][]any{"Sheet1": {{"Họ tên", "Ngày sinh"}, {"Lê An", 18854}}}, "Sheet1")
	rows, _ = readAll(t, "a.xlsx", old, Options{Hamlet: "W"})
	require.Equal(t, "1955-08-15", string(rows[0].Birth))
}

func TestAFontNameGivesAnOldEncodingAway(t *testing.T) {
	// By the words alone nobody can tell: all but one fit Unicode as well.
	sheet := map[string][][]any{"Sheet1": {{"Họ tên", "Năm sinh"}, {"Hå Lan", 1960}, {"Lâm Tâm Vân Hân Bân Cân Dân Sân", 1961}}}
	rows, _ := readAll(t, "a.xlsx", book(t, nil, sheet, "Sheet1"), Options{})
	require.Equal(t, "Hå Lan", rows[0].Name)
	data := book(t, func(f *excelize.File) {
		style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Family: ".VnTime"}})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Sheet1", "A2", "A3", style))
	}, sheet, "Sheet1")
	rows, plan := readAll(t, "a.xlsx", data, Options{})
	require.Equal(t, "tcvn3", plan.Columns[0].Legacy)
	require.Equal(t, "Hồ Lan", rows[0].Name)
}

// zipped is a workbook taken apart, with some parts replaced.
func zipped(t testing.TB, data string, replace map[string]string) string {
	r, err := zip.NewReader(strings.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range r.File {
		to, err := w.Create(part.Name)
		require.NoError(t, err)
		body, replaced := replace[part.Name]
		if !replaced {
			from, err := part.Open()
			require.NoError(t, err)
			var b bytes.Buffer
			_, err = b.ReadFrom(from)
			require.NoError(t, err)
			body = b.String()
		}
		_, err = to.Write([]byte(body))
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return out.String()
}

func TestADangerousOrDamagedWorkbookIsRefused(t *testing.T) {
	const part = "xl/worksheets/sheet1.xml"
	const open = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	const titles = `<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="inlineStr"><is><t>Năm sinh</t></is></c></row>`
	const person = `<row r="2"><c r="A2" t="inlineStr"><is><t>Lê An</t></is></c><c r="B2"><v>1960</v></c></row>`
	good := book(t, nil, map[string][][]any{"Sheet1": {{"Họ tên", "Năm sinh"}}}, "Sheet1")
	rows, _ := readAll(t, "a.xlsx", zipped(t, good, map[string]string{part: open + titles + person + "</sheetData></worksheet>"}), Options{})
	require.Len(t, rows, 1)
	for name, c := range map[string]struct{ sheet, code string }{
		"a bomb":                      {open + titles + strings.Repeat(" ", 64<<20) + "</sheetData></worksheet>", "zip_bomb"},
		"tags that do not match":      {open + titles + `<row r="2"><c r="A2"></row></c>` + "</sheetData></worksheet>", "bad_xlsx"},
		"a style that is no figure":   {open + titles + `<row r="2"><c r="A2" s="x"><v>1</v></c></row></sheetData></worksheet>`, "bad_xlsx"},
		"cut off":                     {open + titles + person, "bad_xlsx"},
		"a character XML forbids":     {open + titles + "<row r=\"2\"><c r=\"A2\"><v>\x01</v></c></row>" + person + "</sheetData></worksheet>", "bad_xlsx"},
		"a row far below":             {open + titles + `<row r="2000000000"/></sheetData></worksheet>`, "list_too_large"},
		"a row numbered with letters": {open + titles + `<row r="x"/></sheetData></worksheet>`, "list_too_large"},
		"a cell far to the right":     {open + titles + `<row r="2"><c r="XFD2"><v>1</v></c></row></sheetData></worksheet>`, "too_wide"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("a.xlsx", []byte(zipped(t, good, map[string]string{part: c.sheet})), Options{}, func(Page) error { return nil })
			require.Equal(t, c.code, command.AsError(err).Code, "%v", err)
		})
	}
	_, err := Read("a.xlsx", []byte(good[:len(good)/2]), Options{}, func(Page) error { return nil })
	require.Equal(t, "bad_xlsx", command.AsError(err).Code)
	_, err = Read("a.csv", make([]byte, MaxFile+1), Options{}, func(Page) error { return nil })
	require.Equal(t, "list_too_large", command.AsError(err).Code)
}
