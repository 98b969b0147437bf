package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// invented are so many people, made one at a time.
func invented(n int) iter.Seq[lookup.Person] {
	return func(yield func(lookup.Person) bool) {
		for i := range n {
			p := lookup.Person{Resident: civic.Resident{ID: command.DerivedID("p", fmt.Sprint(i)), Name: fmt.Sprintf("Nguyễn Thị Thu Hương %d", i), Number: fmt.Sprintf("001155%06d", i), Birth: "1955-03-17",
				Sex: civic.Female, Phones: []string{fmt.Sprintf("+84912%06d", i)}}, Household: &civic.Household{Address: fmt.Sprintf("Số %d, ngõ 68 Xuân Thuỷ", i)}}
			if !yield(p) {
				return
			}
		}
	}
}

func someMark() watermark {
	return watermark{number: "may-1", who: "Vũ Mạnh Hùng", unit: "P. Dịch Vọng Hậu", scope: "Tổ 12", at: time.Unix(1_700_000_000, 0), full: true}
}

// streamed writes a list of so many people and looks at the heap meanwhile.
func streamed(t *testing.T, form string, people int, most int64) {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	peak, seen := uint64(0), 0
	watched := func(yield func(lookup.Person) bool) {
		for p := range invented(people) {
			if seen++; seen%2000 == 0 {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapAlloc)
			}
			if !yield(p) {
				return
			}
		}
	}
	n, err := writeSheet(io.Discard, form, someMark(), watched)
	require.NoError(t, err)
	require.Equal(t, people, n)
	grown := int64(peak) - int64(before.HeapAlloc)
	t.Logf("%s: %d people, heap grew by %d KiB at most", form, people, grown>>10)
	require.Less(t, grown, most)
}

func TestAListIsWrittenWithoutBeingHeldInMemory(t *testing.T) {
	for _, form := range formats() {
		streamed(t, form, 13_000, 16<<20)
	}
}

func TestEveryFormHoldsTheSameRows(t *testing.T) {
	odd := lookup.Person{Resident: civic.Resident{Name: norm.NFD.String("Trần Thị Mẫu") + ` <b>&"`, Birth: "1955"}, Household: &civic.Household{Address: "=HYPERLINK(\"x\");1,2"}, Unit: civic.Unit{Name: "Tổ 1"}}
	people := func(yield func(lookup.Person) bool) {
		_ = yield(odd) && yield(lookup.Person{Resident: civic.Resident{Name: "Lê Văn Sĩ"}})
	}
	read := map[string]func([]byte) [][]string{
		formatXLSX: func(b []byte) [][]string {
			f, err := excelize.OpenReader(bytes.NewReader(b))
			require.NoError(t, err)
			defer f.Close()
			formula, err := f.GetCellFormula("Nhân khẩu", "G4")
			require.NoError(t, err)
			require.Empty(t, formula)
			rows, err := f.GetRows("Nhân khẩu")
			require.NoError(t, err)
			return rows
		},
		formatCSV:       func(b []byte) [][]string { return split(t, b, ',') },
		formatSemicolon: func(b []byte) [][]string { return split(t, b, ';') },
	}
	require.Len(t, read, len(formats()))
	for form, parse := range read {
		var file bytes.Buffer
		n, err := writeSheet(&file, form, someMark(), people)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		rows := parse(file.Bytes())
		require.Equal(t, sheetHead, rows[2], form)
		require.Equal(t, "Trần Thị Mẫu <b>&\"", rows[3][1], "%s: written in one form of Unicode", form)
		address := "=HYPERLINK(\"x\");1,2"
		if form != formatXLSX {
			address = "'" + address
		}
		require.Equal(t, []string{"1", "năm 1955", address, "Tổ 1"}, []string{rows[3][0], rows[3][2], rows[3][6], rows[3][7]}, form)
		require.Equal(t, []string{"2", "Lê Văn Sĩ"}, rows[4][:2], form)
	}
}

func split(t *testing.T, b []byte, comma rune) [][]string {
	text, marked := strings.CutPrefix(string(b), "\uFEFF")
	require.True(t, marked, "Excel reads UTF-8 only behind its mark")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = comma, -1
	rows, err := r.ReadAll()
	require.NoError(t, err)
	return rows
}

func TestAWriterThatFailsEndsTheExport(t *testing.T) {
	for _, form := range formats() {
		n, err := writeSheet(full{}, form, someMark(), invented(100_000))
		require.Error(t, err, form)
		require.Less(t, n, 20_000, "%s: it does not go through everybody for nothing", form)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
