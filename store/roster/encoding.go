package roster

import (
	"bytes"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// byteOrder of a UTF-16 text.
type byteOrder uint8

const (
	noUTF16 byteOrder = iota
	littleEndian
	bigEndian
)

// Encoding is what a person says the letters of a list are written in.
type Encoding string

// Encodings. Each but Found overrules what the letters look like.
const (
	Found       Encoding = "" // the reader finds out
	Unicode     Encoding = "unicode"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1258 Encoding = "windows-1258"
	TCVN3       Encoding = "tcvn3" // fonts .Vn…
	VNI         Encoding = "vni"   // fonts VNI-…
)

// Encodings lists them in the order a form offers them.
func Encodings() []Encoding {
	return []Encoding{Found, Unicode, TCVN3, VNI, Windows1258, UTF16LE, UTF16BE}
}

// hasUTF16 looks for the mark, or for the zero bytes that ASCII letters leave.
func hasUTF16(head []byte) byteOrder {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return littleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return bigEndian
	}
	var zeros [2]int
	head = head[:min(len(head), sniffLen)&^1]
	for i, c := range head {
		zeros[i&1] += one(c == 0)
	}
	switch many := len(head) / 5; {
	case len(head) < 8:
	case zeros[1] > many && zeros[0] == 0:
		return littleEndian
	case zeros[0] > many && zeros[1] == 0:
		return bigEndian
	}
	return noUTF16
}

// decodeText turns a text file into UTF-8 and names the encoding it was in.
// Text in an old Vietnamese font comes out as Windows-1252; its columns are
// converted later, one by one.
func decodeText(data []byte, said Encoding) (text, encoding string, hint legacy) {
	order := hasUTF16(data)
	switch {
	case said == UTF16LE || said == Found && order == littleEndian:
		return fromUTF16(data, func(b []byte) uint16 { return uint16(b[0]) | uint16(b[1])<<8 }), "utf-16le", plain
	case said == UTF16BE || said == Found && order == bigEndian:
		return fromUTF16(data, func(b []byte) uint16 { return uint16(b[1]) | uint16(b[0])<<8 }), "utf-16be", plain
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case said == Windows1258:
		return decode8(charmap.Windows1258, string(data)), "windows-1258", plain
	case said == Unicode || mostlyUTF8(data):
		return strings.ToValidUTF8(string(data), "\ufffd"), "utf-8", plain
	case said == TCVN3 || said == VNI:
		return decode8(charmap.Windows1252, string(data)), "windows-1252", legacy(said)
	}
	sample := string(data[:min(len(data), 256<<10)])
	var old detector
	vietnamese := 0
	for _, w := range strings.FieldsFunc(decode8(charmap.Windows1252, sample), separates) {
		old.see(w)
	}
	for _, w := range strings.FieldsFunc(decode8(charmap.Windows1258, sample), separates) {
		vietnamese += one(!isASCII(w) && isSyllable(w))
	}
	if vietnamese >= max(old.tcvn3, old.vni) {
		return decode8(charmap.Windows1258, string(data)), "windows-1258", plain
	}
	return decode8(charmap.Windows1252, string(data)), "windows-1252", old.verdict(plain)
}

// decode8 decodes a one-byte encoding; every byte has a meaning or becomes U+FFFD.
func decode8(c *charmap.Charmap, s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/4)
	for i := 0; i < len(s); i++ {
		b.WriteRune(c.DecodeByte(s[i]))
	}
	return b.String()
}

func fromUTF16(data []byte, unit func([]byte) uint16) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, unit(data))
	}
	return strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff")
}

// mostlyUTF8 forgives a broken character in a hundred: a UTF-8 file cut and
// pasted together is still no other encoding.
func mostlyUTF8(data []byte) bool {
	if utf8.Valid(data) {
		return true
	}
	good, broken := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			good++
		}
		data = data[n:]
	}
	return broken*100 < good
}
