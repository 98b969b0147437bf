package cli

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"runtime"

	"gocua/node"
	"gocua/node/lookup"
)

type statusCmd struct {
	Content bool `help:"Read everything and compute the content digest." env:"GOCUA_CONTENT"`
}

func (c statusCmd) Run(e env) error {
	var s lookup.Status
	path := "/status"
	if c.Content {
		path += "?content=true"
	}
	if err := e.call(http.MethodGet, path, nil, &s); err != nil {
		return err
	}
	return e.print(s, func(w io.Writer) { showStatus(w, s) })
}

func (e env) status() (s lookup.Status, err error) {
	return s, e.call(http.MethodGet, "/status", nil, &s)
}

func showStatus(w io.Writer, s lookup.Status) {
	fmt.Fprintf(w, "%s  %s %s, %s of cluster %s; leader: %s\n", s.Node, s.Unit, s.UnitName, s.Role, s.Cluster, orNone(s.Leader))
	fmt.Fprintf(w, "agreed to entry %d, chain %.16s", s.Digest.Index, s.Digest.Chain)
	if s.Digest.Content != "" {
		fmt.Fprintf(w, ", content %.16s over %d records", s.Digest.Content, s.Digest.Records)
	}
	fmt.Fprintf(w, "\nwaiting here: %d\n", s.Outbox.Waiting)
	if s.Upstream.Enrolled {
		fmt.Fprintf(w, "province: %d records behind, %d parked, last receipt %s\n", s.Upstream.Lag, s.Upstream.Parked, orNone(s.Upstream.LastReceipt))
	}
	for _, m := range s.Members {
		kind := "standby"
		if m.Voter {
			kind = "voter"
		}
		fmt.Fprintf(w, "  %-16s %-8s %-8s %s\n", m.Node, m.Unit, kind, m.Addr)
	}
	if s.Failed != "" {
		fmt.Fprintf(w, "STOPPED APPLYING: %s\n", s.Failed)
	}
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
