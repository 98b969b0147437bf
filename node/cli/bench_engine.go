package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"gocua/node/demo"
	"gocua/store/roster/sample"
)

// benchEngineCmd imports a list into a whole district and then has the bare
// engine write the same: what is between the two are rules, agreement and pages.
type benchEngineCmd struct {
	Rows  int    `help:"Rows of the list to make up." default:"30000" env:"GOCUA_ROWS"`
	List  string `help:"A list to take instead: XLSX or CSV." type:"existingfile" env:"GOCUA_LIST"`
	Where string `help:"Directory on the disk to measure; the system's temporary one if not given." placeholder:"DIR" env:"GOCUA_WHERE"`
}

// Help is the longer text of gocua bench engine --help.
func (benchEngineCmd) Help() string {
	return "A demonstration's district (three voters, one machine more, the province) imports the list as `gocua import` does, while a clerk at a ward registers a household every tenth of a second. " +
		"Then everything is stopped, and the floor is measured in the same process: as many logs and encrypted registers as the district has machines, with the same settings, take the bytes that the district's machine had in its log and the keys and values that followed from them, " +
		"each entry synced to the disk before its transactions are written, without rules, network or pages. Reading the list back from a file is counted with the floor."
}

// Validate refuses to measure nothing.
func (c benchEngineCmd) Validate() error {
	if c.Rows < 1 {
		return errors.New("--rows is 1 or more")
	}
	return nil
}

// benchEngineResult is what was measured.
type benchEngineResult struct {
	Rows     int   `json:"rows"`
	Machines int   `json:"machines"` // of the district: each writes all of it
	Entries  int   `json:"entries"`  // of the log
	LogKB    int64 `json:"log_kb"`
	Keys     int   `json:"keys"` // that one register was given
	DataKB   int64 `json:"data_kb"`

	ImportMS   int64 `json:"import_ms"`
	ImportCPU  int64 `json:"import_cpu_ms"` // of all five machines, until the last row was decided
	ImportRate int64 `json:"import_rows_per_sec"`
	FloorMS    int64 `json:"floor_ms"`
	FloorCPU   int64 `json:"floor_cpu_ms"`
	FloorRate  int64 `json:"floor_rows_per_sec"`
	Percent    int64 `json:"percent"` // of the floor that the import reaches

	Forms     int   `json:"forms"` // taken down meanwhile
	FormP50US int64 `json:"form_p50_us"`
	FormP99US int64 `json:"form_p99_us"`
}

func (c benchEngineCmd) Run(e env) (err error) {
	dir, err := os.MkdirTemp(c.Where, "gocua-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var r benchEngineResult
	machine, err := c.imported(e, dir, &r)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, "working out what was written")
	t, err := record(machine, dir)
	if err != nil {
		return err
	}
	fmt.Fprintln(e.err, "writing it without rules")
	took, used, err := t.play(dir, r.Machines)
	if err != nil {
		return err
	}
	r.Entries, r.LogKB, r.Keys, r.DataKB = t.entries, t.logBytes>>10, t.keys, t.dataBytes>>10
	r.FloorMS, r.FloorCPU, r.FloorRate = took.Milliseconds(), used.Milliseconds(), rate(r.Rows, took)
	r.Percent = took.Milliseconds() * 100 / max(1, r.ImportMS)
	return e.print(r, r.describe)
}

func (r benchEngineResult) describe(w io.Writer) {
	fmt.Fprintf(w, "floor: %d rows a second: %d entries (%d KB) in %d logs, %d keys (%d KB) in %d registers, %.1f s, %.1f s of computing\n",
		r.FloorRate, r.Entries, r.LogKB, r.Machines, r.Keys, r.DataKB, r.Machines, seconds(r.FloorMS), seconds(r.FloorCPU))
	fmt.Fprintf(w, "import: %d rows a second: %d rows in %.1f s, %.1f s of computing: %d %% of the floor\n",
		r.ImportRate, r.Rows, seconds(r.ImportMS), seconds(r.ImportCPU), r.Percent)
	fmt.Fprintf(w, "forms meanwhile: %d, half within %d µs, 99 of 100 within %d µs\n", r.Forms, r.FormP50US, r.FormP99US)
}

func seconds(ms int64) float64 { return float64(ms) / 1000 }

func rate(rows int, took time.Duration) int64 { return int64(float64(rows) / took.Seconds()) }

// benchWards is how many wards the district has: of its machines three vote.
const benchWards = 3

// imported has a district import the list, stops it, and returns the directory
// of the machine that was given it.
func (c benchEngineCmd) imported(e env, dir string, r *benchEngineResult) (machine string, err error) {
	district := filepath.Join(dir, "demo")
	if err := os.Mkdir(district, 0o700); err != nil {
		return "", err
	}
	defer ownProcessors(benchWards + 2)()
	d, err := demo.Start(e.ctx, demo.Config{Dir: district, Wards: benchWards, OneFactor: true, Log: e.log})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	info := d.Info()
	ward := info.Wards[0]
	list, err := c.list(dir, ward)
	if err != nil {
		return "", err
	}
	machine = filepath.Join(district, info.District.Node)
	ctx, stop := context.WithCancel(e.ctx)
	clerk := clerkAt(ctx, info.Wards[1])
	began, before := time.Now(), cpuTime()
	at := e
	at.dir = machine
	job, err := importCmd{File: list, Unit: ward.Unit, Result: filepath.Join(dir, "result.xlsx")}.send(at)
	took, used := time.Since(began), cpuTime()-before
	stop()
	forms, failed := clerk.ended()
	if err := errors.Join(err, failed); err != nil {
		return "", err
	}
	r.Rows, r.Machines, r.ImportMS, r.ImportCPU, r.ImportRate = job.Rows, benchWards+1, took.Milliseconds(), used.Milliseconds(), rate(job.Rows, took)
	r.Forms, r.FormP50US, r.FormP99US = len(forms), share(forms, 50), share(forms, 99)
	return machine, nil
}

// list is the file to import: the one named, or one made up for the ward.
func (c benchEngineCmd) list(dir string, ward demo.Place) (string, error) {
	if c.List != "" {
		return c.List, nil
	}
	var file bytes.Buffer
	people := sample.Make(sample.Config{Seed: 1, Residents: c.Rows, Units: []sample.Unit{sample.Ward(ward.Unit, ward.Name, 12)}})
	if _, err := sample.WriteXLSX(&file, people, sample.Mess{}); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "danh-sach.xlsx")
	return path, os.WriteFile(path, file.Bytes(), 0o600)
}
