package civic

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"gocua/store/command"
)

// CodeSecret is the code of a text that looks like a secret.
const CodeSecret = "secret"

// plainText refuses a free text that looks like somebody's one-time code,
// passcode or password (mã OTP, mã xác thực, mật khẩu): who writes one down for
// a neighbour must not leave it in a register that a whole district reads.
func plainText(field, text string) *command.Error {
	if !LooksSecret(text) {
		return nil
	}
	return command.InvalidField(field, CodeSecret, "this looks like a one-time code or a password, which must not be written down here")
}

// plainEdits refuses corrections whose new text looks like a secret.
func plainEdits(edits []Edit) *command.Error {
	for i, ed := range edits {
		var text string
		if ed.Field != "note" && ed.Field != "reason" || json.Unmarshal(ed.Now, &text) != nil {
			continue // what is no text is refused where its body is read
		}
		if err := plainText("/edits/"+itoa(i)+"/now", text); err != nil {
			return err
		}
	}
	return nil
}

// LooksSecret reports whether a text seems to hold a code or a password rather
// than to speak of one. It errs towards refusing where a word for a secret is
// followed by what could be one; house, phone and form numbers, days and hours
// are none.
func LooksSecret(text string) bool {
	s := strings.NewReplacer("o.t.p", "otp", "o-t-p", "otp").Replace(Fold(strings.Map(asciiDigit, text)))
	words := wordsOf(s)
	for i := range words {
		if n := startsWith(words[i:], codeNames); n > 0 && codeNear(words, i, i+n) {
			return true
		}
		if n := startsWith(words[i:], passwordNames); n > 0 && passwordAfter(words, i+n) {
			return true
		}
	}
	return slices.ContainsFunc(sentences(text), loneCode)
}

// Words that name a secret, folded.
var (
	codeNames = strings.Split("otp|totp|smartotp|passcode|pass code|ma pin|so pin|ma xac thuc|ma xac nhan|ma xac minh|ma bao mat|ma bi mat|"+
		"ma so bi mat|ma kich hoat|ma dang nhap|ma mo khoa|ma 6 so|ma sau so|2fa|verification code|security code", "|")
	passwordNames = strings.Split("mat khau|matkhau|mat ma|mk|password|passwd|pass|pwd|pin", "|")

	// May stand between the name of a secret and the secret.
	between = strings.Fields("la moi cu cua ong ba anh chi em bac chu co chau app zalo vneid vssid tai khoan dang nhap dien thoai wifi may nguoi dan con bo me hien gio tam thoi")
	// Before a number: it is another one.
	otherNumber = strings.Fields("nha ngo ngach hem duong phieu don thua phong can to tang dt sdt thoai goi dai hotline nam sinh thang ngay quyen luc hen cccd cmnd")
	// Before "số" and a number: likewise.
	numbered = strings.Fields("ho so nha phieu don thua phong can thoai cccd cmnd")
	// After a number: it counts something.
	counted = strings.Fields("d dong vnd k nguoi lan ho phut gio ngay giay mah met m2 tin cuoc")
	// After "mật khẩu:", people say this of a password and not the password.
	said = strings.Fields("quen chua khong khoong mat sai loi doi moi roi xong nguoi hong cap dang dung duoc tot yeu manh giong nhieu luon")
)

type word struct {
	text string // folded
	gap  string // what stands before it
	raw  string // with the signs that are stuck to it
}

func (w word) number() bool { return digitsOnly(w.text) }

// wordsOf splits a folded text. Groups of one number (123 456, 12-34-56) are one
// word; days and hours stay in parts.
func wordsOf(s string) (words []word) {
	gap, at := "", 0
	letter := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for at < len(s) {
		end := at + strings.IndexFunc(s[at:]+"\x00", func(r rune) bool { return !letter(r) })
		if end > at {
			raw := s[at:]
			if cut := strings.IndexByte(raw, ' '); cut >= 0 {
				raw = raw[:cut]
			}
			w := word{s[at:end], gap, strings.TrimRight(raw, ".,;:!?)\"'")}
			if last := len(words) - 1; last >= 0 && w.number() && words[last].number() && (gap == " " || gap == "-" || gap == ".") {
				words[last].text += w.text
			} else {
				words = append(words, w)
			}
		}
		next := end + strings.IndexFunc(s[end:]+"a", letter)
		gap, at = s[end:min(next, len(s))], next
	}
	return words
}

// startsWith is how many words of a name stand at the beginning; 0: none does.
func startsWith(words []word, names []string) (n int) {
	for _, name := range names {
		parts := strings.Fields(name)
		if len(parts) <= n || len(parts) > len(words) {
			continue
		}
		if slices.EqualFunc(parts, words[:len(parts)], func(p string, w word) bool { return p == w.text }) {
			n = len(parts)
		}
	}
	return n
}

// codeNear looks for a code a few words behind the name in words[from:to], or
// right before it.
func codeNear(words []word, from, to int) bool {
	for i := to; i < min(to+6, len(words)); i++ {
		if couldBeCode(words, i) {
			return true
		}
	}
	before := from - 1
	for before > 0 && slices.Contains([]string{"la", "ma"}, words[before].text) {
		before--
	}
	return before >= 0 && couldBeCode(words, before) && !strings.Contains(words[from].gap, ".")
}

// couldBeCode reports whether words[i] is a number as codes are, and not one of
// those people write down every day.
func couldBeCode(words []word, i int) bool {
	w := words[i]
	if !w.number() || len(w.text) < 4 || len(w.text) > 8 || strings.Contains(w.gap, "/") {
		return false
	}
	if strings.HasPrefix(w.text, "1900") || strings.HasPrefix(w.text, "1800") {
		return false
	}
	if i+1 < len(words) && (strings.HasPrefix(words[i+1].gap, "/") || slices.Contains(counted, words[i+1].text)) {
		return false
	}
	if i == 0 {
		return true
	}
	before := words[i-1].text
	return !slices.Contains(otherNumber, before) && !(before == "so" && i > 1 && slices.Contains(numbered, words[i-2].text))
}

// passwordAfter looks for what could be a password from words[at] on.
func passwordAfter(words []word, at int) bool {
	i, told := at, false
	for ; i < len(words); i++ {
		told = told || strings.ContainsAny(words[i].gap, ":=")
		if !slices.Contains(between, words[i].text) || i >= at+5 {
			break
		}
	}
	if i >= len(words) {
		return false
	}
	w := words[i]
	counts := i+1 < len(words) && slices.Contains(counted, words[i+1].text)
	switch digits := strings.ContainsFunc(w.raw, unicode.IsDigit); {
	case len(w.raw) < 4 && len(w.text) < 4:
		return false
	case w.number():
		return len(w.text) >= 4 && !counts
	case digits || strings.ContainsAny(w.raw, "@#$%&*_^"):
		return true
	}
	last := i+1 == len(words) || strings.ContainsAny(words[i+1].gap, ",.;")
	return told && last && !slices.Contains(said, w.text)
}

// loneCode reports whether a sentence is six digits and nothing else that says
// what they are.
func loneCode(sentence string) bool {
	words := wordsOf(Fold(strings.Map(asciiDigit, sentence)))
	for len(words) > 1 && slices.Contains([]string{"ma", "code", "la"}, words[0].text) {
		words = words[1:]
	}
	return len(words) == 1 && words[0].number() && len(words[0].text) == 6
}

// sentences splits where people begin anew.
func sentences(text string) []string {
	return strings.FieldsFunc(strings.NewReplacer(". ", "\n", ", ", "\n", "; ", "\n").Replace(text), func(r rune) bool { return r == '\n' || r == '\r' })
}

// asciiDigit writes wide letters, and digits of any script, as those of ASCII.
func asciiDigit(r rune) rune {
	if r > 0xff00 && r < 0xff5f {
		return r - 0xfee0
	}
	if r < 0x80 || !unicode.IsDigit(r) {
		return r
	}
	first := r
	for unicode.IsDigit(first-1) && r-first < 9 {
		first--
	}
	return '0' + (r - first)
}
