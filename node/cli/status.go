package cli

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"gocua/node"
	"gocua/node/lookup"
	"gocua/node/trust"
)

type statusCmd struct {
	Content bool `help:"Read everything and compute the content digest." env:"GOCUA_CONTENT"`
	Confirm bool `help:"Say that the clock of this machine, which leads and ran ahead of all others, is right." env:"GOCUA_CONFIRM"`
}

func (c statusCmd) Run(e env) error {
	if c.Confirm {
		if err := e.call(http.MethodPost, "/clock", nil, nil); err != nil {
			return err
		}
	}
	var s ownStatus
	path := "/status"
	if c.Content {
		path += "?content=true"
	}
	if err := e.call(http.MethodGet, path, nil, &s); err != nil {
		return err
	}
	return e.print(s, func(w io.Writer) {
		showStatus(w, s.Status)
		showInvited(w, s.Invited, time.Now())
	})
}

// ownStatus is the state of this machine with what only its owner is told.
type ownStatus struct {
	lookup.Status
	Invited []trust.Invited `json:"invited,omitempty"`
}

func (e env) status() (s lookup.Status, err error) {
	return s, e.call(http.MethodGet, "/status", nil, &s)
}

func showStatus(w io.Writer, s lookup.Status) {
	fmt.Fprintf(w, "%s  %s %s, %s of cluster %s; leader: %s\n", s.Node, s.Unit, s.UnitName, s.Role, s.Cluster, orNone(s.Leader))
	fmt.Fprintf(w, "version %s, feature level %d\n", s.Version, s.Level)
	if u := s.Update; u != nil {
		fmt.Fprintf(w, "UPDATE to %s: %s\n", u.To, orNone(strings.TrimSpace(u.State+" "+u.Why)))
	}
	fmt.Fprintf(w, "agreed to entry %d, chain %.16s", s.Digest.Index, s.Digest.Chain)
	if s.Digest.Content != "" {
		fmt.Fprintf(w, ", content %.16s over %d records", s.Digest.Content, s.Digest.Records)
	}
	fmt.Fprintf(w, "\nwaiting here: %d\n", s.Outbox.Waiting)
	if s.Upstream.Enrolled {
		fmt.Fprintf(w, "province: %d records behind, %d parked, last receipt %s\n", s.Upstream.Lag, s.Upstream.Parked, orNone(s.Upstream.LastReceipt))
	}
	fmt.Fprintf(w, "time: %s; this machine's clock is %s\n", s.Clock.Time, offBy(s.Clock.Skew))
	if why := clockTrouble(s.Clock.Code); why != "" {
		fmt.Fprintf(w, "CLOCK: %s\n", why)
	}
	for _, m := range s.Members {
		kind := "standby"
		if m.Voter {
			kind = "voter"
		}
		fmt.Fprintf(w, "  %-16s %-8s %-8s %s", m.Node, m.Unit, kind, m.Addr)
		if m.Clock != "" {
			fmt.Fprintf(w, "  its clock is %s", offBy(m.Skew))
		}
		fmt.Fprintln(w)
	}
	if s.Failed != "" {
		fmt.Fprintf(w, "STOPPED APPLYING: %s\n", s.Failed)
	}
}

// offBy says how far a clock is off, ms.
func offBy(skew int64) string {
	d := (time.Duration(max(skew, -skew)) * time.Millisecond).Round(time.Second)
	switch {
	case d == 0:
		return "right"
	case skew > 0:
		return d.String() + " ahead"
	}
	return d.String() + " behind"
}

// clockTrouble says what to do about a clock.
func clockTrouble(code string) string {
	switch code {
	case lookup.ClockJump:
		return "this machine leads and its clock ran more than a day ahead of all others. Nobody counts by it: set it, or if it is right: gocua status --confirm"
	case lookup.ClockUnjudged:
		return "time went on by more than a day and no other machine was there to compare. If this clock is right: gocua status --confirm"
	case lookup.ClockSkew:
		return "more than five minutes off; set it"
	}
	return ""
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

type versionCmd struct{}

func (versionCmd) Run(e env) error {
	v := map[string]string{"version": node.Version(), "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH}
	return e.print(v, func(w io.Writer) { fmt.Fprintf(w, "gocua %s (%s, %s/%s)\n", v["version"], v["go"], v["os"], v["arch"]) })
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
