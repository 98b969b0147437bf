package cli

import (
	"bytes"
	"context"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// said is what one command line answered.
type said struct {
	code     int
	out, err string
}

// say runs one command line to its end, with typed as its input.
func say(t *testing.T, typed string, args ...string) said {
	t.Helper()
	var out, errOut bytes.Buffer
	code := run(t.Context(), args, streams{strings.NewReader(typed), &out, &errOut})
	return said{code, out.String(), errOut.String()}
}

// model is the command line as kong sees it.
func model(t *testing.T) *kong.Application {
	t.Helper()
	parser, err := kong.New(&commands{}, kong.Vars{"dir": "d"}, kong.Vars(built()), kong.ExplicitGroups(groups()))
	require.NoError(t, err)
	return parser.Model
}

func TestEveryFlagIsAlsoAVariableOfTheEnvironment(t *testing.T) {
	seen := 0
	for _, leaf := range model(t).Leaves(false) {
		for _, group := range leaf.AllFlags(false) {
			for _, flag := range group {
				if flag.Name == "help" {
					continue
				}
				seen++
				require.Equal(t, []string{"GOCUA_" + strings.ToUpper(strings.ReplaceAll(flag.Name, "-", "_"))}, flag.Envs, "%s --%s", leaf.FullPath(), flag.Name)
			}
		}
	}
	require.Greater(t, seen, 60)
}

func TestEveryCommandSaysWhatItAndItsFlagsAreFor(t *testing.T) {
	leaves := model(t).Leaves(false)
	require.Len(t, leaves, 40)
	for _, leaf := range leaves {
		require.NotEmpty(t, leaf.Help, leaf.FullPath())
		for _, group := range leaf.AllFlags(false) {
			for _, flag := range group {
				require.NotEmpty(t, flag.Help, "%s --%s", leaf.FullPath(), flag.Name)
			}
		}
		for _, arg := range leaf.Positional {
			require.NotEmpty(t, arg.Help, "%s %s", leaf.FullPath(), arg.Name)
		}
		words := strings.Fields(leaf.FullPath())
		told := say(t, "", append(words[1:], "--help")...)
		require.Equal(t, exitOK, told.code, leaf.FullPath())
		require.Contains(t, told.out, "Usage: gocua "+strings.Join(words[1:], " "))
		require.Empty(t, told.err)
	}
}

func TestTheEnvironmentCounts(t *testing.T) {
	t.Setenv("GOCUA_JSON", "true")
	told := say(t, "", "version")
	require.Equal(t, exitOK, told.code)
	require.Regexp(t, `^\{"arch":"[^"]+","go":"go1[^"]+","os":"[^"]+","version":"[^"]+"\}\n$`, told.out)
}

func TestExitCodesTellMisuseFromFailure(t *testing.T) {
	empty := t.TempDir()
	notACard := empty + "/list.json"
	require.NoError(t, os.WriteFile(notACard, []byte("[]"), 0o600))
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"version", exitOK, ""},
		{"", exitUsage, "See: gocua --help"},
		{"knock", exitUsage, "unexpected argument knock"},
		{"init --code 01CG", exitUsage, "missing flags: --name=STRING\nSee: gocua init --help"},
		{"user", exitUsage, "See: gocua user --help"},
		{"user add an --name An --role boss --unit 00163", exitUsage, `--role must be one of "helper"`},
		{"enroll", exitUsage, "give the other side's card, or --card FILE"},
		{"join nowhere.token", exitFailed, "no such file"},
		{"join 0000-0000", exitFailed, "this is not a token of gocua invite"},
		{"deny ward-1", exitUsage, "missing flags: --reason"},
		{"deny ward-1 --reason angry", exitUsage, "--reason must be one of"},
		{"invite ward-1", exitUsage, "missing flags: --unit"},
		{"serve --shout", exitUsage, "unknown flag --shout"},
		{"version --log loud", exitUsage, "--log must be one of"},
		{"serve", exitFailed, "holds no machine yet: make one with `gocua init` or `gocua join`"},
		{"status", exitFailed, "holds no machine yet"},
		{"enroll " + notACard, exitFailed, "is not a card made by `gocua enroll --card`"},
		{"demo --wards 9", exitUsage, "--wards is 1 to 8"},
		{"demo --residents=-1", exitUsage, "--residents is 0 or more"},
		{"demo --port 65533", exitUsage, "no room below 65536"},
		{"bench --runs 0", exitUsage, "--rows, --forms and --runs are 1 or more"},
		{"init --code 01CG --name Cụm", exitFailed, "no password was given: type one, or set GOCUA_PASSWORD"},
		{"init --code 01CG --name Cụm --password short", exitFailed, "12 characters"},
		{"init --code 01CG --name Cụm --node Big --password long-enough-for-it", exitFailed, "lower-case letters"},
		{"init --code 01CG --name Cụm --peer :8790 --password long-enough-for-it", exitFailed, "give the address under which other machines reach this one"},
		{"init --code 01CG --name Cụm --http :8080 --password long-enough-for-it", exitFailed, "give browsers of the office --https"},
	} {
		t.Run(c.args, func(t *testing.T) {
			told := say(t, "", append([]string{"--dir", empty + "/machine"}, strings.Fields(c.args)...)...)
			require.Equal(t, c.code, told.code, told.err)
			require.Contains(t, told.err, c.says)
			if c.code != exitOK {
				require.Empty(t, told.out, "data only on stdout")
			}
		})
	}
}

func TestAPasswordMayBePipedIn(t *testing.T) {
	dir := t.TempDir() + "/machine"
	told := say(t, "mot cau dai de nho\r\n", "--dir", dir, "--json", "init", "--code", "01CG", "--name", "Cụm")
	require.Equal(t, exitOK, told.code, told.err)
	require.JSONEq(t, `{"dir":"`+dir+`","node":"node-1","units":1,"admin":"quantri"}`, told.out)
	again := say(t, "mot cau dai de nho\n", "--dir", dir, "init", "--code", "01CG", "--name", "Cụm")
	require.Equal(t, exitFailed, again.code)
	require.Contains(t, again.err, "holds a machine already")
}

func TestATakenAddressIsNamedWithTheFlagThatChoosesAnother(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer other.Close()
	dir := t.TempDir() + "/machine"
	told := say(t, "mot cau dai de nho", "--dir", dir, "init", "--code", "01CG", "--name", "Cụm", "--http", other.Addr().String(), "--peer", "127.0.0.1:0")
	require.Equal(t, exitOK, told.code, told.err)
	told = say(t, "", "--dir", dir, "serve")
	require.Equal(t, exitFailed, told.code)
	require.Contains(t, told.err, other.Addr().String()+" is taken by another program on this computer")
	require.Contains(t, told.err, "--http")
	told = say(t, "", "--dir", dir, "serve", "--http", "127.0.0.1:0", "--peer", "192.0.2.77:0")
	require.Equal(t, exitFailed, told.code)
	require.Contains(t, told.err, "192.0.2.77:0 is not an address of this computer")
}

func TestACommandStopsWaitingWhenItIsTold(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir() + "/machine"
	require.Equal(t, exitOK, say(t, "mot cau dai de nho", "--dir", dir, "init", "--code", "01CG", "--name", "Cụm").code)
	var out, errOut bytes.Buffer
	require.Equal(t, exitFailed, run(ctx, []string{"--dir", dir, "user", "list"}, streams{strings.NewReader(""), &out, &errOut}))
	require.Contains(t, errOut.String(), "waiting up to 15 s: no machine is running in "+dir)
}
