package sample

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// encoded turns UTF-8 written to it into another encoding, whole lines at a
// time: a Write may end inside a character.
type encoded struct {
	to   io.Writer
	with func(string) []byte
	rest []byte
}

func (e *encoded) Write(b []byte) (int, error) {
	e.rest = append(e.rest, b...)
	cut := 0
	for i, c := range e.rest {
		if c == '\n' {
			cut = i + 1
		}
	}
	if _, err := e.to.Write(e.with(string(e.rest[:cut]))); err != nil {
		return 0, err
	}
	e.rest = append(e.rest[:0], e.rest[cut:]...)
	return len(b), nil
}

func encoder(w io.Writer, name string) (io.Writer, error) {
	switch name {
	case "", "utf-8":
		return w, nil
	case "utf-8-bom":
		_, err := io.WriteString(w, "\ufeff")
		return w, err
	case "utf-16le":
		_, err := w.Write([]byte("\xff\xfe"))
		return &encoded{to: w, with: utf16LE}, err
	case "windows-1258":
		return &encoded{to: w, with: windows1258}, nil
	case "tcvn3":
		return &encoded{to: w, with: func(s string) []byte { return oneByte(charmap.Windows1252, s) }}, nil
	}
	return nil, fmt.Errorf("sample list: unknown encoding %q", name)
}

func utf16LE(s string) (b []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

// windows1258 keeps the letters it has whole and writes the tones of the others
// behind them.
func windows1258(s string) (b []byte) {
	for _, r := range norm.NFC.String(strings.NewReplacer("Ð", "Đ", "ð", "đ").Replace(s)) { // it has no eth
		if c, ok := charmap.Windows1258.EncodeRune(r); ok {
			b = append(b, c)
			continue
		}
		marks := []rune(norm.NFD.String(string(r)))
		base := ""
		var tone []byte
		for _, m := range marks {
			if c, ok := charmap.Windows1258.EncodeRune(m); ok && m >= 0x300 {
				tone = append(tone, c)
			} else {
				base += string(m)
			}
		}
		b = append(append(b, oneByte(charmap.Windows1258, norm.NFC.String(base))...), tone...)
	}
	return b
}

func oneByte(c *charmap.Charmap, s string) (b []byte) {
	for _, r := range s {
		if x, ok := c.EncodeRune(r); ok {
			b = append(b, x)
		}
	}
	return b
}
