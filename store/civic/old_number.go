package civic

import (
	"slices"

	"gocua/store/command"
)

// oldNumberLen is the length of the number of an old identity card (số CMND).
const oldNumberLen = 9

// mostOld is how many old numbers one person may have had: cards of two
// provinces, and one from before.
const mostOld = 5

// ParseOldNumber reads the number of an old identity card into exactly 9 digits;
// a zero that a spreadsheet took from the front is put back. Provinces gave the
// same numbers to different people, so such a number finds people and proves
// nothing. Its error has code bad_old_number.
func ParseOldNumber(raw string) (string, *command.Error) {
	s := bareDigits(raw)
	if len(s) == oldNumberLen-1 && digitsOnly(s) {
		s = "0" + s
	}
	if len(s) != oldNumberLen || !digitsOnly(s) {
		return "", command.Errorf(command.Invalid, "bad_old_number", "the number of an old identity card has 9 digits")
	}
	return s, nil
}

// ByOld lists the keys of the residents who had an identity card of this number.
func ByOld(v command.View, number string) (keys []command.Key) {
	for t, key := range v.Scan(ResidentByOld, number) {
		if t != number {
			break
		}
		keys = append(keys, key)
	}
	return keys
}

// withOld adds the old numbers that are not there yet, as far as they fit.
func withOld(have, more []string) []string {
	all := slices.Clone(have)
	for _, n := range more {
		if !slices.Contains(all, n) && len(all) < mostOld {
			all = append(all, n)
		}
	}
	return all
}
