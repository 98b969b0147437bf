package roster_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/roster"
)

// officeFiles are what LibreOffice wrote of officeList, and what each is read as.
func officeFiles() map[string]string {
	return map[string]string{"libreoffice.xlsx": "", "ods.xlsx": "", "utf-8.csv": "utf-8", "semicolon.csv": "utf-8",
		"utf-16.csv": "utf-16le", "windows-1258.csv": "windows-1258"}
}

// The same list, however LibreOffice saved it, is the same people.
func TestWhatLibreOfficeWritesOfAListIsTheSamePeople(t *testing.T) {
	for name, encoding := range officeFiles() {
		t.Run(name, func(t *testing.T) {
			people, _, w := officeList(t, name == "windows-1258.csv")
			require.GreaterOrEqual(t, len(people), 300)
			require.NotEmpty(t, w.Ruined)
			data, err := os.ReadFile(filepath.Join("testdata", "office", name))
			require.NoError(t, err)
			require.Equal(t, encoding, accounted(t, name, people, data, w).Encoding)
		})
	}
}

func TestANameThatLostLettersIsRefusedAndNotImported(t *testing.T) {
	plan, err := roster.Read("a.csv", []byte("Họ tên;Năm sinh\nNguye?̃n Văn Hiẹ?p;1960\nLê An;1961\n"), roster.Options{}, func(roster.Page) error { return nil })
	require.NoError(t, err)
	require.Equal(t, 1, plan.Rows)
	require.Equal(t, "garbled", plan.Refused[0].Code)
}
