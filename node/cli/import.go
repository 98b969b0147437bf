package cli

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"gocua/node/lookup"
)

type importCmd struct {
	File     string            `arg:"" help:"The list: XLSX or CSV." type:"existingfile"`
	Unit     string            `help:"Code of the ward it is of; the machine's own if not given." env:"GOCUA_UNIT"`
	Result   string            `help:"Where to write the rows that somebody should look at; next to the list if not given." placeholder:"FILE" env:"GOCUA_RESULT"`
	Sheet    string            `help:"Sheet of the workbook; the first with column titles if not given." env:"GOCUA_SHEET"`
	Titles   int               `help:"Line of the column titles; found if not given." placeholder:"LINE" env:"GOCUA_TITLES"`
	Map      map[string]string `help:"What a column holds, by its letter, number or title: name=B, birth=C." placeholder:"FIELD=COLUMN" env:"GOCUA_MAP"`
	Encoding string            `help:"What the letters are written in: unicode, tcvn3, vni, windows-1258, utf-16le or utf-16be; found if not given." env:"GOCUA_ENCODING"`
	Dates    string            `help:"How days are written: dmy or mdy; found if not given." env:"GOCUA_DATES"`
	Dry      bool              `help:"Only tell what the list would do." env:"GOCUA_DRY"`
}

func (c importCmd) Run(e env) error {
	if c.asIs() {
		job, err := c.send(e)
		if err != nil {
			return err
		}
		return c.tell(e, job)
	}
	job, err := c.hand(e, "true")
	if err != nil {
		return err
	}
	return c.chosen(e, job)
}

// send hands the list to the running machine and waits until it is imported.
func (c importCmd) send(e env) (lookup.ImportJob, error) {
	job, err := c.hand(e, "")
	if err != nil {
		return job, err
	}
	return c.await(e, job)
}

// hand gives the list to the running machine; held, it is only kept there.
func (c importCmd) hand(e env, hold string) (job lookup.ImportJob, err error) {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return job, err
	}
	unit, err := e.listedUnit(c.Unit)
	if err != nil {
		return job, err
	}
	return job, e.call(http.MethodPost, "/imports"+query("unit", unit, "name", filepath.Base(c.File), "hold", hold), data, &job)
}

// await waits for the job and brings its result.
func (c importCmd) await(e env, job lookup.ImportJob) (lookup.ImportJob, error) {
	job, err := e.follow(job)
	if err != nil {
		return job, err
	}
	if job.State != "done" {
		return job, fmt.Errorf("the import ended early (%s): %s", job.State, job.Error)
	}
	if job.Refused+job.Review > 0 {
		var sheet []byte
		if err := e.call(http.MethodGet, "/imports/"+job.ID+"/result", nil, &sheet); err != nil {
			return job, err
		}
		return job, os.WriteFile(c.result(), sheet, 0o600)
	}
	return job, nil
}

// finish waits for the job and tells what became of it.
func (c importCmd) finish(e env, job lookup.ImportJob) error {
	job, err := c.await(e, job)
	if err != nil {
		return err
	}
	return c.tell(e, job)
}

func (c importCmd) tell(e env, job lookup.ImportJob) error {
	return e.print(job, func(w io.Writer) {
		fmt.Fprintf(w, "%d rows: %d new, %d updated, %d the same, %d to compare, %d refused, %d lines skipped.\n",
			job.Rows, job.Added, job.Updated, job.Same, job.Review, job.Refused, job.Skipped)
		if job.Refused+job.Review > 0 {
			fmt.Fprintf(w, "Rows to look at, with the reasons: %s\n", c.result())
		}
	})
}

func (c importCmd) result() string {
	if c.Result != "" {
		return c.Result
	}
	return c.File + ".result.xlsx"
}

// listedUnit is the ward a list is of: the one named, or the machine's own if it
// serves a ward. People of "the whole district" would be in no ward's list.
func (e env) listedUnit(named string) (string, error) {
	if err := e.ready(); err != nil || named != "" {
		return named, err
	}
	s, err := e.status()
	if err == nil && s.Unit == s.Cluster {
		err = fmt.Errorf("say which ward the list is of: --unit CODE")
	}
	return s.Unit, err
}

// follow shows the progress until the job ends. Stopping here does not stop it.
func (e env) follow(job lookup.ImportJob) (lookup.ImportJob, error) {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for job.Finished == nil {
		select {
		case <-e.ctx.Done():
			return job, fmt.Errorf("the import goes on in the running machine")
		case <-tick.C:
		}
		var all []lookup.ImportJob
		if err := e.call(http.MethodGet, "/imports", nil, &all); err != nil {
			return job, err
		}
		for _, j := range all {
			if j.ID == job.ID {
				job = j
			}
		}
		fmt.Fprintf(e.err, "\r%d of %d rows ", job.Done, job.Rows)
	}
	fmt.Fprintln(e.err)
	return job, nil
}
