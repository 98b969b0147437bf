package command

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// Envelopes are written and read by hand where nothing in them needs care, which
// is nearly always; encoding/json does the rest, and decides what is right. A
// page of a list is looked through a dozen times on its way into a register.
//
// Read this way, a body may turn out to be no JSON only when its kind reads it,
// which is before anything is decided.

// appendPlain appends what encoding/json writes of an envelope; it reports false
// if that takes more than copying.
func (e *Envelope) appendPlain(b []byte) ([]byte, bool) {
	if !plainText(e.By.Node) || !plainText(e.By.Device) || !plainText(e.Unit) || !plainText(e.Origin.Node) {
		return b, false
	}
	if end, compact := objectEnd(e.Body); !compact || end != len(e.Body) {
		return b, false
	}
	b = append(strconv.AppendUint(append(b, `{"v":`...), uint64(e.V), 10), `,"id":"`...)
	b = append(appendID(b, e.ID), `","kind":`...)
	b = append(strconv.AppendUint(b, uint64(e.Kind), 10), `,"at":`...)
	b = append(strconv.AppendInt(b, e.CapturedAt, 10), `,"by":{`...)
	if !e.By.Officer.IsZero() {
		b = append(appendID(append(b, `"officer":"`...), e.By.Officer), `",`...)
	}
	b = append(append(append(b, `"node":"`...), e.By.Node...), '"')
	if e.By.Device != "" {
		b = append(append(append(b, `,"device":"`...), e.By.Device...), '"')
	}
	b = append(append(append(b, `},"unit":"`...), e.Unit...), `","origin":{"node":"`...)
	b = strconv.AppendUint(append(append(b, e.Origin.Node...), `","epoch":`...), uint64(e.Origin.Epoch), 10)
	b = append(strconv.AppendUint(append(b, `,"seq":`...), e.Origin.Seq, 10), '}')
	for i, id := range e.After {
		if i == 0 {
			b = append(b, `,"after":["`...)
		} else {
			b = append(b, `,"`...)
		}
		b = append(appendID(b, id), '"')
	}
	if len(e.After) > 0 {
		b = append(b, ']')
	}
	b = append(append(b, `,"body":`...), e.Body...)
	if len(e.Sig) > 0 {
		b = append(base64.StdEncoding.AppendEncode(append(b, `,"sig":"`...), e.Sig), '"')
	}
	return append(b, '}'), true
}

func appendID(b []byte, id ID) []byte {
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, part)
	}
	return b
}

// plainText reports whether JSON writes a text as it is.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

// objectEnd finds the end of the object that b begins with. compact reports
// whether encoding/json would copy it as it is. It looks at no more than quotes
// and brackets: whether the object is JSON is found out by whoever reads it.
func objectEnd[T string | json.RawMessage](b T) (end int, compact bool) {
	if len(b) == 0 || b[0] != '{' {
		return 0, false
	}
	depth := 0
	compact = true
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			n, plain := stringEnd(b[i:])
			if n == 0 {
				return 0, false
			}
			compact = compact && plain
			i += n - 1
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, compact
			}
		case c <= ' ':
			compact = false
		}
	}
	return 0, false
}

// stringEnd finds the end of the string that b begins with, 0 if there is none.
// plain reports whether encoding/json would copy it as it is.
func stringEnd[T string | json.RawMessage](b T) (end int, plain bool) {
	plain = true
	for i := 1; i < len(b); i++ {
		switch c := b[i]; c {
		case '"':
			return i + 1, plain
		case '\\':
			i++
		case '<', '>', '&', 0xe2: // the last begins the two line separators, and more
			plain = false
		}
	}
	return 0, false
}

// envelopeFrom reads one. Its body is a part of what is read.
func envelopeFrom(r *Plain) (e Envelope) {
	r.Must(`{"v":`)
	e.V = uint8(r.unsigned(8))
	r.Must(`,"id":"`)
	e.ID = r.ID()
	r.Must(`,"kind":`)
	e.Kind = Kind(r.unsigned(16))
	r.Must(`,"at":`)
	e.CapturedAt = r.signed()
	r.Must(`,"by":{`)
	if r.Is(`"officer":"`) {
		e.By.Officer = r.ID()
		r.Must(",")
	}
	r.Must(`"node":"`)
	e.By.Node = r.Text()
	if r.Is(`,"device":"`) {
		e.By.Device = r.Text()
	}
	r.Must(`},"unit":"`)
	e.Unit = r.Text()
	r.Must(`,"origin":{"node":"`)
	e.Origin.Node = r.Text()
	r.Must(`,"epoch":`)
	e.Origin.Epoch = uint32(r.unsigned(32))
	r.Must(`,"seq":`)
	e.Origin.Seq = r.unsigned(64)
	r.Must("}")
	if r.Is(`,"after":["`) {
		for more := true; more && !r.failed; more = r.Is(`,"`) {
			e.After = append(e.After, r.ID())
		}
		r.Must("]")
	}
	r.Must(`,"body":`)
	end, compact := objectEnd(r.b)
	e.Body = json.RawMessage(r.b[:end])
	r.b, r.failed = r.b[end:], r.failed || end == 0 || !compact && !json.Valid(e.Body)
	if r.Is(`,"sig":"`) {
		sig, err := base64.StdEncoding.Strict().DecodeString(r.Text())
		e.Sig, r.failed = sig, r.failed || err != nil
	}
	r.Must("}")
	return e
}

// plainEntry reads an entry that is written as entries are.
func plainEntry(b []byte) (en Entry, ok bool) {
	r := NewPlain(b)
	r.Must(`{"v":`)
	en.V = uint8(r.unsigned(8))
	r.Must(`,"at":`)
	en.At = r.signed()
	r.Must(`,"commands":[`)
	for more := !r.Is("]"); more && !r.failed; more = r.Is(",") {
		en.Commands = append(en.Commands, envelopeFrom(r))
	}
	if len(en.Commands) > 0 {
		r.Must("]")
	}
	r.Must("}")
	return en, r.Done()
}
