package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/backup"
	"gocua/node/lookup"
)

// insured is a machine that runs, with somebody who can open its backups and one
// backup on a stick.
type insured struct {
	t                    *testing.T
	base, dir            string
	serving              running
	recipient, key, file string
}

func (g insured) in(name string) string { return filepath.Join(g.base, name) }

// says runs a command line on a directory; it must end so and say that, and what it
// says must not have the secret key in it.
func (g insured) says(dir string, code int, want string, args ...string) {
	g.t.Helper()
	told := say(g.t, "", append([]string{"--dir", dir}, args...)...)
	require.Equal(g.t, code, told.code, "%v: %s%s", args, told.out, told.err)
	require.Contains(g.t, told.out+told.err, want, "%v", args)
	require.NotRegexp(g.t, "AGE-SECRET-KEY-1[0-9A-Z]", told.out+told.err, "%v", args)
}

// anywhere is where a machine of a test answers.
func anywhere() []string {
	return []string{"--http", "127.0.0.1:0", "--peer", "127.0.0.1:0", "--profile", "lan"}
}

func insure(t *testing.T) (g insured) {
	t.Helper()
	t.Setenv("GOCUA_PASSWORD", "mot cau dai de nho")
	g = insured{t: t, base: t.TempDir()}
	g.dir = g.in("district")
	require.NoError(t, os.WriteFile(g.in("units.json"), []byte(units), 0o600))
	answer[map[string]any](t, g.dir, append([]string{"init", "--code", "01CG", "--name", "Cụm Cầu Giấy", "--node", "district", "--units", g.in("units.json")}, anywhere()...)...)
	g.serving = start(t, "--dir", g.dir, "--json", "serve")
	answer[map[string]any](t, g.dir, "user", "add", "trang", "--name", "Trang", "--role", "officer", "--unit", "00163")
	g.key = g.in("key.txt")
	g.recipient = answer[map[string]string](t, g.dir, "backup", "key", "--out", g.key)["recipient"]
	return g
}

func (g *insured) backUp() {
	g.t.Helper()
	answer[backup.Plan](g.t, g.dir, "backup", "recipients", g.recipient)
	made := answer[node.BackupDone](g.t, g.dir, "backup", "--into", g.in("stick"))
	require.True(g.t, made.Verified)
	require.Equal(g.t, g.in("stick"), filepath.Dir(made.File))
	g.file = made.File
}

func TestAKeyIsMadeOnceAndLiesNowhereOnTheMachine(t *testing.T) {
	g := insure(t)
	info, err := os.Stat(g.key)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	raw, err := os.ReadFile(g.key)
	require.NoError(t, err)
	require.Contains(t, string(raw), "# recipient: "+g.recipient+"\nAGE-SECRET-KEY-1")
	g.says(g.dir, exitFailed, "file exists", "backup", "key", "--out", g.key)
	for _, inside := range []string{"key.txt", "backups/key.txt"} {
		g.says(g.dir, exitFailed, "whoever steals this machine would have the key", "backup", "key", "--out", filepath.Join(g.dir, inside))
		require.NoFileExists(t, filepath.Join(g.dir, inside))
	}
	shown := say(t, "", "--dir", g.dir, "backup", "key")
	require.Equal(t, exitOK, shown.code)
	require.Regexp(t, `(?s)print and lock away.*\n  AGE-SECRET-KEY-1[0-9A-Z]+\n.*recipient:\n  (age1[0-9a-z]+)\nTell the machine: gocua backup recipients --dir \S+ age1`, shown.out)
	printed := answer[map[string]string](t, g.dir, "backup", "key")
	require.Regexp(t, `^AGE-SECRET-KEY-1[0-9A-Z]+$`, printed["secret"])
	require.NotEqual(t, g.recipient, printed["recipient"], "another pair each time")
}

func TestWhoOpensBackupsAndWhenIsSetOnce(t *testing.T) {
	g := insure(t)
	g.says(g.dir, exitOK, "nobody could open a backup, so none is made. Make a key with: gocua backup key", "backup", "recipients")
	g.says(g.dir, exitFailed, "nobody could open the backup: name somebody with --to", "backup")
	g.says(g.dir, exitFailed, "so-and-so names nobody", "backup", "recipients", "so-and-so")
	g.says(g.dir, exitFailed, `"25:00" is no time of day: give it as 19:30`, "backup", "recipients", g.recipient, "--at", "25:00")
	g.says(g.in("nowhere"), exitFailed, "holds no machine", "backup", "recipients", g.recipient)
	require.Empty(t, answer[backup.Plan](t, g.dir, "backup", "recipients").Recipients, "nothing of that was kept")

	plan := backup.Plan{Recipients: []string{g.recipient}, Dir: g.in("disk2"), At: "03:30"}
	require.Equal(t, plan, answer[backup.Plan](t, g.dir, "backup", "recipients", g.recipient, "--at", "03:30", "--into", g.in("disk2")))
	g.says(g.dir, exitOK, "every night at 03:30 (UTC+7) into "+g.in("disk2")+", for\n  "+g.recipient, "backup", "recipients")
	plan.Dir = filepath.Join(g.dir, "backups")
	require.Equal(t, plan, answer[backup.Plan](t, g.dir, "backup", "recipients", "--into", "usual"), "the rest stays")
}

func TestABackupIsMadeAndTriedOutFromTheCommandLine(t *testing.T) {
	g := insure(t)
	g.backUp()
	g.says(g.dir, exitOK, "tried out: restored into a scratch directory and found equal", "backup")
	made, err := os.ReadDir(filepath.Join(g.dir, "backups"))
	require.NoError(t, err)
	require.Len(t, made, 1)
	g.says(g.dir, exitOK, g.in("one.gocua"), "backup", "make", "--out", g.in("one.gocua"), "--to", g.recipient)
	require.FileExists(t, g.in("one.gocua"))
	g.says(g.dir, exitUsage, "can't be used together", "backup", "--out", g.in("a"), "--into", g.in("b"))
	g.says(g.dir, exitFailed, "names nobody", "backup", "--to", "age1nobody")
	g.says(g.dir, exitFailed, "cannot be written there", "backup", "--out", g.in("none/there.gocua"))

	found := answer[struct {
		OK     bool
		Header backup.Header
	}](t, g.dir, "backup", "verify", g.file, "--key", g.key)
	require.True(t, found.OK)
	require.Equal(t, "district", found.Header.Node)
	g.says(g.dir, exitOK, "found equal: this backup holds", "backup", "verify", g.file, "--key", g.key, "--scratch", g.base)
	other := g.in("other.txt")
	answer[map[string]string](t, g.dir, "backup", "key", "--out", other)
	g.says(g.dir, exitFailed, "this key does not open the backup", "backup", "verify", g.file, "--key", other)
	g.says(g.dir, exitFailed, "give the secret key (AGE-SECRET-KEY-1…) or the name of a file that holds it", "backup", "verify", g.file, "--key", g.in("none"))
	g.says(g.dir, exitFailed, "this is no backup of gocua", "backup", "verify", g.key, "--key", g.key)
	g.says(g.dir, exitUsage, "--key", "backup", "verify", g.file)
	whole, err := os.ReadFile(g.file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(g.in("cut.gocua"), whole[:len(whole)/2], 0o600))
	g.says(g.dir, exitFailed, "ends too early", "backup", "verify", g.in("cut.gocua"), "--key", g.key)

	code, _ := g.serving.stop()
	require.Equal(t, exitOK, code)
	g.says(g.dir, exitFailed, "no machine is running", "backup")
}

func TestAClusterIsMadeAgainFromABackupOnTheCommandLine(t *testing.T) {
	g := insure(t)
	g.backUp()
	code, _ := g.serving.stop()
	require.Equal(t, exitOK, code)
	again, other := g.in("again"), g.in("other.txt")
	answer[map[string]string](t, g.dir, "backup", "key", "--out", other)
	restore := func(more ...string) []string { return append(append([]string{"restore"}, more...), anywhere()...) }
	g.says(again, exitFailed, "a backup is opened with the secret key of somebody it was made for: --key KEYFILE", restore("--from", g.file)...)
	g.says(again, exitFailed, "this key does not open the backup", restore("--from", g.file, "--key", other)...)
	g.says(again, exitFailed, "this is no backup of gocua", restore("--from", g.key, "--key", g.key)...)
	g.says(again, exitUsage, "--from", restore("--from", g.in("none"), "--key", g.key)...)
	g.says(again, exitUsage, "--rebuild", restore("--from", g.file, "--rebuild")...)
	require.NoDirExists(t, again, "nothing is left behind")
	g.says(g.dir, exitFailed, "holds a machine already", restore("--from", g.file, "--key", g.key)...)

	told := say(t, "", append([]string{"--dir", again}, restore("--from", g.file, "--key", g.key)...)...)
	require.Equal(t, exitOK, told.code, told.err)
	require.Contains(t, told.out, "as generation 2")
	require.Contains(t, told.out, "gocua serve --dir "+again)
	require.Contains(t, told.out, "gocua recover --readmit NODE --out FILE --dir "+again)
	start(t, "--dir", again, "--json", "serve")
	type officer struct{ User string }
	require.Equal(t, []officer{{"quantri"}, {"trang"}}, answer[[]officer](t, again, "user", "list"))
	card := func() (n int) {
		type card struct{ Generation int }
		return answer[card](t, again, "enroll", "--card", g.in("card")).Generation
	}
	require.Eventually(t, func() bool { return card() == 2 }, 20*time.Second, 20*time.Millisecond, "the register says so, too")
	answer[map[string]any](t, again, "user", "add", "mai", "--name", "Mai", "--role", "officer", "--unit", "00163")
}

func TestAMachineTakesItsFirstCopyFromAStick(t *testing.T) {
	g := insure(t)
	g.backUp()
	ward := g.in("ward")
	invite := func(name string) string {
		return answer[lookup.Invitation](t, g.dir, "invite", name, "--unit", "00163").Token
	}
	join := func(token string, more ...string) []string {
		return append(append([]string{"join", token}, anywhere()...), more...)
	}
	token := invite("ward-1")
	other := g.in("other.txt")
	answer[map[string]string](t, g.dir, "backup", "key", "--out", other)
	g.says(ward, exitUsage, "--key", join(token, "--from", g.file)...)
	g.says(ward, exitUsage, "--from", join(token, "--from", g.in("none"), "--key", g.key)...)
	g.says(ward, exitFailed, "this key does not open the backup", join(token, "--from", g.file, "--key", other)...)
	g.says(g.dir, exitFailed, "holds a machine already", join(token, "--from", g.file, "--key", g.key)...)
	elsewhere := insure(t) // another cluster of the same name, with a backup for the same person
	require.NoError(t, os.WriteFile(elsewhere.key, []byte(strings.TrimSpace(mustRead(t, g.key))), 0o600))
	elsewhere.recipient = g.recipient
	elsewhere.backUp()
	g.says(ward, exitFailed, "was not written by a machine of this cluster", join(token, "--from", elsewhere.file, "--key", g.key)...)
	held, err := os.ReadDir(ward)
	require.True(t, os.IsNotExist(err) || len(held) == 0, "nothing is left behind: %v", held)

	joined := answer[node.Joined](t, ward, join(invite("ward-2"), "--from", g.file, "--key", g.key)...)
	require.Equal(t, "ward-2", joined.Node)
	snapshots, err := os.ReadDir(filepath.Join(ward, "raft", "snapshots"))
	require.NoError(t, err)
	require.Len(t, snapshots, 1, "the register is here before the machine has spoken to anybody")
	start(t, "--dir", ward, "--json", "serve")
	type officer struct{ User string }
	require.Equal(t, []officer{{"quantri"}, {"trang"}}, answer[[]officer](t, ward, "user", "list"))
}

func mustRead(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(raw)
}
