//go:build soak && linux

package nodetest

import (
	"bytes"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/roster/sample"
)

const (
	idleResidents = 13_000
	idleMemory    = 100 // MB of its own that a machine may keep while nobody works
	idleFor       = 30 * time.Second
)

// TestSoakAMachineWith13000ResidentsIdlesInLittleMemory takes a ward's list in, starts
// the machine anew as in the morning, has somebody look around, and leaves it alone.
func TestSoakAMachineWith13000ResidentsIdlesInLittleMemory(t *testing.T) {
	o := &office{t: t, exe: Build(t), dir: t.TempDir()}
	p := o.found("district", "cluster", cluster, "--parent", province, "--units", o.units())
	p.Gocua("user", "add", officer, "--name", "Cán bộ", "--role", "officer", "--unit", wards()[0], "--password", password)
	ward := sample.Ward(wards()[0], "Phường", 1)
	var list bytes.Buffer
	_, err := sample.WriteCSV(&list, sample.Make(sample.Config{Seed: 7, Residents: idleResidents, Units: []sample.Unit{ward}}), sample.Mess{}, sample.CSV{})
	require.NoError(t, err)
	path := filepath.Join(o.dir, "list.csv")
	require.NoError(t, os.WriteFile(path, list.Bytes(), 0o600))
	took := time.Now()
	p.Gocua("import", path, "--unit", wards()[0])
	imported := time.Since(took)

	p.Kill()
	p.Start()
	p.AwaitReady(startsIn)
	c := SignIn(t, p.URL(), officer, password)
	for _, name := range []string{"nguyen", "tran", "le"} {
		Eventually(t, startsIn, "somebody to be found", func() bool {
			var hits struct{ Items []struct{} }
			return c.Call(http.MethodGet, "/api/v1/residents?q="+url.QueryEscape(name), nil, &hits) == http.StatusOK && len(hits.Items) > 0
		})
	}
	busy := p.Anonymous()
	var most float64
	look := time.NewTicker(time.Second)
	defer look.Stop()
	for end := time.Now().Add(idleFor); time.Now().Before(end); <-look.C {
		most = max(most, p.Anonymous())
	}
	t.Logf("%d residents (imported in %v): RssAnon %.1f MB after work, at most %.1f MB in %v idle, %.1f MB at the end", idleResidents, imported.Round(time.Millisecond), busy, most, idleFor, p.Anonymous())
	require.Less(t, p.Anonymous(), float64(idleMemory))
}
