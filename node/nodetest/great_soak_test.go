//go:build soak && linux

package nodetest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// A cluster's register at its full size, on one machine: five wards.
const (
	greatWards, greatWard = 5, 60_000
	greatUnit             = "01CG"
	greatUser             = "lanhdao"
	greatPassword         = "mot mat khau that dai"
)

func greatUnits() (wards []sample.Unit, units []civic.Unit) {
	for n := range greatWards {
		w := sample.Ward(fmt.Sprintf("%05d", 163+3*n), fmt.Sprintf("Phường %d", n+1), 40)
		wards = append(wards, w)
		units = append(units, civic.Unit{Code: w.Code, Name: w.Name, Kind: civic.UnitWard, Parent: greatUnit})
		for _, h := range w.Hamlets {
			units = append(units, civic.Unit{Code: h.Code, Name: h.Name, Kind: civic.UnitHamlet, Parent: w.Code})
		}
	}
	return wards, units
}

// greatMachine is the directory of a machine with 300,000 residents, and some of
// them. It takes minutes to make: with GOCUA_GREAT it is kept there for the next run.
func greatMachine(t *testing.T) (dir string, some []sample.Person) {
	wards, units := greatUnits()
	where := os.Getenv("GOCUA_GREAT")
	if where == "" {
		where = t.TempDir()
	}
	dir = filepath.Join(where, "great")
	for p := range greatTown(wards) {
		if p.Number != "" && p.Phone != "" && len(p.Birth) == 10 {
			if some = append(some, p); len(some) == 1000 {
				break
			}
		}
	}
	if _, err := os.Stat(dir + ".done"); err == nil {
		return dir, some
	}
	require.NoError(t, os.RemoveAll(dir))
	require.NoError(t, node.Init(node.Founding{Dir: dir, Node: "district", Unit: greatUnit, Units: units, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: greatUnit, Name: "Cụm thử", Tier: civic.TierCluster, Generation: 1},
		Officers: []node.NewOfficer{{User: greatUser, Name: "Cán bộ thử", Password: greatPassword, Role: civic.RoleOfficer, Unit: greatUnit}}}))
	n, err := node.Open(node.Config{Dir: dir})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(context.Background()) }()
	nodetest.Eventually(t, time.Minute, "the machine to be ready", func() bool { return len(n.Ready()) == 0 })
	began := time.Now()
	for i, w := range wards {
		var list bytes.Buffer
		_, err := sample.WriteCSV(&list, of(w.Code, greatTown(wards)), sample.Mess{}, sample.CSV{})
		require.NoError(t, err)
		_, err = n.StartImport(command.Actor{}, w.Code, w.Code+".csv", list.Bytes())
		require.NoError(t, err)
		nodetest.Eventually(t, 15*time.Minute, "the list to be imported", func() bool {
			jobs := n.Imports()
			return len(jobs) == i+1 && !slices.ContainsFunc(jobs, func(j lookup.ImportJob) bool { return j.Finished == nil })
		})
		for _, job := range n.Imports() {
			require.Equal(t, "done", job.State, job.Error)
			require.Equal(t, greatWard, job.Added)
		}
	}
	t.Logf("%d residents imported in %s", greatWards*greatWard, time.Since(began).Round(time.Second))
	require.NoError(t, n.Close())
	require.NoError(t, <-ended)
	require.NoError(t, os.WriteFile(dir+".done", nil, 0o600))
	return dir, some
}

// greatTown is everybody, dealt out to the wards.
func greatTown(wards []sample.Unit) iter.Seq[sample.Person] {
	return sample.Make(sample.Config{Seed: 11, Residents: greatWards * greatWard, Units: wards})
}

// of is the people of one ward.
func of(ward string, people iter.Seq[sample.Person]) iter.Seq[sample.Person] {
	return func(yield func(sample.Person) bool) {
		for p := range people {
			if p.Unit == ward && !yield(p) {
				return
			}
		}
	}
}

// anonymous is the memory of a process that is its own and no file's, in MB.
func anonymous(t testing.TB, pid int) float64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			kb, err := strconv.Atoi(strings.Fields(rest)[0])
			require.NoError(t, err)
			return float64(kb) / 1024
		}
	}
	t.Fatal("no RssAnon")
	return 0
}

// worked is the time the processor has given to a process, which other work on
// the machine does not change.
func worked(t testing.TB, pid int) (d time.Duration) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(raw), ") ")
	for _, ticks := range strings.Fields(rest)[11:13] { // of its own and of the system for it, 100 a second
		n, err := strconv.Atoi(ticks)
		require.NoError(t, err)
		d += time.Duration(n) * 10 * time.Millisecond
	}
	return d
}

// What an office with 300,000 residents sees after its machine was started:
// numbers and phones at once, names some seconds later, in little memory; then
// pages that answer within the blink of an eye.
func TestSoakARegisterOf300000IsSearchedSoonAfterStart(t *testing.T) {
	dir, some := greatMachine(t)
	p := nodetest.NewProcess(t, nodetest.Build(t), dir)
	began := time.Now()
	p.Start()
	p.AwaitReady(time.Minute)
	ready := time.Since(began)
	c := nodetest.SignIn(t, p.URL(), greatUser, greatPassword)
	most := 0.0
	tick := time.NewTicker(100 * time.Millisecond) // asking must not be what the machine is busy with
	defer tick.Stop()
	until := func(text string) time.Duration {
		nodetest.Eventually(t, 2*time.Minute, "somebody to be found", func() bool {
			most = max(most, anonymous(t, p.PID()))
			if len(found(t, c, text)) > 0 {
				return true
			}
			<-tick.C
			return false
		})
		return time.Since(began)
	}
	number, phone := until(some[0].Number), until(some[1].Phone)
	name := until(some[2].Name)
	cost := worked(t, p.PID())
	for range 50 { // five seconds of everyday work
		<-tick.C
		found(t, c, some[3].Name)
		most = max(most, anonymous(t, p.PID()))
	}
	rest := anonymous(t, p.PID())
	t.Logf("after start: ready %s, a number %s, a phone %s, a name %s (%s of the processor); RssAnon %.0f MB, at most %.0f MB",
		short(ready), short(number), short(phone), short(name), cost, rest, most)

	cost = worked(t, p.PID())
	took := pages(t, c, some)
	half, nearly := took[len(took)/2], took[len(took)*99/100]
	cost = (worked(t, p.PID()) - cost) / time.Duration(len(took))
	t.Logf("%d pages of hits, whole: p50 %s, p99 %s (%s of the processor each); then RssAnon %.0f MB", len(took), short(half), short(nearly), short(cost), anonymous(t, p.PID()))
	require.Less(t, number, 3*time.Second)
	require.Less(t, phone, 3*time.Second)
	require.Less(t, name, 8*time.Second)
	require.Less(t, anonymous(t, p.PID()), 150.0)
	require.Less(t, nearly, 100*time.Millisecond)
}

func short(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

func found(t testing.TB, c *nodetest.Client, text string) []json.RawMessage {
	var answer struct{ Items []json.RawMessage }
	status := c.Call(http.MethodGet, "/api/v1/residents?q="+url.QueryEscape(text), nil, &answer)
	require.Contains(t, []int{http.StatusOK, http.StatusServiceUnavailable}, status) // names are not there yet
	return answer.Items
}

// pages asks for the page of hits as a browser does that types on, and returns
// how long each took to its last byte.
func pages(t testing.TB, c *nodetest.Client, some []sample.Person) (took []time.Duration) {
	tick := time.NewTicker(150 * time.Millisecond) // nobody types quicker, and who asks quicker is told to wait
	defer tick.Stop()
	for i, p := range some[:240] {
		<-tick.C
		words := strings.Fields(p.Name)
		text := []string{p.Name, "nguyen", words[len(words)-1] + " " + string(p.Birth[:4]), p.Number[6:], p.Phone, strings.ToLower(words[0][:1]) + "guyen thi"}[i%6]
		began := time.Now()
		req, err := http.NewRequest(http.MethodGet, c.URL+"/nhan-khau?q="+url.QueryEscape(text), nil)
		require.NoError(t, err)
		req.AddCookie(&http.Cookie{Name: auth.CookieName(false), Value: c.Token})
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		page, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		took = append(took, time.Since(began))
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		require.Contains(t, string(page), "</html>")
		require.Contains(t, string(page), "/nhan-khau/", "a page with people on it")
	}
	slices.Sort(took)
	return took
}
