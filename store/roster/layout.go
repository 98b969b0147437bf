package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"gocua/store/command"
)

// LayoutOf names a layout of columns by its titles, so that what a person decided
// about one list can be taken for the next of its kind. The titles themselves
// cannot be had back from it: a line of people taken for titles tells nothing.
func LayoutOf(titles []string) string {
	folded := make([]string, len(titles))
	for i, t := range titles {
		folded[i] = foldTitle(t)
	}
	sum := sha256.Sum256([]byte(strings.TrimRight(strings.Join(folded, "\x1f"), "\x1f")))
	return hex.EncodeToString(sum[:16])
}

// headerAt takes a line for the titles because a person says so; together with
// the line above it, if the two make more sense than the one.
func headerAt(lines []line, row int) (h header) {
	h.row = row
	for i, l := range lines {
		var titles []string
		switch {
		case l.n == row:
			titles = titlesOf(l)
		case l.n == row-1:
			titles = twoRows(lines, i)
		}
		if columns := columnsOf(titles); h.titles == nil || len(columns) > len(h.columns) {
			h.titles, h.columns = titles, columns
		}
	}
	return h
}

// Fields lists what a column can hold, in the order a form offers it.
func Fields() []Field {
	return []Field{Ignored, Name, FamilyName, GivenName, BirthDate, BirthYear, BirthDay, BirthMonth, IfMale, IfFemale, Sex, Number, OldNumber,
		Phone, Address, Permanent, Hamlet, Household, Relation, Ethnic, Serial}
}

// Title is what a file this package writes calls a field; "" for Ignored.
func (f Field) Title() string { return fieldTitles[f] }

// Check refuses choices that no list can be read with.
func (o Options) Check() error {
	bad := func(field string) error {
		return command.InvalidField(field, "bad_choice", "that cannot be chosen")
	}
	if !slices.Contains(Encodings(), o.Encoding) {
		return bad("/encoding")
	}
	if o.Dates != "" && o.Dates != DayFirst && o.Dates != MonthFirst {
		return bad("/dates")
	}
	if o.Titles < 0 || o.Titles > maxLines {
		return bad("/titles")
	}
	for _, c := range o.Columns {
		if !slices.Contains(Fields(), c.Field) || c.Index < 0 || c.Index >= maxColumns {
			return bad("/columns")
		}
	}
	return nil
}
