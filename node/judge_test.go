package node

import (
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/storetest"
)

func TestTheLargerGroupIsRightAndOfTwoEqualOnesTheLeaders(t *testing.T) {
	voters := []string{"a", "b", "c"}
	for _, tc := range []struct {
		rule   string
		values map[string]string
		leader string
		want   map[string]ruling
	}{
		{"one of three is wrong", map[string]string{"a": "x", "b": "x", "c": "y"}, "a", map[string]ruling{"a": goesOn, "b": goesOn, "c": stops}},
		{"the leader is the one", map[string]string{"a": "x", "b": "x", "c": "y"}, "c", map[string]ruling{"a": goesOn, "b": goesOn, "c": stops}},
		{"nobody leads, yet most agree", map[string]string{"a": "x", "b": "x", "c": "y"}, "", map[string]ruling{"a": goesOn, "b": goesOn, "c": stops}},
		{"two against each other: the leader goes on", map[string]string{"a": "x", "b": "y"}, "a", map[string]ruling{"a": goesOn, "b": stops}},
		{"two against each other and no leader", map[string]string{"a": "x", "b": "y"}, "", map[string]ruling{"a": waits, "b": waits}},
		{"two, and the leader does not know any more", map[string]string{"a": "x", "b": "y"}, "c", map[string]ruling{"a": waits, "b": waits}},
		{"three that all differ: only the leader goes on", map[string]string{"a": "x", "b": "y", "c": "z"}, "b", map[string]ruling{"a": stops, "b": goesOn, "c": stops}},
		{"one voter and a standby prove nothing", map[string]string{"a": "x", "s": "y"}, "a", map[string]ruling{"a": waits, "s": waits}},
		{"standbys count once most voters have answered", map[string]string{"a": "x", "b": "y", "s": "y", "s2": "y"}, "a", map[string]ruling{"a": stops, "b": goesOn, "s": goesOn}},
		{"who does not know its own value says nothing", map[string]string{"a": "x", "b": "x"}, "a", map[string]ruling{"c": waits}},
	} {
		for node, want := range tc.want {
			p := poll{values: tc.values, voters: voters, leader: tc.leader}
			require.Equal(t, want, p.judge(node), "%s: %s", tc.rule, node)
		}
	}
}

// cluster founds one of three voters, the district office and two wards, and
// returns who may ask for anything there.
func cluster(t *testing.T) (nodes []*Node, by command.ID) {
	t.Helper()
	first := run(t, found(t))
	nodes = append(nodes, first)
	for _, name := range []string{"ward-1", "ward-2"} {
		dir := joinedBy(t, first, name, true)
		n := run(t, open(t, dir))
		eventually(t, name+" to vote", n.settled)
		nodes = append(nodes, n)
	}
	return nodes, supervisor(t, first)
}

// household is a form about somebody's home.
func household(t *testing.T) command.Draft {
	t.Helper()
	return draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: "Số 21"})
}

// resident is a form about somebody without a home.
func resident(t *testing.T) command.Draft {
	t.Helper()
	return draftOf(t, civic.KindResidentPut, wardCode, map[string]any{"id": command.NewID(), "name": "Trần Thị Mẫu", "birth": "1955", "sex": "female"})
}

// again opens the machine of a stopped one's directory and runs it.
func again(t *testing.T, was *Node, table *command.Table) *Node {
	t.Helper()
	n, err := Open(Config{Dir: was.cfg.Dir, Table: table})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	go func() { _ = n.Run(t.Context()) }()
	return n
}

func leaderOf(t *testing.T, nodes ...*Node) (leader *Node) {
	t.Helper()
	eventually(t, "a leader", func() bool {
		for _, n := range nodes {
			if _, _, self := n.Leader(); self && n.raft.IsLeader() {
				leader = n
				return true
			}
		}
		return false
	})
	return leader
}

// ward stands for one that differs: it is not the leader.
func ward(t *testing.T, nodes []*Node) (one *Node, others []*Node) {
	t.Helper()
	leader := leaderOf(t, nodes...)
	for _, n := range nodes {
		if n != leader && one == nil {
			one = n
		} else {
			others = append(others, n)
		}
	}
	return one, others
}

// altered changes the name of a hamlet on the disk of a machine, behind its back.
func altered(t *testing.T, n *Node) {
	t.Helper()
	require.NoError(t, n.Close())
	keys, err := trust.OpenKeys(n.cfg.Dir, trust.Way{})
	require.NoError(t, err)
	key := keys.Base()
	require.NoError(t, storetest.Alter(n.path("register"), key, civic.TypeUnit, hamletCode, func(value []byte) []byte {
		require.Contains(t, string(value), "Tổ 1")
		return bytes.Replace(value, []byte("Tổ 1"), []byte("Tổ 7"), 1)
	}))
}

// marked has a mark agreed that all machines have read, and waits until so. One
// that has stopped meanwhile reads none, one that is busy leaves a mark out.
func marked(t *testing.T, nodes []*Node, what string, so func() bool) {
	t.Helper()
	eventually(t, "a mark of all", func() bool {
		leader := leaderOf(t, nodes...)
		at := leader.markNow(t.Context(), agreedAt(leader))
		for _, n := range nodes {
			eventually(t, n.ID()+" to be at the mark", func() bool {
				return agreedAt(n) >= at && !n.marks.reading.Load() || n.raft.Err() != nil
			})
			if _, read := n.marks.at(at); !read && n.raft.Err() == nil {
				return false
			}
		}
		return true
	})
	eventually(t, what, so)
}

// standsStill checks all that must hold of a machine that stopped because it
// differs: what it says, that it captures, and that a new start changes nothing.
func standsStill(t *testing.T, by command.ID, n *Node, others []*Node) (captured command.ID) {
	t.Helper()
	s := n.Status(false)
	require.Equal(t, "differs", s.FailedCode)
	require.NotZero(t, s.FailedIndex)
	require.Contains(t, s.Failed, "differs from "+others[0].ID())
	require.Len(t, n.Ready(), 1)
	require.Contains(t, n.Ready()[0], "differs")

	d, before := household(t), agreedAt(n)
	must(t, leaderOf(t, others...), by, household(t), household(t))
	decided, err := n.capture.Submit(t.Context(), command.Actor{Officer: by}, []command.Draft{d}, 0)
	require.NoError(t, err)
	require.Equal(t, command.Waiting, decided[0].Outcome.Status, "saved here")
	require.Equal(t, before, agreedAt(n), "it applies nothing")
	for _, other := range others {
		require.NoError(t, other.raft.Err())
		require.Empty(t, other.Status(false).FailedCode)
		require.Empty(t, other.Ready())
		eventually(t, "the others to say who differs", func() bool {
			for _, m := range other.Status(false).Members {
				if m.Node == n.ID() {
					return m.Digest == lookup.DigestDiffers && m.Stopped == "differs"
				}
			}
			return false
		})
	}
	return d.ID
}

// agreedAt is where the register of a machine stands.
func agreedAt(n *Node) uint64 {
	at, _ := n.reg.Applied()
	return at
}

func TestAMachineWhoseDiskHoldsAnotherRecordStopsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	wrong, others := ward(t, nodes)
	altered(t, wrong)
	wrong = again(t, wrong, nil)
	marked(t, append(others, wrong), "the difference to be found", func() bool { return wrong.raft.Err() != nil })
	captured := standsStill(t, by, wrong, others)
	require.NoError(t, wrong.Close())

	wrong = again(t, wrong, nil)
	eventually(t, "it to know why it must not go on", func() bool { return wrong.Status(false).FailedCode == "differs" })
	eventually(t, "what it captured to be agreed all the same, over a machine that is right", func() bool {
		_, ok := others[0].here.Outcome(captured)
		return ok
	})
	status, raw := owner(t, wrong, control(t, wrong).Token, http.MethodGet, "/status", nil)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(raw), `"failedCode":"differs"`)
	require.NoError(t, wrong.Close())

	require.NoError(t, Rebuild(wrong.cfg.Dir))
	wrong = again(t, wrong, nil)
	eventually(t, "a new register from the log", func() bool {
		return agreedAt(wrong) == agreedAt(others[0]) && wrong.box.Stats().Waiting == 0
	})
	require.NoError(t, wrong.raft.Err())
	marked(t, append(others, wrong), "a mark both have", func() bool {
		a, b := others[0].marks.last.Load(), wrong.marks.last.Load()
		return a != nil && b != nil && *a == *b
	})
	require.NoError(t, wrong.raft.Err())
}

func TestALeaderThatDiffersHandsOverAndStops(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	wrong, others := ward(t, nodes)
	altered(t, wrong)
	wrong = again(t, wrong, nil)
	all := append(others, wrong)
	leader := leaderOf(t, all...)
	eventually(t, "the wrong one to have caught up and lead", func() bool {
		_ = leader.raft.Transfer(t.Context(), wrong.ID())
		leader = leaderOf(t, all...)
		return leader == wrong
	})
	marked(t, all, "the difference to be found", func() bool { return wrong.raft.Err() != nil })
	require.NotEqual(t, wrong, leaderOf(t, others...))
	standsStill(t, by, wrong, others)
}

// otherBuild decides household.put differently, as a build with a mistake would,
// or does not know a kind, as an older one.
func otherBuild(without command.Kind) *command.Table {
	var kinds []command.Spec
	for _, k := range civic.Table().Kinds() {
		switch {
		case k.Kind == without:
		case k.Kind == civic.KindHouseholdPut && without == 0:
			kinds = append(kinds, command.Of[mistaken](k.Kind, k.Name))
		default:
			kinds = append(kinds, k)
		}
	}
	return command.NewTable(lenient{}, kinds, civic.Table().Records())
}

type mistaken civic.PutHousehold

func (m mistaken) Decide(v command.View, e command.Envelope) command.Decision {
	m.Address += "?"
	return civic.PutHousehold(m).Decide(v, e)
}

// lenient lets everything through: what these tests ask for is allowed anyway.
type lenient struct{}

func (lenient) Admit(command.View, command.Spec, command.Envelope) *command.Error { return nil }

func (lenient) Settle(_ command.View, _ command.Spec, _ command.Envelope, d command.Decision) command.Decision {
	return d
}

func TestAMachineThatDecidesOtherwiseStopsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	wrong, others := ward(t, nodes)
	require.NoError(t, wrong.Close())
	wrong = again(t, wrong, otherBuild(0))
	settle(t, wrong)
	must(t, leaderOf(t, others...), by, household(t))
	eventually(t, "the difference to be found", func() bool { return wrong.raft.Err() != nil })
	standsStill(t, by, wrong, others)
}

// An entry of a kind this build does not know, as an older build meets it.
func TestAMachineThatMeetsAKindItDoesNotKnowStandsThereAndGoesOnWithABuildThatDoes(t *testing.T) {
	t.Parallel()
	nodes, by := cluster(t)
	old, others := ward(t, nodes)
	require.NoError(t, old.Close())
	old = again(t, old, otherBuild(civic.KindHouseholdPut))
	settle(t, old)
	leader := leaderOf(t, others...)
	must(t, leader, by, resident(t))
	decided, err := leader.capture.Submit(t.Context(), command.Actor{Officer: by}, []command.Draft{household(t)}, patience)
	require.NoError(t, err)
	require.Equal(t, command.Accepted, decided[0].Outcome.Status, "%+v", decided[0].Outcome)
	poison := decided[0].Outcome.Index
	must(t, leader, by, resident(t), resident(t))

	stands := func() {
		eventually(t, "it to stand at the entry", func() bool { return old.Status(false).FailedIndex == poison })
		s := old.Status(false)
		require.Equal(t, "unknown_kind", s.FailedCode)
		require.Less(t, s.Digest.Index, poison, "nothing from there on was applied")
		require.Len(t, old.Ready(), 1)
		require.Contains(t, old.Ready()[0], fmt.Sprintf("unknown_kind, entry %d", poison))
	}
	stands()
	page, err := http.Get(old.URL() + "/vao")
	require.NoError(t, err)
	require.NoError(t, page.Body.Close())
	require.Equal(t, http.StatusOK, page.StatusCode, "pages work")
	d := resident(t)
	decided, err = old.capture.Submit(t.Context(), command.Actor{Officer: by}, []command.Draft{d}, 0)
	require.NoError(t, err)
	require.Equal(t, command.Waiting, decided[0].Outcome.Status)
	require.NoError(t, old.Close())

	old = again(t, old, otherBuild(civic.KindHouseholdPut))
	stands()
	require.NoError(t, old.Close())

	old = again(t, old, nil)
	eventually(t, "all it missed and all it captured", func() bool {
		o, ok := leader.here.Outcome(d.ID)
		return agreedAt(old) == agreedAt(leader) && old.box.Stats().Waiting == 0 && ok && o.Status == command.Accepted
	})
	require.NoError(t, old.raft.Err())
	a, b := leader.Status(true).Digest, old.Status(true).Digest
	require.Equal(t, a, b)
}
