//go:build chaos || soak

package nodetest

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
)

const (
	cluster  = "01CG"
	province = "01"
	password = "mat khau de thu"
	officer  = "canbo"
	startsIn = time.Minute
)

// wards are the units of the office's other machines.
func wards() []string { return []string{"00163", "00166"} }

// office is a district office with two wards, each machine a process of its own
// and a voter.
type office struct {
	t        *testing.T
	exe, dir string
	machines []*Process
}

func openOffice(t *testing.T, exe string) *office {
	t.Helper()
	o := &office{t: t, exe: exe, dir: t.TempDir()}
	founder := o.found("district", "cluster", cluster, "--parent", province, "--units", o.units())
	o.machines = append(o.machines, founder)
	for i, ward := range wards() {
		p := o.process("ward-" + strconv.Itoa(i+1))
		token := filepath.Join(o.dir, "token")
		founder.Gocua("invite", filepath.Base(p.Dir), "--unit", ward, "--voter", "--out", token)
		p.Gocua("join", token, "--http", anyAddr, "--peer", anyAddr, "--profile", "lan")
		require.NoError(t, os.Remove(token))
		p.Start()
		o.machines = append(o.machines, p)
	}
	founder.Gocua("user", "add", officer, "--name", "Cán bộ", "--role", "officer", "--unit", cluster, "--password", password)
	for _, p := range o.machines {
		p.AwaitReady(startsIn)
		Eventually(t, startsIn, "three voters at "+p.Name(), func() bool { return voters(o.status(p)) == 3 })
	}
	return o
}

const anyAddr = "127.0.0.1:0"

func (o *office) process(name string) *Process {
	return NewProcess(o.t, o.exe, filepath.Join(o.dir, name))
}

// found makes the first machine of a cluster or a province and starts it.
func (o *office) found(name, tier, code string, more ...string) *Process {
	p := o.process(name)
	p.Gocua(append([]string{"init", "--tier", tier, "--code", code, "--name", code, "--node", name, "--password", password,
		"--http", anyAddr, "--peer", anyAddr, "--profile", "lan"}, more...)...)
	p.Start()
	p.AwaitReady(startsIn)
	return p
}

// units writes the file with the wards and a hamlet in each.
func (o *office) units() string {
	var all []civic.Unit
	for _, ward := range wards() {
		all = append(all, civic.Unit{Code: ward, Name: "Phường " + ward, Kind: civic.UnitWard, Parent: cluster},
			civic.Unit{Code: ward + "-01", Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: ward})
	}
	raw, err := json.Marshal(all)
	require.NoError(o.t, err)
	path := filepath.Join(o.dir, "units.json")
	require.NoError(o.t, os.WriteFile(path, raw, 0o600))
	return path
}

// status asks a machine how it is; the zero status if it does not answer.
func (o *office) status(p *Process) (s lookup.Status) {
	c := OwnerOf(o.t, p.Dir)
	c.read("/status", &s)
	return s
}

func voters(s lookup.Status) (n int) {
	for _, m := range s.Members {
		if m.Voter {
			n++
		}
	}
	return n
}

// awaitLeader waits until one machine leads, and says which.
func (o *office) awaitLeader() (leader int) {
	o.t.Helper()
	Eventually(o.t, startsIn, "a leader", func() bool {
		for i, p := range o.machines {
			if p.Running() && o.status(p).Role == "leader" {
				leader = i
				return true
			}
		}
		return false
	})
	return leader
}

// readers signs the officer in at every machine.
func (o *office) readers() (clients []*Client) {
	for _, p := range o.machines {
		clients = append(clients, SignIn(o.t, p.URL(), officer, password))
	}
	return clients
}

// chaosSeed is a new one each time, unless somebody wants one again.
func chaosSeed(t *testing.T) uint64 {
	if wanted := os.Getenv("GOCUA_CHAOS_SEED"); wanted != "" {
		seed, err := strconv.ParseUint(wanted, 10, 64)
		require.NoError(t, err)
		return seed
	}
	return rand.Uint64()
}

// reviews counts what waits for a person at a machine.
func reviews(c *Client) int {
	var list struct{ Items []json.RawMessage }
	require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/review?limit=200", nil, &list))
	return len(list.Items)
}
