package upstream

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

const (
	provinceCode = "01"
	clusterCode  = "01CG"
	otherCode    = "01BD"
	wardCode     = "00166"
	hamletCode   = "00166-1"
	lost         = "00166-9" // a hamlet of the cluster that another cluster claims too
	patience     = 20 * time.Second
)

// office is one machine with its register: what it proposes is agreed at once.
type office struct {
	t     *testing.T
	dir   string
	key   []byte
	table *command.Table
	id    *trust.Identity

	mu    sync.Mutex
	reg   *store.Store
	index uint64
	seq   uint64
	now   int64 // agreed time, ms; a second passes with each command
}

func newOffice(t *testing.T, cluster, node, tier string, units []civic.PutUnit) *office {
	t.Helper()
	ca, err := trust.NewCA(cluster, 1, time.Now())
	require.NoError(t, err)
	id, err := ca.Issue(node, time.Now())
	require.NoError(t, err)
	o := &office{t: t, dir: filepath.Join(t.TempDir(), "register"), key: make([]byte, 32), table: civic.Table(), id: id, now: 1786280400000}
	o.open()
	t.Cleanup(func() { require.NoError(t, o.reg.Close()) })
	o.must(civic.KindFound, civic.FoundCluster{Identity: civic.Identity{Code: cluster, Tier: tier, Generation: 1}, Units: units,
		Node: civic.PutNode{ID: node, Unit: cluster, Key: o.public()}})
	return o
}

func (o *office) public() []byte { return o.id.Key.Public().(ed25519.PublicKey) }

func (o *office) open() {
	o.t.Helper()
	reg, err := store.Open(store.Config{Dir: o.dir, Key: o.key, Table: o.table})
	require.NoError(o.t, err)
	o.reg = reg
	o.index, _ = reg.Applied()
}

// propose has one of the machine's own commands agreed, at once.
func (o *office) propose(_ context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error) {
	raw, err := json.Marshal(body)
	if err != nil {
		return command.Outcome{}, err
	}
	raw, malformed := o.table.Canonical(kind, raw)
	if malformed != nil {
		return command.Outcome{}, malformed
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seq++
	o.now += 1000
	e := command.Envelope{V: command.FormatVersion, ID: id, Kind: kind, CapturedAt: o.now, By: command.Actor{Node: o.id.Node}, Unit: o.id.Cluster,
		Origin: command.Origin{Node: o.id.Node, Epoch: 1, Seq: o.seq}, Body: raw}.Sign(o.id.Key)
	data, err := command.Entry{V: command.FormatVersion, At: o.now, Commands: []command.Envelope{e}}.Encode()
	if err != nil {
		return command.Outcome{}, err
	}
	results, err := o.reg.Apply([]store.Entry{{Index: o.index + 1, Term: 1, Data: data}})
	if err != nil {
		return command.Outcome{}, err
	}
	o.index++
	return results[0][0].Outcome, nil
}

// must has a command agreed that must be accepted.
func (o *office) must(kind command.Kind, body any) command.Outcome {
	o.t.Helper()
	out, err := o.propose(o.t.Context(), kind, command.NewID(), body)
	require.NoError(o.t, err)
	require.Equal(o.t, command.Accepted, out.Status, "%+v", out.Err())
	return out
}

func (o *office) hamlet(code, name string) {
	o.t.Helper()
	o.must(civic.KindUnitPut, civic.PutUnit{Code: code, Name: name, Kind: civic.UnitHamlet, Parent: wardCode})
}

// look runs f on the register.
func (o *office) look(f func(*store.Reader)) {
	r := o.reg.Read()
	defer r.Close()
	f(r)
	require.NoError(o.t, r.Err())
}

func (o *office) lane() (up civic.Upstream) {
	o.look(func(r *store.Reader) { up = civic.LoadUpstream(r, command.Routine) })
	return up
}

// parked lists what the province refused, by key.
func (o *office) parked() map[command.Key]string {
	codes := map[command.Key]string{}
	o.look(func(r *store.Reader) {
		for _, key := range r.Scan(civic.ParkedBySeq, "") {
			p, _ := civic.Load[civic.Parked](r, civic.TypeParked, key)
			codes[p.Key] = p.Code
		}
	})
	return codes
}

// world is a cluster and its province, with the line between them.
type world struct {
	t                 *testing.T
	cluster, province *office
	server            *httptest.Server
	sender            *Sender
	stop              func()

	mu    sync.Mutex
	posts []uint64 // numbers of the routine parcels, as they came
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	unit := func(code, name, kind, parent string) civic.PutUnit {
		return civic.PutUnit{Code: code, Name: name, Kind: kind, Parent: parent}
	}
	w := &world{t: t,
		cluster: newOffice(t, clusterCode, "district", civic.TierCluster, []civic.PutUnit{unit(clusterCode, "Cụm Cầu Giấy", civic.UnitCluster, ""),
			unit(wardCode, "Mai Dịch", civic.UnitWard, clusterCode), unit(hamletCode, "Tổ 1", civic.UnitHamlet, wardCode)}),
		province: newOffice(t, provinceCode, "province", civic.TierProvince, []civic.PutUnit{unit(provinceCode, "TP Hà Nội", civic.UnitProvince, "")})}
	w.province.must(civic.KindClusterEnroll, civic.EnrollCluster{Code: clusterCode, Name: "Cụm Cầu Giấy", Root: w.cluster.id.Root.Raw, Generation: 1})
	w.province.must(civic.KindClusterEnroll, civic.EnrollCluster{Code: otherCode, Name: "Cụm Ba Đình", Root: []byte{1}, Generation: 1})
	pin, err := json.Marshal(Province{Code: provinceCode, Name: "TP Hà Nội", Root: w.province.id.Root.Raw})
	require.NoError(t, err)
	w.cluster.must(civic.KindSettingPut, civic.PutSetting{Key: SettingProvince, Value: pin})

	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) { w.receiver().ServeHTTP(rw, req) }))
	t.Cleanup(w.server.Close)
	return w
}

func (w *world) receiver() *Receiver {
	return &Receiver{Store: w.province.reg, Identity: w.province.id, Propose: w.province.propose, Log: slog.New(slog.DiscardHandler),
		Caller: func(*http.Request) (*x509.Certificate, trust.Name, bool) {
			return w.cluster.id.Cert, w.cluster.id.Name, true
		}}
}

// start sends until the test ends or stop is called.
func (w *world) start() *world { return w.startAs(func() bool { return true }, nil) }

// startAs is start on a machine that may come to lead.
func (w *world) startAs(leading func() bool, moved func() <-chan struct{}) *world {
	w.sender = &Sender{Store: w.cluster.reg, Table: w.cluster.table, Identity: w.cluster.id, Linger: time.Millisecond, Leading: leading, Moved: moved,
		Propose: w.cluster.propose, Post: w.post, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { w.sender.Run(ctx); close(ended) }()
	w.stop = sync.OnceFunc(func() { cancel(); <-ended })
	w.t.Cleanup(w.stop)
	return w
}

func (w *world) post(ctx context.Context, _ Province, p civic.ReceiveParcel) (civic.Signed, uint64, error) {
	if p.Parcel.Lane == command.Routine {
		w.mu.Lock()
		w.posts = append(w.posts, p.Parcel.Seq)
		w.mu.Unlock()
	}
	return Post(ctx, w.server.Client(), w.server.URL, p)
}

// through waits until the province has everything and the cluster knows.
func (w *world) through() {
	w.t.Helper()
	look := time.NewTicker(2 * time.Millisecond)
	defer look.Stop()
	for began := time.Now(); ; <-look.C {
		lag := 0
		w.cluster.look(func(r *store.Reader) {
			for f := range r.Feed(civic.LoadUpstream(r, command.Routine).ReceivedTo) {
				if rec, _ := w.cluster.table.Record(f.Change.Type); rec.Lane == command.Routine {
					lag++
				}
			}
		})
		if lag == 0 {
			return
		}
		require.Less(w.t, time.Since(began), patience, "%d changes have not been received; %+v", lag, w.sender.State())
	}
}

// backup copies the register while nothing is written to it.
func (o *office) backup() (dir string) {
	o.t.Helper()
	dir = filepath.Join(o.t.TempDir(), "backup")
	require.NoError(o.t, o.reg.Close())
	require.NoError(o.t, os.CopyFS(dir, os.DirFS(o.dir)))
	o.open()
	return dir
}

// restore puts the register back to what a backup holds.
func (o *office) restore(dir string) {
	o.t.Helper()
	require.NoError(o.t, o.reg.Close())
	o.dir = dir
	o.open()
}

// beginAnew is what a cluster does that was made again from a backup.
func (o *office) beginAnew(generation int) {
	o.t.Helper()
	o.must(civic.KindRebuild, civic.RebuildCluster{Generation: generation, Backup: true})
	o.id.Generation = generation
}

// claim has the other cluster bring up a hamlet as its own.
func (w *world) claim() {
	w.other(1, nil, command.Change{Type: civic.TypeUnit, Key: lost, Op: command.Put, Value: fmt.Appendf(nil, `{"code":%q,"name":"Tổ 9","kind":"hamlet"}`, lost)})
}

// withdraw takes the claim back: the province has put it right.
func (w *world) withdraw() {
	w.t.Helper()
	var end civic.LaneEnd
	w.province.look(func(r *store.Reader) {
		c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, otherCode)
		end = c.Lane(command.Routine)
	})
	w.other(end.Seq+1, end.Hash, command.Change{Type: civic.TypeUnit, Key: lost, Op: command.Delete})
}

// other is a parcel of the other cluster.
func (w *world) other(seq uint64, prev []byte, c command.Change) {
	w.t.Helper()
	p := civic.ParcelBody{Cluster: otherCode, Generation: 1, Lane: command.Routine, Seq: seq, From: seq - 1, To: seq, Prev: prev,
		Items: []civic.ParcelItem{{Change: c, Commands: []command.ID{command.NewID()}, At: 1}}}
	w.province.must(civic.KindParcelReceive, civic.ReceiveParcel{Parcel: p, Node: "district"})
}

// agree checks that the province holds of the cluster exactly what the cluster
// has agreed on, but for what is parked, and both the same number of parcels.
func (w *world) agree() {
	w.t.Helper()
	want, got := map[string]string{}, map[string]string{}
	parked := w.cluster.parked()
	up := w.cluster.lane()
	w.cluster.look(func(r *store.Reader) {
		for _, key := range r.Scan(civic.UnitByCode, "") {
			if _, held := parked[key]; !held {
				want[string(key)] = string(r.Get(civic.TypeUnit, key))
			}
		}
	})
	w.province.look(func(r *store.Reader) {
		for _, key := range r.Scan(civic.UnitByCode, "") {
			if civic.Scoped(civic.Bare(key), clusterCode) == key {
				got[string(civic.Bare(key))] = string(r.Get(civic.TypeUnit, key))
			}
		}
		c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, clusterCode)
		require.Nil(w.t, c.Fork)
		require.Equal(w.t, up.ReceivedSeq, c.Lane(command.Routine).Seq)
		require.Equal(w.t, up.SealedHash, c.Lane(command.Routine).Hash)
	})
	require.Equal(w.t, want, got)
	w.receipts()
}

// receipts checks that the cluster holds, of each parcel, the very receipt the
// province gives today.
func (w *world) receipts() {
	w.t.Helper()
	up := w.cluster.lane()
	w.cluster.look(func(r *store.Reader) {
		w.province.look(func(p *store.Reader) {
			for seq := uint64(1); seq <= up.ReceivedSeq; seq++ {
				seal, _ := civic.Load[civic.Seal](r, civic.TypeSeal, civic.SealKey(command.Routine, seq))
				kept, ok := civic.Load[civic.Parcel](p, civic.TypeParcel, civic.ParcelKey(clusterCode, command.Routine, seq))
				require.True(w.t, ok, "parcel %d", seq)
				if seal.Receipt == nil && kept.Generation < w.cluster.id.Generation-1 {
					continue // agreed on in the generation before, and lost with it
				}
				want, err := json.Marshal(kept.Receipt())
				require.NoError(w.t, err)
				require.NotNil(w.t, seal.Receipt, "parcel %d", seq)
				require.Equal(w.t, string(want), string(seal.Receipt.Data), "parcel %d", seq)
			}
		})
	})
}
