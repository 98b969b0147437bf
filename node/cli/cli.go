// Package cli is the command line: one file for each subcommand. It knows how
// to start a machine, make its directory, and speak to the one that runs.
//
// It must not hold rules: what a subcommand wants changed it asks the running
// machine for, which captures it like anything else.
//
// Begin here, then serve.go; control.go speaks to a running machine, ask.go to
// whoever typed the command.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/alecthomas/kong"

	"gocua/store/command"
)

// Exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// commands is the whole command line.
type commands struct {
	Dir  string `help:"The machine's directory." placeholder:"DIR" env:"GOCUA_DIR" default:"${dir}"`
	JSON bool   `help:"Print data as JSON, for programs." env:"GOCUA_JSON"`
	Log  string `help:"How much to log to stderr: debug, info, warn, error." enum:"debug,info,warn,error" default:"info" env:"GOCUA_LOG"`

	Serve   serveCmd   `cmd:"" help:"Run this machine."`
	Demo    demoCmd    `cmd:"" help:"Run a whole district with its province, to look at."`
	Init    initCmd    `cmd:"" help:"Found a register: make the first machine of a cluster or a province."`
	Invite  inviteCmd  `cmd:"" help:"Make the token with which one new machine joins this cluster within half an hour."`
	Join    joinCmd    `cmd:"" help:"Make this a machine of a cluster, with the token that invite showed."`
	Deny    denyCmd    `cmd:"" help:"Shut a stolen or retired machine out of the cluster."`
	Enroll  enrollCmd  `cmd:"" help:"Introduce a cluster and its province to each other."`
	Import  importCmd  `cmd:"" help:"Import a resident list (XLSX or CSV)."`
	Status  statusCmd  `cmd:"" help:"Show how the running machine is."`
	Verify  verifyCmd  `cmd:"" help:"Verify that nothing recorded was altered: the chain of changes, the looks, the heads at the province."`
	Unlock  unlockCmd  `cmd:"" help:"Open a machine that started sealed, with its passphrase."`
	Keys    keysCmd    `cmd:"" help:"What opens the storage of this machine."`
	Backup  backupCmd  `cmd:"" help:"Back up the register, sealed to those who may restore it."`
	Restore restoreCmd `cmd:"" help:"Make a cluster again from a backup, or the register of a machine that differs from the others."`
	Members membersCmd `cmd:"" help:"The machines of this cluster: who votes, who answers, who should vote."`
	Recover recoverCmd `cmd:"" help:"Begin the cluster anew on this machine after most of its voters were lost for good, or come back to one that was."`
	User    userCmd    `cmd:"" help:"Officers who may sign in."`
	Doctor  doctorCmd  `cmd:"" help:"Examine this machine and its computer, and say what to do about what is wrong."`
	Bench   benchCmd   `cmd:"" help:"Measure this computer."`
	Service serviceCmd `cmd:"" help:"Have the system start this machine with the computer."`
	Update  updateCmd  `cmd:"" help:"Put a newer program in this one's place."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// env is what every subcommand gets.
type env struct {
	ctx  context.Context
	dir  string
	json bool
	args []string // as they were typed
	streams
	level slog.Level
	log   *slog.Logger
}

// streams are what a command line reads and writes.
type streams struct {
	in  io.Reader // a password, when it was not given otherwise
	out io.Writer // data
	err io.Writer // logs, progress, what went wrong
}

// Main runs one command line and returns the exit code: 0 done, 1 failed, 2 not
// understood. The first Ctrl-C asks it to end, the second ends it.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return run(ctx, args, streams{os.Stdin, os.Stdout, os.Stderr})
}

func run(ctx context.Context, args []string, std streams) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("gocua"), kong.Description("gõ cửa: the register of a digital-identity campaign, on an office's own machines. Begin with: gocua demo"),
		kong.Vars{"dir": defaultDir()}, kong.Vars(built()), kong.Writers(std.out, std.err), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ExplicitGroups(groups()), kong.Exit(func(code int) { panic(exit(code)) }))
	if err != nil {
		fmt.Fprintln(std.err, "gocua:", err)
		return exitFailed
	}
	return guarded(func() int {
		k, err := parser.Parse(args)
		var wrong *kong.ParseError
		if errors.As(err, &wrong) {
			fmt.Fprintf(std.err, "gocua: %s\nSee: %s --help\n", err, mistaken(wrong))
			return exitUsage
		}
		var level slog.Level
		if err := errors.Join(err, level.UnmarshalText([]byte(c.Log))); err != nil {
			fmt.Fprintln(std.err, "gocua:", err)
			return exitUsage
		}
		e := env{ctx: ctx, dir: c.Dir, json: c.JSON, args: args, streams: std, level: level,
			log: slog.New(slog.NewTextHandler(std.err, &slog.HandlerOptions{Level: level}))}
		if err := k.Run(e); err != nil {
			fmt.Fprintln(std.err, "gocua:", explain(err))
			return exitFailed
		}
		return exitOK
	})
}

// mistaken names the subcommand that was not understood.
func mistaken(wrong *kong.ParseError) string {
	if at := wrong.Context.Selected(); at != nil {
		return at.FullPath()
	}
	return "gocua"
}

// exit carries kong's own exits (--help) out of its callbacks.
type exit int

func guarded(f func() int) (code int) {
	defer func() {
		if p := recover(); p != nil {
			e, ok := p.(exit)
			if !ok {
				panic(p)
			}
			code = int(e)
		}
	}()
	return f()
}

// explain is an error as a person reads it.
func explain(err error) string {
	var known *command.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return err.Error()
}

// defaultDir is where a machine lives if nobody says otherwise: with the system's
// own data for an administrator, else with the user's.
func defaultDir() string {
	if runtime.GOOS == "windows" {
		return filepath.Join(os.Getenv("ProgramData"), "gocua")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "gocua-data"
	}
	own := filepath.Join(home, ".local", "share", "gocua")
	if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
		own = filepath.Join(data, "gocua")
	}
	if runtime.GOOS == "darwin" {
		own = filepath.Join(home, "Library", "Application Support", "gocua")
	}
	if _, err := os.Stat(own); err != nil && os.Geteuid() == 0 {
		return systemDir
	}
	return own
}

// systemDir is where a machine lives that an administrator set up.
const systemDir = "/var/lib/gocua"
