package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"gocua/node/demo"
)

type demoCmd struct {
	Data      string `help:"Keep everything here, to stop and start again. Without it the demonstration leaves nothing behind." placeholder:"DIR" env:"GOCUA_DATA"`
	Port      int    `help:"Port of the province; the district office and the wards take the next ones. 0 takes any." default:"8800" env:"GOCUA_PORT"`
	Residents int    `help:"Residents in all wards together." default:"1200" env:"GOCUA_RESIDENTS"`
	Wards     int    `help:"Wards, 1 to 8." default:"3" env:"GOCUA_WARDS"`
}

// Help is the longer text of gocua demo --help.
func (demoCmd) Help() string {
	return "A demonstration kept with --data has the wards and residents it was made with. " +
		"The machines log to demo.log in its directory, with --json to stderr."
}

// Validate refuses what cannot be started, before anything is made.
func (c demoCmd) Validate() error {
	switch last := c.Port + 1 + c.Wards; {
	case c.Wards < 1 || c.Wards > 8:
		return errors.New("--wards is 1 to 8")
	case c.Residents < 0:
		return errors.New("--residents is 0 or more")
	case c.Port < 0 || last > 65535:
		return errors.New("--port leaves no room below 65536 for every machine")
	}
	return nil
}

// startPatience bounds how long a demonstration may take to come up.
const startPatience = 3 * time.Minute

func (c demoCmd) Run(e env) (err error) {
	dir, done, err := c.directory()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	log, closeLog, err := e.demoLog(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog()) }()
	defer ownProcessors(c.Wards + 2)() // with the district's and the province's
	began := time.Now()
	ctx, cancel := context.WithTimeout(e.ctx, startPatience)
	defer cancel()
	d, err := demo.Start(ctx, demo.Config{Dir: dir, Port: c.Port, Residents: c.Residents, Wards: c.Wards, Log: log,
		Progress: func(what string) { fmt.Fprintf(e.err, "%5.1f s  %s\n", time.Since(began).Seconds(), what) }})
	switch {
	case e.ctx.Err() != nil && err != nil:
		return errors.New("stopped before it was ready")
	case err != nil:
		return listening(err, "--port")
	case e.json:
		err = json.NewEncoder(e.out).Encode(d.Info())
	default:
		describe(e.out, d.Info(), time.Since(began))
	}
	if err == nil {
		select {
		case <-e.ctx.Done():
			fmt.Fprintln(e.err, "stopping")
		case err = <-d.Failed():
		}
	}
	return errors.Join(err, d.Close())
}

// directory is where the demonstration lives, and what is to be done with it in
// the end.
func (c demoCmd) directory() (dir string, done func() error, err error) {
	if c.Data != "" {
		return c.Data, func() error { return nil }, os.MkdirAll(c.Data, 0o700)
	}
	dir, err = os.MkdirTemp("", "gocua-demo-")
	return dir, func() error { return os.RemoveAll(dir) }, err
}

// demoLog keeps what the machines log off the screen: where cables are pulled it
// would bury what the newcomer is to see.
func (e env) demoLog(dir string) (*slog.Logger, func() error, error) {
	if e.json {
		return e.log, func() error { return nil }, nil
	}
	f, err := os.OpenFile(filepath.Join(dir, "demo.log"), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, nil, err
	}
	return slog.New(slog.NewTextHandler(f, nil)), f.Close, nil
}

// describe tells a newcomer where to go.
func describe(w io.Writer, info demo.Info, took time.Duration) {
	fmt.Fprintf(w, "\nReady after %.1f s.\n\n", took.Seconds())
	places := append([]demo.Place{info.Province, info.District}, info.Wards...)
	for _, p := range places {
		fmt.Fprintf(w, "  %s\n    %s\n", p.Name, p.URL)
		for _, u := range p.Users {
			fmt.Fprintf(w, "    %-12s %-14s %-14s %s\n", u.Role, u.User, u.Password, u.TOTPSecret)
		}
	}
	ward, last := info.Wards[0], info.Wards[len(info.Wards)-1]
	fmt.Fprintf(w, `
Who has a fourth column works with a second factor: type it into an authenticator app as a key.

Begin at %s as %s: find "nguyen", open somebody, Khai mức 1.
Then look at %s as lanhdao, and at the province as %s: it is there.
Pull the cable of %s, work on, and heal it:
  curl -X POST %s/demo/links/%s -d '{"up":false}'
  curl -X POST %s/demo/links/%s -d '{"up":true}'
Ctrl-C stops everything.
`, ward.URL, ward.Users[0].User, info.District.URL, info.Province.Users[0].User, last.Name, info.District.URL, last.Unit, info.District.URL, last.Unit)
}
