package web

import (
	"encoding/csv"
	"io"
	"iter"
	"strings"

	"golang.org/x/text/unicode/norm"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

var (
	sheetHead  = []string{"STT", "Họ tên", "Ngày sinh", "Giới tính", "Số định danh", "Điện thoại", "Địa chỉ", "Tổ, thôn", "Tình trạng"}
	sheetWidth = []float64{6, 28, 12, 9, 18, 24, 36, 18, 20}
)

// sheetRow is one person of an exported list.
func sheetRow(n int, p lookup.Person, full bool) []string {
	r := p.Resident
	number, phones, address := "", []string{}, ""
	if r.Number != "" {
		number = ui.MaskNumber(r.Number)
	}
	if full {
		number = r.Number
	}
	for _, phone := range r.Phones {
		if full {
			phones = append(phones, civic.ShowPhone(phone))
		} else {
			phones = append(phones, ui.MaskPhone(phone))
		}
	}
	if p.Household != nil {
		address = norm.NFC.String(p.Household.Address)
	}
	name := norm.NFC.String(r.Name) // cleaned when it came in; a file for others is made sure of
	return []string{itoa(n), name, birthShown(r.Birth), messages.Sex(r.Sex), number, strings.Join(phones, ", "), address, norm.NFC.String(p.Unit.Name), messages.Bucket(string(p.Bucket))}
}

// harmless keeps a spreadsheet from taking what somebody is called for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// writeSheet writes a list as a file of that form, and tells how many it was of.
func writeSheet(w io.Writer, form string, m watermark, people iter.Seq[lookup.Person]) (int, error) {
	switch form {
	case formatCSV:
		return csvSheet(w, ',', m, people)
	case formatSemicolon:
		return csvSheet(w, ';', m, people)
	}
	return workbook(w, m, people)
}

// Forms of an exported list. Excel of a Vietnamese office splits by semicolons.
const (
	formatXLSX      = "xlsx"
	formatCSV       = "csv"
	formatSemicolon = "csv_semicolon"
)

func formats() []string { return []string{formatXLSX, formatCSV, formatSemicolon} }

// fileOf is what a file of a form is called, and what it is.
func fileOf(form, number string) (name, contentType string) {
	if form == formatXLSX {
		return "nhan-khau-" + number + ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "nhan-khau-" + number + ".csv", "text/csv; charset=utf-8"
}

// csvSheet is the list as CSV that Excel reads as UTF-8.
func csvSheet(out io.Writer, comma rune, m watermark, people iter.Seq[lookup.Person]) (n int, _ error) {
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return 0, err
	}
	w := csv.NewWriter(out)
	w.Comma = comma
	write := func(cells []string) {
		safe := make([]string, len(cells))
		for i, c := range cells {
			safe[i] = harmless(c)
		}
		_ = w.Write(safe) // told by Error, once
	}
	write([]string{m.String()})
	write([]string{m.scope})
	write(sheetHead)
	for p := range people {
		n++
		write(sheetRow(n, p, m.full))
		if w.Error() != nil {
			break
		}
	}
	write([]string{m.String()})
	w.Flush()
	return n, w.Error()
}

// workbook is the list as XLSX.
func workbook(out io.Writer, m watermark, people iter.Seq[lookup.Person]) (n int, _ error) {
	b := newBook(out, m, sheetWidth)
	b.write([]string{m.String()}, false)
	b.write([]string{m.scope}, false)
	b.write(sheetHead, true)
	for p := range people {
		n++
		if b.write(sheetRow(n, p, m.full), false); b.err != nil {
			break
		}
	}
	return n, b.close(m)
}

// footer cuts the mark to what a printed line may hold.
func footer(mark string) string {
	r := []rune(mark)
	return string(r[:min(len(r), 200)])
}

// forFooter writes an ampersand, which begins a code there, as one.
func forFooter(s string) string { return strings.ReplaceAll(s, "&", "&&") }
