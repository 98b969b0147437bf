package modeltest

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// line is the way up: the sender at the office, the wire, and the province.
type line struct {
	w        *world
	province *register
	sender   *upstream.Sender
	wire     *wire
	parcels  map[command.Lane][]civic.ParcelBody // whatever was sent, by number
	heard    map[command.Lane]uint64             // the last number whose receipt came
	taken    map[command.Lane]uint64             // what the province must hold: the last number it took
	backups  []backup
}

// backup is the province's register as it was, and what it held then.
type backup struct {
	stream []byte
	taken  map[command.Lane]uint64
}

func newLine(w *world, dir string) *line {
	u := &line{w: w, province: newRegister(dir), parcels: map[command.Lane][]civic.ParcelBody{}, heard: map[command.Lane]uint64{}, taken: map[command.Lane]uint64{}}
	u.wire = &wire{tally: w.tally, to: func() http.Handler { return u.receiver() }}
	u.connect()
	return u
}

// connect makes a sender that remembers nothing, as after a change of leaders.
func (u *line) connect() {
	u.sender = &upstream.Sender{Store: u.w.office.store, Table: u.w.office.table, Identity: u.w.founding.office, Propose: u.w.office.ask,
		Post: u.post, Log: slog.New(slog.DiscardHandler)}
}

func (u *line) receiver() *upstream.Receiver {
	return &upstream.Receiver{Store: u.province.store, Identity: u.w.founding.province, Log: slog.New(slog.DiscardHandler),
		Caller: func(*http.Request) (*x509.Certificate, trust.Name, bool) {
			return u.w.founding.office.Cert, u.w.founding.office.Name, true
		},
		Propose: func(_ context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error) {
			out, err := u.province.propose(u.w.founding.province, u.w.clock(), kind, id, body)
			if p := body.(civic.ReceiveParcel).Parcel; err == nil && out.Status == command.Accepted {
				require.LessOrEqual(u.w.t, p.Seq, u.taken[p.Lane]+1, "a parcel was taken before the one it follows")
				u.taken[p.Lane] = max(u.taken[p.Lane], p.Seq)
			}
			return out, err
		}}
}

// post notes what is sent and which receipts come.
func (u *line) post(ctx context.Context, _ upstream.Province, p civic.ReceiveParcel) (civic.Signed, uint64, error) {
	body := p.Parcel
	if n := uint64(len(u.parcels[body.Lane])); body.Seq == n+1 {
		u.parcels[body.Lane] = append(u.parcels[body.Lane], body)
	} else {
		require.Less(u.w.t, body.Seq, n+1, "a parcel was left out")
		require.True(u.w.t, bytes.Equal(u.parcels[body.Lane][body.Seq-1].Canonical(), body.Canonical()), "parcel %d is sent with other content", body.Seq)
	}
	receipt, last, err := upstream.Post(ctx, u.wire.client(), "http://province", p)
	if err == nil {
		u.heard[body.Lane] = max(u.heard[body.Lane], body.Seq)
	}
	return receipt, last, err
}

// run has the sender go on for some steps, or until there is nothing to do.
func (u *line) run(steps int, does ...fate) {
	if u.sender.State().LastError != "" {
		time.Sleep(5 * time.Minute) // it waits before it tries again
	}
	u.wire.next = does
	ctx, cancel := context.WithCancel(context.Background())
	u.sender.Leading = func() bool {
		steps--
		if steps < 0 {
			cancel()
		}
		return steps >= 0
	}
	quiet := make(chan struct{})
	go func() {
		defer close(quiet)
		synctest.Wait()
		time.Sleep(time.Second) // a province that was put back is asked again at once
		synctest.Wait()
		cancel()
	}()
	u.sender.Run(ctx)
	<-quiet
	u.wire.next = nil
	require.Empty(u.w.t, u.sender.State().Stopped, "the line stops for nothing that can happen here")
}

// late has the network bring a parcel of some time ago once more.
func (u *line) late(sent letter) {
	answer := u.wire.bring(sent)
	var a struct {
		Receipt civic.Signed
		Error   *command.Error
	}
	require.NoError(u.w.t, json.NewDecoder(answer.Body).Decode(&a))
	if a.Error != nil {
		require.Equal(u.w.t, "parcel_gap", a.Error.Code)
	}
}

// backup copies the province's register; restore puts it back to a copy.
func (u *line) backup() {
	snap, err := u.province.store.Snapshot()
	require.NoError(u.w.t, err)
	var to bytes.Buffer
	_, err = snap.WriteTo(&to)
	require.NoError(u.w.t, err)
	require.NoError(u.w.t, snap.Close())
	u.backups = append(u.backups, backup{to.Bytes(), map[command.Lane]uint64{
		command.Urgent: u.taken[command.Urgent], command.Routine: u.taken[command.Routine]}})
}

func (u *line) restore(b backup) {
	require.NoError(u.w.t, u.province.store.Restore(bytes.NewReader(b.stream)))
	u.province.index, _ = u.province.store.Applied()
	for lane, seq := range b.taken {
		u.taken[lane] = seq
	}
}

// cluster is what the province knows of the district.
func (u *line) cluster(r *store.Reader) civic.Cluster {
	c, ok := civic.Load[civic.Cluster](r, civic.TypeCluster, clusterCode)
	require.True(u.w.t, ok)
	return c
}
