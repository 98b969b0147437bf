package roster_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/roster"
	"gocua/store/roster/sample"
)

func units() []sample.Unit { return []sample.Unit{sample.Ward("00166", "Dịch Vọng Hậu", 20)} }

// list makes people and their list.
func list(t testing.TB, n int, write func(*bytes.Buffer, []sample.Person) (sample.Written, error)) ([]sample.Person, []byte, sample.Written) {
	people := slices.Collect(sample.Make(sample.Config{Seed: 7, Residents: n, Units: units()}))
	var b bytes.Buffer
	w, err := write(&b, people)
	require.NoError(t, err)
	return people, b.Bytes(), w
}

// accounted reads a list and checks that every line that holds a person is in
// a page or refused, and that what is in a page is the person, whole.
func accounted(t *testing.T, name string, people []sample.Person, data []byte, w sample.Written) roster.Plan {
	rows := map[int]roster.Row{}
	plan, err := roster.Read(name, data, roster.Options{Hamlets: units()[0].Names()}, func(p roster.Page) error {
		require.LessOrEqual(t, len(p.Rows), 100)
		for _, r := range p.Rows {
			require.NotContains(t, rows, r.Line)
			rows[r.Line] = r
		}
		return nil
	})
	require.NoError(t, err)
	refused := map[int]bool{}
	for _, f := range plan.Refused {
		refused[f.Line] = true
	}
	for i, line := range w.Lines {
		row, got := rows[line]
		require.NotEqual(t, got, refused[line], "line %d is in exactly one place", line)
		require.Equal(t, slices.Contains(w.Ruined, line), refused[line], "line %d: %+v", line, people[i])
		if got {
			want := people[i].Row
			want.Line = line
			require.Equal(t, want, row)
		}
	}
	for _, line := range w.Copies {
		require.Contains(t, rows, line, "a line given twice is not dropped here")
	}
	require.Equal(t, len(people)+len(w.Copies), plan.Rows+len(plan.Refused))
	require.Equal(t, len(w.Ruined), len(plan.Refused))
	return plan
}

func TestACleanWorkbookIsReadWhole(t *testing.T) {
	people, data, w := list(t, 300, func(b *bytes.Buffer, p []sample.Person) (sample.Written, error) {
		return sample.WriteXLSX(b, slices.Values(p), sample.Mess{})
	})
	plan := accounted(t, "ds.xlsx", people, data, w)
	require.Equal(t, 300, plan.Rows)
	require.Equal(t, 3, plan.Pages)
	require.Equal(t, 1, plan.Titles)
	require.Equal(t, "Sheet1", plan.Sheet)
	require.Empty(t, plan.Skipped)
	require.Empty(t, plan.Noted)
	require.Zero(t, plan.Empty)
}

func TestAMessyWorkbookIsRepairedExceptWhatIsRuined(t *testing.T) {
	people, data, w := list(t, 2000, func(b *bytes.Buffer, p []sample.Person) (sample.Written, error) {
		return sample.WriteXLSX(b, slices.Values(p), sample.Messy(3))
	})
	require.Greater(t, len(w.Ruined), 5)
	require.Less(t, len(w.Ruined), 40)
	require.Greater(t, len(w.Copies), 5)
	plan := accounted(t, "ds.xlsx", people, data, w)
	require.Equal(t, 6, plan.Titles)
	require.Greater(t, plan.Empty, 10)
	var skipped []string
	for _, f := range plan.Skipped {
		skipped = append(skipped, f.Code)
	}
	require.Equal(t, []string{"numbering", "total", "not_a_person", "footer"}, skipped)
}

func TestAWorkbookWithNamesInAnOldFontIsConverted(t *testing.T) {
	mess := sample.Messy(4)
	mess.TCVN3 = true
	people, data, w := list(t, 500, func(b *bytes.Buffer, p []sample.Person) (sample.Written, error) {
		return sample.WriteXLSX(b, slices.Values(p), mess)
	})
	plan := accounted(t, "ds.xlsx", people, data, w)
	for _, c := range plan.Columns {
		old := c.Field == roster.Name || c.Field == roster.Address
		require.Equal(t, old, c.Legacy == "tcvn3", "%+v", c)
	}
}

func TestAMessyCSVIsRepairedInEveryEncoding(t *testing.T) {
	for encoding, found := range map[string]string{"utf-8": "utf-8", "utf-8-bom": "utf-8", "utf-16le": "utf-16le",
		"windows-1258": "windows-1258", "tcvn3": "windows-1252"} {
		for _, separator := range ";,\t" {
			t.Run(fmt.Sprintf("%s %q", encoding, separator), func(t *testing.T) {
				people, data, w := list(t, 300, func(b *bytes.Buffer, p []sample.Person) (sample.Written, error) {
					return sample.WriteCSV(b, slices.Values(p), sample.Messy(5), sample.CSV{Separator: separator, Encoding: encoding})
				})
				plan := accounted(t, "ds.csv", people, data, w)
				require.Equal(t, found, plan.Encoding)
			})
		}
	}
}

func TestReadingTwiceGivesTheSamePages(t *testing.T) {
	_, data, _ := list(t, 400, func(b *bytes.Buffer, p []sample.Person) (sample.Written, error) {
		return sample.WriteXLSX(b, slices.Values(p), sample.Messy(6))
	})
	read := func(opt roster.Options) (plan roster.Plan, pages []roster.Page) {
		plan, err := roster.Read("a.xlsx", data, opt, func(p roster.Page) error {
			pages = append(pages, p)
			return nil
		})
		require.NoError(t, err)
		return plan, pages
	}
	opt := roster.Options{Hamlets: units()[0].Names()}
	plan, pages := read(opt)
	again, samePages := read(opt)
	require.Equal(t, plan, again)
	require.Equal(t, pages, samePages)
	other, _ := read(roster.Options{Hamlet: "00166-01"})
	require.Equal(t, plan.File, other.File)
	require.NotEqual(t, plan.Mapping, other.Mapping, "rows that may differ come under another name")
}

func BenchmarkRead13000MessyRows(b *testing.B) {
	_, data, _ := list(b, 13_000, func(buf *bytes.Buffer, p []sample.Person) (sample.Written, error) {
		return sample.WriteXLSX(buf, slices.Values(p), sample.Messy(1))
	})
	opt := roster.Options{Hamlets: units()[0].Names()}
	b.ReportAllocs()
	for b.Loop() {
		plan, err := roster.Read("ds.xlsx", data, opt, func(roster.Page) error { return nil })
		require.NoError(b, err)
		require.Greater(b, plan.Rows, 12_800)
	}
}

func BenchmarkWrite13000MessyRows(b *testing.B) {
	for b.Loop() {
		list(b, 13_000, func(buf *bytes.Buffer, p []sample.Person) (sample.Written, error) {
			return sample.WriteXLSX(buf, slices.Values(p), sample.Messy(1))
		})
	}
}
