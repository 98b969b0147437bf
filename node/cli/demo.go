package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"gocua/node/demo"
)

type demoCmd struct {
	Data      string `help:"Keep everything here, to stop and start again. Without it the demonstration leaves nothing behind." placeholder:"DIR" env:"GOCUA_DEMO_DATA"`
	Port      int    `help:"Port of the province; the district office and the wards take the next ones. 0 takes any." default:"8800" env:"GOCUA_PORT"`
	Residents int    `help:"Residents in all wards together." default:"1200" env:"GOCUA_RESIDENTS"`
	Wards     int    `help:"Wards, 1 to 8." default:"3" env:"GOCUA_WARDS"`
}

// startPatience bounds how long a demonstration may take to come up.
const startPatience = 3 * time.Minute

func (c demoCmd) Run(e env) (err error) {
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "gocua-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	log := e.log
	if !e.json { // the log would bury what the newcomer is to see
		log = slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	began := time.Now()
	ctx, cancel := context.WithTimeout(e.ctx, startPatience)
	defer cancel()
	d, err := demo.Start(ctx, demo.Config{Dir: dir, Port: c.Port, Residents: c.Residents, Wards: c.Wards, Log: log,
		Progress: func(what string) { fmt.Fprintf(e.err, "%5.1f s  %s\n", time.Since(began).Seconds(), what) }})
	if err != nil {
		return err
	}
	if e.json {
		err = json.NewEncoder(e.out).Encode(d.Info())
	} else {
		describe(e.out, d.Info(), time.Since(began))
	}
	if err == nil {
		select {
		case <-e.ctx.Done():
		case err = <-d.Failed():
		}
	}
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	return err
}

// describe tells a newcomer where to go.
func describe(w io.Writer, info demo.Info, took time.Duration) {
	fmt.Fprintf(w, "\nReady after %.1f s: five kinds of people can sign in.\n\n", took.Seconds())
	places := append([]demo.Place{info.Province, info.District}, info.Wards...)
	for _, p := range places {
		fmt.Fprintf(w, "  %s\n    %s\n", p.Name, p.URL)
		for _, u := range p.Users {
			fmt.Fprintf(w, "    %-12s %-14s %s\n", u.Role, u.User, u.Password)
		}
	}
	fmt.Fprintf(w, "\nStart at %s: sign in as %s, search \"nguyen\", open somebody, take down a level-1 application,\nthen find it at %s and at the province.\n", info.Wards[0].URL, info.Wards[0].Users[0].User, info.District.URL)
	fmt.Fprintf(w, "Pull a cable:  curl -X POST %s/demo/links/%s -d '{\"up\":false}'\nCtrl-C stops everything.\n", info.District.URL, info.Wards[len(info.Wards)-1].Unit)
}
