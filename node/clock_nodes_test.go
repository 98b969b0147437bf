package node

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// offClock is a clock that is wrong by as much as the test says.
type offClock struct{ off atomic.Int64 }

func (c *offClock) now() time.Time { return time.Now().Add(time.Duration(c.off.Load())) }

// years is too long for the time before a clock to be counted from it, so that a
// clock years off is one that began in another year.
const years = 365 * 24 * time.Hour

// openWith opens a machine whose clock is wrong.
func openWith(t testing.TB, dir string, c *offClock) *Node {
	t.Helper()
	n, err := Open(Config{Dir: dir, Clock: c.now})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return n
}

// joined is another machine of the cluster, with a clock of its own.
func joined(t testing.TB, first *Node, node string, voter bool, c *offClock) *Node {
	t.Helper()
	dir := joinedBy(t, first, node, voter)
	n := run(t, openWith(t, dir, c))
	eventually(t, node+" to be a member", n.settled)
	return n
}

// family is a household with one person, who has just activated on a machine
// that writes what its clock says; returned is the activation.
func family(t testing.TB, n *Node, by command.ID) command.ID {
	t.Helper()
	household, resident, done := command.NewID(), command.NewID(), command.NewID()
	must(t, n, by, draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: household, Hamlet: hamletCode, Address: "Số 21"}),
		draftOf(t, civic.KindResidentPut, wardCode, map[string]any{"id": resident, "household": household, "name": "Trần Thị Mẫu", "birth": "1955", "sex": "female"}),
		draftOf(t, civic.KindActivation, wardCode, civic.RecordActivation{ID: done, Resident: resident, Way: civic.WayApp, At: n.cfg.Clock().UTC().Format(time.RFC3339)}))
	return done
}

// written waits until a machine has an activation and returns it.
func written(t testing.TB, n *Node, id command.ID) (a civic.Activation) {
	t.Helper()
	eventually(t, "the activation on "+n.ID(), func() (ok bool) {
		r := n.reg.Read()
		defer r.Close()
		a, ok = civic.Load[civic.Activation](r, civic.TypeActivation, civic.KeyOf(id))
		return ok
	})
	return a
}

// soon is a time that is about now.
func soon(t testing.TB, ms int64) {
	t.Helper()
	require.WithinDuration(t, time.Now(), time.UnixMilli(ms), time.Minute)
}

func TestAMachineYearsOffHarmsNobodyNeitherFollowingNorLeading(t *testing.T) {
	for name, off := range map[string]time.Duration{"2099": 73 * years, "1970": -56 * years} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong := &offClock{}
			wrong.off.Store(int64(off))
			first := run(t, found(t))
			by := supervisor(t, first)
			odd := joined(t, first, "ward-1", true, wrong)
			eventually(t, "both to know each other's clock", func() bool {
				return first.Status(false).Members[1].Clock != "" && odd.Status(false).Clock.Code != ""
			})
			require.InDelta(t, off.Milliseconds(), first.Status(false).Members[1].Skew, 60_000)
			require.Equal(t, lookup.ClockSkew, odd.Status(false).Clock.Code)
			require.InDelta(t, off.Milliseconds(), odd.Status(false).Clock.Skew, 60_000)
			require.Empty(t, first.Status(false).Clock.Code)

			for _, leader := range []*Node{first, odd} {
				if leader == odd {
					require.NoError(t, first.raft.Transfer(t.Context(), odd.ID()))
				}
				eventually(t, leader.ID()+" to lead", func() bool { _, _, self := leader.Leader(); return self })
				for _, where := range []*Node{first, odd} {
					id := family(t, where, by)
					for _, n := range []*Node{first, odd} {
						a := written(t, n, id)
						require.Equal(t, where == odd, a.Late, "captured at %s", where.ID())
						require.Contains(t, []string{civic.DayOf(time.Now().UnixMilli()), civic.DayOf(time.Now().Add(-time.Minute).UnixMilli())}, a.Day)
						soon(t, a.At)
						soon(t, n.agreedAt())
					}
				}
			}
			require.LessOrEqual(t, odd.day().Date, civic.DayOf(time.Now().UnixMilli()), "no day was opened before it came")

			require.NoError(t, odd.Close()) // started again, it hears the others although their certificates seem long expired
			odd = run(t, openWith(t, odd.cfg.Dir, wrong))
			soon(t, written(t, first, family(t, odd, by)).At)
			soon(t, odd.agreedAt())
		})
	}
}

func TestALeaderWhoseClockJumpsWaitsForAPerson(t *testing.T) {
	t.Parallel()
	clock := &offClock{}
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	first := run(t, openWith(t, dir, clock))
	by := supervisor(t, first)
	require.ErrorContains(t, first.confirmClock(), "clock_fine")
	standby := joined(t, first, "ward-1", false, &offClock{})
	eventually(t, "the standby to be heard", func() bool { return first.Status(false).Members[1].LastContact >= 0 })
	require.ErrorContains(t, standby.confirmClock(), "not_leader")

	clock.off.Store(int64(72 * time.Hour))
	require.Equal(t, lookup.ClockJump, first.Status(false).Clock.Code)
	a := written(t, standby, family(t, standby, by))
	require.False(t, a.Late)
	soon(t, first.agreedAt())
	require.LessOrEqual(t, first.day().Date, civic.DayOf(time.Now().UnixMilli()))

	require.NoError(t, first.confirmClock())
	first.moved.shout() // as after any change of leaders: not to wait for the next look at the calendar
	eventually(t, "the days in between to be opened", func() bool {
		return first.day().Done && first.day().Date >= civic.DayOf(time.Now().Add(71*time.Hour).UnixMilli())
	})
	require.WithinDuration(t, clock.now(), time.UnixMilli(first.agreedAt()), time.Minute)
}
