package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"gocua/store/command"
)

const (
	maxUnzipped = 256 << 20 // bytes a workbook may unpack to
	maxInMemory = 64 << 20  // bytes of one part kept in memory; more goes to Options.TmpDir
	maxParts    = 2_000
	maxRatio    = 200 // a list packs 10 to 30 times
)

// workbook is an opened XLSX file. Close removes its temporary files.
type workbook struct {
	file   *excelize.File
	sheets []string
	t1904  bool
	hint   legacy
}

// openXLSX opens a workbook, after it has been looked through: excelize ends a
// sheet silently at the first thing it cannot parse, which would lose people.
func openXLSX(data []byte, tmp string, was trust) (_ *workbook, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = badXLSX(fmt.Errorf("%v", p)) // a crafted file, inside the library
		}
	}()
	if was == unknown {
		if err := inspect(data); err != nil {
			return nil, err
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(data),
		excelize.Options{RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxInMemory, TmpDir: tmp})
	if err != nil {
		return nil, badXLSX(err)
	}
	w := &workbook{file: f, hint: fontHint(f)}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.t1904 = *props.Date1904
	}
	for _, s := range f.GetSheetList() {
		if visible, err := f.GetSheetVisible(s); err == nil && visible {
			w.sheets = append(w.sheets, s)
		}
	}
	return w, nil
}

func (w *workbook) close() error { return w.file.Close() }

func (w *workbook) table(sheet string) *table {
	return &table{sheet: sheet, sheets: w.sheets, date1904: w.t1904, hint: w.hint,
		lines: func() iter.Seq2[line, error] {
			return func(yield func(line, error) bool) { w.read(sheet, yield) }
		}}
}

func (w *workbook) read(sheet string, yield func(line, error) bool) {
	rows, err := w.open(sheet)
	if err != nil {
		yield(line{}, badXLSX(err))
		return
	}
	defer rows.Close()
	for n := 1; ; n++ {
		cells, more, err := nextRow(rows)
		switch {
		case err != nil:
			yield(line{}, badXLSX(err))
			return
		case !more:
			return
		case n > maxLines:
			yield(line{}, tooLarge())
			return
		case len(cells) > maxColumns:
			yield(line{}, tooWide(n))
			return
		}
		for i, c := range cells {
			if len(c) > maxCell {
				cells[i] = strings.ToValidUTF8(c[:maxCell], "")
			}
		}
		if !yield(line{n, cells}, nil) {
			return
		}
	}
}

func (w *workbook) open(sheet string) (rows *excelize.Rows, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return w.file.Rows(sheet)
}

func nextRow(rows *excelize.Rows) (cells []string, more bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if !rows.Next() {
		return nil, false, rows.Error()
	}
	cells, err = rows.Columns()
	return cells, true, err
}

// fontHint looks through the workbook's cell styles for an old font.
func fontHint(f *excelize.File) legacy {
	for i := 0; i < 2_000; i++ {
		style, err := f.GetStyle(i)
		if err != nil {
			break
		}
		if style.Font == nil {
			continue
		}
		switch name := strings.ToLower(style.Font.Family); {
		case strings.HasPrefix(name, ".vn"):
			return tcvn3
		case strings.HasPrefix(name, "vni-"):
			return vni
		}
	}
	return plain
}

// inspect refuses zip bombs and checks that every sheet is well-formed to its
// end and numbers its rows within bounds.
func inspect(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return badXLSX(err)
	}
	var total uint64
	for _, part := range z.File {
		if part.UncompressedSize64 > maxUnzipped {
			return zipBomb()
		}
		total += part.UncompressedSize64
	}
	if len(z.File) > maxParts || total > maxUnzipped || total > 8<<20 && total > maxRatio*uint64(len(data)) {
		return zipBomb()
	}
	if !slices.ContainsFunc(z.File, func(part *zip.File) bool { return partName(part) == "xl/workbook.xml" }) {
		return unknownFormat() // a Word paper, a folder of pictures
	}
	for _, part := range z.File {
		name := partName(part)
		if strings.HasPrefix(name, "xl/worksheets/") && strings.HasSuffix(name, ".xml") || name == "xl/sharedstrings.xml" {
			if err := inspectPart(part); err != nil {
				return err
			}
		}
	}
	return nil
}

func partName(part *zip.File) string {
	return strings.ToLower(strings.ReplaceAll(part.Name, "\\", "/"))
}

func inspectPart(part *zip.File) error {
	r, err := part.Open()
	if err != nil {
		return badXLSX(err)
	}
	defer r.Close()
	if soundPart(io.LimitReader(r, maxUnzipped)) {
		return nil
	}
	again, err := part.Open()
	if err != nil {
		return badXLSX(err)
	}
	defer again.Close()
	return inspectXML(part.Name, again)
}

func inspectXML(name string, r io.Reader) error {
	d := xml.NewDecoder(io.LimitReader(r, maxUnzipped))
	for {
		token, err := d.Token()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return badXLSX(fmt.Errorf("%s: %w", name, err))
		}
		el, ok := token.(xml.StartElement)
		switch {
		case ok && el.Name.Local == "row" && figureOf(el, "r") > maxLines:
			return tooLarge()
		case ok && el.Name.Local == "c" && figureOf(el, "s") > maxLines:
			return badXLSX(fmt.Errorf("%s: a cell of an unknown style", name)) // excelize would drop the cell
		}
	}
}

// figureOf is an attribute, 0 if absent; what is no figure is a huge one.
func figureOf(el xml.StartElement, name string) int {
	for _, a := range el.Attr {
		if a.Name.Local == name {
			if n, err := strconv.Atoi(a.Value); err == nil {
				return n
			}
			return maxLines + 1
		}
	}
	return 0
}

func zipBomb() error {
	return command.Errorf(command.Invalid, "zip_bomb", "this workbook unpacks to far more than a list of residents: copy the list into a new workbook and import that")
}

func badXLSX(err error) error {
	var known *command.Error
	if errors.As(err, &known) {
		return err
	}
	return command.Errorf(command.Invalid, "bad_xlsx", "this workbook is damaged (%v): open it in Excel and save it again as .xlsx", err)
}

// tables are the sheets to look at: the one asked for, or all visible ones.
func (w *workbook) tables(sheet string) []*table {
	var all []*table
	for _, s := range w.sheets {
		if sheet == "" || s == sheet {
			all = append(all, w.table(s))
		}
	}
	return all
}
