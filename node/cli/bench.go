package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"gocua/node"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// benchCmd measures this computer.
type benchCmd struct {
	Day    benchDayCmd    `cmd:"" default:"withargs" help:"What a ward's day would feel like: what the disk gives, a list, forms."`
	Engine benchEngineCmd `cmd:"" help:"How near an import into a whole district comes to what its engine alone could do."`
}

// benchDayCmd measures with a machine of its own: what the disk gives, and what
// a ward's day would feel like on it.
type benchDayCmd struct {
	Rows  int    `help:"Rows of the list to import." default:"5000" env:"GOCUA_ROWS"`
	Forms int    `help:"Forms to take down, one after the other." default:"300" env:"GOCUA_FORMS"`
	Runs  int    `help:"How often to measure; the middle one counts." default:"3" env:"GOCUA_RUNS"`
	Where string `help:"Directory on the disk to measure; the system's temporary one if not given." placeholder:"DIR" env:"GOCUA_WHERE"`
}

// Validate refuses to measure nothing.
func (c benchDayCmd) Validate() error {
	if c.Rows < 1 || c.Forms < 1 || c.Runs < 1 {
		return errors.New("--rows, --forms and --runs are 1 or more")
	}
	return nil
}

// benchResult is one run, durations in microseconds.
type benchResult struct {
	SyncUS     int64 `json:"sync_us"`      // floor: 4 KiB written and on the disk
	RowsPerSec int64 `json:"rows_per_sec"` // of the list, agreed and indexed
	FormP50US  int64 `json:"form_p50_us"`  // from submit to agreed, over HTTP
	FormP99US  int64 `json:"form_p99_us"`
}

func (c benchDayCmd) Run(e env) error {
	var runs []benchResult
	for i := range c.Runs {
		fmt.Fprintf(e.err, "run %d of %d\n", i+1, c.Runs)
		r, err := c.measure(e)
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	middle := benchResult{median(runs, func(r benchResult) int64 { return r.SyncUS }), median(runs, func(r benchResult) int64 { return r.RowsPerSec }),
		median(runs, func(r benchResult) int64 { return r.FormP50US }), median(runs, func(r benchResult) int64 { return r.FormP99US })}
	return e.print(middle, func(w io.Writer) {
		fmt.Fprintf(w, "disk: %d µs until 4 KiB are safe (the floor of everything)\nimport: %d rows a second\nforms: half within %d µs, 99 of 100 within %d µs\nmedians of %d runs, %d rows and %d forms each\n",
			middle.SyncUS, middle.RowsPerSec, middle.FormP50US, middle.FormP99US, c.Runs, c.Rows, c.Forms)
	})
}

func median(runs []benchResult, of func(benchResult) int64) int64 {
	values := make([]int64, len(runs))
	for i, r := range runs {
		values[i] = of(r)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

const benchUnit = "00163"

func (c benchDayCmd) measure(e env) (r benchResult, err error) {
	dir, err := os.MkdirTemp(c.Where, "gocua-bench-")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	if r.SyncUS, err = syncFloor(dir); err != nil {
		return r, err
	}
	ward := sample.Ward(benchUnit, "Phường thử", 12)
	units := []civic.Unit{{Code: benchUnit, Name: ward.Name, Kind: civic.UnitWard}}
	for _, h := range ward.Hamlets {
		units = append(units, civic.Unit{Code: h.Code, Name: h.Name, Kind: civic.UnitHamlet, Parent: benchUnit})
	}
	const user, password = "do-thu", "mot mat khau de do"
	machine := filepath.Join(dir, "machine")
	if err := node.Init(node.Founding{Dir: machine, Node: "bench", Unit: benchUnit, Units: units, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: benchUnit, Name: ward.Name, Tier: civic.TierCluster, Generation: 1},
		Officers: []node.NewOfficer{{User: user, Name: "Đo thử", Password: password, Role: civic.RoleOfficer, Unit: benchUnit}}}); err != nil {
		return r, err
	}
	n, err := node.Open(node.Config{Dir: machine})
	if err != nil {
		return r, err
	}
	ctx, stop := context.WithCancel(e.ctx)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	defer func() {
		stop()
		err = errors.Join(err, <-ended, n.Close())
	}()
	if r.RowsPerSec, err = c.importRows(ctx, n, ward); err != nil {
		return r, err
	}
	r.FormP50US, r.FormP99US, err = c.takeForms(ctx, n.URL(), ward.Hamlets[0].Code, user, password)
	return r, err
}

// syncFloor is the median time until 4 KiB are on the disk, in microseconds.
func syncFloor(dir string) (int64, error) {
	f, err := os.Create(filepath.Join(dir, "floor"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	block := make([]byte, 4096)
	var took []int64
	for range 100 {
		began := time.Now()
		if _, err := f.Write(block); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		took = append(took, time.Since(began).Microseconds())
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

func (c benchDayCmd) importRows(ctx context.Context, n *node.Node, ward sample.Unit) (int64, error) {
	var list bytes.Buffer
	people := sample.Make(sample.Config{Seed: 1, Residents: c.Rows, Units: []sample.Unit{ward}})
	if _, err := sample.WriteXLSX(&list, people, sample.Mess{}); err != nil {
		return 0, err
	}
	if err := until(ctx, func() bool { return len(n.Ready()) == 0 }); err != nil {
		return 0, err
	}
	began := time.Now()
	if _, err := n.StartImport(command.Actor{}, benchUnit, "do.xlsx", list.Bytes()); err != nil {
		return 0, err
	}
	if err := until(ctx, func() bool { return n.Imports()[0].Finished != nil }); err != nil {
		return 0, err
	}
	if job := n.Imports()[0]; job.State != "done" {
		return 0, fmt.Errorf("the import ended early: %s", job.Error)
	}
	return int64(float64(c.Rows) / time.Since(began).Seconds()), nil
}

func until(ctx context.Context, ok func() bool) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// takeForms registers households one by one, as a clerk's browser would.
func (c benchDayCmd) takeForms(ctx context.Context, url, hamlet, user, password string) (p50, p99 int64, err error) {
	var session struct{ Token string }
	if err := post(ctx, url+"/api/v1/sessions", "", map[string]string{"user": user, "password": password}, &session); err != nil {
		return 0, 0, err
	}
	var took []int64
	for i := range c.Forms {
		one, err := takeForm(ctx, url, session.Token, benchUnit, hamlet, i+1)
		if err != nil {
			return 0, 0, err
		}
		took = append(took, one)
	}
	slices.Sort(took)
	return share(took, 50), share(took, 99), nil
}

func post(ctx context.Context, url, token string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusAccepted {
		said, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return fmt.Errorf("%s answered %s: %s", url, resp.Status, said)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
