package node

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
)

var errGone = errors.New("the line is dead")

// tinh is a province played by the test: it keeps the rules of the line (one
// parcel with each number, in a row), with real keys, and can be made to fail.
type tinh struct {
	ca *trust.CA
	id *trust.Identity

	mu     sync.Mutex
	held   map[command.Lane][]civic.ParcelBody
	posts  []civic.ReceiveParcel // all that arrived, in order
	before func(civic.ReceiveParcel) error
	after  func(civic.Receipt, civic.Signed) (civic.Signed, error)
}

func newTinh(t testing.TB) *tinh {
	t.Helper()
	ca, err := trust.NewCA("01", 1, time.Now())
	require.NoError(t, err)
	id, err := ca.Issue("province", time.Now())
	require.NoError(t, err)
	return &tinh{ca: ca, id: id, held: map[command.Lane][]civic.ParcelBody{}}
}

func (v *tinh) post(_ context.Context, _ upstream.Province, p civic.ReceiveParcel) (civic.Signed, uint64, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.posts = append(v.posts, p)
	if v.before != nil {
		if err := v.before(p); err != nil {
			return civic.Signed{}, 0, err
		}
	}
	body, held := p.Parcel, v.held[p.Parcel.Lane]
	last := uint64(len(held))
	switch {
	case body.Seq <= last && !bytes.Equal(held[body.Seq-1].Hash(), body.Hash()):
		return civic.Signed{}, last, command.Errorf(command.Conflicting, "fork", "parcel %d came twice with different content", body.Seq)
	case body.Seq > last+1 || body.Seq == last+1 && last > 0 && !bytes.Equal(body.Prev, held[last-1].Hash()):
		return civic.Signed{}, last, command.Errorf(command.Conflicting, "parcel_gap", "parcel %d does not follow %d", body.Seq, last)
	case body.Seq == last+1:
		v.held[body.Lane] = append(held, body)
	}
	receipt := civic.Receipt{Cluster: body.Cluster, Lane: body.Lane, Seq: body.Seq, Hash: body.Hash(), At: 1, Count: len(body.Items)}
	signed := v.sign(receipt)
	if v.after != nil {
		signed, err := v.after(receipt, signed)
		return signed, 0, err
	}
	return signed, 0, nil
}

func (v *tinh) sign(r civic.Receipt) civic.Signed {
	data, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	return civic.Signed{Data: data, Sig: v.id.Sign("receipt", data), Cert: v.id.Cert.Raw}
}

func (v *tinh) set(change func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	change()
}

// count counts the parcels that arrived.
func (v *tinh) count() (n int) { v.set(func() { n = len(v.posts) }); return n }

// parcels are those it holds of a lane.
func (v *tinh) parcels(lane command.Lane) (list []civic.ParcelBody) {
	v.set(func() { list = v.held[lane] })
	return list
}

// line is a cluster of one machine whose line to the province the test plays.
type line struct {
	t        testing.TB
	n        *Node
	province *tinh
	sender   *upstream.Sender
	log      *logged
	stop     func()
}

// newLine founds and enrolls a cluster; nothing is sent before start.
func newLine(t *testing.T) *line {
	t.Helper()
	t.Parallel()
	l := &line{t: t, n: quietly(t, found(t)), province: newTinh(t), log: &logged{}}
	value, err := json.Marshal(upstream.Province{Code: "01", Name: "TP Hà Nội", Root: l.province.id.Root.Raw})
	require.NoError(t, err)
	require.NoError(t, l.n.Ask(t.Context(), civic.KindSettingPut, clusterCode, civic.PutSetting{Key: upstream.SettingProvince, Value: value}))
	l.sender = l.senderOf(l.n)
	return l
}

func (l *line) senderOf(n *Node) *upstream.Sender {
	return &upstream.Sender{Store: n.reg, Table: n.table, Identity: n.id, Linger: time.Millisecond, Leading: func() bool { return true },
		Propose: n.propose, Post: l.province.post, Log: l.log.logger()}
}

func (l *line) start() *line {
	l.stop = l.runs(l.sender)
	return l
}

// again is a sender that remembers nothing, as after a change of leaders.
func (l *line) again() *line {
	l.stop()
	l.sender = l.senderOf(l.n)
	return l.start()
}

func (l *line) runs(s *upstream.Sender) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { s.Run(ctx); close(ended) }()
	stop = sync.OnceFunc(func() { cancel(); <-ended })
	l.t.Cleanup(stop)
	return stop
}

func (l *line) upstream(lane command.Lane) civic.Upstream {
	r := l.n.reg.Read()
	defer r.Close()
	return civic.LoadUpstream(r, lane)
}

// through waits until the province has everything and the cluster knows.
func (l *line) through() {
	l.t.Helper()
	eventually(l.t, "everything to be received", func() bool { return l.n.Status(false).Upstream.Lag == 0 })
}

// feedHead is the last place of a lane in the feed.
func (l *line) feedHead(lane command.Lane) (last uint64) {
	r := l.n.reg.Read()
	defer r.Close()
	for f := range r.Feed(0) {
		if rec, ok := l.n.table.Record(f.Change.Type); ok && rec.Lane == lane {
			last = f.Seq
		}
	}
	require.NoError(l.t, r.Err())
	return last
}

func TestLaterChangesToOneRecordGoUpAsOneWithAllTheirCommands(t *testing.T) {
	l := newLine(t)
	hamlets(t, l.n, 1, 1, "first")
	hamlets(t, l.n, 2, 1, "other")
	hamlets(t, l.n, 1, 1, "second")
	hamlets(t, l.n, 1, 1, "third")
	l.start().through()
	parcels := l.province.parcels(command.Routine)
	require.Len(t, parcels, 1)
	names, commands := map[command.Key]string{}, map[command.Key]int{}
	for _, item := range parcels[0].Items {
		var u civic.Unit
		require.NoError(t, json.Unmarshal(item.Value, &u))
		require.NotContains(t, names, item.Key, "twice")
		names[item.Key], commands[item.Key] = u.Name, len(item.Commands)
	}
	require.Equal(t, map[command.Key]string{clusterCode: "Cụm Cầu Giấy", wardCode: "Mai Dịch", "00166-1": "third", "00166-2": "other"}, names)
	require.Equal(t, map[command.Key]int{clusterCode: 1, wardCode: 1, "00166-1": 4, "00166-2": 1}, commands, "the founding command, and three more")
	require.Equal(t, l.feedHead(command.Routine), parcels[0].To)
}

func TestParcelsStayWithinTheirBoundsAndFormAChain(t *testing.T) {
	l := newLine(t)
	hamlets(t, l.n, 2, 450, "short")
	by := supervisor(t, l.n)
	var large []command.Draft
	for i := range 230 {
		address := fmt.Sprint(i, " ", string(bytes.Repeat([]byte("x"), 290)))
		large = append(large, draftOf(t, civic.KindHouseholdPut, wardCode, civic.PutHousehold{ID: command.NewID(), Hamlet: hamletCode, Address: address}))
	}
	must(t, l.n, by, large...)
	l.sender.Linger = time.Hour // full ones do not wait
	l.start()
	eventually(t, "the full parcels", func() bool { return len(l.province.parcels(command.Routine)) >= 3 })
	require.Len(t, l.province.parcels(command.Routine)[0].Items, command.MaxParcelRecords)
	require.Len(t, l.province.parcels(command.Routine)[1].Items, command.MaxParcelRecords)
	l.again().through()

	items, from, prev := 0, uint64(0), []byte(nil)
	for i, p := range l.province.parcels(command.Routine) {
		require.EqualValues(t, i+1, p.Seq)
		require.Equal(t, from, p.From)
		require.Equal(t, prev, p.Prev)
		require.LessOrEqual(t, len(p.Items), command.MaxParcelRecords)
		require.Less(t, len(p.Canonical()), command.MaxParcel)
		items, from, prev = items+len(p.Items), p.To, p.Hash()
	}
	require.Equal(t, 3+450+230, items)
	require.Equal(t, l.feedHead(command.Routine), from)
}

func TestEveryMachineDerivesTheSameParcelToTheByte(t *testing.T) {
	l := newLine(t)
	dir := joinedBy(t, l.n, "ward-1", false)
	other := quietly(t, open(t, dir))
	hamlets(t, l.n, 1, 30, "changed")

	l.province.before = func(civic.ReceiveParcel) error { return errGone }
	l.start()
	eventually(t, "the parcel to be tried", func() bool { return l.province.count() > 0 })
	l.stop()
	seal := l.upstream(command.Routine)
	require.EqualValues(t, 1, seal.SealedSeq)
	eventually(t, "the other machine to know the seal", func() bool {
		r := other.reg.Read()
		defer r.Close()
		return civic.LoadUpstream(r, command.Routine).SealedSeq == 1
	})
	l.province.set(func() { l.province.before = nil })
	l.runs(l.senderOf(other)) // it leads now, for the test
	l.through()
	first, second := l.province.posts[0], l.province.posts[len(l.province.posts)-1]
	require.Equal(t, "district", first.Node)
	require.Equal(t, "ward-1", second.Node)
	require.Equal(t, first.Parcel.Canonical(), second.Parcel.Canonical())
	require.Equal(t, seal.SealedHash, second.Parcel.Hash())
}

func TestTheUrgentLaneDoesNotWaitForABacklog(t *testing.T) {
	l := newLine(t)
	hamlets(t, l.n, 2, 900, "backlog")
	by := supervisor(t, l.n)
	l.province.before = func(p civic.ReceiveParcel) error {
		if p.Parcel.Lane == command.Routine && p.Parcel.Seq == 2 && len(l.province.held[command.Urgent]) == 0 {
			l.province.before = nil
			go activation(t, l.n, by) // in the middle of the backlog
		}
		return nil
	}
	l.start().through()
	eventually(t, "the activation to be received", func() bool { return len(l.province.parcels(command.Urgent)) == 1 })
	last := l.province.posts[len(l.province.posts)-1].Parcel
	require.Equal(t, command.Routine, last.Lane, "the backlog went on behind it")
	urgent := 0
	for i, p := range l.province.posts {
		if p.Parcel.Lane == command.Urgent {
			urgent = i
		}
	}
	require.Less(t, urgent, len(l.province.posts)-1)
}

func TestAParcelWaitsForCompanyAndNoLonger(t *testing.T) {
	const linger = 400 * time.Millisecond
	l := newLine(t)
	l.start().through()
	l.stop()
	l.sender = l.senderOf(l.n)
	l.sender.Linger = linger
	hamlets(t, l.n, 10, 1, "alone")
	l.start()
	began := time.Now()
	hamlets(t, l.n, 11, 1, "in company")
	l.through()
	require.Less(t, time.Since(began), patience)
	parcels := l.province.parcels(command.Routine)
	require.Len(t, parcels[1:], 1)
	require.Len(t, parcels[1].Items, 2)
	r := l.n.reg.Read()
	defer r.Close()
	seal, ok := civic.Load[civic.Seal](r, civic.TypeSeal, civic.SealKey(command.Routine, 2))
	require.True(t, ok)
	require.GreaterOrEqual(t, seal.At-parcels[1].Items[0].At, linger.Milliseconds())
}

func TestAProvinceThatIsAwayCostsOneSealAndOneLineInTheLog(t *testing.T) {
	l := newLine(t)
	l.province.before = func(civic.ReceiveParcel) error { return errGone }
	l.start()
	for i := range 3 {
		hamlets(t, l.n, 2+300*i, 300, "while it is away")
	}
	eventually(t, "some tries", func() bool { return l.province.count() >= 3 })
	require.EqualValues(t, 1, l.upstream(command.Routine).SealedSeq)
	require.False(t, l.sender.State().Reached)
	require.Empty(t, l.sender.State().Stopped)
	require.Equal(t, 1, l.log.count("level="), "of all tries: %s", l.log.text.String())

	l.province.set(func() { l.province.before = nil })
	l.through()
	require.True(t, l.sender.State().Reached)
	require.Equal(t, 1, l.log.count("level="))
}

func TestAReceiptThatIsLostTwentyTimesDoublesNothing(t *testing.T) {
	l := newLine(t)
	lost := 0
	l.province.after = func(_ civic.Receipt, s civic.Signed) (civic.Signed, error) {
		if lost++; lost <= 20 {
			return civic.Signed{}, errGone
		}
		return s, nil
	}
	l.start()
	for range 20 { // a new sender each time, or the pauses would add up
		eventually(t, "a try", func() (tried bool) { return l.sender.State().Since.After(time.Time{}) })
		l.again()
	}
	l.through()
	require.Greater(t, l.province.count(), 20)
	require.Len(t, l.province.parcels(command.Routine), 1)
	for _, p := range l.province.posts {
		require.Equal(t, l.province.posts[0].Parcel.Hash(), p.Parcel.Hash())
	}
	require.EqualValues(t, 1, l.upstream(command.Routine).ReceivedSeq)
}

func TestOnlyTheProvincesReceiptForThisParcelCounts(t *testing.T) {
	l, stranger := newLine(t), newTinh(t) // another province that calls itself 01
	l.start().through()
	for _, c := range []struct {
		rule  string
		forge func(v *tinh, r civic.Receipt, s civic.Signed) civic.Signed
	}{
		{"another key", func(_ *tinh, r civic.Receipt, _ civic.Signed) civic.Signed { return stranger.sign(r) }},
		{"the data changed", func(_ *tinh, _ civic.Receipt, s civic.Signed) civic.Signed {
			s.Data = bytes.Replace(s.Data, []byte(`"at":1`), []byte(`"at":2`), 1)
			return s
		}},
		{"signed for another purpose", func(v *tinh, _ civic.Receipt, s civic.Signed) civic.Signed {
			s.Sig = v.id.Sign("parcel", s.Data)
			return s
		}},
		{"another hash", func(v *tinh, r civic.Receipt, _ civic.Signed) civic.Signed {
			r.Hash = []byte("other")
			return v.sign(r)
		}},
		{"another number", func(v *tinh, r civic.Receipt, _ civic.Signed) civic.Signed { r.Seq++; return v.sign(r) }},
		{"another lane", func(v *tinh, r civic.Receipt, _ civic.Signed) civic.Signed { r.Lane = command.Urgent; return v.sign(r) }},
		{"another cluster", func(v *tinh, r civic.Receipt, _ civic.Signed) civic.Signed { r.Cluster = "01BD"; return v.sign(r) }},
		{"nothing at all", func(*tinh, civic.Receipt, civic.Signed) civic.Signed { return civic.Signed{} }},
	} {
		if !t.Run(c.rule, func(t *testing.T) {
			was := l.upstream(command.Routine).ReceivedSeq
			l.province.set(func() {
				l.province.after = func(r civic.Receipt, s civic.Signed) (civic.Signed, error) { return c.forge(l.province, r, s), nil }
			})
			hamlets(t, l.n, 100, 1, c.rule)
			l.again()
			eventually(t, "the forged receipt", func() bool { return l.sender.State().LastError != "" })
			require.Equal(t, was, l.upstream(command.Routine).ReceivedSeq)
			require.Empty(t, l.sender.State().Stopped, "it is not even proposed")
			l.province.set(func() { l.province.after = nil })
			l.again().through()
		}) {
			return
		}
	}
}

func TestARefusedRecordIsParkedAndTheRestGoesOn(t *testing.T) {
	l := newLine(t)
	refused := civic.RefusedItem{Type: civic.TypeUnit, Key: wardCode, Code: "unknown_type"}
	l.province.after = func(r civic.Receipt, _ civic.Signed) (civic.Signed, error) {
		if r.Seq == 1 {
			r.Refused = []civic.RefusedItem{refused}
		}
		return l.province.sign(r), nil
	}
	l.start().through()
	hamlets(t, l.n, 50, 1, "later")
	l.through()
	require.Equal(t, 1, l.n.Status(false).Upstream.Parked)
	require.Len(t, l.province.parcels(command.Routine), 2)
}

func TestAParcelWhoseRecordsAreAllRefusedIsReceivedAllTheSame(t *testing.T) {
	l := newLine(t)
	hamlets(t, l.n, 2, 250, "of a newer build")
	l.province.after = func(r civic.Receipt, _ civic.Signed) (civic.Signed, error) {
		for _, item := range l.province.held[r.Lane][r.Seq-1].Items {
			r.Refused = append(r.Refused, civic.RefusedItem{Type: item.Type, Key: item.Key, Code: "unknown_type"})
		}
		return l.province.sign(r), nil
	}
	l.start().through()
	require.Equal(t, 3+250, l.n.Status(false).Upstream.Parked)
}

func TestAProvincePutBackInTimeGetsAgainWhatItLost(t *testing.T) {
	l := newLine(t)
	for i := range 4 {
		hamlets(t, l.n, 10*i, 1, "one")
		if i == 0 {
			l.start()
		}
		l.through()
	}
	was := l.province.parcels(command.Routine)
	require.Len(t, was, 4)
	l.province.set(func() { l.province.held[command.Routine] = was[:1:1] })
	sent := l.province.count()
	hamlets(t, l.n, 99, 1, "new")
	l.through()
	is := l.province.parcels(command.Routine)
	require.Equal(t, was, is[:4])
	require.Len(t, is, 5)
	var seqs []uint64
	for _, p := range l.province.posts[sent:] {
		seqs = append(seqs, p.Parcel.Seq)
	}
	require.Equal(t, []uint64{5, 2, 3, 4, 5}, seqs)
	require.Zero(t, l.log.count("level="))
}

// stopped checks that a lane has stopped, is shown as stopped while the other
// goes on, asks only now and then, and that the cluster goes on agreeing.
func stopped(t *testing.T, l *line, code string) {
	t.Helper()
	by := supervisor(t, l.n)
	eventually(t, "the lane to stop", func() bool { return l.sender.State().Stopped != "" })
	posts := l.province.count()
	for i := range 3 {
		activation(t, l.n, by)
		eventually(t, "the other lane to go on", func() bool { return l.upstream(command.Urgent).ReceivedSeq >= uint64(i+1) })
	}
	require.Equal(t, code, l.sender.State().Stopped)
	require.Equal(t, 3, l.province.count()-posts, "only the urgent ones")
	require.Equal(t, 1, l.log.count("level=ERROR"))
}

func TestTwoParcelsWithOneNumberStopTheLaneAndNothingElse(t *testing.T) {
	l := newLine(t)
	l.province.held[command.Routine] = []civic.ParcelBody{{Cluster: clusterCode, Lane: command.Routine, Seq: 1, To: 1}}
	l.start()
	stopped(t, l, "fork")
	require.Len(t, l.province.parcels(command.Routine), 1, "nothing is overwritten")

	l.province.set(func() { l.province.held[command.Routine] = nil }) // somebody looked
	l.again().through()
	require.Empty(t, l.sender.State().Stopped)
}

func TestAChainThatDoesNotFitStopsTheLaneInsteadOfAskingForEver(t *testing.T) {
	l := newLine(t)
	l.start().through()
	l.province.set(func() {
		l.province.held[command.Routine] = []civic.ParcelBody{{Cluster: clusterCode, Lane: command.Routine, Seq: 1, To: 99}}
	})
	hamlets(t, l.n, 9, 1, "new")
	stopped(t, l, "parcel_gap")
}

func TestARefusalOfTheClusterItselfIsNotForEver(t *testing.T) {
	l := newLine(t)
	ids := map[command.Kind][]command.ID{}
	l.sender.Propose = func(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error) {
		ids[kind] = append(ids[kind], id)
		if len(ids[kind]) == 1 { // as if this machine were shut out at that moment
			return command.Outcome{Status: command.Rejected, Class: command.Forbidden, Code: "denied_node", Message: "machine district has been shut out"}, nil
		}
		return l.n.propose(ctx, kind, id, body)
	}
	l.start().through()
	l.stop()
	for _, kind := range []command.Kind{civic.KindSeal, civic.KindReceipt} {
		require.Len(t, ids[kind], 2)
		require.NotEqual(t, ids[kind][0], ids[kind][1], "what was refused stays refused under its name")
	}
}

func TestNothingOfTheRegisterIsHeldWhileTheNetworkIsSlow(t *testing.T) {
	l := newLine(t)
	hangs, release := make(chan struct{}), make(chan struct{})
	l.sender.Post = func(context.Context, upstream.Province, civic.ReceiveParcel) (civic.Signed, uint64, error) {
		close(hangs)
		<-release
		return civic.Signed{}, 0, errGone
	}
	l.start()
	<-hangs
	closed := make(chan error, 1)
	go func() { closed <- l.n.reg.Close() }() // waits for readers
	select {
	case err := <-closed:
		require.NoError(t, err)
	case <-time.After(patience):
		require.Fail(t, "somebody holds the register open")
	}
	close(release)
}
