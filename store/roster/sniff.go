package roster

import (
	"bytes"
	"path"
	"strings"

	"gocua/store/command"
)

// Format is a kind of file this package reads.
type Format string

// Formats.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv" // also separated by semicolons or tabs, in any encoding
)

// sniffLen is how much of a file Sniff wants to see.
const sniffLen = 4 << 10

// Sniff tells the format from the first bytes of a file (4 KiB are enough) and,
// where they leave it open, from its name. Its errors have the codes
// xls_unsupported, xlsx_locked and unknown_format and say what to do.
func Sniff(name string, head []byte) (Format, error) {
	head = head[:min(len(head), sniffLen)]
	ext := strings.ToLower(path.Ext(name))
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		if ext == ".xlsx" || ext == ".xlsm" {
			return "", command.Errorf(command.Invalid, "xlsx_locked",
				"this workbook is locked with a password or is really an old .xls: open it in Excel, choose Save As, Excel Workbook (.xlsx), without a password")
		}
		if ext != ".xls" && ext != "" {
			return "", unknownFormat() // Word and others keep their files in the same box
		}
		return "", oldExcel()
	case bytes.HasPrefix(text, []byte("<html")), bytes.HasPrefix(text, []byte("<!doctype html")),
		bytes.HasPrefix(text, []byte("<table")), bytes.HasPrefix(text, []byte("<?xml")):
		return "", oldExcel() // what web systems export under the name .xls
	case isOther(head):
		return "", unknownFormat()
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		if ext == ".ods" || bytes.Contains(head[:min(len(head), 200)], []byte("opendocument")) {
			return "", unknownFormat()
		}
		return XLSX, nil
	case hasUTF16(head) != noUTF16:
		return CSV, nil
	case ext == ".xls", ext == ".xlsx", ext == ".xlsm":
		return "", unknownFormat()
	case len(head) == 0, bytes.IndexByte(head, 0) >= 0:
		return "", unknownFormat()
	}
	return CSV, nil
}

// isOther knows pictures and papers by their first bytes: some of them would pass
// for a text.
func isOther(head []byte) bool {
	for _, first := range []string{"%PDF", "{\\rtf", "\x89PNG", "\xff\xd8\xff", "GIF8", "RIFF", "II*\x00", "MM\x00*"} {
		if bytes.HasPrefix(head, []byte(first)) {
			return true
		}
	}
	return false
}

func oldExcel() error {
	return command.Errorf(command.Invalid, "xls_unsupported",
		"this is an old Excel file (.xls): open it in Excel, choose Save As, Excel Workbook (.xlsx), and import that file")
}

func unknownFormat() error {
	return command.Errorf(command.Invalid, "unknown_format",
		"this is not a list this program reads: save it as Excel Workbook (.xlsx) or CSV")
}
