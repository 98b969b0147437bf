package upstream

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// put back has the cluster go on from an older copy of its register, as a machine does
// that is begun anew with what it had.
func (w *world) putBack(copyOf string) {
	w.t.Helper()
	require.NoError(w.t, w.cluster.reg.Close())
	w.cluster.dir = copyOf
	w.cluster.open()
}

// beyond asks the province what it has and the cluster has not, by name.
func (w *world) beyond() (names []string, err error) {
	w.t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) { w.receiver().ServeTaken(rw, req) }))
	defer server.Close()
	w.cluster.look(func(r *store.Reader) {
		var list []command.Change
		list, err = Beyond(r, func(lane command.Lane, seq uint64) (Taken, error) {
			return AskTaken(w.t.Context(), server.Client(), server.URL, lane, seq)
		})
		for _, c := range list {
			var u civic.Unit
			require.NoError(w.t, json.Unmarshal(c.Value, &u))
			names = append(names, u.Name)
		}
	})
	return names, err
}

// TestTheProvinceTellsAClusterThatLostItsEndWhatItHasOfIt: what is lost is listed, and
// the next parcel, which has a number the province knows with other content, raises
// the alarm and overwrites nothing.
func TestTheProvinceTellsAClusterThatLostItsEndWhatItHasOfIt(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.cluster.hamlet("01CG01T02", "Tổ 2")
	w.cluster.hamlet("01CG01T03", "Tổ 3")
	w.through()
	w.stop()
	none, err := w.beyond()
	require.NoError(t, err)
	require.Empty(t, none, "nothing is lost yet")
	older := filepath.Join(t.TempDir(), "older")
	require.NoError(t, w.cluster.reg.Close())
	require.NoError(t, os.CopyFS(older, os.DirFS(w.cluster.dir)))
	w.cluster.open()

	w.start()
	w.cluster.hamlet("01CG01T04", "Tổ 4")
	w.through()
	w.cluster.hamlet("01CG01T03", "Tổ 3 mới")
	w.cluster.hamlet("01CG01T05", "Tổ 5")
	w.through()
	w.cluster.hamlet("01CG01T04", "Tổ 4 mới")
	w.through()
	w.stop()
	ended := w.cluster.lane().ReceivedSeq

	w.putBack(older)
	lost, err := w.beyond()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"Tổ 4 mới", "Tổ 3 mới", "Tổ 5"}, lost, "as they last went up, once each")

	w.cluster.hamlet("01CG01T05", "Tổ 5") // taken down again by hand: it is not missing any more
	w.cluster.hamlet("01CG01T09", "Tổ 9")
	w.start()
	require.Eventually(t, func() bool { return w.sender.State().Stopped == codeFork }, patience, patience/1000)
	w.stop()
	lost, err = w.beyond()
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"Tổ 4 mới", "Tổ 3 mới"}, lost)
	w.province.look(func(r *store.Reader) {
		c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, clusterCode)
		require.NotNil(t, c.Fork)
		require.Equal(t, ended, c.Lane(command.Routine).Seq)
		kept, _ := civic.Load[civic.Unit](r, civic.TypeUnit, civic.Scoped("01CG01T04", clusterCode))
		require.Equal(t, "Tổ 4 mới", kept.Name, "nothing is overwritten")
	})
}

func TestOnlyTheGenerationThatIsEnrolledIsToldWhatWasTaken(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.cluster.hamlet("01CG01T02", "Tổ 2")
	w.through()
	w.stop()
	w.province.must(civic.KindClusterEnroll, civic.EnrollCluster{Code: clusterCode, Name: "Cụm Cầu Giấy", Root: w.cluster.id.Root.Raw, Generation: 2})
	_, err := w.beyond()
	var refused *command.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "generation", refused.Code)
}
