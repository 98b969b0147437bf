package roster

import (
	"strings"

	"gocua/store/civic"
)

// hamlets finds the code of a hamlet (tổ, thôn, bản …) by what people write.
type hamlets struct {
	exact map[string]string // folded name or code → code
	short map[string]string // name without "tổ dân phố số" → code; "" if two share it
}

// newHamlets takes the names as the register has them, folded or not.
func newHamlets(names map[string]string) hamlets {
	h := hamlets{map[string]string{}, map[string]string{}}
	for name, code := range names {
		h.exact[foldTitle(name)] = code
		h.exact[foldTitle(code)] = code
		key, _ := shortName(name)
		if other, taken := h.short[key]; taken && other != code {
			code = ""
		}
		h.short[key] = code
	}
	return h
}

// find returns the code of the hamlet called this, or "".
func (h hamlets) find(name string) string {
	t := foldTitle(name)
	if code := h.exact[t]; code != "" || t == "" {
		return code
	}
	key, _ := shortName(name)
	return h.short[key]
}

// inAddress looks for a part of an address that names a hamlet: "Số 5, Tổ 12,
// phường …".
func (h hamlets) inAddress(address string) string {
	for _, part := range strings.FieldsFunc(address, func(r rune) bool { return strings.ContainsRune(",;-–", r) }) {
		if _, kind := shortName(part); kind {
			if code := h.find(part); code != "" {
				return code
			}
		}
	}
	return ""
}

// kinds of hamlet, longest first where one begins another.
var kinds = strings.Split("to dan pho so|to dan pho|to dan cu|tdp so|tdp|to dp|to so|to|thon|ban|khu pho|khu dan cu|khu|kp|ap|khoi pho|khoi|xom|buon|lang", "|")

// shortName drops the kind of hamlet and zeros before a figure: "TDP số 07" is
// 7. It reports whether a kind was there.
func shortName(name string) (key string, kind bool) {
	t := foldTitle(name)
	for _, k := range kinds {
		if rest, ok := strings.CutPrefix(t, k+" "); ok {
			t, kind = rest, true
			break
		}
	}
	t = strings.TrimPrefix(t, "so ")
	if trimmed := strings.TrimLeft(t, "0"); trimmed != "" && trimmed[0] >= '0' && trimmed[0] <= '9' {
		t = trimmed
	}
	return t, kind
}

// sectionName is the hamlet a line of its own names above its people, without
// the counter before it: "II. Tổ dân phố 12".
func sectionName(text string) string {
	text = civic.CleanText(text)
	if before, rest, ok := strings.Cut(text, "."); ok && len(before) <= 5 {
		return strings.TrimSpace(rest)
	}
	return strings.TrimSpace(strings.TrimSuffix(text, ":"))
}
