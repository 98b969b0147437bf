package raft

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"testing"
	"time"

	hraft "github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"
)

func TestTheBootTable(t *testing.T) {
	for _, c := range []struct {
		name string
		on   state
		want plan
		err  error
	}{
		{"nothing at all", state{}, plan{}, nil},
		{"a founder's first entry", state{first: 1, last: 1}, plan{}, nil},
		{"log only, nothing applied yet", state{first: 1, last: 50}, plan{}, nil},
		{"log only, applied inside it", state{applied: 40, appliedTerm: 2, termAtApplied: 2, first: 1, last: 50}, plan{}, nil},
		{"applied to the end of the log", state{applied: 50, appliedTerm: 2, termAtApplied: 2, first: 1, last: 50}, plan{}, nil},

		{"applied beyond the snapshot", state{applied: 120, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 60, last: 130, termAtSnapshot: 3}, plan{}, nil},
		{"applied exactly the snapshot", state{applied: 100, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 60, last: 130, termAtSnapshot: 3}, plan{}, nil},
		{"applied the snapshot, no log", state{applied: 100, appliedTerm: 3, snapshot: 100, snapshotTerm: 3}, plan{}, nil},

		{"behind the snapshot", state{applied: 99, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 60, last: 130, termAtSnapshot: 3}, plan{restore: true}, nil},
		{"machine lost, snapshot there", state{snapshot: 100, snapshotTerm: 3, first: 60, last: 130, termAtSnapshot: 3}, plan{restore: true}, nil},
		{"died between install and restore: the log ends before", state{applied: 40, appliedTerm: 2, termAtApplied: 2, snapshot: 100, snapshotTerm: 3, first: 1, last: 45}, plan{drop: 100, restore: true}, nil},

		{"machine lost, no snapshot, log shortened", state{first: 60, last: 130}, plan{}, ErrGap},
		{"no snapshot, log begins after what is applied", state{applied: 40, appliedTerm: 2, first: 60, last: 130}, plan{}, ErrGap},
		{"no snapshot, log shortened: the library could not start", state{applied: 100, appliedTerm: 2, termAtApplied: 2, first: 60, last: 130}, plan{}, ErrGap},
		{"an older snapshot than the log needs", state{applied: 130, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 120, last: 130}, plan{}, ErrGap},

		{"log lost", state{applied: 50, appliedTerm: 2}, plan{}, ErrAmnesia},
		{"log rolled back", state{applied: 50, appliedTerm: 2, first: 1, last: 49}, plan{}, ErrAmnesia},
		{"log lost, old snapshot there", state{applied: 120, appliedTerm: 3, snapshot: 100, snapshotTerm: 3}, plan{}, ErrAmnesia},
		{"log of another history", state{applied: 50, appliedTerm: 2, termAtApplied: 4, first: 1, last: 60}, plan{}, ErrAmnesia},

		{"log contradicts the snapshot it restored", state{applied: 100, appliedTerm: 3, termAtApplied: 2, snapshot: 100, snapshotTerm: 3, first: 1, last: 130, termAtSnapshot: 2}, plan{drop: 130}, nil},
		{"log contradicts a snapshot not restored yet", state{applied: 20, appliedTerm: 2, termAtApplied: 2, snapshot: 100, snapshotTerm: 3, first: 1, last: 130, termAtSnapshot: 2}, plan{drop: 130, restore: true}, nil},
		{"snapshot installed over a log that ended before", state{applied: 100, appliedTerm: 3, snapshot: 100, snapshotTerm: 3, first: 1, last: 45}, plan{drop: 100}, nil},
		{"the same, and the log goes on after it", state{applied: 120, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 1, last: 130}, plan{drop: 100}, nil},
		{"the log begins right after the snapshot", state{applied: 120, appliedTerm: 3, termAtApplied: 3, snapshot: 100, snapshotTerm: 3, first: 101, last: 130}, plan{}, nil},
		{"log contradicts the snapshot, yet more was applied", state{applied: 110, appliedTerm: 3, termAtApplied: 2, snapshot: 100, snapshotTerm: 3, first: 1, last: 130, termAtSnapshot: 2}, plan{}, ErrAmnesia},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := boot(c.on)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.want, got)
		})
	}
}

// idle is a machine at one place.
type idle struct{ index, term uint64 }

func (m idle) Apply(e []Entry) ([]any, error) { return nil, errors.New("not expected") }
func (m idle) Snapshot() (Snapshot, error)    { return nil, errors.New("not expected") }
func (m idle) Restore(io.Reader) error        { return errors.New("not expected") }
func (m idle) Applied() (index, term uint64)  { return m.index, m.term }

func TestALogWithAHoleIsAnErrorNotAPanic(t *testing.T) {
	dir := t.TempDir()
	d, err := openDisk(dir, nil, newLogger(slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	for i := range uint64(10) {
		require.NoError(t, d.StoreLog(&hraft.Log{Index: i + 1, Term: 1}))
	}
	require.NoError(t, d.DeleteRange(5, 5))
	require.NoError(t, d.Close())

	layer, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, err = Open(Config{ID: "v1", Dir: dir, Profile: LAN(), Streams: tcp{layer}, Machine: idle{}, Logger: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "log not found")
	_, err = layer.Accept()
	require.ErrorIs(t, err, net.ErrClosed, "Open closes the stream layer when it fails")
}

// tcp is the plainest StreamLayer there is.
type tcp struct{ net.Listener }

func (tcp) Dial(_, addr string, timeout time.Duration) (net.Conn, error) {
	return net.DialTimeout("tcp", addr, timeout)
}

func TestPreVoteIsOn(t *testing.T) {
	var trans hraft.Transport = &transport{}
	_, able := trans.(hraft.WithPreVote)
	require.True(t, able, "else the library switches it off with a mere warning")
	for _, p := range []Profile{LAN(), WAN()} {
		require.False(t, Config{ID: "v1", Profile: p}.library(nil).PreVoteDisabled)
	}
}

func TestTheProfilesAreValidForTheLibrary(t *testing.T) {
	for _, p := range []Profile{LAN(), WAN()} {
		lib := Config{ID: "v1", Profile: p}.library(nil)
		require.NoError(t, hraft.ValidateConfig(lib))
		require.True(t, lib.NoSnapshotRestoreOnStart)
		require.False(t, lib.ShutdownOnRemove)
		require.LessOrEqual(t, lib.MaxAppendEntries, 64)
	}
}

func TestWhatIsUnknownIsNeverReportedAsNotTaken(t *testing.T) {
	for _, certain := range []error{hraft.ErrNotLeader, hraft.ErrEnqueueTimeout, hraft.ErrLeadershipTransferInProgress} {
		require.ErrorIs(t, classify(certain), ErrNotLeader)
		require.NotErrorIs(t, classify(certain), ErrUnknown)
	}
	for _, open := range []error{hraft.ErrLeadershipLost, hraft.ErrRaftShutdown, hraft.ErrAbortedByRestore, errors.New("disk")} {
		require.ErrorIs(t, classify(open), ErrUnknown)
		require.NotErrorIs(t, classify(open), ErrNotLeader)
	}
	require.NoError(t, classify(nil))
}

func TestTheFourthInstallOfOneSnapshotWithinAMinuteIsACircle(t *testing.T) {
	var c circle
	at := time.Date(2026, 8, 6, 8, 0, 0, 0, time.UTC)
	install := func(after time.Duration, index uint64) bool {
		at = at.Add(after)
		return c.installed(at, index, nil, false)
	}
	require.False(t, install(0, 100))
	require.False(t, install(10*time.Second, 100))
	require.False(t, install(10*time.Second, 100))
	require.True(t, install(10*time.Second, 100))
	require.False(t, install(61*time.Second, 100), "too long ago to be one")
	require.False(t, install(time.Second, 200), "another snapshot is progress")
	require.True(t, c.installed(at, 300, nil, true), "a contradiction needs no counting")
}

func TestWhoConnectsBetweenTwoRunsOfTheLibraryWaits(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	l := newLayer(tcp{inner})
	first := l.lend()
	require.NoError(t, first.Close())
	_, err = first.Accept()
	require.ErrorIs(t, err, net.ErrClosed)

	conn, err := l.Dial("", inner.Addr().String(), time.Second)
	require.NoError(t, err)
	defer conn.Close()
	second := l.lend()
	taken, err := second.Accept()
	require.NoError(t, err)
	require.Equal(t, conn.LocalAddr(), taken.RemoteAddr())
	require.NoError(t, taken.Close())

	require.NoError(t, l.Close())
	_, err = second.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
	_, err = inner.Accept()
	require.ErrorIs(t, err, net.ErrClosed)
}
