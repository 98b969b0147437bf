package roster

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

var errStop = errors.New("stop")

// readAll reads a list written in a test.
func readAll(t testing.TB, name, data string, opt Options) ([]Row, Plan) {
	var rows []Row
	plan, err := Read(name, []byte(data), opt, func(p Page) error {
		rows = append(rows, p.Rows...)
		return nil
	})
	require.NoError(t, err)
	return rows, plan
}

func found(lines ...Finding) []Finding { return lines }

func at1(line int, code string) Finding { return Finding{line, code, reasons[code]} }

func TestAListAsAWardKeepsIt(t *testing.T) {
	const list = "\ufeffCÔNG AN PHƯỜNG DỊCH VỌNG HẬU;;;;;;;;\n" +
		"DANH SÁCH CÔNG DÂN CHƯA KÍCH HOẠT;;;;;;;;\n" +
		";;;;;;;;\n" +
		"STT;Họ và tên;Năm sinh;;CCCD;;ĐT;Nơi thường trú;QH với chủ hộ\n" +
		";;Nam;Nữ;Số;Ngày cấp;;;\n" +
		"1;2;3;4;5;6;7;8;9\n" +
		"Tổ dân phố số 12;;;;;;;;\n" +
		"1;ÐẶNG VĂN ÐỨC;15/8/1955;;1055000428;01/01/2021;912404318;\"Số 21, ngõ 68 Xuân Thuỷ\";Chủ hộ\n" +
		"2;nguyễn  thị hoà;;1958;001158000123;;0169.212.3456/024 3825 1234;;Vợ\n" +
		"3;Đặng Thị Mai;;31-12-84;001184000777;;không có;;Con\n" +
		"\n" +
		"4;Trần Văn Tám;01/02/1990;;1.0909E+09;;;;\n" +
		"5;Lê Văn Chín;1/13/1990;;001090000002;;;;\n" +
		"6;;1/3/1990;;001090000003;;;;\n" +
		"7;Lê Thị Mười;;;;;;;\n" +
		"8;Phạm Văn Khuyết;00/00/1941;;;;0912;Tổ 5, ngõ 2;\n" +
		"TỔ 5;;;;;;;;\n" +
		"9;Tô Văn Nam;02/03/1970;;123456789;;;;\n" +
		"10;\"=HYPERLINK(\"\"http://x\"\")\";4/5/1999;;001099000001;;;;\n" +
		"11;;;;;;;;\n" +
		";Tổng cộng: 10 người;;;;;;;\n" +
		";Người lập biểu;;;;;;TRƯỞNG CÔNG AN PHƯỜNG;\n"
	rows, plan := readAll(t, "ds.csv", list, Options{Hamlets: map[string]string{"to 12": "W-12", "to 5": "W-05"}})
	require.Equal(t, []Row{
		{Line: 8, Name: "Đặng Văn Đức", Birth: "1955-08-15", Sex: "male", Number: "001055000428", Phone: "+84912404318",
			Address: "Số 21, ngõ 68 Xuân Thuỷ", Hamlet: "W-12", Relation: "head"},
		{Line: 9, Name: "Nguyễn Thị Hoà", Birth: "1958", Sex: "female", Number: "001158000123", Phone: "+84392123456",
			Address: "Số 21, ngõ 68 Xuân Thuỷ", Hamlet: "W-12", Relation: "Vợ"},
		{Line: 10, Name: "Đặng Thị Mai", Birth: "1984-12-31", Sex: "female", Number: "001184000777",
			Address: "Số 21, ngõ 68 Xuân Thuỷ", Hamlet: "W-12", Relation: "Con"},
		{Line: 16, Name: "Phạm Văn Khuyết", Birth: "1941", Sex: "male", Address: "Tổ 5, ngõ 2", Hamlet: "W-12"},
		{Line: 18, Name: "Tô Văn Nam", Birth: "1970-03-02", Sex: "male", Hamlet: "W-05", OldNumber: "123456789"},
		{Line: 19, Name: `=HYPERLINK("http://x")`, Birth: "1999-05-04", Sex: "male", Number: "001099000001", Hamlet: "W-05"},
	}, rows)
	require.Equal(t, found(at1(12, "number_rounded"), at1(13, "bad_birth"), at1(14, "no_name"), at1(15, "too_little")), plan.Refused)
	require.Equal(t, found(at1(16, "phone_dropped"), at1(18, "old_number")), plan.Noted)
	require.Equal(t, found(at1(6, "numbering"), at1(7, "section"), at1(17, "section"), at1(21, "total"), at1(22, "footer")), plan.Skipped)
	require.Equal(t, 5, plan.Titles)
	require.Equal(t, "utf-8", plan.Encoding)
	require.Equal(t, 1, plan.Empty, "line 20 holds only its counter; a blank line of a CSV is no line")
	require.Equal(t, 6, plan.Rows)
	require.Equal(t, []Column{
		{Index: 0, Field: Serial, Title: "STT"}, {Index: 1, Field: Name, Title: "Họ và tên"}, {Index: 2, Field: IfMale, Title: "Nam"},
		{Index: 3, Field: IfFemale, Title: "Nữ"}, {Index: 4, Field: Number, Title: "CCCD Số"}, {Index: 6, Field: Phone, Title: "ĐT"},
		{Index: 7, Field: Permanent, Title: "Nơi thường trú"}, {Index: 8, Field: Relation, Title: "QH với chủ hộ"},
	}, plan.Columns)
	require.Equal(t, "Số định danh đã bị Excel làm tròn, mất các chữ số cuối; nhập lại ở dạng văn bản", plan.Reasons()[12])
}

func TestASplitNameAndAnAddressInPartsAreJoined(t *testing.T) {
	rows, _ := readAll(t, "a.csv", "Họ đệm,Tên,Ngày,Tháng,Năm,Phái,Số nhà,Ngõ/ngách,Thôn\n"+
		"Lò Thị,Ý,7,3,1988,Nữ,Số 4,ngõ 2,Bản Nà Nưa\n"+
		"Hờ A,Páo,,,1990,Nam,,,Nà Nưa\n", Options{Hamlets: map[string]string{"Bản Nà Nưa": "M-01"}})
	require.Equal(t, []Row{
		{Line: 2, Name: "Lò Thị Ý", Birth: "1988-03-07", Sex: "female", Address: "Số 4, ngõ 2", Hamlet: "M-01"},
		{Line: 3, Name: "Hờ A Páo", Birth: "1990", Sex: "male", Hamlet: "M-01"},
	}, rows)
}

func TestAHamletIsFoundByWhatPeopleCallIt(t *testing.T) {
	h := newHamlets(map[string]string{"to 12": "W-12", "Tổ dân phố số 3": "W-03", "ban na nua": "W-NN", "Thôn Đông": "W-TD", "Bản Đông": "W-BD"})
	for name, code := range map[string]string{
		"Tổ 12": "W-12", "TDP số 12": "W-12", "12": "W-12", "tổ dân phố 012": "W-12", "w-12": "W-12", "Tổ 03": "W-03", "3": "W-03",
		"Nà Nưa": "W-NN", "BẢN NÀ NƯA": "W-NN", "Thôn Đông": "W-TD", "bản Đông": "W-BD", "Đông": "", "Tổ 1": "", "": "", "120": "",
	} {
		require.Equal(t, code, h.find(name), name)
	}
	require.Equal(t, "W-12", h.inAddress("Số 5, tổ 12, phường Quỳnh Lôi"))
	require.Equal(t, "", h.inAddress("Số 12, ngõ 3 Xuân Thuỷ"), "a house number is no hamlet")
}

func TestBirthsAreReadInEveryWayTheyAreWritten(t *testing.T) {
	for cell, want := range map[string]string{
		"15/08/1955": "1955-08-15", "15/8/1955": "1955-08-15", "15-8-1955": "1955-08-15", "15.8.1955": "1955-08-15", "15 / 8 / 1955": "1955-08-15",
		"1955-08-15": "1955-08-15", "1955/8/15": "1955-08-15", "1955-08-15T00:00:00": "1955-08-15", "15/08/1955 00:00:00": "1955-08-15",
		"15081955": "1955-08-15", "5081955": "1955-08-05", "19550815": "1955-08-15",
		"20316": "1955-08-15", "20316.0": "1955-08-15", "20316.500000": "1955-08-15", "25569": "1970-01-01", "36525": "1999-12-31", "9133": "1925-01-01",
		"1955": "1955", "năm 1955": "1955", "00/00/1955": "1955", "??/??/1955": "1955", "0/0/1955": "1955", "//1955": "1955", "": "",
		"29/02/2000": "2000-02-29",
	} {
		b, note, ok := dates{}.read(cell)
		require.True(t, ok, cell)
		require.Equal(t, want, string(b), cell)
		require.Empty(t, note, cell)
	}
	for cell, want := range map[string][2]string{
		"15/8/55": {"1955-08-15", NoteTwoDigitYear}, "1-2-05": {"2005-02-01", NoteTwoDigitYear}, "1/2/27": {"1927-02-01", NoteTwoDigitYear},
		"15/08/00": {"2000-08-15", NoteTwoDigitYear}, "15-8-00": {"2000-08-15", NoteTwoDigitYear},
		"08/1955": {"1955", NoteMonthOnly}, "00/08/1955": {"1955", NoteMonthOnly},
	} {
		b, note, ok := dates{}.read(cell)
		require.True(t, ok, cell)
		require.Equal(t, want, [2]string{string(b), note}, cell)
	}
	for _, cell := range []string{"31/02/1960", "29/02/1900", "15/13/1990", "1/2", "68", "1234567890", "155", "99999", "15/8/1755", "ngày 5", "1955?8", "1.9E+3", "15/08/19555", "13/1955",
		"00/00/00", "00/08/00", "15/00/00", "15/08/0", "15/08/0000", "00/00/0000", "15/08/??", "08/00", "00/00", "??/??", "0000-08-15"} {
		b, _, ok := dates{}.read(cell)
		require.False(t, ok, "%s read as %s", cell, b)
	}
	b, _, ok := dates{date1904: true}.read("18854")
	require.True(t, ok)
	require.Equal(t, "1955-08-15", string(b))
}

func TestAColumnIsMonthFirstOnlyIfItCannotBeDayFirst(t *testing.T) {
	const titles = "Họ tên,Ngày sinh\n"
	rows, plan := readAll(t, "a.csv", titles+"Lê An,8/15/1955\nLê Bình,2/3/1960\n", Options{})
	require.Empty(t, plan.Refused)
	require.Equal(t, "1955-08-15", string(rows[0].Birth))
	require.Equal(t, "1960-02-03", string(rows[1].Birth))

	rows, plan = readAll(t, "a.csv", titles+"Lê An,8/15/1955\nLê Bình,2/3/1960\nLê Cúc,25/3/1960\n", Options{})
	require.Equal(t, found(at1(2, "bad_birth")), plan.Refused)
	require.Equal(t, "1960-03-02", string(rows[0].Birth))
}

func TestNumbersThatLostMoreThanZerosAreRefused(t *testing.T) {
	for _, c := range []struct{ number, want, refused string }{
		{"1055000428", "001055000428", ""},
		{"1.055000428E9", "001055000428", ""},
		{"1055000428.0", "001055000428", ""},
		{"=\"001055000428\"", "001055000428", ""},
		{"1055000428,", "", RefusedNumber},
		{"1.0550004E9", "", RefusedRounded},
		{"1,055E+09", "", RefusedRounded},
		{"1155000428", "", RefusedNumber}, // a woman's, and he is a man
		{"01055000428", "", RefusedNumber},
		{"0010550004281", "", RefusedNumber},
		{"12345678", "", ""}, // CMND of 9 digits without its zero
		{"chưa cấp", "", ""}, // words
		{"01OO55000428", "", RefusedNumber},
	} {
		rows, plan := readAll(t, "a.csv", "Họ tên;Ngày sinh;Giới tính;Số CCCD\nLê An;15/08/1955;Nam;"+c.number+"\n", Options{Hamlet: "W"})
		if c.refused != "" {
			require.Equal(t, found(at1(2, c.refused)), plan.Refused, c.number)
			continue
		}
		require.Len(t, rows, 1, c.number)
		require.Equal(t, c.want, rows[0].Number, c.number)
		require.Equal(t, "W", rows[0].Hamlet)
	}
}

func TestAMemberBelongsToTheHouseholdAboveAlsoIfItsHeadIsRefused(t *testing.T) {
	rows, plan := readAll(t, "a.csv", "Số hộ;Họ tên;Ngày sinh;Quan hệ với chủ hộ;Địa chỉ\n"+
		"1;Lê An;1/1/1960;Chủ hộ;Số 1\n"+
		"2;Lê Bình;99/1/1960;Chủ hộ;Số 2\n"+
		";Lê Cúc;1/1/1962;Vợ;\n"+
		"3;Lê Dung;1/1/1963;Vợ;\n"+
		";Lê Giang;1/1/1964;;\n", Options{Hamlet: "W"})
	require.Equal(t, found(at1(3, "bad_birth")), plan.Refused)
	require.Equal(t, []Row{
		{Line: 2, Name: "Lê An", Birth: "1960-01-01", HouseholdRef: "1", Address: "Số 1", Relation: "head", Hamlet: "W"},
		{Line: 4, Name: "Lê Cúc", Birth: "1962-01-01", HouseholdRef: "2", Address: "Số 2", Relation: "Vợ", Hamlet: "W"},
		{Line: 5, Name: "Lê Dung", Birth: "1963-01-01", HouseholdRef: "3", Relation: "Vợ", Hamlet: "W"},
		{Line: 6, Name: "Lê Giang", Birth: "1964-01-01", Hamlet: "W"},
	}, rows)
}

func TestTitlesPrintedAgainAreSkipped(t *testing.T) {
	rows, plan := readAll(t, "a.csv", "STT;Họ tên;Ngày sinh;Số CCCD\n1;Lê An;1/1/1960;\nSTT;Họ tên;Ngày sinh;Số CCCD\n2;Lê Bình;1/1/1961;\n", Options{Hamlet: "W"})
	require.Len(t, rows, 2)
	require.Equal(t, found(at1(3, "titles_again")), plan.Skipped)
}

func TestAListWithoutTitlesSaysWhatIsMissing(t *testing.T) {
	for data, message := range map[string]string{
		"a,b\n1,2\n": "no line names the columns: missing Họ và tên, Số định danh / Ngày sinh",
		"STT,Họ và tên,Địa chỉ\n1,A,B\n": "line 1 looks like the column titles, but lacks Số định danh / Ngày sinh",
		"\nSTT,Ngày sinh,Địa chỉ\n":      "line 2 looks like the column titles, but lacks Họ và tên",
	} {
		_, err := Read("a.csv", []byte(data), Options{}, func(Page) error { return nil })
		e := command.AsError(err)
		require.Equal(t, "no_header", e.Code)
		require.Equal(t, message, e.Message)
	}
}

func TestAPersonsOwnMappingIsTaken(t *testing.T) {
	rows, plan := readAll(t, "a.csv", "x;y;z\nLê An;q;1960\nLê Bình;q;1961\n", Options{Hamlet: "W", Titles: 1,
		Columns: []Column{{Index: 0, Field: Name}, {Index: 2, Field: BirthDate}}})
	require.Equal(t, []Row{{Line: 2, Name: "Lê An", Birth: "1960", Hamlet: "W"}, {Line: 3, Name: "Lê Bình", Birth: "1961", Hamlet: "W"}}, rows)
	require.Equal(t, 1, plan.Titles)
}

func TestAnErrorOfTheReceiverStopsTheReading(t *testing.T) {
	calls := 0
	_, err := Read("a.csv", []byte("Họ tên;Năm sinh\n"+strings.Repeat("Lê An;1960\n", 250)), Options{}, func(Page) error {
		calls++
		return errStop
	})
	require.ErrorIs(t, err, errStop)
	require.Equal(t, 1, calls)
}

func TestPagesStayBelowTheirBounds(t *testing.T) {
	long := strings.Repeat("Đ", 140)
	var sizes []int
	_, err := Read("a.csv", []byte("Họ tên;Năm sinh;Địa chỉ\n"+strings.Repeat("Lê An;1960;"+long+"\n", 250)), Options{}, func(p Page) error {
		sizes = append(sizes, len(p.Rows))
		require.Equal(t, len(sizes), p.Number)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{100, 100, 50}, sizes)

	full := pager{bytes: 2, emit: func(p Page) error { sizes = append(sizes, len(p.Rows)); return nil }}
	sizes = nil
	for range 100 {
		require.NoError(t, full.add(Row{Name: strings.Repeat("x", 120), Address: strings.Repeat("<", 300)}))
	}
	require.NoError(t, full.flush())
	require.Equal(t, []int{20, 20, 20, 20, 20}, sizes, "40 KiB of rows of 1.9 KiB")
}
