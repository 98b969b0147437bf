package nodetest

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// A cluster's register at its full size, and who may look at all of it.
const (
	GreatResidents = 300_000
	GreatUnit      = "01CG"
	GreatUser      = "lanhdao"
	GreatPassword  = "mot mat khau that dai"
)

// The wards of such a cluster. The first three are those of the town that
// store/search/testdata/golden.csv was written for, and of 300,000 the first 50,000
// are its people: who is looked for there is found here, among six times as many.
const (
	greatWards = 18
	greatSeed  = 5
	ofAWard    = 20 * time.Minute // to import one, on a machine that has other things to do
)

func greatUnits() (wards []sample.Unit) {
	wards = []sample.Unit{sample.Ward("00163", "Dịch Vọng Hậu", 40), sample.Ward("00169", "Quỳnh Lôi", 40), sample.HighlandCommune("03181", "Mường Ảng", 16)}
	for n := len(wards); n < greatWards; n++ {
		wards = append(wards, sample.Ward(fmt.Sprintf("%05d", 163+3*n), fmt.Sprintf("Phường %d", n+1), 40))
	}
	return wards
}

// Town is everybody of a cluster with so many residents, dealt out to its wards.
func Town(residents int) iter.Seq[sample.Person] {
	return sample.Make(sample.Config{Seed: greatSeed, Residents: residents, Units: greatUnits()})
}

// Great makes a machine whose register holds Town(residents), and returns its
// directory; it is not running. With 300,000 that takes minutes: where GOCUA_GREAT
// names a directory it is kept there for the next run.
func Great(t testing.TB, residents int) (dir string) {
	t.Helper()
	where := os.Getenv("GOCUA_GREAT")
	if where == "" {
		where = t.TempDir()
	}
	dir = filepath.Join(where, fmt.Sprintf("great-%d", residents))
	if _, err := os.Stat(dir + ".done"); err == nil {
		return dir
	}
	require.NoError(t, os.RemoveAll(dir))
	wards := greatUnits()
	var units []civic.Unit
	for _, w := range wards {
		units = append(units, civic.Unit{Code: w.Code, Name: w.Name, Kind: civic.UnitWard, Parent: GreatUnit})
		for _, h := range w.Hamlets {
			units = append(units, civic.Unit{Code: h.Code, Name: h.Name, Kind: civic.UnitHamlet, Parent: w.Code})
		}
	}
	require.NoError(t, node.Init(node.Founding{Dir: dir, Node: "district", Unit: GreatUnit, Units: units, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: GreatUnit, Name: "Cụm thử", Tier: civic.TierCluster, Generation: 1},
		Officers: []node.NewOfficer{{User: GreatUser, Name: "Cán bộ thử", Password: GreatPassword, Role: civic.RoleOfficer, Unit: GreatUnit}}}))
	n, err := node.Open(node.Config{Dir: dir})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(context.Background()) }()
	Ready(t, time.Minute, n)
	began := time.Now()
	for _, w := range wards {
		importWard(t, n, w.Code, residents)
	}
	t.Logf("%d residents imported in %s", residents, time.Since(began).Round(time.Second))
	require.NoError(t, n.Close())
	require.NoError(t, <-ended)
	require.NoError(t, os.WriteFile(dir+".done", nil, 0o600))
	return dir
}

// importWard has a machine read the list of one ward, in which nobody may be missing.
func importWard(t testing.TB, n *node.Node, ward string, residents int) {
	t.Helper()
	people := slices.Collect(of(ward, Town(residents)))
	var list bytes.Buffer
	_, err := sample.WriteCSV(&list, slices.Values(people), sample.Mess{}, sample.CSV{})
	require.NoError(t, err)
	_, err = n.StartImport(command.Actor{}, ward, ward+".csv", list.Bytes())
	require.NoError(t, err)
	var job lookup.ImportJob
	Eventually(t, ofAWard, "the list of "+ward+" to be imported", func() bool {
		jobs := n.Imports()
		i := slices.IndexFunc(jobs, func(j lookup.ImportJob) bool { return j.Unit == ward })
		if i >= 0 {
			job = jobs[i]
		}
		return i >= 0 && job.Finished != nil
	})
	require.Equal(t, "done", job.State, job.Error)
	require.Equal(t, len(people), job.Added, "of %s", ward)
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
