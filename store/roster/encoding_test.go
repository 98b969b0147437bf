package roster

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestSniffTellsWhatAFileIsAndWhatToDo(t *testing.T) {
	const ole = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest"
	for _, c := range []struct {
		name, head string
		format     Format
		code       string
	}{
		{"a.xlsx", "PK\x03\x04...", XLSX, ""},
		{"a", "PK\x03\x04...", XLSX, ""},
		{"a.csv", "STT,Họ tên\n", CSV, ""},
		{"a.txt", "STT\tHọ tên\n", CSV, ""},
		{"a.csv", "\xff\xfeS\x00T\x00T\x00", CSV, ""},
		{"a.csv", "S\x00T\x00T\x00;\x00n\x00a\x00m\x00e\x00", CSV, ""},
		{"a.xls", ole, "", "xls_unsupported"},
		{"a.xlsx", ole, "", "xlsx_locked"},
		{"a.xls", "<html><table>", "", "xls_unsupported"},
		{"a.xls", "\ufeff<?xml version=\"1.0\"?><Workbook>", "", "xls_unsupported"},
		{"a.ods", "PK\x03\x04...", "", "unknown_format"},
		{"a.pdf", "%PDF-1.7", "", "unknown_format"},
		{"a.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00", "", "unknown_format"},
		{"a.csv", "", "", "unknown_format"},
		{"a.doc", ole, "", "unknown_format"},
		{"a.ppt", ole, "", "unknown_format"},
		{"a.rtf", `{\rtf1\ansi STT;`, "", "unknown_format"},
		{"a.csv", `{\rtf1\ansi STT;`, "", "unknown_format"},
		{"a.csv", "%PDF-1.7", "", "unknown_format"},
		{"a.xlsx", "\x89PNG\r\n\x1a\n", "", "unknown_format"},
		{"a.csv", "GIF89a............", "", "unknown_format"},
		{"a.csv", "\xff\xd8\xff\xe1 no zero in it", "", "unknown_format"},
		{"a.xlsx", "plain text", "", "unknown_format"},
	} {
		format, err := Sniff(c.name, []byte(c.head))
		require.Equal(t, c.format, format, "%s %q", c.name, c.head)
		if c.code != "" {
			require.Equal(t, c.code, command.AsError(err).Code, "%s %q", c.name, c.head)
		} else {
			require.NoError(t, err)
		}
	}
	_, err := Sniff("a.xls", []byte(ole))
	require.Contains(t, err.Error(), "Save As, Excel Workbook (.xlsx)")
}

func TestOldFontsAreDecoded(t *testing.T) {
	for _, c := range []struct {
		from legacy
		text string
		want string
	}{
		{tcvn3, "hép møt tÕt", "hộp mứt tết"},
		{tcvn3, "NguyÔn V¨n An", "Nguyễn Văn An"},
		{tcvn3, "TrÇn ThÞ Ph\u00adîng", "Trần Thị Phượng"},
		{tcvn3, "§Æng §×nh §øc", "Đặng Đình Đức"},
		{tcvn3, "Vò ThÞ Thuû", "Vũ Thị Thuỷ"},
		{tcvn3, "HuúnhV©n", "HuỳnhVân"},
		{tcvn3, "NGUYÔN V¡N A", "NGUYỄN VĂN A"},
		{tcvn3, "§øC", "ĐỨC"},
		{tcvn3, "Vâ", "Võ"},
		{tcvn3, "Xu©n Thuû, ngâ 68", "Xuân Thuỷ, ngõ 68"},
		{vni, "Nguyeãn Vaên An", "Nguyễn Văn An"},
		{vni, "Traàn Thò Phöôïng", "Trần Thị Phượng"},
		{vni, "Ñaëng Ñình Ñöùc", "Đặng Đình Đức"},
		{vni, "NGUYEÃN THÒ AÙNH", "NGUYỄN THỊ ÁNH"},
		{vni, "Leâ Vuõ Kyø", "Lê Vũ Kỳ"},
		{plain, "Nguyễn", "Nguyễn"},
	} {
		require.Equal(t, c.want, c.from.decode(c.text))
	}
}

func TestTheDetectorTellsOldFontsFromUnicode(t *testing.T) {
	for want, cells := range map[legacy][]string{
		tcvn3: {"NguyÔn V¨n An", "TrÇn ThÞ B×nh", "Lª Hoµng", "Lan Anh", "Ph¹m §øc"},
		vni:   {"Nguyeãn Vaên An", "Traàn Thò Bình", "Leâ Hoaøng", "Lan Anh", "Phaïm Ñöùc"},
		plain: {"Nguyễn Văn An", "Hà Vân", "Lê Hoà", "Tô Thanh Tú", "Lâm Tâm", "Hồ Quý Ly", "Võ Thành Tân", "Bế Văn Đàn"},
	} {
		var d detector
		for _, c := range cells {
			d.see(c)
		}
		require.Equal(t, want, d.verdict(plain), "%+v", d)
	}
	require.Equal(t, "Hà Vân", tcvn3.mend("Hà Vân"), "Unicode among old text stays")
	require.Equal(t, "Trần Văn", tcvn3.mend("Trần Văn"))
	require.Equal(t, "Văn", tcvn3.mend("V¨n"))
}

func TestSyllablesOfVietnamese(t *testing.T) {
	for _, w := range []string{"Nguyễn", "Thị", "hoà", "hòa", "quyền", "quốc", "gì", "giếng", "nghiêng", "ươm", "yến", "Ðức", "khuỷu", "quạo", "A", "thuở", "xoèn", "oanh", "ƯỚC"} {
		require.True(t, isSyllable(w), w)
	}
	for _, w := range []string{"", "NguyÔn", "V¨n", "Traàn", "Leâ", "hat", "học2", "str", "ngng", "cacx", "Páoo", "µ"} {
		require.False(t, isSyllable(w), w)
	}
}

func TestAnOldTextFileIsReadInItsEncoding(t *testing.T) {
	// "Họ tên;Năm sinh / Trần Thị Hà;1960": 0xF2 is the dot below, 0xCC the grave.
	rows, plan := readAll(t, "a.csv", "Ho\xf2 t\xean;N\xe3m sinh\nTr\xe2\xccn Thi\xf2 H\xe0;1960\n", Options{Hamlet: "W"})
	require.Equal(t, "windows-1258", plan.Encoding)
	require.Equal(t, "Trần Thị Hà", rows[0].Name)
	// The same in TCVN3: "Hä tªn;N¨m sinh / TrÇn ThÞ Hµ;1960".
	rows, plan = readAll(t, "a.csv", "H\xe4 t\xaan;N\xa8m sinh\nTr\xc7n Th\xde H\xb5;1960\n", Options{Hamlet: "W"})
	require.Equal(t, "windows-1252", plan.Encoding)
	require.Equal(t, "Trần Thị Hà", rows[0].Name)
	// And in VNI: "Hoï teân;Naêm sinh / Traàn Thò Haø;1960".
	rows, plan = readAll(t, "a.csv", "Ho\xef te\xe2n;Na\xeam sinh\nTra\xe0n Th\xf2 Ha\xf8;1960\n", Options{Hamlet: "W"})
	require.Equal(t, "windows-1252", plan.Encoding)
	require.Equal(t, "Trần Thị Hà", rows[0].Name)
	// UTF-16, big end first.
	rows, plan = readAll(t, "a.csv", "\xfe\xff\x00H\x1e\xcd\x00 \x00t\x00\xea\x00n\x00;\x00N\x01\x03\x00m\x00 \x00s\x00i\x00n\x00h\x00\n\x00L\x00\xea\x00 \x00A\x00n\x00;\x001\x009\x006\x000", Options{Hamlet: "W"})
	require.Equal(t, "utf-16be", plan.Encoding)
	require.Equal(t, []Row{{Line: 2, Name: "Lê An", Birth: "1960", Hamlet: "W"}}, rows)
}

func TestOneBrokenCharacterDoesNotMakeAnotherEncoding(t *testing.T) {
	good := ""
	for range 120 {
		good += "Lê Ấn;1960\n"
	}
	rows, plan := readAll(t, "a.csv", "Họ tên;Năm sinh\n"+good+"L\xc3 Hỏng;1960\n", Options{Hamlet: "W"})
	require.Equal(t, "utf-8", plan.Encoding)
	require.Len(t, rows, 120)
	require.Equal(t, found(at1(122, "garbled")), plan.Refused)
}

func TestTheSeparatorIsFoundAmongAddressesFullOfCommas(t *testing.T) {
	for text, want := range map[string]rune{
		"a;b\n1, x, y;2\n":        ';',
		"a\tb\nx, y\t2\n":         '\t',
		"a,b\n\"x;y;z\",2\n":      ',',
		"TITLE\n\na|b|c\n1|2|3\n": '|',
		"one column\n":            ',',
		"a;b,c\nd;e,f\n":          ';',
	} {
		require.Equal(t, string(want), string(sniffSeparator(text)), text)
	}
	rows, _ := readAll(t, "a.csv", "sep=|\nHọ tên|Năm sinh\nLê An, Con|1960\n", Options{Hamlet: "W"})
	require.Equal(t, []Row{{Line: 3, Name: "Lê An, Con", Birth: "1960", Hamlet: "W"}}, rows)
}

func TestAQuoteThatIsNeverClosedIsAnErrorAndNotALongCell(t *testing.T) {
	data := "Họ tên;Năm sinh\nLê An;1960\n\"Lê Bình;1961\n"
	for range 40 {
		data += "Lê Cúc;1962\n"
	}
	_, err := Read("a.csv", []byte(data), Options{}, func(Page) error { return nil })
	require.Equal(t, "csv_quote", command.AsError(err).Code)
	require.Contains(t, err.Error(), "line 3")
	require.Equal(t, 3, LineOf(err))
}
