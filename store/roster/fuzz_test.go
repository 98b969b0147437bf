package roster

import (
	"encoding/json"
	"runtime"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// bounded holds one input to what an old PC has to spare: all that is allocated
// for it, also what is let go again.
func bounded(t *testing.T, read func()) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	read()
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(64<<20), "bytes allocated for one input")
}

func FuzzSniff(f *testing.F) {
	for _, s := range []string{"PK\x03\x04", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\xff\xfeS\x00", "STT;Họ tên\n", "<html>", "\x00", ""} {
		f.Add("a.xlsx", []byte(s))
		f.Add("a.csv", []byte(s))
	}
	f.Fuzz(func(t *testing.T, name string, head []byte) {
		format, err := Sniff(name, head)
		require.Equal(t, err == nil, format == XLSX || format == CSV)
	})
}

// FuzzCSV reads anything: every line ends somewhere, and what ends in a page is
// a row the register takes.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("STT;Họ tên;Ngày sinh;Số CCCD;SĐT;Địa chỉ;Tổ\n1;Lê An;20316;1055000428;912404318;Số 1;12\nTổ 12;;;;;;\n;Tổng cộng;2000\n"))
	f.Add([]byte("Họ tên,Nam,Nữ\nÐỗ An,15/8/55,\n\"Lê\nBình\",,x\n"))
	f.Add([]byte("H\xe4 t\xaan;N\xa8m sinh\nTr\xc7n Th\xde H\xb5;1960\n"))
	f.Add([]byte("Ho\xf2 t\xean;N\xe3m sinh\nTr\xe2\xccn;1960\n"))
	f.Add([]byte("\xff\xfeH\x00o\x00 \x00t\x00e\x00n\x00,\x00"))
	f.Add([]byte("sep=;\nHọ đệm;Tên;Năm;Tháng;Ngày\n\"a;;;\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		rows := 0
		var plan Plan
		var err error
		bounded(t, func() {
			plan, err = Read("a.csv", data, Options{Hamlets: map[string]string{"to 12": "W-12"}}, func(p Page) error {
				b, err := json.Marshal(p.Rows)
				require.NoError(t, err)
				require.LessOrEqual(t, len(b), MaxPageBytes)
				require.LessOrEqual(t, len(p.Rows), MaxRows)
				for _, r := range p.Rows {
					rows++
					checkRow(t, r)
				}
				return nil
			})
		})
		if err == nil {
			require.Equal(t, plan.Rows, rows)
		}
	})
}

func checkRow(t *testing.T, r Row) {
	require.True(t, utf8.ValidString(r.Name))
	require.Equal(t, r.Name, civic.CleanName(r.Name), "a name is cleaned once")
	require.NotEmpty(t, r.Name)
	require.LessOrEqual(t, len(r.Name), 120)
	require.LessOrEqual(t, len(r.Address), 300)
	require.True(t, r.Number != "" || r.Birth != "")
	if r.Number != "" {
		n, err := civic.ParsePersonalNumber(r.Number)
		require.Nil(t, err)
		require.Equal(t, r.Number, n)
	}
	if r.Birth != "" {
		_, err := civic.ParseBirth(string(r.Birth))
		require.Nil(t, err)
	}
	if r.Phone != "" {
		p, err := civic.ParsePhone(r.Phone)
		require.Nil(t, err)
		require.Equal(t, r.Phone, p)
	}
	require.Contains(t, []string{"", "male", "female"}, r.Sex)
}

// FuzzRow puts anything into the cells of one row.
func FuzzRow(f *testing.F) {
	f.Add("Lê An", "15/8/1955", "x", "001055000428", "0912404318", "Số 1, tổ 12", "12", "Chủ hộ")
	f.Add("NguyÔn V¨n \u00ad", "20316", "Nữ", "1.1E+10", "84912/24", "", "TDP số 012", "CH")
	f.Add("", "//1955", "NAM", "'1055000428", "1629123456", "-", "0", "-")
	f.Fuzz(func(t *testing.T, name, birth, sex, number, phone, address, hamlet, relation string) {
		for _, old := range []legacy{plain, tcvn3, vni} {
			r := &repairer{columns: map[Field][]Column{}, hamlets: newHamlets(map[string]string{"to 12": "W-12"})}
			for i, field := range []Field{Name, BirthDate, Sex, Number, Phone, Address, Hamlet, Relation} {
				r.columns[field] = []Column{{Index: i, Field: field, Legacy: string(old)}}
			}
			l := line{n: 7, cells: []string{name, birth, sex, number, phone, address, hamlet, relation}}
			if isBlank(l, nil) || r.skip(l) != "" {
				continue
			}
			row, notes, refused := r.row(l)
			if refused == "" {
				checkRow(t, row)
			} else {
				require.Empty(t, notes)
				require.Contains(t, reasons, refused)
			}
			for _, n := range notes {
				require.Contains(t, reasons, n)
			}
		}
	})
}

// FuzzSheet puts anything into the sheet of a workbook: it is read or refused,
// but nothing panics and nothing hangs.
func FuzzSheet(f *testing.F) {
	good := book(f, nil, nil, "Sheet1")
	f.Add(`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>Họ tên</t></is></c><c r="B1" t="str"><v>Năm sinh</v></c></row>` +
		`<row r="2"><c r="A2" t="str"><f>B2</f><v>Lê An</v></c><c r="B2" s="0"><v>1960</v></c></row></sheetData></worksheet>`)
	f.Add(`<worksheet><sheetData><row r="3"/><row><c t="s"><v>99999999999</v></c><c r="ZZZZ1"><v>1e309</v></c></row></sheetData></worksheet>`)
	f.Fuzz(func(t *testing.T, sheet string) {
		data := zipped(t, good, map[string]string{"xl/worksheets/sheet1.xml": sheet})
		rows := 0
		var plan Plan
		var err error
		bounded(t, func() {
			plan, err = Read("a.xlsx", []byte(data), Options{}, func(p Page) error {
				rows += len(p.Rows)
				return nil
			})
		})
		if err == nil {
			require.Equal(t, plan.Rows, rows)
		} else {
			require.NotEqual(t, "internal", command.AsError(err).Code, "%v", err)
		}
	})
}

// FuzzLook surveys anything under any choice: what is shown is what is then read.
func FuzzLook(f *testing.F) {
	f.Add([]byte("A;B\nLê An;5/8/1955\n"), "", "", 1, "name", "birth")
	f.Add([]byte("Họ tên;Năm sinh\nNguyÔn V¨n Hµ;1960\n"), "tcvn3", "mdy", 0, "", "")
	f.Add([]byte("\xff\xfeH\x00o\x00"), "windows-1258", "dmy", 3, "household", "number")
	f.Add([]byte("H\x00o\x00"), "utf-16be", "", 99, "serial", "male")
	f.Fuzz(func(t *testing.T, data []byte, encoding, dates string, titles int, first, second string) {
		opt := Options{Encoding: Encoding(encoding), Dates: DateOrder(dates), Titles: titles}
		for i, field := range []string{first, second} {
			if field != "" {
				opt.Columns = append(opt.Columns, Column{Index: i, Field: Field(field)})
			}
		}
		if opt.Check() != nil {
			return
		}
		var s Survey
		var err error
		bounded(t, func() { s, err = Look("a.csv", data, opt) })
		if err != nil {
			require.NotEqual(t, "internal", command.AsError(err).Code, "%v", err)
			return
		}
		rows := map[int]Row{}
		if _, err := Read("a.csv", data, opt, func(p Page) error {
			for _, r := range p.Rows {
				rows[r.Line] = r
			}
			return nil
		}); err != nil {
			return // farther down than a survey looks
		}
		require.Empty(t, s.Code)
		for _, r := range s.Sample {
			if r.Refused == "" && r.Skipped == "" {
				require.Equal(t, rows[r.Line], r.Row)
			} else {
				require.NotContains(t, rows, r.Line)
			}
		}
	})
}
