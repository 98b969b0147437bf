package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/raft"
)

// thin is a machine of a cluster on thin lines that follows "district".
func thin(now time.Time) *Node {
	n := &Node{cfg: Config{Clock: func() time.Time { return now }}, id: &trust.Identity{Name: trust.Name{Node: "ward-1"}}, self: remembered{Profile: ProfileWAN},
		clock: &timekeeper{own: func() time.Time { return now }, floor: func() int64 { return 0 }, members: func() []raft.Member { return nil }}}
	n.leader.Store(&raft.Leadership{ID: "district", Addr: "10.0.0.1:8790"})
	return n
}

func TestOnAThinLineOnlyTheLeaderIsGreeted(t *testing.T) {
	others := []raft.Member{{ID: "ward-2"}, {ID: "district"}, {ID: "ward-3"}}
	for _, c := range []struct {
		name  string
		spoil func(n *Node)
		want  int
	}{
		{"a follower", func(*Node) {}, 1},
		{"one building", func(n *Node) { n.self.Profile = ProfileLAN }, -1},
		{"nobody leads", func(n *Node) { n.leader.Store(&raft.Leadership{}) }, -1},
		{"it leads itself", func(n *Node) { n.leader.Store(&raft.Leadership{ID: "ward-1", Self: true}) }, -1},
		{"a leader that is no member any more", func(n *Node) { n.leader.Store(&raft.Leadership{ID: "ward-9"}) }, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := thin(time.Now())
			c.spoil(n)
			require.Equal(t, c.want, n.whoTells(others))
		})
	}
}

func TestWhatTheLeaderHeardIsAsOldAsWhenItWasHeard(t *testing.T) {
	now := time.Now()
	n := thin(now)
	n.near.note("ward-4", now.Add(-time.Second), hello{Index: 9})
	fresh := n.learn(hello{Index: 10, Others: []hearsay{
		{"ward-1", 1000, hello{Index: 7}}, // this machine itself
		{"ward-2", 90_000, hello{Index: 10, Chain: "aa", Clock: now.UnixMilli() - 90_000}},
		{"ward-3", (9 * time.Hour).Milliseconds(), hello{Index: 3}}, // switched off
		{"ward-4", 60_000, hello{Index: 8}},                         // heard later by this machine
		{"ward-5", -5, hello{Index: 99}},                            // nonsense
	}})
	require.Equal(t, map[string]bool{"ward-2": true, "ward-3": false, "ward-4": true}, fresh, "who is not fresh is greeted")
	for node, want := range map[string]heard{
		"ward-2": {now.Add(-90 * time.Second), hello{Index: 10, Chain: "aa", Clock: now.UnixMilli() - 90_000}},
		"ward-3": {now.Add(-9 * time.Hour), hello{Index: 3}},
		"ward-4": {now.Add(-time.Second), hello{Index: 9}},
	} {
		h, ok := n.near.of(node)
		require.True(t, ok, node)
		require.Equal(t, want, h, node)
	}
	for _, node := range []string{"ward-1", "ward-5"} {
		_, ok := n.near.of(node)
		require.False(t, ok, node)
	}
	skew, ok := n.clock.skewOf("ward-2")
	require.True(t, ok)
	require.InDelta(t, 0, skew, 1000, "its clock went on meanwhile")
	_, ok = n.clock.skewOf("ward-3")
	require.False(t, ok, "a clock read nine hours ago proves nothing")
}
