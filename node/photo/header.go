package photo

import "encoding/binary"

// head is what the beginning of a file says about the picture.
type head struct {
	width, height int64
	png           bool
	memory        int64 // bytes the standard library takes to unpack it
}

func (h head) pixels() int64 { return h.width * h.height }

const pngMagic = "\x89PNG\r\n\x1a\n"

// headOf reads the head of a JPEG or PNG; false: it is neither.
func headOf(file []byte) (head, bool) {
	switch {
	case len(file) >= 33 && string(file[:8]) == pngMagic && string(file[12:16]) == "IHDR":
		return headOfPNG(file[16:29])
	case len(file) > 4 && file[0] == 0xff && file[1] == 0xd8:
		return headOfJPEG(file[2:])
	}
	return head{}, false
}

// headOfPNG reads the chunk IHDR: width, height, bits per sample, kind of
// colour, …, whether it comes in seven passes.
func headOfPNG(b []byte) (head, bool) {
	h := head{width: int64(binary.BigEndian.Uint32(b)), height: int64(binary.BigEndian.Uint32(b[4:])), png: true}
	bits, colour, passes := b[8], b[9], b[12]
	perPixel := int64(4) // also of grey, which may have a colour that is seen through
	switch {
	case colour == 3:
		perPixel = 1
	case bits == 16:
		perPixel = 8
	}
	if h.width == 0 || h.height == 0 || h.pixels() > 1<<40 {
		return h, h.width > 0 && h.height > 0 && h.pixels() > 0
	}
	h.memory = h.pixels() * perPixel
	if passes != 0 {
		h.memory += h.memory / 2 // the last pass is half of the picture
	}
	return h, true
}

// headOfJPEG walks over the segments to the one that says how large the picture
// is (SOF) and how it is kept.
func headOfJPEG(b []byte) (h head, ok bool) {
	adobe := false
	for len(b) >= 4 {
		if b[0] != 0xff {
			return h, false
		}
		marker := b[1]
		if marker == 0xff { // filling
			b = b[1:]
			continue
		}
		if marker == 0x01 || marker >= 0xd0 && marker <= 0xd7 { // has no length
			b = b[2:]
			continue
		}
		n := int(binary.BigEndian.Uint16(b[2:])) + 2
		if n < 4 || n > len(b) {
			return h, false
		}
		switch marker {
		case 0xc0, 0xc1, 0xc2:
			return frame(b[4:n], marker == 0xc2, adobe)
		case 0xee:
			adobe = true
		case 0xd9, 0xda:
			return h, false // the picture before its size
		}
		b = b[n:]
	}
	return h, false
}

// frame reads a segment SOF: bits, height, width, then of each component its
// name, how it is sampled, and a table.
func frame(b []byte, progressive, adobe bool) (h head, ok bool) {
	if len(b) < 6 || len(b) < 6+3*int(b[5]) || b[5] == 0 {
		return h, false
	}
	h.height, h.width = int64(binary.BigEndian.Uint16(b[1:])), int64(binary.BigEndian.Uint16(b[3:]))
	components := int(b[5])
	most, sum, named := int64(1), int64(0), ""
	for i := range components {
		c := b[6+3*i:]
		area := int64(c[1]>>4) * int64(c[1]&15)
		most, sum, named = max(most, area), sum+area, named+string(rune(c[0]))
	}
	if h.pixels() == 0 || sum == 0 {
		return h, false
	}
	// Each sample is a byte; one of a picture that comes in passes waits as four more.
	h.memory = h.pixels() * sum / most
	if progressive {
		h.memory *= 5
	}
	if components == 4 || components == 3 && (adobe || named == "RGB") { // is turned into four bytes a pixel
		h.memory += 4 * h.pixels()
	}
	return h, true
}
