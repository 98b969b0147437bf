package upstream

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestAProvincePutBackToAnOlderBackupGetsAgainWhatItLostAndNothingTwice(t *testing.T) {
	w := newWorld(t).start()
	w.through()
	w.cluster.hamlet("00166-2", "Tổ 2")
	w.through()
	w.stop()
	old := w.province.backup()

	w.start()
	for _, name := range []string{"Tổ 3", "Tổ ba", "Tổ Ba"} { // lost at the province, one by one
		w.cluster.hamlet("00166-3", name)
		w.through()
	}
	w.agree()
	w.stop()
	w.province.restore(old)
	w.mu.Lock()
	w.posts = nil
	w.mu.Unlock()

	w.start()
	w.cluster.hamlet("00166-4", "Tổ 4")
	w.through()
	w.agree()
	require.Equal(t, []uint64{6, 3, 4, 5, 6}, w.posts, "told by the gap where to begin")
	w.province.look(func(r *store.Reader) {
		c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, clusterCode)
		require.EqualValues(t, 3+1+3+1, c.Lane(command.Routine).Records, "each parcel counts once")
	})
	require.Empty(t, w.cluster.parked())
}

func TestARecordTheProvinceRefusedIsLetGoOnceItsCorrectionIsTaken(t *testing.T) {
	w := newWorld(t)
	w.claim() // another cluster says that hamlet is its own
	w.cluster.hamlet(lost, "Tổ 9")
	w.start().through()
	require.Equal(t, map[command.Key]string{lost: "other_cluster"}, w.cluster.parked())
	w.cluster.hamlet("00166-2", "Tổ 2")
	w.through()
	w.agree() // the rest went on

	w.cluster.hamlet(lost, "Tổ chín") // still claimed
	w.through()
	require.Equal(t, map[command.Key]string{lost: "other_cluster"}, w.cluster.parked())
	w.agree()

	w.withdraw()
	w.cluster.hamlet(lost, "Tổ Chín")
	w.through()
	require.Empty(t, w.cluster.parked())
	w.agree()
}

func TestARecordIsSentAgainUnchangedOnceTheProvinceIsMended(t *testing.T) {
	w := newWorld(t)
	w.claim()
	w.cluster.hamlet(lost, "Tổ 9")
	w.start().through()
	require.Len(t, w.cluster.parked(), 1)
	sent := w.cluster.lane().SealedSeq
	w.withdraw()
	w.cluster.must(civic.KindResend, civic.ResendParked{Type: civic.TypeUnit, Key: lost})
	w.through()
	require.Empty(t, w.cluster.parked())
	require.Equal(t, sent+1, w.cluster.lane().SealedSeq)
	w.agree()
}

func TestAProvincePutBackInTimeParksAndLetsGoAgainAsItDidBefore(t *testing.T) {
	w := newWorld(t)
	old := w.province.backup()
	w.claim()
	w.cluster.hamlet(lost, "Tổ 9")
	w.start().through()
	w.withdraw()
	w.cluster.must(civic.KindResend, civic.ResendParked{Type: civic.TypeUnit, Key: lost})
	w.through()
	require.Empty(t, w.cluster.parked())
	w.stop()

	w.province.restore(old) // before the other cluster's claim, which now comes once more
	w.claim()
	w.start()
	w.cluster.hamlet("00166-2", "Tổ 2")
	w.through()
	require.Equal(t, map[command.Key]string{lost: "other_cluster"}, w.cluster.parked(), "what was taken before is refused now")
	w.agree()
}

func TestAParcelThatDoesNotCarryWhatItsSealNamesIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.cluster.look(func(r *store.Reader) {
		g := gathering{}
		who, _ := civic.WhoseRegister(r)
		up := civic.LoadUpstream(r, command.Routine)
		require.NoError(t, g.follow(r, w.cluster.table, up))
		p := g.seal(r, who, up, r.Position().Audit)
		require.Empty(t, p.Again, "nothing is parked")
		seal := civic.Seal{Lane: p.Lane, Seq: p.Seq, From: p.From, To: p.To, Count: p.Count, Prev: p.Prev, Hash: p.Hash, Audit: p.Audit}
		for name, again := range map[string][]civic.Ref{
			"carried":         {{Type: civic.TypeUnit, Key: wardCode}},
			"not carried":     {{Type: civic.TypeUnit, Key: lost}},
			"of another type": {{Type: civic.TypeHousehold, Key: wardCode}},
		} {
			seal.Again = again
			_, err := derive(r, w.cluster.table, who, seal)
			require.Equal(t, name == "carried", err == nil, name)
		}
		seal.Again, seal.Audit = nil, civic.Anchor{Seq: 1, Hash: make([]byte, 32)}
		_, err := derive(r, w.cluster.table, who, seal)
		require.Error(t, err, "the end of the audit chain is under the parcel's hash")
	})
}

// The cluster was delivering when all its machines were lost; what is left of it is
// a backup from before.
func TestAClusterMadeAgainFromABackupDeliversAgain(t *testing.T) {
	w := newWorld(t).start()
	w.through()
	w.stop()
	old, before := w.cluster.backup(), w.cluster.lane()

	w.start()
	for _, name := range []string{"Tổ 3", "Tổ ba"} { // the province has these, and from now on nobody else
		w.cluster.hamlet("00166-3", name)
		w.through()
	}
	w.agree()
	w.stop()
	w.cluster.restore(old)
	w.cluster.beginAnew(2)
	w.posts = nil

	w.start()
	w.cluster.hamlet("00166-4", "Tổ 4")
	require.Eventually(t, func() bool { return strings.Contains(w.sender.State().LastError, "1 is enrolled") }, patience, time.Millisecond, "until people at the province know of it")
	w.province.must(civic.KindClusterEnroll, civic.EnrollCluster{Code: clusterCode, Name: "Cụm Cầu Giấy", Root: w.cluster.id.Root.Raw, Generation: 2})
	w.through()
	w.cluster.hamlet("00166-3", "Tổ Ba") // written down once more
	w.through()
	w.agree()
	lane := w.cluster.lane()
	require.Equal(t, before.ReceivedSeq+2+2, lane.ReceivedSeq, "behind the two that were lost")
	for i, seq := range w.posts {
		require.Contains(t, []uint64{before.ReceivedSeq + 1, before.ReceivedSeq + 3, before.ReceivedSeq + 4}, seq, "%d", i)
	}
	require.Empty(t, w.sender.State().Stopped)
}
