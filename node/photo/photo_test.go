package photo

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"runtime/metrics"
	"testing"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

const cardText = "001155000123|012345678|Trần Thị Mẫu|15081955|Nữ|Số 5, ngõ 86 Xuân Thuỷ, Dịch Vọng Hậu, Cầu Giấy, Hà Nội|01082024||||"

// shot is how a card lies before the camera.
type shot struct {
	name          string
	width, height int
	module        float64 // of the code, pixels
	turned        float64 // degrees
	tilted        float64 // how much smaller the far end is
	noise, shadow float64 // 0 to 1
	quality       int     // of the JPEG
	mirrored      bool
}

// take draws a card with a code on a table, as a camera would see it, with code
// that has nothing of what reads it.
func take(t testing.TB, s shot) image.Image {
	code, err := qrcode.New(cardText, qrcode.Medium)
	require.NoError(t, err)
	bits := code.Bitmap()
	rnd := rand.New(rand.NewPCG(1, uint64(s.width)))
	picture := image.NewGray(image.Rect(0, 0, s.width, s.height))
	sin, cos := math.Sincos(s.turned * math.Pi / 180)
	for y := range s.height {
		for x := range s.width {
			dx, dy := float64(x-s.width/2), float64(y-s.height/2)
			if s.mirrored {
				dx = -dx
			}
			scale := s.module * (1 + s.tilted*dy/float64(s.height))
			u := (dx*cos+dy*sin)/scale + float64(len(bits))/2
			v := (dy*cos-dx*sin)/scale + float64(len(bits))/2
			light := 120.0
			if i, j := int(math.Floor(u)), int(math.Floor(v)); i >= 0 && j >= 0 && i < len(bits) && j < len(bits) {
				light = 215
				if bits[j][i] {
					light = 45
				}
			}
			light *= 1 - s.shadow*float64(x)/float64(s.width)
			light += s.noise * 128 * rnd.NormFloat64()
			picture.SetGray(x, y, color.Gray{Y: uint8(max(0, min(255, light)))})
		}
	}
	return picture
}

func asJPEG(t testing.TB, p image.Image, quality int) []byte {
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, p, &jpeg.Options{Quality: quality}))
	return b.Bytes()
}

func asPNG(t testing.TB, p image.Image) []byte {
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, p))
	return b.Bytes()
}

func TestTheCodeOfAPhotographedCardIsRead(t *testing.T) {
	for _, s := range []shot{
		{name: "straight", width: 800, height: 600, module: 5, quality: 80},
		{name: "turned a quarter, as a phone held upright", width: 800, height: 600, module: 5, turned: 90, quality: 80},
		{name: "upside down", width: 800, height: 600, module: 5, turned: 180, quality: 80},
		{name: "three quarters", width: 800, height: 600, module: 5, turned: 270, quality: 80},
		{name: "mirrored, as a camera that faces oneself", width: 800, height: 600, module: 5, mirrored: true, quality: 80},
		{name: "mirrored and turned", width: 800, height: 600, module: 5, mirrored: true, turned: 90, quality: 80},
		{name: "askew", width: 1000, height: 800, module: 6, turned: 17, tilted: .2, quality: 70},
		{name: "noisy, in the evening", width: 1200, height: 900, module: 8, turned: 5, noise: .3, shadow: .5, quality: 60},
		{name: "far away on a large picture", width: 2400, height: 1800, module: 5, turned: 8, noise: .05, quality: 75},
		{name: "the code fills a large picture", width: 1300, height: 1300, module: 20, noise: .2, quality: 75},
	} {
		t.Run(s.name, func(t *testing.T) {
			text, err := ReadCode(asJPEG(t, take(t, s), s.quality))
			require.Nil(t, err)
			require.Equal(t, cardText, text)
		})
	}
}

func TestTheKindsOfPicturesPhonesAndScannersMakeAreRead(t *testing.T) {
	grey := take(t, shot{width: 500, height: 400, module: 5})
	all := grey.Bounds()
	kinds := map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{"RGBA": image.NewRGBA(all), "NRGBA": image.NewNRGBA(all), "palette": image.NewPaletted(all, color.Palette{color.Black, color.Gray{Y: 120}, color.White}),
		"16 bits": image.NewNRGBA64(all)}
	for name, p := range kinds {
		for y := range all.Dy() {
			for x := range all.Dx() {
				p.Set(x, y, grey.At(x, y))
			}
		}
		text, err := ReadCode(asPNG(t, p))
		require.Nil(t, err, name)
		require.Equal(t, cardText, text, name)
	}
	text, err := ReadCode(asJPEG(t, kinds["RGBA"], 80)) // in colour
	require.Nil(t, err)
	require.Equal(t, cardText, text)
}

func TestWhatIsNoCardIsRefusedByItsCode(t *testing.T) {
	whole := asJPEG(t, take(t, shot{width: 300, height: 300, module: 4}), 80)
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"nothing":        {nil, "bad_photo"},
		"a text":         {[]byte("001155000123||Trần Thị Mẫu"), "bad_photo"},
		"another format": {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "bad_photo"},
		"HEIC":           {[]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "bad_photo"},
		"half a picture": {whole[:len(whole)/2], "bad_photo"},
		"a table":        {asJPEG(t, image.NewGray(image.Rect(0, 0, 640, 480)), 80), "no_code"},
		"one pixel":      {asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), "no_code"},
		"a line":         {asPNG(t, image.NewGray(image.Rect(0, 0, 5000, 1))), "no_code"},
		"too many bytes": {append(whole, make([]byte, MaxFile)...), "photo_too_large"},
	} {
		text, err := ReadCode(c.file)
		require.Empty(t, text)
		require.NotNil(t, err, name)
		require.Equal(t, command.Invalid, err.Class)
		require.Equal(t, c.code, err.Code, name)
	}
}

// pngOf is a picture that says it is large; what it holds is not looked at.
func pngOf(width, height uint32, bits, colour, passes byte) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)...)
	chunk = append(chunk, bits, colour, 0, 0, passes)
	file := append([]byte(pngMagic), 0, 0, 0, 13)
	file = append(file, chunk...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk))
}

// jpegOf is likewise the head of a JPEG.
func jpegOf(width, height uint16, frame, sampling byte) []byte {
	b := []byte{0xff, 0xd8, 0xff, frame, 0, 17, 8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0}
	return append(b, 0xff, 0xda, 0, 2)
}

// allocated is how many bytes something takes, all in all: no less than it ever
// holds at once, but for a few thousand.
func allocated(do func()) uint64 {
	all := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(all)
	before := all[0].Value.Uint64()
	do()
	metrics.Read(all)
	return all[0].Value.Uint64() - before
}

func TestABombIsRefusedBeforeItIsUnpacked(t *testing.T) {
	for name, file := range map[string][]byte{
		"41 megapixels":                  jpegOf(8200, 5000, 0xc0, 0x22),
		"65,535 by 65,535":               jpegOf(65535, 65535, 0xc0, 0x22),
		"in passes, each sample kept":    jpegOf(5000, 4000, 0xc2, 0x22),
		"a PNG of 4 billion pixels":      pngOf(1<<31-1, 1<<31-1, 8, 6, 0),
		"a PNG of 16 bits a colour":      pngOf(4000, 3000, 16, 6, 0),
		"a PNG in passes":                pngOf(4000, 3000, 8, 6, 1),
		"a PNG of one very long line":    pngOf(1<<31-1, 1, 8, 2, 0),
		"a PNG of 30 megapixels in RGBA": pngOf(6000, 5000, 8, 2, 0),
	} {
		var err *command.Error
		cost := allocated(func() { _, err = ReadCode(file) })
		require.NotNil(t, err, name)
		require.Equal(t, "photo_too_large", err.Code, name)
		require.Less(t, cost, uint64(64<<10), name)
	}
}

// The largest pictures that are taken: all of the unpacking and of the looking,
// with nothing to be found.
func TestTheLargestPictureTakenCostsLessThan64MiB(t *testing.T) {
	for name, p := range map[string]image.Image{
		"JPEG": image.NewYCbCr(image.Rect(0, 0, 5900, 4480), image.YCbCrSubsampleRatio420),
		"PNG":  image.NewRGBA(image.Rect(0, 0, 3600, 2750)),
	} {
		file := asPNG
		if name == "JPEG" {
			file = func(t testing.TB, p image.Image) []byte { return asJPEG(t, p, 50) }
		}
		sent := file(t, p)
		var err *command.Error
		cost := allocated(func() { _, err = ReadCode(sent) })
		require.Equal(t, "no_code", err.Code, name)
		t.Logf("%s: %d bytes, unpacked and looked at for %d MiB", name, len(sent), cost>>20)
		require.Less(t, cost+MaxFile, uint64(64<<20), name)
	}
}

func FuzzPhoto(f *testing.F) {
	small := take(f, shot{width: 120, height: 120, module: 2})
	f.Add(asJPEG(f, small, 60))
	f.Add(asPNG(f, small))
	f.Add(asPNG(f, image.NewPaletted(image.Rect(0, 0, 50, 50), color.Palette{color.Black, color.White})))
	f.Add(jpegOf(64, 64, 0xc2, 0x11))
	f.Add(pngOf(100, 100, 16, 4, 1))
	f.Fuzz(func(t *testing.T, file []byte) {
		if h, ok := headOf(file); ok && h.pixels() > 1<<20 && h.pixels() <= maxPixels && h.memory <= maxMemory {
			return // as above, a second each
		}
		var text string
		var err *command.Error
		cost := allocated(func() { text, err = ReadCode(file) })
		require.Less(t, cost, uint64(64<<20))
		if err != nil {
			require.Empty(t, text)
			require.Contains(t, []string{"bad_photo", "photo_too_large", "no_code"}, err.Code)
		}
	})
}
