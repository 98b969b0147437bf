package web

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// workbookWriter writes a workbook of one sheet as it comes, row by row: nothing of it is
// kept in memory, and nothing is laid down in the clear as a library would that
// has to go back. Every cell is text, never a formula.
type workbookWriter struct {
	zip *zip.Writer
	w   *bufio.Writer
	row int
	err error
}

// xlsxParts are the files around the sheet. %s are the mark's, escaped.
var xlsxParts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Nhân khẩu" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" applyFont="1" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// newBook begins a workbook with the mark in its properties and the widths of its
// columns.
func newBook(w io.Writer, m watermark, widths []float64) *workbookWriter {
	b := &workbookWriter{zip: zip.NewWriter(w)}
	mark := escaped(m.String())
	core := fmt.Sprintf(`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Danh sách nhân khẩu %s</dc:title><dc:subject>%s</dc:subject><dc:creator>%s</dc:creator><dc:description>%s</dc:description><dc:identifier>%s</dc:identifier><dcterms:created xsi:type="dcterms:W3CDTF">%s</dcterms:created></cp:coreProperties>`,
		escaped(m.number), mark, escaped(m.who), mark, escaped(m.number), m.at.UTC().Format("2006-01-02T15:04:05Z"))
	for _, part := range slices.Concat(xlsxParts, [][2]string{{"docProps/core.xml", core}}) {
		b.file(part[0], part[1])
	}
	f, err := b.zip.Create("xl/worksheets/sheet1.xml")
	b.note(err)
	b.w = bufio.NewWriterSize(f, 32<<10)
	b.text(xmlHead, `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"><pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`)
	for i, width := range widths {
		b.text(fmt.Sprintf(`<col min="%d" max="%d" width="%g" customWidth="1"/>`, i+1, i+1, width))
	}
	b.text("</cols><sheetData>")
	return b
}

// write adds a row; a head is bold.
func (b *workbookWriter) write(cells []string, head bool) {
	b.row++
	b.text(`<row r="`, itoa(b.row), `">`)
	style := ""
	if head {
		style = ` s="1"`
	}
	for i, c := range cells {
		if c != "" {
			b.text(`<c r="`, string(rune('A'+i)), itoa(b.row), `"`, style, ` t="inlineStr"><is><t xml:space="preserve">`, escaped(c), `</t></is></c>`)
		}
	}
	b.text("</row>")
}

// close ends the sheet with the mark on every printed page.
func (b *workbookWriter) close(m watermark) error {
	b.text(`</sheetData><headerFooter><oddHeader>`, escaped("&C"+forFooter(m.number)), `</oddHeader><oddFooter>`, escaped("&L"+forFooter(footer(m.String()))+"&R&P / &N"), `</oddFooter></headerFooter></worksheet>`)
	b.note(b.w.Flush())
	b.note(b.zip.Close())
	if b.err != nil {
		return fmt.Errorf("a workbook: %w", b.err)
	}
	return nil
}

func (b *workbookWriter) file(name, content string) {
	f, err := b.zip.Create(name)
	b.note(err)
	if err == nil {
		_, err = io.WriteString(f, xmlHead+content)
		b.note(err)
	}
}

func (b *workbookWriter) text(parts ...string) {
	for _, s := range parts {
		if b.err == nil {
			_, b.err = b.w.WriteString(s)
		}
	}
}

func (b *workbookWriter) note(err error) {
	if b.err == nil {
		b.err = err
	}
}

func escaped(s string) string {
	if !strings.ContainsAny(s, "<>&\"'\t\n\r") && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
		return s
	}
	var out strings.Builder
	_ = xml.EscapeText(&out, []byte(s)) // a builder takes everything
	return out.String()
}
