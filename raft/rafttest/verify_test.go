package rafttest_test

import (
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"gocua/raft"
	"gocua/raft/rafttest"
)

// trial is a test that is expected to fail.
type trial struct {
	testing.TB
	failed bool
}

func (t *trial) Errorf(string, ...any) { t.failed = true }
func (t *trial) Helper()               {}
func (t *trial) FailNow() {
	t.failed = true
	runtime.Goexit()
}

// fails runs do with a cluster's test replaced, and reports whether it failed.
func fails(t *testing.T, do func(tb testing.TB)) bool {
	on := &trial{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(on)
	}()
	<-done
	return on.failed
}

func TestTheCheckersSeeADifference(t *testing.T) {
	entries := func(data string) []raft.Entry {
		return []raft.Entry{{Index: 1, Term: 1}, {Index: 2, Term: 1, Data: []byte(data)}}
	}
	for name, c := range map[string]struct {
		second []raft.Entry
		wrong  bool
	}{
		"equal":            {entries("a"), false},
		"one is behind":    {entries("a")[:1], false},
		"one is empty":     {nil, false},
		"other data":       {entries("b"), true},
		"other term":       {[]raft.Entry{{Index: 1, Term: 2}}, true},
		"an entry skipped": {entries("a")[1:], true},
	} {
		t.Run(name, func(t *testing.T) {
			got := fails(t, func(tb testing.TB) {
				cl := rafttest.New(tb, rafttest.Options{})
				for name, e := range map[string][]raft.Entry{"x": entries("a"), "y": c.second} {
					_, err := cl.Add(name).Machine.Apply(e)
					require.NoError(t, err)
				}
				cl.SameMachines()
			})
			require.Equal(t, c.wrong, got)
		})
	}
}

func TestTheLogCheckerSeesADifference(t *testing.T) {
	for name, second := range map[string]string{"equal": "a", "other data": "b"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got := fails(t, func(tb testing.TB) {
					one := rafttest.New(tb, rafttest.Options{Voters: 1})
					one.Propose("a")
					two := rafttest.New(tb, rafttest.Options{Voters: 1})
					two.Propose(second)
					two.Close()
					stranger := one.Add("x")
					stranger.Dir, stranger.Machine = two.Nodes[0].Dir, two.Nodes[0].Machine
					if compared := one.SameLogs(); compared < 2 {
						tb.Errorf("compared only %d", compared)
					}
				})
				require.Equal(t, second != "a", got)
			})
		})
	}
}
