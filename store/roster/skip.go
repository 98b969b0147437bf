package roster

import (
	"strings"

	"gocua/store/civic"
)

// footers begin what stands below a list.
var footers = []string{
	"người lập", "cán bộ", "thủ trưởng", "chủ tịch", "trưởng công an", "tm. ủy ban", "tm ủy ban", "tm.ubnd", "tm. ubnd", "ủy ban nhân dân",
	"xác nhận", "(ký", "ký tên", "ký, ghi", "ghi chú", "nơi nhận", "lưu:", "- lưu", "công an phường", "công an xã", "tổ trưởng", "trưởng thôn", "trưởng bản",
	"danh sách này", "danh sách có", "ngày ... tháng", "ngày … tháng",
}

// totals begin a line that sums up.
var totals = []string{"tổng cộng", "tổng số", "tổng:", "cộng:", "cộng trang", "cộng dồn", "tong cong", "tong so"}

// headings begin the name of a hamlet on a line of its own. Not folded: Tô is a
// family name.
var headings = []string{"tổ ", "tổ dân phố", "tdp ", "thôn ", "bản ", "ấp ", "xóm ", "khu ", "khối ", "buôn ", "làng ", "kp "}

// skip tells why a line is no person: a code, or "" if it must be a row. It
// keeps the hamlet of a heading for the lines below.
func (r *repairer) skip(l line) string {
	number := r.raw(l, Number)
	switch {
	case len(number) >= 8 && isDigits(number):
		return "" // the usual line, at once
	case isNumbering(l):
		return SkippedNumbering
	case r.repeatsTitles(l):
		return SkippedTitles
	case number != "" || r.raw(l, OldNumber) != "":
		return ""
	}
	filled := r.filled(l)
	switch {
	case begins(filled[:min(2, len(filled))], totals) || len(filled) > 0 && isTotalWord(filled[0]):
		return SkippedTotal // also with a sum where births stand
	case r.hasBirth(l):
		return ""
	}
	if name := r.name(l); begins([]string{name}, footers) || name == "" && begins(filled, footers) {
		return SkippedFooter
	}
	if n := len(filled); n == 1 || n == 2 {
		if heading := sectionName(filled[n-1]); begins([]string{heading}, headings) || r.hamlets.find(heading) != "" {
			r.section, r.above = r.hamlets.find(heading), Row{} // an unknown hamlet ends the one before
			return SkippedSection
		}
	}
	if r.name(l) == "" {
		return SkippedOther
	}
	return ""
}

// filled are the texts of a line, whatever columns they stand in.
func (r *repairer) filled(l line) (texts []string) {
	for _, c := range l.cells {
		if s := r.anyText(c); s != "" {
			texts = append(texts, s)
		}
	}
	return texts
}

// anyText reads a cell that belongs to no known column.
func (r *repairer) anyText(cell string) string {
	s := civic.CleanText(cell)
	if maybeLegacy(s) {
		for _, columns := range r.columns {
			if l := legacy(columns[0].Legacy); l != plain {
				return civic.CleanText(l.mend(cell))
			}
		}
	}
	return s
}

func (r *repairer) hasBirth(l line) bool {
	for _, f := range []Field{BirthDate, BirthYear, IfMale, IfFemale} {
		if r.raw(l, f) != "" {
			return true
		}
	}
	return false
}

// repeatsTitles: long lists print their titles again on every page.
func (r *repairer) repeatsTitles(l line) bool {
	same, filled := 0, 0
	for f, columns := range r.columns {
		for _, c := range columns {
			if l.cell(c.Index) == "" {
				continue
			}
			filled++
			if found, ok := fieldOf(title(l.cell(c.Index))); ok && found == f {
				same++
			}
		}
	}
	return same >= 2 && 2*same > filled
}

// isNumbering: "1 2 3 …" or "(1) (2) (3) …" below the titles.
func isNumbering(l line) bool {
	count := 0
	for _, c := range l.cells {
		s := strings.Trim(civic.CleanText(c), "()[].")
		if s == "" {
			continue
		}
		if count++; s != itoa(count) && s != string(rune('A'+count-1)) {
			return false
		}
	}
	return count >= 3
}

func begins(texts, with []string) bool {
	for _, t := range texts {
		t = strings.ToLower(t)
		for _, w := range with {
			if strings.HasPrefix(t, w) {
				return true
			}
		}
	}
	return false
}

func isTotalWord(s string) bool {
	switch strings.ToLower(s) {
	case "tổng", "cộng", "tong", "cong", "tổng hợp":
		return true
	}
	return false
}
