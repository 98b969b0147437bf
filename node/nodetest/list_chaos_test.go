//go:build chaos

package nodetest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"gocua/node"
	"gocua/node/lookup"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// console is the command line of one machine.
type console struct {
	t  testing.TB
	at node.Control
}

func (c console) call(method, path string, body []byte) []byte {
	c.t.Helper()
	req, err := http.NewRequest(method, c.at.URL+path, bytes.NewReader(body))
	require.NoError(c.t, err)
	req.Header.Set("Authorization", "Bearer "+c.at.Token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(c.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	require.Equal(c.t, http.StatusOK, resp.StatusCode, "%s", raw)
	return raw
}

// importList hands a list in and waits for the job, doing something meanwhile.
func (c console) importList(name string, list []byte, meanwhile func()) (job lookup.ImportJob) {
	c.t.Helper()
	require.NoError(c.t, json.Unmarshal(c.call(http.MethodPost, "/imports?name="+url.QueryEscape(name), list), &job))
	for until := time.Now().Add(2 * time.Minute); job.Finished == nil; {
		require.True(c.t, time.Now().Before(until), "the import does not end: %+v", job)
		meanwhile()
		var all []lookup.ImportJob
		require.NoError(c.t, json.Unmarshal(c.call(http.MethodGet, "/imports", nil), &all))
		i := slices.IndexFunc(all, func(j lookup.ImportJob) bool { return j.ID == job.ID })
		require.GreaterOrEqual(c.t, i, 0)
		job = all[i]
	}
	require.Equal(c.t, "done", job.State, "%s %s", job.Code, job.Error)
	return job
}

func TestAMessyListOfThirteenThousandEndsInTheRegisterOrInTheResult(t *testing.T) {
	const people, seed, most, forms = 13_000, 7, 60 * time.Second, 20
	d := nodetest.StartDistrict(t, 0)
	ward := d.Wards[0]
	officer := d.As(ward, civic.RoleOfficer)
	var list bytes.Buffer
	from := sample.Config{Seed: seed, Residents: people, Units: []sample.Unit{sample.Ward(ward.Unit, ward.Name, 12)}}
	written, err := sample.WriteXLSX(&list, sample.Make(from), sample.Messy(seed))
	require.NoError(t, err)
	at, err := node.LoadControl(filepath.Join(d.Dir, ward.Node))
	require.NoError(t, err)
	c := console{t, at}

	var took []time.Duration
	var saved []command.ID
	late := 0
	began := time.Now()
	job := c.importList("danh-sach.xlsx", list.Bytes(), func() {
		household := civic.PutHousehold{ID: command.NewID(), Hamlet: ward.Unit + "-01", Address: fmt.Sprintf("Số %d, ngõ trong lúc nhập", len(took)+1)}
		asked := time.Now()
		status, _ := officer.Submit(nodetest.Command{ID: command.NewID(), Kind: "household.put", Unit: ward.Unit, Body: household})
		require.Contains(t, []int{http.StatusOK, http.StatusAccepted}, status)
		if status == http.StatusAccepted {
			late++ // saved on this machine; the busy cluster took more than two seconds to agree
		}
		took, saved = append(took, time.Since(asked)), append(saved, household.ID)
	})
	elapsed := time.Since(began)
	slices.Sort(took)
	t.Logf("seed %d: %d rows in %s (%d a second): %d new, %d updated, %d the same, %d to compare, %d refused, %d lines skipped; %d forms meanwhile, %d agreed later, p50 %s, longest %s",
		seed, job.Rows, elapsed.Round(time.Millisecond), int(float64(job.Rows)/elapsed.Seconds()), job.Added, job.Updated, job.Same, job.Review, job.Refused, job.Skipped,
		len(took), late, took[len(took)/2].Round(time.Millisecond), took[len(took)-1].Round(time.Millisecond))
	require.Less(t, elapsed, most)
	require.GreaterOrEqual(t, len(took), forms, "forms were not answered meanwhile")
	for _, id := range saved {
		nodetest.Eventually(t, 10*time.Second, "every form to be agreed", func() bool {
			status, _, err := officer.Try(http.MethodGet, "/api/v1/households/"+id.String(), nil)
			return err == nil && status == http.StatusOK
		})
	}
	require.Equal(t, len(written.Lines)+len(written.Copies), job.Rows, "a row went missing")
	require.Equal(t, job.Rows, job.Added+job.Updated+job.Same+job.Review+job.Refused)
	require.Equal(t, len(written.Ruined), job.Refused, "what cannot be read, and nothing else, is refused")

	reasons := reasonsOf(t, c.call(http.MethodGet, "/imports/"+job.ID+"/result", nil))
	for _, line := range written.Ruined {
		require.NotEmpty(t, reasons[line], "line %d was refused without a reason", line)
	}
	before := figures(t, officer, ward.Unit)
	require.EqualValues(t, job.Added, before.Total.People)

	again := c.importList("danh-sach.xlsx", list.Bytes(), func() {})
	require.Equal(t, job.Rows, again.Same+again.Review+again.Refused, "%+v", again)
	require.Zero(t, again.Added+again.Updated)
	require.Equal(t, before, figures(t, officer, ward.Unit), "the second import changed something")
}

type report struct {
	Total struct{ People, Eligible int64 } `json:"total"`
}

func figures(t *testing.T, c *nodetest.Client, unit string) (r report) {
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/report?unit="+unit, nil, &r))
	return r
}

// reasonsOf reads the workbook of rows somebody should look at: line, reason.
func reasonsOf(t *testing.T, raw []byte) map[int]string {
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	require.NoError(t, err)
	defer f.Close()
	rows, err := f.GetRows(f.GetSheetName(0))
	require.NoError(t, err)
	reasons := map[int]string{}
	for _, row := range rows {
		if len(row) < 2 {
			continue
		}
		if line, err := strconv.Atoi(row[0]); err == nil {
			reasons[line] = row[1]
		}
	}
	return reasons
}
