package lookup

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

const yesterday, theDay = "2026-08-05", "2026-08-06" // the bench begins at 08:00 of the second

// kept is a command as this machine's outbox keeps it.
func kept(seq uint64, d command.Decided, at int64) Captured {
	c := Captured{ID: d.ID, Seq: seq, PutAt: at}
	if d.Outcome.Index > 0 {
		c.Outcome = &d.Outcome
	}
	return c
}

func (b *bench) visit(n uint16) command.Decided {
	b.t.Helper()
	return b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(n), Household: id(1), At: "2026-08-06T01:00:00Z", Mode: "door", Outcome: "nobody_home"}))
}

func (b *bench) refusedBy(province *civic.RefusedItem, lane command.Lane, seq uint64) {
	b.t.Helper()
	r := civic.Receipt{Cluster: cluster, Lane: lane, Seq: seq, Hash: sealHash(lane, seq), At: b.now}
	if province != nil {
		r.Refused = []civic.RefusedItem{*province}
	}
	data, err := json.Marshal(r)
	require.NoError(b.t, err)
	b.must(b.ask(civic.KindReceipt, cluster, command.ID{}, civic.AckParcel{Receipt: r, Signed: civic.Signed{Data: data}}))
}

func TestABalanceCountsEveryCommandOnceByTheFurthestItHasCome(t *testing.T) {
	b := street(t)
	received, parked := b.visit(41), b.visit(42)
	b.seal(command.Routine, 1, 0, parked.Outcome.FeedTo)
	b.refusedBy(&civic.RefusedItem{Type: civic.TypeVisit, Key: key(42), Code: "unknown_household"}, command.Routine, 1)
	sent := b.visit(43)
	b.seal(command.Routine, 2, parked.Outcome.FeedTo, sent.Outcome.FeedTo)
	toSend := b.visit(44)
	stays := b.must(b.ask(civic.KindOfficerPut, cluster, command.ID{}, civic.PutOfficer{ID: id(99), User: "moi.nv", Name: "Nguyễn Văn Mới", Role: civic.RoleOfficer, Unit: ward}))
	conflict := b.ask(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(11), Edits: edit("name", `"Ai đó"`, `"Người khác"`)})
	require.Equal(t, command.Conflicted, conflict.Outcome.Status)
	waits := b.envelope(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(45), Household: id(1), At: "2026-08-06T01:00:00Z", Mode: "door", Outcome: "nobody_home"})
	ahead := command.Decided{ID: id(0x7001), Outcome: command.Outcome{Status: command.Accepted, Index: b.index + 5, FeedFrom: 900, FeedTo: 900}}
	forgotten := command.Decided{ID: id(0x7002), Outcome: command.Outcome{Status: command.Accepted, Index: 1, FeedFrom: 1, FeedTo: 1}}

	day := []Captured{}
	for i, d := range []command.Decided{received, parked, sent, toSend, stays, conflict, {ID: waits.ID}, ahead, forgotten} {
		day = append(day, kept(uint64(i)+1, d, sixthOfAugust))
	}
	other := append(day, kept(10, b.visit(46), sixthOfAugust-24*3600*1000))

	got := NewBookkeeper(b.here(waits), b.table).Balance(other, theDay)
	require.Equal(t, map[State]int{StateReceived: 1, StateParked: 1, StateSent: 1, StateToSend: 2, StateStays: 1, StateReview: 1, StateWaiting: 1}, got.Count)
	require.Equal(t, 9, got.Created)
	require.Equal(t, []Captured{day[8]}, got.Missing, "told as decided, unknown to the register: named")
	require.Equal(t, 1, got.Difference())
	require.Equal(t, []string{theDay, yesterday}, Days(other))
}

func TestWhatTheNumbersSayIsGoneIsReceivedOrMissing(t *testing.T) {
	at := func(seq uint64, put int64) Captured { return Captured{ID: id(uint16(seq)), Seq: seq, PutAt: put} }
	lines := []Captured{at(3, 300), at(4, 400), at(7, 700)}
	require.Equal(t, []Captured{
		{Seq: 1, PutAt: 300, Tidied: true}, {Seq: 2, PutAt: 300, Tidied: true}, lines[0], lines[1],
		{Seq: 5, PutAt: 700}, {Seq: 6, PutAt: 700, Tidied: true}, lines[2], {Seq: 8, PutAt: 700},
	}, WithGaps(lines, []uint64{5, 8}, 9))
	require.Empty(t, WithGaps(nil, nil, 1))

	k := NewBookkeeper(newBench(t).source(), civic.Table())
	require.Equal(t, StateReceived, k.StateOf(Captured{Seq: 1, Tidied: true}))
	require.Equal(t, StateMissing, k.StateOf(Captured{Seq: 5}))
}

func TestABalanceAlwaysAddsUpToWhatWasCreated(t *testing.T) {
	b := street(t)
	known := []command.Decided{b.visit(41), b.visit(42), b.ask(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(11), Edits: edit("name", `"Ai đó"`, `"X Y"`)})}
	src := b.source()
	rapid.Check(t, func(t *rapid.T) {
		var lines []Captured
		next := uint64(1)
		for n := rapid.IntRange(0, 12).Draw(t, "captures"); n > 0; n-- {
			next += uint64(rapid.IntRange(0, 2).Draw(t, "gap"))
			c := Captured{ID: id(uint16(0x6000 + next)), Seq: next, PutAt: sixthOfAugust + int64(rapid.IntRange(-1, 1).Draw(t, "day"))*24*3600*1000}
			if d := rapid.IntRange(-2, 2).Draw(t, "known"); d >= 0 {
				c = kept(next, known[d], c.PutAt)
			} else if d == -1 {
				c.Outcome = &command.Outcome{Status: command.Accepted, Index: uint64(rapid.IntRange(1, 99).Draw(t, "index"))}
			}
			lines = append(lines, c)
			next++
		}
		lost := rapid.SliceOfNDistinct(rapid.Uint64Range(1, 20), 0, 3, rapid.ID).Draw(t, "lost")
		all := WithGaps(lines, sorted(lost), next)
		created := 0
		for _, day := range Days(all) {
			got := NewBookkeeper(src, b.table).Balance(all, day)
			sum := got.Difference()
			for _, s := range States() {
				sum += got.Count[s]
			}
			if sum != got.Created || got.Created != len(OnDay(all, day)) {
				t.Fatalf("%s: %d stand somewhere of %d created", day, sum, got.Created)
			}
			created += sum
		}
		if created != len(all) || len(lines) > 0 && len(all) != int(next)-1 {
			t.Fatalf("%d on some day, %d in all, %d numbers", created, len(all), next-1)
		}
	})
}

func sorted(numbers []uint64) []uint64 {
	slices.Sort(numbers)
	return numbers
}
