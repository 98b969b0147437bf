//go:build office

package roster_test

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/roster"
	"gocua/store/roster/sample"
)

var keep = flag.Bool("keep", false, "write what LibreOffice makes into testdata/office")

// vietnamese is the profile of an office whose LibreOffice is set to Vietnamese.
const vietnamese = `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>vi-VN</value></prop></item>
</oor:items>`

// libreOffice converts a file; to is a filter of soffice.
func libreOffice(t *testing.T, profile, file, to string) []byte {
	out := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "soffice", "-env:UserInstallation=file://"+profile, "--headless", "--convert-to", to, "--outdir", out, file)
	cmd.WaitDelay = time.Minute
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "soffice (Debian: libreoffice-calc): %s", said)
	extension, _, _ := strings.Cut(to, ":")
	data, err := os.ReadFile(filepath.Join(out, strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))+"."+extension))
	require.NoError(t, err, "%s", said)
	return data
}

func profileOf(t *testing.T) string {
	profile := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(profile, "user"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(profile, "user", "registrymodifications.xcu"), []byte(vietnamese), 0o600))
	return profile
}

func written(t *testing.T, name string, data []byte) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, data, 0o600))
	return path
}

// csvAs is the filter for separated values: separator, character set, Vietnamese days.
func csvAs(separator, set string) string {
	return "csv:Text - txt - csv (StarCalc):" + separator + ",34," + set + ",1,,1066,false,true,false"
}

const (
	setUTF8  = "76"
	setUTF16 = "65535"
	set1258  = "40"
)

func TestOfficeLiveWritesListsThatAreRead(t *testing.T) {
	profile := profileOf(t)
	people, base, w := officeList(t, false)
	file := written(t, "a.xlsx", base)
	made := map[string][]byte{
		"libreoffice.xlsx": libreOffice(t, profile, file, "xlsx"),
		"ods.xlsx":         libreOffice(t, profile, written(t, "a.ods", libreOffice(t, profile, file, "ods")), "xlsx"),
		"utf-8.csv":        libreOffice(t, profile, file, csvAs("44", setUTF8)),
		"semicolon.csv":    libreOffice(t, profile, file, csvAs("59", setUTF8)),
		"utf-16.csv":       libreOffice(t, profile, file, csvAs("44", setUTF16)),
	}
	for name, data := range made {
		accounted(t, name, people, data, w)
	}
	people, base, w = officeList(t, true)
	made["windows-1258.csv"] = libreOffice(t, profile, written(t, "a.xlsx", base), csvAs("44", set1258))
	accounted(t, "windows-1258.csv", people, made["windows-1258.csv"], w)
	require.Len(t, made, len(officeFiles()))
	if *keep {
		for name, data := range made {
			require.NoError(t, os.WriteFile(filepath.Join("testdata", "office", name), data, 0o644))
		}
	}
}

// What an office gets back opens in LibreOffice with every letter, and nothing in
// it is calculated.
func TestOfficeLiveOpensTheResultWorkbook(t *testing.T) {
	profile := profileOf(t)
	mess := sample.Messy(9)
	mess.Ruined = 500
	people := slices.Collect(sample.Make(sample.Config{Seed: 9, Residents: 200, Units: units()}))
	var list bytes.Buffer
	_, err := sample.WriteXLSX(&list, slices.Values(people), mess)
	require.NoError(t, err)
	plan, err := roster.Read("a.xlsx", list.Bytes(), roster.Options{Hamlets: units()[0].Names()}, func(roster.Page) error { return nil })
	require.NoError(t, err)
	reasons := plan.Reasons()
	require.Greater(t, len(plan.Refused), 50)
	var result bytes.Buffer
	require.NoError(t, roster.WriteResult(&result, "a.xlsx", list.Bytes(), roster.Options{}, reasons))
	text := string(libreOffice(t, profile, written(t, "ket-qua.xlsx", result.Bytes()), csvAs("59", setUTF8)))
	require.Contains(t, text, "Dòng;Lý do cần xem lại;TT;HỌ VÀ TÊN;Nam;Nữ;")
	for _, f := range plan.Refused {
		require.Contains(t, text, f.Text)
	}
	require.Equal(t, len(reasons)+1, strings.Count(strings.TrimSpace(text), "\n")+1)
	pdf := libreOffice(t, profile, written(t, "ket-qua.xlsx", result.Bytes()), "pdf")
	require.True(t, bytes.HasPrefix(pdf, []byte("%PDF")))

	guarded := "Họ tên;Năm sinh\n=1+1;1960x\n@SUM(1);1961x\n"
	plan, err = roster.Read("b.csv", []byte(guarded), roster.Options{}, func(roster.Page) error { return nil })
	require.NoError(t, err)
	result.Reset()
	require.NoError(t, roster.WriteResult(&result, "b.csv", []byte(guarded), roster.Options{}, plan.Reasons()))
	text = string(libreOffice(t, profile, written(t, "b.xlsx", result.Bytes()), csvAs("59", setUTF8)))
	require.Contains(t, text, ";=1+1;", "a text, not a two")
}
