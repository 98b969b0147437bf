package roster

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"
)

// soundPart reports whether a part is well-formed and within bounds for certain.
// It knows only the XML that spreadsheets write (no comments, no prefixes, no
// character numbers) and answers false to everything else, which says nothing:
// encoding/xml is asked then. It takes a tenth of the time.
func soundPart(r io.Reader) bool {
	s := &sound{in: bufio.NewReaderSize(r, 64<<10)}
	for s.step() {
	}
	return s.ended
}

type sound struct {
	in     *bufio.Reader
	open   []string // elements begun
	rooted bool
	ended  bool // all was read, and all was well
	word   [32]byte
}

const deepest = 32

// step passes text and one tag; false is the end, good or bad.
func (s *sound) step() bool {
	c, more := s.text()
	switch {
	case !more:
		s.ended = c == 0 && s.rooted && len(s.open) == 0
		return false
	case s.rooted && len(s.open) == 0:
		return false // a second root
	}
	c, err := s.in.ReadByte()
	switch {
	case err != nil:
		return false
	case c == '?':
		return !s.rooted && s.prolog()
	case c == '/':
		name, end := s.nextName()
		return end == '>' && len(s.open) > 0 && s.pop(name)
	}
	s.rooted = true
	name, end := s.name(c)
	return name != "" && s.attributes(name, end)
}

// text passes what stands before the next tag, and its bracket. Without a next
// tag it returns false, and a byte that should not be there, if that is why.
func (s *sound) text() (odd byte, more bool) {
	for {
		c, err := s.in.ReadByte()
		switch {
		case err == io.EOF:
			return 0, false
		case err != nil:
			return '!', false
		case c == '<':
			return 0, true
		case c == '&' && s.entity():
		case c == '\n' || c == '\r' || c == '\t' || c == ' ':
			continue
		case len(s.open) == 0 || c == '&' || c == ']' || c < ' ' || c >= utf8.RuneSelf && !s.letter(c):
			return '!', false
		}
	}
}

// entity passes one of the five that need no declaration, behind its ampersand.
func (s *sound) entity() bool {
	ahead, _ := s.in.Peek(5)
	for _, e := range []string{"amp;", "lt;", "gt;", "quot;", "apos;"} {
		if strings.HasPrefix(string(ahead), e) {
			_, err := s.in.Discard(len(e))
			return err == nil
		}
	}
	return false
}

// letter passes the rest of a character outside ASCII.
func (s *sound) letter(first byte) bool {
	if err := s.in.UnreadByte(); err != nil {
		return false
	}
	ahead, _ := s.in.Peek(utf8.UTFMax)
	r, n := utf8.DecodeRune(ahead)
	if r == utf8.RuneError || r == 0xfffe || r == 0xffff {
		return false
	}
	_, err := s.in.Discard(n)
	return err == nil
}

// prolog passes the line every part begins with, behind "<?".
func (s *sound) prolog() bool {
	line, err := s.in.ReadSlice('>')
	said := string(line)
	return err == nil && strings.HasPrefix(said, "xml ") && strings.HasSuffix(said, "?>") &&
		(strings.Contains(said, `encoding="UTF-8"`) || strings.Contains(said, `encoding="utf-8"`)) &&
		strings.Contains(said, `version="1.0"`)
}

// nextName reads the name that comes next.
func (s *sound) nextName() (name string, end byte) {
	c, err := s.in.ReadByte()
	if err != nil {
		return "", 0
	}
	return s.name(c)
}

// name reads a name that begins with a byte, and the byte behind it. Empty: it
// is none that is known here.
func (s *sound) name(c byte) (name string, end byte) {
	for n := 0; ; {
		small := c | 0x20
		switch {
		case small >= 'a' && small <= 'z' || n > 0 && c >= '0' && c <= '9':
			if n == len(s.word) {
				return "", 0
			}
			s.word[n] = c
			n++
		case n == 0:
			return "", 0
		default:
			return wordOf(s.word[:n]), c
		}
		var err error
		if c, err = s.in.ReadByte(); err != nil {
			return "", 0
		}
	}
}

// wordOf keeps the names of nearly everything from being made anew.
func wordOf(b []byte) string {
	for _, name := range [...]string{"c", "v", "t", "is", "r", "s", "si", "row"} {
		if string(b) == name {
			return name
		}
	}
	return string(b)
}

func (s *sound) pop(name string) bool {
	last := len(s.open) - 1
	if s.open[last] != name {
		return false
	}
	s.open = s.open[:last]
	return true
}

// attributes passes those of an element and the end of its tag; end is the byte
// behind the element's name.
func (s *sound) attributes(element string, end byte) bool {
	for {
		for end == ' ' || end == '\n' || end == '\r' || end == '\t' {
			c, err := s.in.ReadByte()
			if err != nil {
				return false
			}
			if end = c; c == '/' || c == '>' || c == ' ' || c == '\n' || c == '\r' || c == '\t' {
				continue
			}
			name, next := s.name(c)
			if name != "" && next == ':' { // xml:space, xmlns:r, mc:Ignorable
				var local string
				if local, next = s.nextName(); local == "" {
					return false
				}
				name = "" // not one of those that are looked at
			} else if name == "" {
				return false
			}
			if next != '=' || !s.value(element, name) {
				return false
			}
			if end, err = s.in.ReadByte(); err != nil {
				return false
			}
		}
		switch end {
		case '>':
			if len(s.open) == deepest {
				return false
			}
			s.open = append(s.open, element)
			return true
		case '/':
			c, err := s.in.ReadByte()
			return err == nil && c == '>'
		}
		return false
	}
}

// value passes a quoted value. Lines and styles must be figures within bounds.
func (s *sound) value(element, name string) bool {
	if c, err := s.in.ReadByte(); err != nil || c != '"' {
		return false
	}
	bounded := element == "row" && name == "r" || element == "c" && name == "s"
	n := 0
	for figures := 0; ; figures++ {
		c, err := s.in.ReadByte()
		switch {
		case err != nil:
			return false
		case c == '"':
			return !bounded || figures > 0 && n <= maxLines
		case c == '<' || c == '&' || c < ' ' || c >= utf8.RuneSelf:
			return false
		case bounded && (c < '0' || c > '9' || figures > 6):
			return false
		}
		n = n*10 + int(c-'0')
		if !bounded {
			n = 0
		}
	}
}
