package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

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
		address = p.Household.Address
	}
	return []string{itoa(n), r.Name, birthShown(r.Birth), messages.Sex(r.Sex), number, strings.Join(phones, ", "), address, p.Unit.Name, messages.Bucket(string(p.Bucket))}
}

// harmless keeps a spreadsheet from taking what somebody is called for a formula.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// csvSheet is the list as CSV that Excel reads as UTF-8.
func csvSheet(m watermark, people []lookup.Person) []byte {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	w := csv.NewWriter(&b)
	write := func(cells []string) {
		safe := make([]string, len(cells))
		for i, c := range cells {
			safe[i] = harmless(c)
		}
		_ = w.Write(safe) // a buffer takes everything
	}
	write([]string{m.String()})
	write([]string{m.scope})
	write(sheetHead)
	for i, p := range people {
		write(sheetRow(i+1, p, m.full))
	}
	write([]string{m.String()})
	w.Flush()
	return b.Bytes()
}

// workbook is the list as XLSX. Every cell is text, never a formula.
func workbook(m watermark, people []lookup.Person) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Nhân khẩu"
	mark := m.String()
	err := f.SetSheetName("Sheet1", sheet)
	if err == nil {
		err = f.SetDocProps(&excelize.DocProperties{Title: "Danh sách nhân khẩu " + m.number, Creator: m.who, Subject: mark, Description: mark, Identifier: m.number,
			Created: m.at.UTC().Format("2006-01-02T15:04:05Z"), Modified: m.at.UTC().Format("2006-01-02T15:04:05Z")})
	}
	if err == nil {
		err = f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddHeader: "&C" + forFooter(m.number), OddFooter: "&L" + forFooter(footer(mark)) + "&R&P / &N"})
	}
	if err != nil {
		return nil, fmt.Errorf("a workbook: %w", err)
	}
	if err := rowsOf(f, sheet, m, people); err != nil {
		return nil, fmt.Errorf("a workbook's rows: %w", err)
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("a workbook: %w", err)
	}
	return b.Bytes(), nil
}

func rowsOf(f *excelize.File, sheet string, m watermark, people []lookup.Person) error {
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, width := range sheetWidth {
		if err := w.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	row := 0
	write := func(cells []string) error {
		row++
		values := make([]any, len(cells))
		for i, c := range cells {
			values[i] = c
		}
		return w.SetRow(fmt.Sprintf("A%d", row), values)
	}
	for _, cells := range [][]string{{m.String()}, {m.scope}, sheetHead} {
		if err := write(cells); err != nil {
			return err
		}
	}
	for i, p := range people {
		if err := write(sheetRow(i+1, p, m.full)); err != nil {
			return err
		}
	}
	return w.Flush()
}

// footer cuts the mark to what a printed line may hold.
func footer(mark string) string {
	r := []rune(mark)
	return string(r[:min(len(r), 200)])
}

// forFooter writes an ampersand, which begins a code there, as one.
func forFooter(s string) string { return strings.ReplaceAll(s, "&", "&&") }
