package civic

import "strings"

// Sound is a folded word (Fold) as it sounds to whoever does not tell l from n, ch
// from tr, s from x, d, gi, r and v from one another, a final n from ng or t from
// c, i from y (lẫn âm theo vùng). Words of one sound may be one word written down
// by somebody from elsewhere; they need not be.
func Sound(fold string) string {
	s := onset(fold)
	switch {
	case strings.HasSuffix(s, "ng"):
		s = s[:len(s)-1]
	case strings.HasSuffix(s, "c") && len(s) > 1:
		s = s[:len(s)-1] + "t"
	}
	return strings.ReplaceAll(s, "y", "i")
}

func onset(s string) string {
	// In the order they are tried: "gia" is gi and a, "gi" alone is nothing.
	for _, as := range [...]struct{ from, to string }{{"tr", "ch"}, {"s", "x"}, {"gi", "d"}, {"r", "d"}, {"v", "d"}, {"n", "l"}} {
		rest, ok := strings.CutPrefix(s, as.from)
		if ok && rest != "" && strings.IndexByte("aeiouy", rest[0]) >= 0 {
			return as.to + rest
		}
	}
	return s
}
