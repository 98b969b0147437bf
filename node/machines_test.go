package node

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

const (
	clusterCode = "01CG"
	wardCode    = "00166"
	hamletCode  = "00166-1"
	patience    = time.Minute // of tests: a busy machine is not a failure
)

func clusterUnits() []civic.Unit {
	return []civic.Unit{{Code: clusterCode, Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster},
		{Code: wardCode, Name: "Mai Dịch", Kind: civic.UnitWard, Parent: clusterCode},
		{Code: hamletCode, Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: wardCode}}
}

func founding(dir string) Founding {
	return Founding{Dir: dir, Node: "district", Unit: clusterCode, Units: clusterUnits(), HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: ProfileLAN,
		Identity: civic.Identity{Code: clusterCode, Name: "Cụm Cầu Giấy", Tier: civic.TierCluster, Generation: 1}}
}

func foundingProvince(dir string) Founding {
	return Founding{Dir: dir, Node: "province", Unit: "01", HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: ProfileLAN,
		Identity: civic.Identity{Code: "01", Name: "TP Hà Nội", Tier: civic.TierProvince, Generation: 1},
		Units:    []civic.Unit{{Code: "01", Name: "TP Hà Nội", Kind: civic.UnitProvince}}}
}

// logged is what a machine logs at warning and above, line by line.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), what)
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for began := time.Now(); !ok(); <-look.C {
		require.Less(t, time.Since(began), patience, "waited too long for: "+what)
	}
}

// open opens the machine of a directory; it is closed with the test.
func open(t testing.TB, dir string) *Node {
	t.Helper()
	n, err := Open(Config{Dir: dir})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	return n
}

// run runs a machine as `gocua serve` does and waits until it is ready.
func run(t testing.TB, n *Node) *Node {
	t.Helper()
	go func() { _ = n.Run(context.Background()) }() // Close ends it
	settle(t, n)
	eventually(t, "the day to be opened", func() bool { return n.day().Done })
	return n
}

// day is the last day opened.
func (n *Node) day() civic.Day {
	r := n.reg.Read()
	defer r.Close()
	return civic.LoadDay(r)
}

// settle waits until a machine knows its register and who leads.
func settle(t testing.TB, n *Node) {
	t.Helper()
	eventually(t, n.ID()+" to be ready", func() bool {
		leader, _, _ := n.Leader()
		return leader != "" && len(n.Ready()) == 0 && n.box.Stats().Waiting == 0
	})
}

// quietly runs a machine without its line to the province, which the test plays
// with, and without its pages.
func quietly(t testing.TB, n *Node) *Node {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	for _, work := range []func(context.Context){n.batcher.Run, n.watchLeader, n.drain.Run, n.announce} {
		running.Go(func() { work(ctx) })
	}
	t.Cleanup(func() { cancel(); running.Wait() })
	settle(t, n)
	return n
}

// found makes a cluster of one machine.
func found(t testing.TB) *Node {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	return open(t, dir)
}

// must captures commands as an officer and waits until all are agreed.
func must(t testing.TB, n *Node, by command.ID, drafts ...command.Draft) {
	t.Helper()
	decided, err := n.capture.Submit(t.Context(), command.Actor{Officer: by}, drafts, patience)
	require.NoError(t, err)
	for _, d := range decided {
		if d.Outcome.Status == command.Waiting { // nobody led for a moment, so nobody waited
			eventually(t, "it to be agreed", func() bool {
				d, _ = n.capture.Status(d.ID)
				return d.Outcome.Status != command.Waiting
			})
		}
		require.Equal(t, command.Accepted, d.Outcome.Status, "%+v", d.Outcome)
	}
}

func draftOf(t testing.TB, kind command.Kind, unit string, body any) command.Draft {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	return command.Draft{ID: command.NewID(), Kind: kind, Unit: unit, Body: raw}
}

// hamlets names n hamlets of the ward: one record each for the routine lane.
func hamlets(t testing.TB, n *Node, from, count int, name string) {
	t.Helper()
	var drafts []command.Draft
	for i := range count {
		u := civic.PutUnit{Code: fmt.Sprintf("%s-%d", wardCode, from+i), Name: name, Kind: civic.UnitHamlet, Parent: wardCode}
		drafts = append(drafts, draftOf(t, civic.KindUnitPut, n.Unit(), u))
	}
	must(t, n, command.ID{}, drafts...)
}

// supervisor signs an officer up and returns who that is.
func supervisor(t testing.TB, n *Node) command.ID {
	t.Helper()
	o := civic.PutOfficer{ID: command.NewID(), User: "hung.vm", Name: "Vũ Mạnh Hùng", Role: civic.RoleSupervisor, Unit: clusterCode}
	must(t, n, command.ID{}, draftOf(t, civic.KindOfficerPut, clusterCode, o))
	return o.ID
}

// activation puts one record on the urgent lane (and three on the routine one).
func activation(t testing.TB, n *Node, by command.ID) {
	t.Helper()
	household, resident := command.NewID(), command.NewID()
	must(t, n, by, draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: household, Hamlet: hamletCode, Address: "Số 21"}),
		draftOf(t, civic.KindResidentPut, wardCode, map[string]any{"id": resident, "household": household, "name": "Trần Thị Mẫu", "birth": "1955", "sex": "female"}),
		draftOf(t, civic.KindActivation, wardCode, civic.RecordActivation{ID: command.NewID(), Resident: resident, Way: civic.WayApp,
			At: time.Now().UTC().Format(time.RFC3339)}))
}
