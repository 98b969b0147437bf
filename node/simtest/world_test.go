package simtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/raft/rafttest"
	"gocua/store/civic"
)

// The district of every story: the office and four wards, three of the five
// machines voting, and the province above them.
const (
	provinceCode = "01"
	clusterCode  = "01CG"
	hamletsEach  = 3
)

func wardCode(i int) string           { return fmt.Sprintf("0016%d", i) }
func hamletCode(ward, i int) string   { return fmt.Sprintf("%s-%d", wardCode(ward), i) }
func addressOf(machine string) string { return machine + ":8790" }

// world is the machines and the network between them.
type world struct {
	t        testing.TB
	dir      string
	profile  string
	log      *slog.Logger
	net      *rafttest.Network
	meter    *meter
	province *machine
	cluster  []*machine // the office, then the wards
}

// machine is one PC: what is on its disk, and the program while it is on.
type machine struct {
	world *world
	name  string
	unit  string
	voter bool
	skew  time.Duration // how wrong its clock is

	node *node.Node // nil: switched off
	done chan error
}

// newWorld founds the cluster and its province as an office would, and returns
// when all machines agree who votes.
func newWorld(t testing.TB, profile string, skews []time.Duration, log *slog.Logger) *world {
	w := &world{t: t, dir: t.TempDir(), profile: profile, log: log, net: rafttest.NewNetwork(), meter: newMeter()}
	w.province = &machine{world: w, name: "province", unit: provinceCode}
	w.cluster = []*machine{{world: w, name: "district", unit: clusterCode, voter: true}}
	for i := 1; i <= 4; i++ {
		w.cluster = append(w.cluster, &machine{world: w, name: fmt.Sprint("ward-", i), unit: wardCode(i), voter: i <= 2})
	}
	for i, m := range w.cluster {
		m.skew = skews[i]
	}
	w.found()
	w.join()
	return w
}

func (w *world) machines() []*machine { return append([]*machine{w.province}, w.cluster...) }

func (w *world) found() {
	units := []civic.Unit{{Code: clusterCode, Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster}}
	for ward := 1; ward <= 4; ward++ {
		units = append(units, civic.Unit{Code: wardCode(ward), Name: fmt.Sprint("Phường ", ward), Kind: civic.UnitWard, Parent: clusterCode})
		for i := 1; i <= hamletsEach; i++ {
			units = append(units, civic.Unit{Code: hamletCode(ward, i), Name: fmt.Sprint("Tổ ", i), Kind: civic.UnitHamlet, Parent: wardCode(ward)})
		}
	}
	for m, f := range map[*machine]node.Founding{
		w.province: {Identity: civic.Identity{Code: provinceCode, Name: "TP Hà Nội", Tier: civic.TierProvince, Generation: 1},
			Units: []civic.Unit{{Code: provinceCode, Name: "TP Hà Nội", Kind: civic.UnitProvince}}},
		w.cluster[0]: {Identity: civic.Identity{Code: clusterCode, Name: "Cụm Cầu Giấy", Tier: civic.TierCluster, Generation: 1}, Units: units},
	} {
		f.Dir, f.Node, f.Unit, f.Profile = m.dir(), m.name, m.unit, w.profile
		f.HTTP, f.Peer = "127.0.0.1:0", addressOf(m.name)
		require.NoError(w.t, node.Init(f))
		m.start()
		w.await(m.name+" to be founded", func() bool { return len(m.node.Ready()) == 0 && m.waiting() == 0 })
	}
	up, err := w.province.node.Card()
	require.NoError(w.t, err)
	down, err := w.cluster[0].node.Card()
	require.NoError(w.t, err)
	require.NoError(w.t, w.province.node.Enroll(w.t.Context(), down))
	require.NoError(w.t, w.cluster[0].node.Enroll(w.t.Context(), up))
}

func (w *world) join() {
	for _, m := range w.cluster[1:] {
		token, err := w.cluster[0].node.Invite(m.name, m.unit, m.voter)
		require.NoError(w.t, err)
		_, err = node.Join(w.t.Context(), node.Joining{Dir: m.dir(), Token: token.String(), HTTP: "127.0.0.1:0", Peer: addressOf(m.name), Profile: w.profile, Sim: m.sim()})
		require.NoError(w.t, err)
		m.start()
	}
	w.await("all to be members with their votes", func() bool {
		for _, m := range w.cluster {
			votes := 0
			members := m.node.Status(false).Members
			for _, other := range members {
				if other.Voter {
					votes++
				}
			}
			if len(members) != len(w.cluster) || votes != 3 || len(m.node.Ready()) > 0 {
				return false
			}
		}
		return true
	})
}

// await lets time pass until a condition holds.
func (w *world) await(what string, ok func() bool) time.Duration {
	w.t.Helper()
	began := time.Now()
	for !ok() {
		require.Less(w.t, time.Since(began), 6*time.Hour, "waited too long for "+what)
		time.Sleep(100 * time.Millisecond)
	}
	return time.Since(began)
}

// close switches everything off.
func (w *world) close() {
	for _, m := range w.machines() {
		if m.node != nil {
			m.stop()
		}
	}
}

func (m *machine) dir() string { return filepath.Join(m.world.dir, m.name) }

func (m *machine) start() {
	m.world.t.Helper()
	n, err := node.Open(node.Config{Dir: m.dir(), Log: m.world.log, Clock: func() time.Time { return time.Now().Add(m.skew) },
		Room: plenty, Sim: m.sim()})
	require.NoError(m.world.t, err, m.name)
	m.node, m.done = n, make(chan error, 1)
	go func() { m.done <- n.Run(context.Background()) }()
}

// plenty is a disk that never fills up: nobody asks the system about it every five seconds of a day.
func plenty() (int64, error) { return 1 << 40, nil }

// sim is the machine's place in the simulation.
func (m *machine) sim() *node.Sim {
	return &node.Sim{Net: m.world.meter.at(m.world.net, addressOf(m.name))}
}

func (m *machine) stop() {
	m.world.t.Helper()
	require.NoError(m.world.t, errors.Join(m.node.Close(), <-m.done), m.name)
	m.node = nil
}

func (m *machine) waiting() int { return m.node.Status(false).Outbox.Waiting }

// leads reports whether the machine believes to lead.
func (m *machine) leads() bool {
	if m.node == nil {
		return false
	}
	_, _, self := m.node.Leader()
	return self
}
