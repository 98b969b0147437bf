// Package photo reads the square code of a card in a photograph that was sent:
// in memory, within the request. The picture is never written down, not even for
// a moment, and the errors say nothing of what is on it.
//
// It must not know what a card says, who sent it or where it goes on to: bytes
// come in, the text of the code goes out.
//
// Begin with ReadCode below; header.go says what a picture will cost before it
// is unpacked, plane.go makes it small and grey.
package photo

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"gocua/store/command"
)

const (
	MaxFile = 12 << 20 // bytes; more than phones make

	maxPixels = 40_000_000
	maxMemory = 38 << 20 // bytes of the unpacked picture: with the file and what is tried it stays below 64 MiB
)

// ReadCode finds the square code (QR) in a JPEG or PNG, however it lies, and
// returns its text. What a picture would cost is read from its head, before
// anything is unpacked. Its errors have the codes bad_photo, photo_too_large and
// no_code.
func ReadCode(file []byte) (string, *command.Error) {
	h, ok := headOf(file)
	switch {
	case !ok:
		return "", command.Errorf(command.Invalid, "bad_photo", "this is no whole JPEG or PNG")
	case len(file) > MaxFile || h.pixels() > maxPixels || h.memory > maxMemory:
		return "", command.Errorf(command.Invalid, "photo_too_large", "at most %d MB and %d megapixels are taken", MaxFile>>20, maxPixels/1_000_000)
	}
	unpack := jpeg.Decode
	if h.png {
		unpack = png.Decode
	}
	picture, err := unpack(bytes.NewReader(file))
	if err != nil {
		return "", command.Errorf(command.Invalid, "bad_photo", "the picture cannot be unpacked")
	}
	var reader finder
	for _, try := range tries(picture.Bounds()) {
		if text, ok := reader.find(picture, try); ok {
			return text, nil
		}
	}
	return "", command.Errorf(command.Invalid, "no_code", "there is no square code in the picture that can be read")
}

// try is one look at a part of the picture.
type try struct {
	part   image.Rectangle
	side   int  // the longer one, once made smaller
	global bool // one threshold for the whole, for even light; else one for each neighbourhood
}

// The sizes a picture is looked at in. A small code needs the large one; a blurred
// or noisy one is found better where neighbours have been averaged.
const (
	usual, fine, coarse, coarsest = 1600, 2400, 1000, 600
)

// tries are the looks at a picture, the likely ones first: the whole of it in
// several sizes, then its parts, closer.
func tries(all image.Rectangle) []try {
	list := []try{{all, usual, false}, {all, coarse, false}, {all, fine, false}, {all, usual, true}, {all, coarsest, false}, {all, coarsest, true}}
	if max(all.Dx(), all.Dy()) <= usual {
		return list
	}
	half, quarter := all.Size().Div(2), all.Size().Div(4)
	for y := range 3 {
		for x := range 3 {
			from := all.Min.Add(image.Pt(x*quarter.X, y*quarter.Y))
			list = append(list, try{image.Rectangle{from, from.Add(half)}, usual, false})
		}
	}
	return list
}

// finder looks for a code; it uses its memory again for the next look.
type finder struct{ grey []byte }

func (f *finder) find(picture image.Image, t try) (text string, found bool) {
	var width, height int
	f.grey, width, height = shrink(f.grey, picture, t.part, t.side)
	source, err := gozxing.NewPlanarYUVLuminanceSource(f.grey, width, height, 0, 0, width, height, false)
	if err != nil {
		return "", false
	}
	binarizer := gozxing.NewHybridBinarizer(source)
	if t.global {
		binarizer = gozxing.NewGlobalHistgramBinarizer(source)
	}
	bitmap, err := gozxing.NewBinaryBitmap(binarizer)
	if err != nil {
		return "", false
	}
	defer func() {
		if recover() != nil { // the library was not written for pictures made to break it
			text, found = "", false
		}
	}()
	result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{
		gozxing.DecodeHintType_CHARACTER_SET: "UTF-8",
		gozxing.DecodeHintType_TRY_HARDER:    true,
	})
	if err != nil {
		return "", false
	}
	return result.GetText(), true
}
