package node

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
)

// hunt looks for markers: names and numbers that exist nowhere else. Each is one
// word, made up, in every form in which software leaves a word on a disk.
type hunt struct {
	markers []string
	forms   map[[formHead]byte][]form // by their first bytes
	begins  [1 << 16]bool             // by their first two
	unzstd  *zstd.Decoder
	block   []byte // see snappyAt
}

// form is a marker as it may lie in a file. Letters are compared without case.
type form struct {
	marker int
	name   string
	bytes  []byte
}

const formHead = 6

// newHunt makes up so many names and as many numbers.
func newHunt(t *testing.T, each int) *hunt {
	t.Helper()
	h := &hunt{forms: map[[formHead]byte][]form{}}
	var err error
	h.unzstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
	require.NoError(t, err)
	t.Cleanup(h.unzstd.Close)
	rng := rand.New(rand.NewPCG(1, 2))
	taken := map[string]bool{}
	for len(h.markers) < 2*each {
		word := fmt.Sprintf("001170%06d", rng.IntN(1_000_000))
		if len(h.markers) < each {
			b := make([]byte, 9)
			for i := range b {
				b[i] = "bcdfghklmnpqrstvxz"[rng.IntN(18)]
			}
			word = string(b)
		}
		if !taken[word] {
			taken[word] = true
			h.add(word)
		}
	}
	return h
}

func (h *hunt) add(word string) {
	at := len(h.markers)
	h.markers = append(h.markers, word)
	put := func(name string, b []byte) {
		lower := bytes.ToLower(b)
		head := [formHead]byte(lower)
		h.forms[head] = append(h.forms[head], form{at, name, lower})
		h.begins[binary.LittleEndian.Uint16(lower)] = true
	}
	title := strings.ToUpper(word[:1]) + word[1:]
	put("UTF-8", []byte(word))
	wide := utf16.Encode([]rune(word))
	little, big := []byte{}, []byte{}
	for _, u := range wide {
		little, big = binary.LittleEndian.AppendUint16(little, u), binary.BigEndian.AppendUint16(big, u)
	}
	put("UTF-16LE", little)
	put("UTF-16BE", big)
	for _, w := range []string{word, title, strings.ToUpper(word)} {
		put("hex", []byte(hex.EncodeToString([]byte(w))))
		for shift := range 3 { // what stands before it moves it within the groups of three bytes
			in := append(make([]byte, shift), w...)
			out := base64.StdEncoding.EncodeToString(in)
			put("base64", []byte(out[(shift*8+5)/6:len(in)*8/6]))
			if url := base64.URLEncoding.EncodeToString(in); url != out {
				put("base64", []byte(url[(shift*8+5)/6:len(in)*8/6]))
			}
		}
	}
}

// in returns which markers lie in b, and in which forms.
func (h *hunt) in(b []byte, found func(form)) {
	lower := bytes.ToLower(b)
	if len(lower) != len(b) { // ToLower mends what is not UTF-8
		lower = bytes.Clone(b)
		for i, c := range lower {
			if 'A' <= c && c <= 'Z' {
				lower[i] = c + 'a' - 'A'
			}
		}
	}
	for i := 0; i+formHead <= len(lower); i++ {
		if !h.begins[binary.LittleEndian.Uint16(lower[i:])] {
			continue
		}
		for _, f := range h.forms[[formHead]byte(lower[i:])] {
			if bytes.HasPrefix(lower[i:], f.bytes) {
				found(f)
			}
		}
	}
}

// everywhere looks through b and whatever is packed in it.
func (h *hunt) everywhere(b []byte, depth int, found func(form)) {
	h.in(b, found)
	if depth == 0 {
		return
	}
	for i := 0; i+8 < len(b); i++ {
		switch {
		case b[i] == 0x28 && bytes.HasPrefix(b[i:], []byte{0x28, 0xb5, 0x2f, 0xfd}):
			if h.unzstd.Reset(bytes.NewReader(b[i:])) == nil {
				h.unpacked(h.unzstd, depth, found)
			}
		case b[i] == 0x1f && b[i+1] == 0x8b && b[i+2] == 8 && b[i+3]&0xe0 == 0: // gzip
			h.unpacked(flate.NewReader(bytes.NewReader(b[i+10:])), depth, found)
		case b[i] == 0x78 && (int(b[i])<<8|int(b[i+1]))%31 == 0: // zlib
			h.unpacked(flate.NewReader(bytes.NewReader(b[i+2:])), depth, found)
		case b[i] == 'P' && bytes.HasPrefix(b[i:], []byte("PK\x03\x04")) && i+30 < len(b): // a part of a workbook
			at := i + 30 + int(binary.LittleEndian.Uint16(b[i+26:])) + int(binary.LittleEndian.Uint16(b[i+28:]))
			if at < len(b) {
				h.unpacked(flate.NewReader(bytes.NewReader(b[at:])), depth, found)
			}
		}
		if h.snappyAt(b[i:]) {
			h.in(h.block, found)
		}
	}
}

func (h *hunt) unpacked(r io.Reader, depth int, found func(form)) {
	plain, _ := io.ReadAll(io.LimitReader(r, 64<<20)) // what came before an error counts
	if len(plain) > formHead {
		h.everywhere(plain, depth-1, found)
	}
}

// snappyAt unpacks the block that may begin here into h.block; true: there is a
// whole one.
func (h *hunt) snappyAt(b []byte) bool {
	size, n := binary.Uvarint(b)
	if n < 1 || n > 3 || size < 64 || size > 1<<20 || len(b) <= n || b[n]&3 != 0 {
		return false
	}
	plain := h.block[:0]
	defer func() { h.block = plain }()
more:
	for b = b[n:]; len(b) > 0 && uint64(len(plain)) < size; {
		tag := b[0]
		if tag&3 == 0 {
			length, head := int(tag>>2)+1, 1
			if extra := int(tag>>2) - 59; extra > 0 {
				if extra > 2 || len(b) < 1+extra {
					break more
				}
				length, head = int(b[1])+1, 1+extra
				if extra == 2 {
					length = int(binary.LittleEndian.Uint16(b[1:])) + 1
				}
			}
			if len(b) < head+length || uint64(len(plain)+length) > size {
				break more
			}
			plain, b = append(plain, b[head:head+length]...), b[head+length:]
			continue
		}
		length, offset, head := 0, 0, 0
		switch {
		case tag&3 == 1 && len(b) > 1:
			length, offset, head = int(tag>>2&7)+4, int(tag>>5)<<8|int(b[1]), 2
		case tag&3 == 2 && len(b) > 2:
			length, offset, head = int(tag>>2)+1, int(binary.LittleEndian.Uint16(b[1:])), 3
		}
		if offset == 0 || offset > len(plain) || uint64(len(plain)+length) > size {
			break more
		}
		for range length {
			plain = append(plain, plain[len(plain)-offset])
		}
		b = b[head:]
	}
	return uint64(len(plain)) == size
}

// prey is what was found: how many markers in each file, and where one of them was.
type prey struct {
	markers map[int]bool
	files   map[string]map[int]bool
	forms   map[string]bool
}

// below hunts through every file of a directory, and their names.
func (h *hunt) below(t *testing.T, dir string) (p prey, files int, size int64) {
	t.Helper()
	p = prey{map[int]bool{}, map[string]map[int]bool{}, map[string]bool{}}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		files, size = files+1, size+int64(len(raw))
		caught := func(f form) {
			if p.files[name] == nil {
				p.files[name] = map[int]bool{}
			}
			p.markers[f.marker], p.files[name][f.marker], p.forms[f.name] = true, true, true
		}
		h.in([]byte(name), caught)
		h.everywhere(bytes.TrimRight(raw, "\x00"), 2, caught)
		return nil
	}))
	return p, files, size
}

// in is how many markers were found in files whose path begins so.
func (p prey) in(prefix string) int {
	all := map[int]bool{}
	for name, found := range p.files {
		if strings.HasPrefix(filepath.ToSlash(name), prefix) {
			for m := range found {
				all[m] = true
			}
		}
	}
	return len(all)
}
