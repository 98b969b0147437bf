package nodetest

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/store/civic"
	"gocua/store/command"
)

// lines are real connections between machines that a test cuts one pair at a time.
type lines struct {
	mu    sync.Mutex
	cut   map[[2]string]bool
	at    map[string]string // whose address it is
	conns map[net.Conn][2]string
}

// end is one machine's end of the lines.
type end struct {
	*lines
	name string
}

var errCut = errors.New("the line is cut")

func (e end) Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	if err == nil {
		e.mu.Lock()
		e.at[l.Addr().String()] = e.name
		e.mu.Unlock()
	}
	return l, err
}

func (e end) Dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	between := [2]string{min(e.name, e.at[addr]), max(e.name, e.at[addr])}
	if e.cut[between] {
		return nil, errors.Join(errCut, c.Close())
	}
	e.conns[c] = between
	return c, nil
}

// set cuts or heals the lines between one machine and others.
func (l *lines) set(up bool, name string, others ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, other := range others {
		l.cut[[2]string{min(name, other), max(name, other)}] = !up
	}
	for c, between := range l.conns {
		if l.cut[between] {
			c.Close()
			delete(l.conns, c)
		}
	}
}

// neighbourhood is an office with three wards, without pages.
type neighbourhood struct {
	t       *testing.T
	dir     string
	lines   *lines
	on      map[string]*node.Node
	officer command.Actor
}

const clusterCode = "01CG"

func startCluster(t *testing.T) *neighbourhood {
	t.Helper()
	c := &neighbourhood{t: t, dir: t.TempDir(), on: map[string]*node.Node{},
		lines: &lines{cut: map[[2]string]bool{}, at: map[string]string{}, conns: map[net.Conn][2]string{}}}
	units := []civic.Unit{{Code: clusterCode, Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster}}
	for _, w := range []string{"00166", "00167", "00168"} {
		units = append(units, civic.Unit{Code: w, Name: "Phường " + w, Kind: civic.UnitWard, Parent: clusterCode},
			civic.Unit{Code: w + "-01", Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: w})
	}
	require.NoError(t, node.Init(node.Founding{Dir: filepath.Join(c.dir, "office"), Node: "office", Unit: clusterCode, Units: units,
		HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: clusterCode, Name: "Cụm Cầu Giấy", Tier: civic.TierCluster, Generation: 1}}))
	c.start("office")
	c.ready("office")
	for name, unit := range map[string]string{"ward-1": "00166", "ward-2": "00167", "ward-3": "00168"} {
		token, err := c.on["office"].Invite(name, unit, name != "ward-2")
		require.NoError(t, err)
		_, err = node.Join(t.Context(), node.Joining{Dir: filepath.Join(c.dir, name), Token: token.String(),
			HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN})
		require.NoError(t, err)
		c.start(name)
	}
	Eventually(t, startPatience, "four members, three of them voters", func() bool {
		voters, members := 0, c.on["ward-2"].Status(false).Members
		for _, m := range members {
			if m.Voter {
				voters++
			}
		}
		return len(members) == 4 && voters == 3
	})
	o := civic.PutOfficer{ID: command.NewID(), User: "lan.nt", Name: "Nguyễn Thị Lan", Role: civic.RoleSupervisor, Unit: clusterCode}
	c.officer.Officer = o.ID
	c.ask("office", command.Actor{}, civic.KindOfficerPut, clusterCode, o)
	c.agree()
	return c
}

func (c *neighbourhood) start(name string) {
	c.t.Helper()
	n, err := node.Open(node.Config{Dir: filepath.Join(c.dir, name), Sim: &node.Sim{Net: end{c.lines, name}}})
	require.NoError(c.t, err)
	c.on[name] = n
	go func() { _ = n.Run(context.Background()) }() // Close ends it
	c.t.Cleanup(func() { require.NoError(c.t, n.Close()) })
}

func (c *neighbourhood) stop(name string) {
	c.t.Helper()
	require.NoError(c.t, c.on[name].Close())
	delete(c.on, name)
}

func (c *neighbourhood) ready(name string) {
	c.t.Helper()
	Ready(c.t, startPatience, c.on[name])
	Eventually(c.t, startPatience, name+" to know who leads, and nothing to wait", func() bool {
		s := c.on[name].Status(false)
		return s.Leader != "" && s.Outbox.Waiting == 0
	})
}

// agree waits until all machines that are on stand at one place, with one chain.
func (c *neighbourhood) agree() {
	c.t.Helper()
	Eventually(c.t, startPatience, "all to agree", func() bool {
		places, waiting := map[uint64]string{}, 0
		for _, n := range c.on {
			s := n.Status(false)
			require.Empty(c.t, s.Failed)
			if chain := places[s.Digest.Index]; chain != "" {
				require.Equal(c.t, chain, s.Digest.Chain)
			}
			places[s.Digest.Index] = s.Digest.Chain
			waiting += s.Outbox.Waiting
		}
		return len(places) == 1 && waiting == 0
	})
}

// ask captures one command at a machine and does not wait for what becomes of it.
func (c *neighbourhood) ask(at string, by command.Actor, kind command.Kind, unit string, body any) command.ID {
	c.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(c.t, err)
	id := command.NewID()
	_, err = c.on[at].Desk().Submit(c.t.Context(), by, []command.Draft{{ID: id, Kind: kind, Unit: unit, Body: raw}}, 0)
	require.NoError(c.t, err)
	return id
}

// doors captures n households at ward 2, one after the other.
func (c *neighbourhood) doors(n int) (ids []command.ID) {
	c.t.Helper()
	for range n {
		ids = append(ids, c.ask("ward-2", c.officer, civic.KindHouseholdPut, "00167",
			civic.PutHousehold{ID: command.NewID(), Hamlet: "00167-01", Address: "Số 21"}))
	}
	return ids
}

// decided reports whether a machine knows all of these as agreed, in their order.
func (c *neighbourhood) decided(at string, ids []command.ID) bool {
	last := uint64(0)
	for _, id := range ids {
		d, _, _ := c.on[at].Desk().Command(id)
		if d.Outcome.Status != command.Accepted {
			return false
		}
		require.GreaterOrEqual(c.t, d.Outcome.FeedFrom, last, "decided out of order")
		last = d.Outcome.FeedTo
	}
	return true
}

// others lists the machines but these.
func (c *neighbourhood) others(but ...string) (names []string) {
	for name := range c.on {
		if name != but[0] && name != but[len(but)-1] {
			names = append(names, name)
		}
	}
	return names
}

// TestAWardThatReachesOnlyANeighbourIsCarried cuts ward 2 from all but one
// machine that does not lead, and then that one from all others too.
func TestAWardThatReachesOnlyANeighbourIsCarried(t *testing.T) {
	beside(t)
	c := startCluster(t)
	leader := c.on["ward-2"].Status(false).Leader
	carrier := map[string]string{"office": "ward-1", "ward-1": "ward-3", "ward-3": "ward-1"}[leader]
	c.lines.set(false, "ward-2", c.others("ward-2", carrier)...)
	Eventually(t, startPatience, "ward 2 to miss the leader", func() bool { return c.on["ward-2"].Status(false).Leader == "" })
	first := c.doors(5)
	took := Eventually(t, 10*time.Second, "ward 2 to hear what became of it, through "+carrier, func() bool {
		return c.on["ward-2"].Status(false).Outbox.Waiting == 0
	})
	require.True(t, c.decided("ward-2", first))
	t.Logf("5 commands were decided through %s while %s leads, %v after the first was captured", carrier, leader, took.Round(time.Millisecond))
	Eventually(t, 10*time.Second, "the others to know it", func() bool { return c.decided(leader, first) && c.decided(carrier, first) })
	require.Empty(t, c.on[carrier].Status(false).Carried)

	c.lines.set(false, carrier, c.others(carrier, "ward-2")...)
	Eventually(t, startPatience, carrier+" to miss the leader", func() bool { return c.on[carrier].Status(false).Leader == "" })
	held := c.doors(7)
	Eventually(t, 20*time.Second, carrier+" to hold copies", func() bool {
		carried := c.on[carrier].Status(false).Carried
		return len(carried) == 1 && carried[0].For == "ward-2" && carried[0].Waiting == 7
	})
	Eventually(t, 10*time.Second, "ward 2 to say so", func() bool {
		s := c.on["ward-2"].Status(false).Outbox
		return s.Waiting == 7 && s.HandedTo == carrier && s.Handed == 7
	})

	c.stop("ward-2")
	c.stop(leader)
	c.stop(carrier)
	c.lines.set(true, carrier, "office", "ward-1", "ward-2", "ward-3")
	c.start(carrier)
	third := c.others("ward-2", carrier)[0]
	took = Eventually(t, 30*time.Second, "the copies to be decided without the ward they came from", func() bool { return c.decided(third, held) })
	t.Logf("7 copies were decided %v after %s was switched on again; ward 2 and %s stayed off", took.Round(time.Millisecond), carrier, leader)
	Eventually(t, 10*time.Second, "an outcome to settle every copy", func() bool { return len(c.on[carrier].Status(false).Carried) == 0 })

	c.lines.set(true, "ward-2", "office", "ward-1", "ward-3")
	c.start("ward-2")
	c.start(leader)
	Eventually(t, 30*time.Second, "ward 2 to hear it", func() bool { return c.on["ward-2"].Status(false).Outbox.Waiting == 0 })
	require.True(t, c.decided("ward-2", held))
	c.agree()
}
