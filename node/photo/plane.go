package photo

import (
	"image"
	"image/color"
)

// shrink makes a part of a picture grey and, if it is larger, smaller: each pixel
// is the mean of those it stands for. It works row by row, so that a large
// picture is never in memory twice. The bytes are into's, if they suffice.
func shrink(into []byte, picture image.Image, part image.Rectangle, side int) (grey []byte, width, height int) {
	width, height = part.Dx(), part.Dy()
	if longer := max(width, height); longer > side {
		width, height = max(1, width*side/longer), max(1, height*side/longer)
	}
	if cap(into) < width*height {
		into = make([]byte, width*height)
	}
	grey = into[:width*height]
	var (
		row  = make([]byte, part.Dx())
		sums = make([]uint32, width)
		n    = make([]uint32, width)
		of   = rowsOf(picture)
		at   = 0
	)
	flush := func(y int) {
		for x := range sums {
			grey[y*width+x] = byte(sums[x] / max(1, n[x]))
			sums[x], n[x] = 0, 0
		}
	}
	for y := range part.Dy() {
		if to := y * height / part.Dy(); to != at {
			flush(at)
			at = to
		}
		of(row, part.Min.X, part.Min.Y+y)
		for x, light := range row {
			to := x * width / len(row)
			sums[to] += uint32(light)
			n[to]++
		}
	}
	flush(at)
	return grey, width, height
}

// rowsOf returns what reads a piece of a row as grey, without an allocation for
// each pixel where pictures of phones are concerned.
func rowsOf(picture image.Image) func(row []byte, x, y int) {
	switch p := picture.(type) {
	case *image.YCbCr:
		return func(row []byte, x, y int) { copy(row, p.Y[p.YOffset(x, y):]) }
	case *image.Gray:
		return func(row []byte, x, y int) { copy(row, p.Pix[p.PixOffset(x, y):]) }
	case *image.RGBA:
		return func(row []byte, x, y int) { mix(row, p.Pix[p.PixOffset(x, y):]) }
	case *image.NRGBA:
		return func(row []byte, x, y int) { mix(row, p.Pix[p.PixOffset(x, y):]) }
	case *image.Paletted:
		var shades [256]byte
		for i, c := range p.Palette {
			shades[i&255] = shade(c)
		}
		return func(row []byte, x, y int) {
			for i, c := range p.Pix[p.PixOffset(x, y):][:len(row)] {
				row[i] = shades[c]
			}
		}
	}
	return func(row []byte, x, y int) {
		for i := range row {
			row[i] = shade(picture.At(x+i, y))
		}
	}
}

// mix makes grey of red, green, blue and how much of it is seen, over white.
func mix(row, rgba []byte) {
	for i := range row {
		c := rgba[4*i : 4*i+4]
		light := (uint32(c[0]) + 2*uint32(c[1]) + uint32(c[2])) / 4
		row[i] = byte((light*uint32(c[3]) + 255*(255-uint32(c[3]))) / 255)
	}
}

func shade(c color.Color) byte {
	r, g, b, a := c.RGBA()
	return byte(((r+2*g+b)/4 + 0xffff - a) >> 8)
}
