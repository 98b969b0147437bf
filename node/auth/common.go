package auth

import (
	_ "embed"
	"strings"
	"unicode"

	"gocua/store/civic"
)

//go:embed common.txt
var commonList string

// common reports whether a password is on the list of those tried first, however
// it was dressed up: with marks and capitals, digits and signs around, or twice.
func common(password string) bool {
	plain := strings.Join(strings.Fields(civic.Fold(password)), "")
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, plain)
	for line := range strings.Lines(commonList) {
		word := strings.TrimSpace(line)
		if word == "" || word[0] == '#' {
			continue
		}
		for _, form := range []string{plain, letters} {
			if form != "" && strings.ReplaceAll(form, word, "") == "" {
				return true
			}
		}
	}
	return false
}

// product is what stands on every page of this program.
const product = "gocua"

// named reports whether a password contains one of some names, folded: of the
// unit, of its place, of the program. Words of one or two letters are in everything.
func named(password string, names []string) bool {
	squeeze := func(s string) string { return strings.Join(strings.Fields(civic.Fold(s)), "") }
	plain := squeeze(password)
	for _, name := range append([]string{product}, names...) {
		whole := squeeze(name)
		bare := whole
		for _, kind := range []string{"phuong", "xa", "thitran", "cum", "tp", "thanhpho", "tinh", "tinhthanh", "dackhu"} {
			bare = strings.TrimPrefix(bare, kind)
		}
		if len(bare) >= 4 && strings.Contains(plain, bare) {
			return true
		}
	}
	return false
}
