package node

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

// later is when what is received may go.
func later() time.Time { return time.Now().Add(keptReceived + time.Minute) }

// kindsKept counts what the outbox holds, by kind.
func kindsKept(n *Node) map[command.Kind]int {
	kept := map[command.Kind]int{}
	for _, it := range n.box.Recent(0) {
		kept[it.Envelope.Kind]++
	}
	return kept
}

// households captures so many.
func households(t *testing.T, n *Node, by command.ID, count int) {
	t.Helper()
	var drafts []command.Draft
	for range count {
		drafts = append(drafts, draftOf(t, civic.KindHouseholdPut, wardCode, house()))
	}
	must(t, n, by, drafts...)
}

func TestTheOutboxLetsGoOfWhatAReceiptCoversAndOfNothingElse(t *testing.T) {
	l := newLine(t)
	by := supervisor(t, l.n)
	households(t, l.n, by, 40)
	gone, err := l.n.compactAt(t.Context(), later())
	require.NoError(t, err)
	require.Zero(t, gone, "agreed, and at no province")

	l.province.before = func(civic.ReceiveParcel) error { return errGone }
	l.start()
	eventually(t, "a parcel to be tried", func() bool { return l.province.count() > 0 })
	gone, err = l.n.compactAt(t.Context(), later())
	require.NoError(t, err)
	require.Zero(t, gone, "sent, and not received")

	l.province.set(func() { l.province.before = nil })
	l.through()
	l.stop()
	gone, err = l.n.compactAt(t.Context(), time.Now())
	require.NoError(t, err)
	require.Zero(t, gone, "pages still tell of it")
	households(t, l.n, by, 3) // a receipt is out for none of these
	require.Equal(t, map[command.Kind]int{civic.KindFound: 1, civic.KindHouseholdPut: 43, civic.KindOfficerPut: 1, civic.KindSettingPut: 1}, kindsKept(l.n))
	gone, err = l.n.compactAt(t.Context(), later())
	require.NoError(t, err)
	require.Equal(t, 41, gone, "the founding, which brings units, and 40 households")
	require.Equal(t, map[command.Kind]int{civic.KindHouseholdPut: 3, civic.KindOfficerPut: 1, civic.KindSettingPut: 1}, kindsKept(l.n),
		"what nobody has received stays, and what goes to no province")

	l.start().through()
	gone, err = l.n.compactAt(t.Context(), later())
	require.NoError(t, err)
	require.Equal(t, 3, gone)
}

func TestWhatWasRefusedBecauseItsIDMeantSomethingElseStaysInTheOutbox(t *testing.T) {
	l := newLine(t)
	households(t, l.n, supervisor(t, l.n), 1)
	l.start().through()
	r := l.n.reg.Read()
	defer r.Close()
	it := l.n.box.Recent(1)[0]
	other := it
	other.Envelope.Body = []byte(`{"id":"another machine's"}`)
	for _, enrolled := range []bool{true, false} { // without a province what is old goes
		covers := receipts{r, l.n.table, enrolled, r.Now() + keptUnreceived.Milliseconds()}
		require.True(t, covers.received(it) || covers.old(it))
		require.False(t, covers.received(other) || covers.old(other), "no receipt covers it, and no review keeps it")
	}
}

func TestWhatTheProvinceRefusedStaysInTheOutbox(t *testing.T) {
	l := newLine(t)
	by := supervisor(t, l.n)
	l.province.after = func(r civic.Receipt, _ civic.Signed) (civic.Signed, error) {
		body := l.province.held[r.Lane][r.Seq-1]
		for _, item := range body.Items {
			if item.Type == civic.TypeHousehold && len(r.Refused) == 0 {
				r.Refused = append(r.Refused, civic.RefusedItem{Type: item.Type, Key: item.Key, Code: "malformed"})
			}
		}
		return l.province.sign(r), nil
	}
	households(t, l.n, by, 40)
	l.start().through()
	gone, err := l.n.compactAt(t.Context(), later())
	require.NoError(t, err)
	require.Equal(t, 40, gone, "the founding and 39 households")
	require.Equal(t, 1, kindsKept(l.n)[civic.KindHouseholdPut], "the one that is parked")
}

func TestWhatNobodyHasDecidedNeverLeavesTheOutbox(t *testing.T) {
	t.Parallel()
	disk := &roomy{}
	disk.free.Store(plenty)
	n := run(t, foundOn(t, disk))
	by := supervisor(t, n)
	disk.free.Store(shortMark - 1) // nothing is decided from here on
	for range 20 {
		require.Equal(t, command.Waiting, enters(t, n, by, 0).Outcome.Status)
	}
	gone, err := n.compactAt(t.Context(), time.Now().AddDate(74, 0, 0)) // a machine in the year 2100
	require.NoError(t, err)
	require.Zero(t, gone)
	require.Len(t, n.box.Undecided(0), 20)
}

func TestWithoutAProvinceCapturesAreKeptNinetyDays(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	by := supervisor(t, n)
	households(t, n, by, 1)
	must(t, n, command.ID{}, draftOf(t, civic.KindSettingPut, clusterCode, civic.PutSetting{Key: "test", Value: []byte(`1`)}))
	r := n.reg.Read()
	defer r.Close()
	day := (24 * time.Hour).Milliseconds()
	for _, tc := range []struct {
		kind     command.Kind
		enrolled bool
		days     int64
		old      bool
	}{
		{civic.KindHouseholdPut, false, 89, false},
		{civic.KindHouseholdPut, false, 91, true},
		{civic.KindHouseholdPut, true, 91, false}, // its receipt is still out
		{civic.KindSettingPut, true, 89, false},   // goes to no province
		{civic.KindSettingPut, true, 91, true},
	} {
		covers := receipts{r, n.table, tc.enrolled, r.Now() + tc.days*day}
		for _, it := range n.box.Recent(0) {
			if it.Envelope.Kind == tc.kind {
				require.Equal(t, tc.old, covers.old(it), fmt.Sprintf("%+v", tc))
			}
		}
	}
	unknown := outbox.Item{Envelope: command.Envelope{ID: command.NewID()}, State: outbox.Settled, Outcome: &command.Outcome{Status: command.Accepted}}
	require.False(t, receipts{r, n.table, false, r.Now() + 1000*day}.old(unknown), "decided by a leader whose entries were lost")
	_, enrolled := civic.LoadSetting[upstream.Province](r, upstream.SettingProvince)
	require.False(t, enrolled)
}
