package raft_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// loopback is a StreamLayer over real TCP.
type loopback struct{ net.Listener }

func (loopback) Dial(_, addr string, timeout time.Duration) (net.Conn, error) {
	return net.DialTimeout("tcp", addr, timeout)
}

func TestThreeNodesAgreeOverRealSockets(t *testing.T) {
	var members []raft.Member
	var layers []loopback
	for i := range 3 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		layers = append(layers, loopback{l})
		members = append(members, raft.Member{ID: fmt.Sprint("v", i), Addr: l.Addr().String(), Voter: true})
	}
	dir := t.TempDir()
	var nodes []*raft.Raft
	var machines []*rafttest.Machine
	for i, m := range members {
		machines = append(machines, &rafttest.Machine{})
		r, err := raft.Open(raft.Config{ID: m.ID, Dir: filepath.Join(dir, m.ID), Profile: raft.LAN(), Streams: layers[i],
			Machine: machines[i], Logger: slog.New(slog.DiscardHandler), Bootstrap: members})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, r.Close()) })
		nodes = append(nodes, r)
	}
	agreed := func() bool {
		for _, r := range nodes {
			if _, _, err := r.Propose(t.Context(), []byte("x")); err == nil {
				return true
			}
		}
		return false
	}
	require.Eventually(t, agreed, 30*time.Second, 20*time.Millisecond)
	require.Eventually(t, func() bool {
		for _, m := range machines {
			if len(m.Data()) != 1 {
				return false
			}
		}
		return true
	}, 30*time.Second, 20*time.Millisecond)
}

// What goes over a thin line is what raft writes, compressed by one stream per
// connection, in a TLS record, in an IP packet, and acknowledged.
const (
	tlsRecord = 22 // bytes around one TLS 1.3 record
	ipHeaders = 52 // bytes of IPv4 and TCP with timestamps
)

func TestAnIdleFollowerCostsLessThan15MBADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := rafttest.New(t, rafttest.Options{Voters: 3, Profile: raft.WAN()})
		var mu sync.Mutex
		packets, payload := 0, 0
		squeeze := map[string]*zstd.Encoder{}
		var squeezed bytes.Buffer
		counting := false
		c.Net.Tap = func(from, to string, p []byte) {
			mu.Lock()
			defer mu.Unlock()
			enc := squeeze[from+to]
			if enc == nil {
				var err error
				enc, err = zstd.NewWriter(&squeezed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(64<<10))
				if err != nil {
					panic(err)
				}
				squeeze[from+to] = enc
			}
			squeezed.Reset()
			enc.Write(p)
			enc.Flush()
			if counting {
				packets++
				payload += squeezed.Len()
			}
		}
		for _, n := range c.Running() { // the Tap sees connections made after it was set
			c.Net.Isolate(n.Name)
		}
		c.Net.HealAll()
		c.Leader()
		c.Propose("x")
		time.Sleep(10 * time.Minute)
		mu.Lock()
		counting = true
		mu.Unlock()
		time.Sleep(6 * time.Hour)
		mu.Lock()
		defer mu.Unlock()
		counting = false
		followers := 2
		perDay := 4 * (payload + packets*(tlsRecord+ipHeaders) + packets/2*ipHeaders) / followers
		t.Logf("%.1f MB a day for an idle follower: %d packets of %d bytes on average",
			float64(perDay)/1e6, 4*packets/followers, payload/packets)
		require.Greater(t, packets, 10_000)
		require.Less(t, perDay, 15_000_000)
	})
}

func TestADayWithoutALinkFillsNoLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &counter{}
		c := rafttest.New(t, rafttest.Options{Voters: 3, Profile: raft.WAN(), Logger: slog.New(slog.NewJSONHandler(out, nil))})
		away := c.Followers(c.Leader())[0]
		c.Net.Isolate(away.Name)
		time.Sleep(24 * time.Hour)
		require.NotZero(t, out.bytes())
		require.Less(t, out.bytes(), 1_500_000, "on three nodes together")
	})
}

type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += len(p)
	return len(p), nil
}

func (c *counter) bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}
