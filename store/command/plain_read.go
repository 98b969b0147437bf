package command

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Plain reads JSON that is written as this program writes it: fields in order,
// no spaces, texts without escapes. Anything else makes it fail, which says
// nothing about the JSON: encoding/json decides then. What it reads, it reads as
// encoding/json does.
type Plain struct {
	b      string // one copy, of which the texts are parts
	failed bool
}

// NewPlain reads b. Each text that is read keeps a copy of all of b alive.
func NewPlain(b []byte) *Plain { return &Plain{b: string(b)} }

// Done reports whether everything was read, and was plain.
func (r *Plain) Done() bool { return !r.failed && len(r.b) == 0 }

// Is reports whether s comes next, and passes it.
func (r *Plain) Is(s string) bool {
	if r.failed || len(r.b) < len(s) || r.b[:len(s)] != s {
		return false
	}
	r.b = r.b[len(s):]
	return true
}

// Must passes s, which comes next or the reading fails.
func (r *Plain) Must(s string) {
	if !r.Is(s) {
		r.failed = true
	}
}

// Text returns a string behind its first quote, and passes the last.
func (r *Plain) Text() string {
	end := strings.IndexByte(r.b, '"')
	if r.failed || end < 0 {
		r.failed = true
		return ""
	}
	ascii := true
	for i := range end {
		c := r.b[i]
		if c < ' ' || c == '\\' {
			r.failed = true
			return ""
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && !utf8.ValidString(r.b[:end]) {
		r.failed = true
		return ""
	}
	s := r.b[:end]
	r.b = r.b[end+1:]
	return s
}

// Texts returns the strings of a list behind its first quote, and passes its end.
func (r *Plain) Texts() (list []string) {
	for more := true; more && !r.failed; more = r.Is(`,"`) {
		list = append(list, r.Text())
	}
	r.Must("]")
	return list
}

// ID returns an ID behind its first quote, and passes the last.
func (r *Plain) ID() ID {
	if r.failed || len(r.b) < 37 || r.b[36] != '"' {
		r.failed = true
		return ID{}
	}
	id, err := ParseID(r.b[:36])
	r.b, r.failed = r.b[37:], err != nil
	return id
}

// digits returns the run of figures that comes next.
func (r *Plain) digits() string {
	n := 0
	for n < len(r.b) && r.b[n] >= '0' && r.b[n] <= '9' {
		n++
	}
	if n == 0 || n > 1 && r.b[0] == '0' {
		r.failed = true
		return ""
	}
	s := r.b[:n]
	r.b = r.b[n:]
	return s
}

func (r *Plain) unsigned(bits int) uint64 {
	n, err := strconv.ParseUint(r.digits(), 10, bits)
	r.failed = r.failed || err != nil
	return n
}

// Number returns a whole number of at most nine figures, not below zero.
func (r *Plain) Number() int {
	s := r.digits()
	if len(s) > 9 {
		r.failed = true
		return 0
	}
	n, _ := strconv.Atoi(s) // nothing but figures, or nothing: it has failed already
	return n
}

// signed reads no number below zero: there is hardly ever one.
func (r *Plain) signed() int64 {
	n, err := strconv.ParseInt(r.digits(), 10, 64)
	r.failed = r.failed || err != nil
	return n
}
