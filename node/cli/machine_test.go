package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/lookup"
)

// screen is a stderr that may be read while it is written.
type screen struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

// running is a command line that goes on until it is stopped.
type running struct {
	first string // line of stdout
	err   *screen
	stop  func() (code int, rest string)
}

// start runs a command line and returns when it has printed its first line.
func start(t *testing.T, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	shown := &screen{}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, args, streams{strings.NewReader(""), w, shown})
		w.Close()
	}()
	out := bufio.NewReader(r)
	first, err := out.ReadString('\n')
	require.NoError(t, err, shown.String())
	stop := sync.OnceValues(func() (int, string) {
		cancel()
		rest, _ := io.ReadAll(out)
		return <-ended, string(rest)
	})
	t.Cleanup(func() { stop() })
	return running{first, shown, stop}
}

// answer runs a command with --json and reads what it says.
func answer[T any](t *testing.T, dir string, args ...string) (v T) {
	t.Helper()
	told := say(t, "", append([]string{"--dir", dir, "--json"}, args...)...)
	require.Equal(t, exitOK, told.code, "%v: %s", args, told.err)
	require.True(t, strings.HasSuffix(told.out, "}\n") || strings.HasSuffix(told.out, "]\n"), "%v: %q", args, told.out)
	require.NoError(t, json.Unmarshal([]byte(told.out), &v), told.out)
	return v
}

const units = `[{"code":"00163","name":"Phường Dịch Vọng Hậu","kind":"ward","parent":"01CG"},
	{"code":"00163-1","name":"Tổ 1","kind":"hamlet","parent":"00163"}]`

// list has one person who can be taken in and one born on a 31st of February.
const list = `Họ và tên,Ngày sinh,Giới tính,Số định danh,Số điện thoại,Địa chỉ,Tổ dân phố
Nguyễn Văn An,03/02/1975,Nam,,0912345678,Số 1 ngõ 2,Tổ 1
Lê Văn Chính,31/02/1990,Nam,,,Số 3,Tổ 1
`

func TestAnOfficeIsSetUpFromTheCommandLine(t *testing.T) {
	base := t.TempDir()
	in := func(name string) string { return filepath.Join(base, name) }
	require.NoError(t, os.WriteFile(in("units.json"), []byte(units), 0o600))
	require.NoError(t, os.WriteFile(in("list.csv"), []byte(list), 0o600))
	local := []string{"--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan"}
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	district, province, ward := in("district"), in("province"), in("ward")

	founded := answer[map[string]any](t, district, append([]string{"init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--parent", "01", "--units", in("units.json"), "--node", "district"}, local...)...)
	require.Equal(t, map[string]any{"dir": district, "node": "district", "units": 3.0, "admin": "quantri"}, founded)
	answer[map[string]any](t, province, append([]string{"init", "--tier", "province", "--code", "01", "--name", "TP Hà Nội", "--node", "tinh"}, local...)...)

	serving := start(t, "--dir", district, "--json", "serve")
	require.Regexp(t, `^\{"node":"district","office":"","peer":"127\.0\.0\.1:\d+","url":"http://127\.0\.0\.1:\d+"\}\n$`, serving.first)
	start(t, "--dir", province, "--json", "serve")
	twice := say(t, "", "--dir", district, "serve")
	require.Equal(t, exitFailed, twice.code)
	require.Contains(t, twice.err, "machine district runs in "+district+" already")

	t.Run("officers", func(t *testing.T) { officers(t, district) })
	t.Run("the province", func(t *testing.T) {
		type card struct{ Tier, Code, Name string }
		require.Equal(t, card{"cluster", "01CG", "Cụm Cầu Giấy"}, answer[card](t, district, "enroll", "--card", in("cluster.card")))
		require.Equal(t, card{"cluster", "01CG", "Cụm Cầu Giấy"}, answer[card](t, province, "enroll", in("cluster.card")))
		require.Equal(t, card{"province", "01", "TP Hà Nội"}, answer[card](t, province, "enroll", "--card", in("province.card")))
		require.Equal(t, card{"province", "01", "TP Hà Nội"}, answer[card](t, district, "enroll", in("province.card")))
		wrong := say(t, "", "--dir", district, "enroll", in("cluster.card"))
		require.Equal(t, exitFailed, wrong.code)
		require.Contains(t, wrong.err, "a cluster cannot enroll with a cluster")
	})
	t.Run("a ward", func(t *testing.T) {
		invited := answer[lookup.Invitation](t, district, "invite", "ward-1", "--unit", "00163", "--out", in("ward.token"))
		require.Regexp(t, `^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$`, invited.Root)
		kept, err := os.ReadFile(in("ward.token"))
		require.NoError(t, err)
		require.Equal(t, invited.Token+"\n", string(kept))
		joined := answer[node.Joined](t, ward, append([]string{"join", in("ward.token")}, local...)...)
		require.Equal(t, node.Joined{Node: "ward-1", Cluster: "01CG", Unit: "00163", Key: joined.Key, Root: invited.Root}, joined)
		require.Regexp(t, `^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$`, joined.Key)
		require.Contains(t, say(t, "", "--dir", district, "status").out, "with the key "+joined.Key+"\n", "both screens show the same")
		replayed := say(t, "", append([]string{"--dir", in("thief"), "join", invited.Token}, local...)...)
		require.Equal(t, exitFailed, replayed.code)
		require.Contains(t, replayed.err, "the token was used before, with another key")
		require.NoDirExists(t, in("thief"))
		start(t, "--dir", ward, "--json", "serve")
		told := say(t, "", "--dir", ward, "import", in("list.csv"))
		require.Equal(t, exitOK, told.code, told.err)
		require.Equal(t, "2 rows: 1 new, 0 updated, 0 the same, 0 to compare, 1 refused, 0 lines skipped.\nRows to look at, with the reasons: "+in("list.csv.result.xlsx")+"\n", told.out)
		require.FileExists(t, in("list.csv.result.xlsx"))
		type job struct {
			State         string
			Rows, Refused int
		}
		require.Equal(t, job{"done", 2, 1}, answer[job](t, ward, "import", in("list.csv"), "--unit", "00163"))
		chosenList(t, ward, in("la.csv"))

		again := say(t, "", "--dir", district, "invite", "ward-1", "--unit", "00163")
		require.Equal(t, exitFailed, again.code)
		require.Contains(t, again.err, "ward-1 is a machine of this cluster already")
		nobody := say(t, "", "--dir", district, "import", in("list.csv"))
		require.Equal(t, exitFailed, nobody.code)
		require.Contains(t, nobody.err, "say which ward the list is of: --unit CODE")
	})
	t.Run("status", func(t *testing.T) {
		type status struct {
			Node, Unit, Tier, Leader string
			Members                  []struct{ Node, Unit string }
		}
		s := answer[status](t, district, "status", "--content")
		require.Equal(t, status{"district", "01CG", "cluster", "district", []struct{ Node, Unit string }{{"district", "01CG"}, {"ward-1", "00163"}}}, s)
		told := say(t, "", "--dir", district, "status")
		require.Contains(t, told.out, "district  01CG Cụm Cầu Giấy, leader of cluster 01CG; leader: district\n")
	})

	code, rest := serving.stop()
	require.Equal(t, exitOK, code)
	require.Empty(t, rest, "logs go to stderr")
	require.Contains(t, serving.err.String(), "msg=ready")
	gone := say(t, "", "--dir", district, "status")
	require.Equal(t, exitFailed, gone.code)
	require.Contains(t, gone.err, "gocua serve --dir "+district)
}

func TestAMachineWithoutOfficersShowsACodeForTheFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "machine")
	founded := say(t, "", "--dir", dir, "init", "--code", "01CG", "--name", "Cụm", "--first-run", "--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan")
	require.Equal(t, exitOK, founded.code, founded.err)
	require.Contains(t, founded.out, "/lan-dau")
	serving := start(t, "--dir", dir, "--json", "serve")
	require.Eventually(t, func() bool { return strings.Contains(serving.err.String(), "/lan-dau") }, 20*time.Second, 20*time.Millisecond)
	require.Regexp(t, `\n    ([A-Z2-7]{4}-){2}[A-Z2-7]{4}\n`, serving.err.String())
	code, rest := serving.stop()
	require.Equal(t, exitOK, code)
	require.Empty(t, rest, "the code is for the screen, not for a pipe")
}

func officers(t *testing.T, dir string) {
	type officer struct {
		User, Role, Unit, Hash string
		Disabled               bool
	}
	trang := officer{User: "trang.lt", Role: "officer", Unit: "00163"}
	require.Equal(t, trang, answer[officer](t, dir, "user", "add", "trang.lt", "--name", "Lê Thu Trang", "--role", "officer", "--unit", "00163"))
	require.Equal(t, trang, answer[officer](t, dir, "user", "passwd", "trang.lt"))
	told := say(t, "", "--dir", dir, "user", "passwd", "trang.lt")
	require.Equal(t, said{exitOK, "trang.lt has a new password.\n", ""}, told)
	withdrawn := trang
	withdrawn.Disabled = true
	require.Equal(t, withdrawn, answer[officer](t, dir, "user", "disable", "trang.lt"))
	require.Equal(t, []officer{{User: "quantri", Role: "admin", Unit: "01CG"}, withdrawn}, answer[[]officer](t, dir, "user", "list"))
	for lost, does := range map[string]string{"password": "instead of the password", "second": "no second factor"} {
		told = say(t, "", "--dir", dir, "user", "reset", "quantri", "--lost", lost)
		require.Contains(t, told.out+told.err, does)
		if lost == "password" {
			require.Regexp(t, `^([A-Z2-7]{4}-){2}[A-Z2-7]{4}\n`, told.out)
		}
	}
	type dated struct{ User, From, Until string }
	autumn := dated{"mai.tt", "2026-08-01", "2099-12-31"}
	require.Equal(t, autumn, answer[dated](t, dir, "user", "add", "mai.tt", "--name", "Trần Thị Mai", "--role", "officer", "--unit", "00163", "--from", autumn.From, "--until", autumn.Until))
	require.Equal(t, autumn, answer[dated](t, dir, "user", "passwd", "mai.tt"))
	told = say(t, "", "--dir", dir, "user", "list")
	require.Contains(t, told.out, "Trần Thị Mai  2026-08-01..2099-12-31\n", "a new password leaves the dates alone")
	told = say(t, "", "--dir", dir, "user", "disable", "nobody")
	require.Equal(t, said{exitFailed, "", "gocua: nobody signs in as nobody\n"}, told)
	told = say(t, "", "--dir", dir, "user", "add", "an", "--name", "An", "--role", "officer", "--unit", "00999")
	require.Equal(t, said{exitFailed, "", "gocua: 00999 is not in unit 01CG\n"}, told)
}

// chosenList imports a list whose titles nobody knows, as the flags say.
func chosenList(t *testing.T, ward, file string) {
	require.NoError(t, os.WriteFile(file, []byte("Mau bao cao\nx;y;z\nLe Van Mot;5/8/1955;So 1\nLe Van Hai;6/9/1960;So 2\n"), 0o600))
	lost := say(t, "", "--dir", ward, "import", file, "--dry")
	require.Equal(t, exitFailed, lost.code)
	require.Contains(t, lost.err, "(no_header)")

	how := []string{"import", file, "--titles", "2", "--map", "name=A", "--map", "birth=y", "--map", "address=3"}
	dry := say(t, "", append([]string{"--dir", ward}, append(how, "--dry")...)...)
	require.Equal(t, exitOK, dry.code, dry.err)
	require.Contains(t, dry.out, "Days can be read either way: say --dates dmy or --dates mdy.\n2 rows: 2 new, 0 would be updated,")
	type counted struct{ Rows, New int }
	require.Equal(t, counted{2, 2}, answer[counted](t, ward, append(how, "--dates", "mdy", "--encoding", "unicode", "--dry")...))
	unsure := say(t, "", append([]string{"--dir", ward}, how...)...)
	require.Equal(t, exitFailed, unsure.code)
	require.Contains(t, unsure.err, "whether the day or the month comes first")
	told := say(t, "", append([]string{"--dir", ward}, append(how, "--dates", "mdy")...)...)
	require.Equal(t, exitOK, told.code, told.err)
	require.Equal(t, "2 rows: 2 new, 0 updated, 0 the same, 0 to compare, 0 refused, 0 lines skipped.\n", told.out)
	for flag, wrong := range map[string][]string{"there is no field": {"--map", "secret=A"}, "there is no column": {"--map", "name=%"}, "no such sheet": {"--sheet", "Tờ 9"}, "cannot be chosen": {"--encoding", "ebcdic"}} {
		bad := say(t, "", append([]string{"--dir", ward, "import", file, "--titles", "2"}, wrong...)...)
		require.Equal(t, exitFailed, bad.code)
		require.Contains(t, bad.err, flag)
	}
}
