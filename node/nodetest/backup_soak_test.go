//go:build soak && linux

package nodetest_test

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/backup"
	"gocua/node/lookup"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// What the backup of a large cluster may take.
const (
	backedResidents  = 100_000
	restoreWithin    = 60 * time.Second
	bytesPerResident = 250
	restores         = 3 // the middle one counts
)

// A cluster of 100,000 is back within a minute of its backup, and the backup is
// small enough for the oldest stick in the drawer.
func TestSoakABackupOf100000ResidentsIsSmallAndRestoredSoon(t *testing.T) {
	n, stop := running(t, backedMachine(t))
	public, secret, err := backup.NewKey()
	require.NoError(t, err)
	began := time.Now()
	made, err := n.Backup(t.Context(), node.BackupOrder{File: filepath.Join(t.TempDir(), "a.gocua"), To: []string{public}})
	require.NoError(t, err)
	require.True(t, made.Verified)
	stop()
	h := made.Header
	each := float64(h.FileSize()) / backedResidents
	t.Logf("backed up and tried out in %s: %d records, %d outcomes, %d changes, %d entries of the audit chain; %d bytes, %.0f per resident",
		time.Since(began).Round(100*time.Millisecond), h.Records, h.Outcomes, h.Feed, h.Audit, h.FileSize(), each)
	require.Greater(t, h.Records, uint64(backedResidents))

	var again string
	var took []time.Duration
	for range restores {
		again = filepath.Join(t.TempDir(), "again")
		before, worked := time.Now(), processor(t)
		_, err = node.Restore(t.Context(), node.Restoring{Dir: again, File: made.File, Key: secret, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN})
		require.NoError(t, err)
		took = append(took, time.Since(before))
		t.Logf("restored in %s, of which the processor worked %s", took[len(took)-1].Round(100*time.Millisecond), (processor(t) - worked).Round(100*time.Millisecond))
	}
	slices.Sort(took)

	p := nodetest.NewProcess(t, nodetest.Build(t), again)
	p.Start()
	p.AwaitReady(time.Minute)
	c := nodetest.SignIn(t, p.URL(), greatUser, greatPassword)
	var status lookup.Status
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/status", nil, &status))
	require.GreaterOrEqual(t, status.Digest.Index, h.Index)
	nodetest.Eventually(t, time.Minute, "somebody to be found by name", func() bool { return len(found(t, c, "Nguyễn")) > 0 })
	require.Less(t, took[restores/2], restoreWithin)
	require.Less(t, each, float64(bytesPerResident))
}

// running is the machine of a directory; stop ends it.
func running(t *testing.T, dir string) (n *node.Node, stop func()) {
	n, err := node.Open(node.Config{Dir: dir})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(context.Background()) }()
	nodetest.Eventually(t, time.Minute, "the machine to be ready", func() bool { return len(n.Ready()) == 0 })
	return n, func() {
		require.NoError(t, n.Close())
		require.NoError(t, <-ended)
	}
}

// backedMachine is the directory of a machine with 100,000 residents. It takes
// minutes to make: with GOCUA_GREAT it is kept there for the next run.
func backedMachine(t *testing.T) (dir string) {
	where := os.Getenv("GOCUA_GREAT")
	if where == "" {
		where = t.TempDir()
	}
	dir = filepath.Join(where, "backed")
	if _, err := os.Stat(dir + ".done"); err == nil {
		return dir
	}
	require.NoError(t, os.RemoveAll(dir))
	ward := sample.Ward("00163", "Phường thử", 60)
	units := []civic.Unit{{Code: ward.Code, Name: ward.Name, Kind: civic.UnitWard, Parent: greatUnit}}
	for _, h := range ward.Hamlets {
		units = append(units, civic.Unit{Code: h.Code, Name: h.Name, Kind: civic.UnitHamlet, Parent: ward.Code})
	}
	require.NoError(t, node.Init(node.Founding{Dir: dir, Node: "district", Unit: greatUnit, Units: units, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: greatUnit, Name: "Cụm thử", Tier: civic.TierCluster, Generation: 1},
		Officers: []node.NewOfficer{{User: greatUser, Name: "Cán bộ thử", Password: greatPassword, Role: civic.RoleOfficer, Unit: greatUnit}}}))
	n, stop := running(t, dir)
	var list bytes.Buffer
	_, err := sample.WriteCSV(&list, sample.Make(sample.Config{Seed: 11, Residents: backedResidents, Units: []sample.Unit{ward}}), sample.Mess{}, sample.CSV{})
	require.NoError(t, err)
	began := time.Now()
	_, err = n.StartImport(command.Actor{}, ward.Code, "list.csv", list.Bytes())
	require.NoError(t, err)
	nodetest.Eventually(t, 30*time.Minute, "the list to be imported", func() bool {
		return !slices.ContainsFunc(n.Imports(), func(j lookup.ImportJob) bool { return j.Finished == nil })
	})
	require.Equal(t, backedResidents, n.Imports()[0].Added)
	t.Logf("%d residents imported in %s", backedResidents, time.Since(began).Round(time.Second))
	stop()
	require.NoError(t, os.WriteFile(dir+".done", nil, 0o600))
	return dir
}

// processor is the time this process has worked.
func processor(t *testing.T) time.Duration {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
