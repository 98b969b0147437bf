package roster

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

const prologue = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

func TestWhatIsCalledSoundIsWhatSpreadsheetsWrite(t *testing.T) {
	for text, want := range map[string]bool{
		prologue + `<a b="1"><row r="1" spans="1:2"><c r="A1" s="3" t="s"><v>12</v></c></row></a>`:    true,
		`<a xmlns="x" xmlns:r="y"><t xml:space="preserve"> Nguyễn &amp; Văn </t><b/><c /></a>` + "\n": true,
		`<a>`:                     false,
		`<a></b>`:                 false,
		`<a><b></a></b>`:          false,
		`<a></a><a></a>`:          false,
		``:                        false,
		`text`:                    false,
		`<a>]]></a>`:              false,
		`<a>&nbsp;</a>`:           false,
		`<a>&#1;</a>`:             false,
		`<a b=1></a>`:             false,
		`<a b="<"></a>`:           false,
		"<a>\x01</a>":             false,
		"<a>\xff</a>":             false,
		`<a><!-- c --></a>`:       false,
		`<x:a></x:a>`:             false,
		`<row r="1000001"></row>`: false,
		`<row r="x"></row>`:       false,
		`<c s="99999999"></c>`:    false,
		`<a b="1"c="2"></a>`:      false,
		`<a`:                      false,
		`<a></a>tail`:             false,
		strings.Repeat("<a>", 33) + strings.Repeat("</a>", 33): false,
	} {
		require.Equal(t, want, soundPart(strings.NewReader(text)), "%q", text)
	}
}

// agrees checks that nothing is called sound that encoding/xml refuses.
func agrees(t require.TestingT, part []byte) (isSound bool) {
	isSound = soundPart(bytes.NewReader(part))
	if isSound {
		require.NoError(t, inspectXML("sheet", bytes.NewReader(part)), "%q", part)
		d := xml.NewDecoder(bytes.NewReader(part))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else {
				require.NoError(t, err)
			}
		}
	}
	return isSound
}

func TestAByteGoneWrongIsNotCalledSoundUnlessItIs(t *testing.T) {
	part := []byte(prologue + `<worksheet xmlns="http://x"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve">Trần &lt;Thị&gt; Mẫu</t></is></c><c r="B1" s="1"><v>2</v></c></row></sheetData></worksheet>`)
	require.True(t, agrees(t, part))
	left := 0
	rapid.Check(t, func(t *rapid.T) {
		harmed := bytes.Clone(part)
		harmed[rapid.IntRange(0, len(part)-1).Draw(t, "at")] = rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte(`<>/"&=' ;]?!x`))).Draw(t, "byte")
		if agrees(t, harmed) {
			left++
		}
	})
	require.Positive(t, left)
}

// The quick way must be taken for what offices hand in, or it is for nothing.
func TestASheetOfExcelizeIsSound(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &[]any{"Họ và tên", "Ngày sinh", 12.5, true, "a < b & c"}))
	_, err := f.NewSheet("Streamed")
	require.NoError(t, err)
	stream, err := f.NewStreamWriter("Streamed")
	require.NoError(t, err)
	require.NoError(t, stream.SetColWidth(1, 2, 20))
	require.NoError(t, stream.SetRow("A1", []any{"Họ và tên", 1.5, " Trần & <Mẫu>"}))
	require.NoError(t, stream.Flush())
	var b bytes.Buffer
	require.NoError(t, f.Write(&b))
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	require.NoError(t, err)
	seen := 0
	for _, part := range z.File {
		if strings.HasPrefix(part.Name, "xl/worksheets/") || part.Name == "xl/sharedStrings.xml" {
			r, err := part.Open()
			require.NoError(t, err)
			raw, err := io.ReadAll(r)
			require.NoError(t, err)
			require.True(t, agrees(t, raw), "%s", raw)
			seen++
		}
	}
	require.Equal(t, 3, seen)
}

func FuzzASoundPartIsWellFormed(f *testing.F) {
	f.Add([]byte(prologue + `<a b="1"><row r="1"><c s="2"><v>&amp;Ơ</v></c><d/></row></a>`))
	f.Fuzz(func(t *testing.T, part []byte) { agrees(t, part) })
}
