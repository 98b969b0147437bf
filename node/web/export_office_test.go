//go:build office

package web_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

// asOpened is what LibreOffice shows of a file, row by row.
func asOpened(t *testing.T, name string, data []byte, in string) (rows [][]string) {
	dir := t.TempDir()
	file := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	out := filepath.Join(dir, "shown")
	args := []string{"-env:UserInstallation=file://" + filepath.Join(dir, "profile"), "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76", "--outdir", out}
	if in != "" {
		args = append(args, "--infilter="+in)
	}
	cmd := exec.CommandContext(t.Context(), "soffice", append(args, file)...)
	cmd.WaitDelay = time.Minute
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "soffice (Debian: libreoffice-calc): %s", said)
	shown, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(name, filepath.Ext(name))+".csv"))
	require.NoError(t, err, "%s", said)
	r := csv.NewReader(bytes.NewReader(shown))
	r.FieldsPerRecord = -1
	rows, err = r.ReadAll()
	require.NoError(t, err)
	return rows
}

// namesIn is the column of names, less title and marks; every cell with letters
// counts, so that nothing LibreOffice shows is passed over.
func namesIn(rows [][]string) (names []string) {
	at := -1
	for _, row := range rows {
		if i := slices.Index(row, "Họ tên"); i >= 0 {
			at = i
		} else if at >= 0 && len(row) > at+1 && row[at] != "" {
			names = append(names, row[at])
		}
	}
	return names
}

func TestOfficeLiveOpensWhatLeavesWithItsAccents(t *testing.T) {
	d := nodetest.StartDistrict(t, residents)
	leaves := func(p demo.Place, format string) []byte {
		a := exportOf(browserOf(t, p, civic.RoleSupervisor), url.Values{"reason": {"đối chiếu sổ"}, "format": {format}, "full": {"1"}})
		require.Equal(t, http.StatusOK, a.status, a.text())
		return []byte(a.body)
	}
	workbook, separated := leaves(d.District, "xlsx"), leaves(d.Wards[0], "csv")

	f, err := excelize.OpenReader(bytes.NewReader(workbook))
	require.NoError(t, err)
	defer f.Close()
	written, err := f.GetRows("Nhân khẩu")
	require.NoError(t, err)
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(separated), "\uFEFF")))
	r.FieldsPerRecord = -1
	separatedRows, err := r.ReadAll()
	require.NoError(t, err)

	for name, c := range map[string]struct {
		data    []byte
		in      string
		written [][]string
	}{
		"ra.xlsx": {workbook, "", written},
		"ra.csv":  {separated, "Text - txt - csv (StarCalc):44,34,76,1", separatedRows},
	} {
		want, shown := namesIn(c.written), namesIn(asOpened(t, name, c.data, c.in))
		t.Logf("%s: %d names", name, len(want))
		require.Greater(t, len(want), 25)
		require.Equal(t, want, shown)
		accented := 0
		for _, n := range shown {
			require.True(t, norm.NFC.IsNormalString(n), n)
			accented += len(norm.NFD.String(n)) - len(n)
		}
		require.Greater(t, accented, len(want), "the names have their accents")
	}
}
