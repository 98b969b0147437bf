package roster

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"gocua/store/command"
)

func look(t *testing.T, name, data string, opt Options) Survey {
	s, err := Look(name, []byte(data), opt)
	require.NoError(t, err)
	return s
}

func TestASurveyShowsEachLineBeforeAndAfter(t *testing.T) {
	s := look(t, "a.csv", "DANH SÁCH\nSTT;Họ tên;Ngày sinh;Số CCCD;SĐT;Tổ\n"+
		"1;LÊ  VĂN AN;15/8/1955;1055000428;912404318;12\nTổ 12;;;;;\n2;Lê Bình;31/2/1960;;;\n;;;;;\n3;Lê Cúc;1961;123456789;091;12\n",
		Options{Hamlets: map[string]string{"to 12": "W-12"}})
	require.Equal(t, 2, s.Titles)
	require.Equal(t, []string{"STT", "Họ tên", "Ngày sinh", "Số CCCD", "SĐT", "Tổ"}, s.Heads)
	require.Equal(t, "utf-8", s.Encoding)
	require.Equal(t, []Reading{
		{Cells: Cells{3, []string{"1", "LÊ  VĂN AN", "15/8/1955", "1055000428", "912404318", "12"}},
			Row: Row{Line: 3, Name: "Lê Văn An", Birth: "1955-08-15", Number: "001055000428", Phone: "+84912404318", Hamlet: "W-12"}},
		{Cells: Cells{4, []string{"Tổ 12", "", "", "", "", ""}}, Skipped: SkippedSection},
		{Cells: Cells{5, []string{"2", "Lê Bình", "31/2/1960", "", "", ""}}, Row: Row{Line: 5, Name: "Lê Bình", Hamlet: "W-12"}, Refused: RefusedBirth},
		{Cells: Cells{7, []string{"3", "Lê Cúc", "1961", "123456789", "091", "12"}},
			Row: Row{Line: 7, Name: "Lê Cúc", Birth: "1961", OldNumber: "123456789", Hamlet: "W-12"}, Notes: []string{NoteOldNumber, NotePhone}},
	}, s.Sample)
	require.False(t, s.Unsure, "15/8 can be read in one way only")
}

func TestASurveyStopsAfterTwentyLines(t *testing.T) {
	s := look(t, "a.csv", "Họ tên;Năm sinh\n"+strings.Repeat("Lê An;1960\n", 900), Options{})
	require.Len(t, s.Sample, 20)
	require.Len(t, s.Top, 15)
}

func TestASurveyTellsInWhatTheLettersAreWritten(t *testing.T) {
	require.Equal(t, "tcvn3", look(t, "a.csv", "H\xe4 t\xaan;N\xa8m sinh\nNguy\xd4n V\xa8n H\xb5;1960\nTr\xc7n Th\xde H\xb5;1961\n", Options{}).Legacy)
	require.True(t, look(t, "a.csv", norm.NFD.String("Họ tên;Năm sinh\nLê Bình;1960\n"), Options{}).Decomposed)
	require.False(t, look(t, "a.csv", "Họ tên;Năm sinh\nLê Bình;1960\n", Options{}).Decomposed)
	s := look(t, "a.csv", "Họ tên;Năm sinh\nNguyÔn V¨n Hµ;1960\n", Options{Encoding: Unicode})
	require.Equal(t, "NguyÔn V¨n Hµ", s.Sample[0].Row.Name, "left as it stands because a person says so")
	require.Equal(t, "Nguyễn Văn Hà", look(t, "a.csv", "Họ tên;Năm sinh\nNguyÔn V¨n Hµ;1960\n", Options{Encoding: TCVN3}).Sample[0].Row.Name)
	require.Equal(t, "Trần", look(t, "a.csv", "Họ tên;Năm sinh\nTraàn;1960\n", Options{Encoding: VNI}).Sample[0].Row.Name)
	require.Equal(t, "Lê", look(t, "a.csv", "H\x00\x6f\x00 \x00t\x00e\x00n\x00;\x00n\x00a\x00m\x00 \x00s\x00i\x00n\x00h\x00\n\x00L\x00\xea\x00;\x001\x009\x006\x000\x00\n\x00", Options{Encoding: UTF16LE}).Sample[0].Row.Name)
}

func TestWhetherTheMonthComesFirstIsAskedOnlyIfNobodyCanTell(t *testing.T) {
	for days, unsure := range map[string]bool{
		"5/8/1955 6/9/1960":   true,  // either way
		"15/8/1955 6/9/1960":  false, // a fifteenth month there is not
		"8/15/1955 9/6/1960":  false,
		"15/8/1955 8/15/1960": true, // they contradict each other
		"5/5/1955 6/6/1960":   false,
		"1955 1960":           false,
		"20316 21000":         false,
	} {
		data := "Họ tên;Ngày sinh\n"
		for _, d := range strings.Fields(days) {
			data += "Lê An;" + d + "\n"
		}
		require.Equal(t, unsure, look(t, "a.csv", data, Options{}).Unsure, days)
		require.False(t, look(t, "a.csv", data, Options{Dates: DayFirst}).Unsure, "somebody has said: "+days)
	}
	s := look(t, "a.csv", "Họ tên;Ngày sinh\nLê An;5/8/1955\n", Options{Dates: MonthFirst})
	require.Equal(t, "1955-05-08", string(s.Sample[0].Row.Birth))
	require.Equal(t, MonthFirst, s.Dates)
	dmy, _ := Read("a.csv", []byte("Họ tên;Ngày sinh\nLê An;5/8/1955\n"), Options{}, func(Page) error { return nil })
	mdy, _ := Read("a.csv", []byte("Họ tên;Ngày sinh\nLê An;5/8/1955\n"), Options{Dates: MonthFirst}, func(Page) error { return nil })
	require.NotEqual(t, dmy.Mapping, mdy.Mapping, "another reading is another import")
}

func TestTitlesNobodyKnowsAreShownAndCanBeNamed(t *testing.T) {
	const data = "Danh mục A\nCột 1;Cột 2\nLê An;1960\nLê Bình;1961\n"
	s := look(t, "a.csv", data, Options{})
	require.Equal(t, "no_header", s.Code)
	require.Equal(t, Cells{3, []string{"Lê An", "1960"}}, s.Top[2])
	opt := Options{Titles: 2, Columns: []Column{{Index: 0, Field: Name}, {Index: 1, Field: BirthYear}}}
	s = look(t, "a.csv", data, opt)
	require.Empty(t, s.Code)
	require.Equal(t, []string{"Cột 1", "Cột 2"}, s.Heads)
	require.Equal(t, Row{Line: 3, Name: "Lê An", Birth: "1960"}, s.Sample[0].Row)
	require.Equal(t, s.Layout, s.TopLayouts[1], "the same titles are known again in the next file")
	require.NotEqual(t, s.Layout, s.TopLayouts[2])

	s = look(t, "a.csv", data, Options{Titles: 2})
	require.Equal(t, "no_header", s.Code, "a line alone does not say what its columns are")
	require.Equal(t, []string{"Cột 1", "Cột 2"}, s.Heads)
	two := look(t, "a.csv", "Họ tên;Năm sinh;\n;Nam;Nữ\nLê An;1960;\n", Options{Titles: 2})
	require.Equal(t, []string{"Họ tên", "Nam", "Nữ"}, two.Heads, "two lines of titles, chosen by their last")
}

func TestSheetsAreListedWithWhatIsOnThem(t *testing.T) {
	data := book(t, nil, map[string][][]any{
		"Bìa": {{"DANH SÁCH"}}, "Trống": {}, "Tổ 7": {{"Họ tên", "Năm sinh"}, {"Lê An", 1960}}, "Tổ 8": {{"Họ tên", "Năm sinh"}, {"Lê Bình", 1961}},
	}, "Bìa", "Trống", "Tổ 7", "Tổ 8")
	s := look(t, "a.xlsx", data, Options{})
	require.Equal(t, []Sheet{{Name: "Bìa"}, {Name: "Trống", Empty: true}, {Name: "Tổ 7", Found: true}, {Name: "Tổ 8", Found: true}}, s.Sheets)
	require.Equal(t, "Tổ 7", s.Sheet)
	require.Equal(t, "Lê Bình", look(t, "a.xlsx", data, Options{Sheet: "Tổ 8"}).Sample[0].Row.Name)
	require.Equal(t, "no_header", look(t, "a.xlsx", data, Options{Sheet: "Bìa"}).Code)
	_, err := Look("a.xlsx", []byte(data), Options{Sheet: "Tổ 9"})
	require.Equal(t, "no_sheet", command.AsError(err).Code)
	_, err = Look("a.xlsx", []byte(data), Options{Sheet: "Trống"})
	require.Equal(t, "empty_list", command.AsError(err).Code)
}

func TestWhatIsNoListIsRefusedByItsReason(t *testing.T) {
	empty := book(t, nil, map[string][][]any{"Sheet1": {}}, "Sheet1")
	paper := zipped(t, book(t, nil, nil, "Sheet1"), nil)
	paper = strings.ReplaceAll(paper, "xl/workbook.xml", "wo/workbook.xml") // what a Word paper lacks
	for name, c := range map[string]struct{ data, code string }{
		"an empty workbook.xlsx": {empty, "empty_list"},
		"a paper.docx":           {paper, "unknown_format"},
		"nothing but lines.csv":  {"\n ;;\n\n", "empty_list"},
		"a million lines.csv":    {"Họ tên;Năm sinh\n" + strings.Repeat(";\n", 1_000_000), "list_too_large"},
		"a locked book.xlsx":     {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx_locked"},
	} {
		_, err := Read(name, []byte(c.data), Options{}, func(Page) error { return nil })
		require.Equal(t, c.code, command.AsError(err).Code, "%s: %v", name, err)
	}
}

// What a cell calculates is read as the value the file holds, and never runs again.
func TestFormulasComeInAsTheirValuesAndGoOutAsText(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		require.NoError(t, f.SetCellFormula("Sheet1", "A3", `=HYPERLINK("http://x","Lê Bình")`))
	}, map[string][][]any{"Sheet1": {{"Họ tên", "Năm sinh"}, {`=cmd|'/c calc'!A1`, 1960}, {"", "không rõ"}, {"@SUM(1)", "x"}}}, "Sheet1")
	rows, plan := readAll(t, "a.xlsx", data, Options{})
	require.Len(t, rows, 1)
	require.Equal(t, `=Cmd|'/C calc'!A1`, rows[0].Name, "text, for somebody to look at")
	var out strings.Builder
	require.NoError(t, WriteResult(&out, "a.xlsx", []byte(data), Options{}, plan.Reasons()))
	f, err := excelize.OpenReader(strings.NewReader(out.String()))
	require.NoError(t, err)
	defer f.Close()
	for r := range 5 {
		for c := range 6 {
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			require.NoError(t, err)
			formula, err := f.GetCellFormula("Sheet1", at)
			require.NoError(t, err)
			require.Empty(t, formula, at)
		}
	}
}

func TestAnOldNumberIsKeptWhereverItStands(t *testing.T) {
	for _, c := range []struct{ number, old, want, wantOld string }{
		{"001055000428", "12345678", "001055000428", "012345678"},
		{"001055000428", "", "001055000428", ""},
		{"", "012345678", "", "012345678"},
		{"", "001055000428", "001055000428", ""}, // the new number in the old column
		{"123456789", "", "", "123456789"},       // the old number in the new column
		{"chưa có", "012345678", "", "012345678"},
		{"001055000428", "không", "001055000428", ""},
	} {
		rows, plan := readAll(t, "a.csv", fmt.Sprintf("Họ tên;Ngày sinh;Số CCCD;Số CMND\nLê An;15/08/1955;%s;%s\n", c.number, c.old), Options{})
		require.Empty(t, plan.Refused)
		require.Equal(t, []string{c.want, c.wantOld}, []string{rows[0].Number, rows[0].OldNumber}, "%q %q", c.number, c.old)
	}
}

func TestChoicesNoListCanBeReadWithAreRefused(t *testing.T) {
	for field, opt := range map[string]Options{
		"/encoding": {Encoding: "ebcdic"}, "/dates": {Dates: "ymd"}, "/titles": {Titles: -1},
		"/columns": {Columns: []Column{{Index: 1, Field: "password"}}},
	} {
		require.Equal(t, field, command.AsError(opt.Check()).Field)
	}
	require.Error(t, Options{Columns: []Column{{Index: -1, Field: Name}}}.Check())
	require.NoError(t, Options{Encoding: TCVN3, Dates: DayFirst, Titles: 5, Columns: []Column{{Index: 3, Field: Name}}}.Check())
}
