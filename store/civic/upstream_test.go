package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func seal(seq, from, to uint64, prev, hash string) SealParcel {
	p := SealParcel{Lane: command.Urgent, Seq: seq, From: from, To: to, Count: 3, Hash: []byte(hash)}
	if prev != "" {
		p.Prev = []byte(prev)
	}
	return p
}

func receipt(seq uint64, hash string, refused ...RefusedItem) AckParcel {
	return AckParcel{
		Receipt: Receipt{Cluster: cluster, Lane: command.Urgent, Seq: seq, Hash: []byte(hash), At: ms(tonight) + 500, Count: 3, Refused: refused},
		Signed:  Signed{Data: []byte("data"), Sig: []byte("sig"), Cert: []byte("cert")},
	}
}

func TestSealsOfALaneFollowEachOther(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	for name, bad := range map[string]SealParcel{
		"the same again":       seal(1, 0, 10, "", "h1"),
		"a number left out":    seal(3, 10, 20, "h1", "h3"),
		"a gap in the feed":    seal(2, 11, 20, "h1", "h2"),
		"an overlap":           seal(2, 9, 20, "h1", "h2"),
		"nothing in it":        seal(2, 10, 10, "h1", "h2"),
		"on another parcel":    seal(2, 10, 20, "h0", "h2"),
		"on none":              seal(2, 10, 20, "", "h2"),
		"another lane's place": {Lane: command.Routine, Seq: 2, From: 10, To: 20, Prev: []byte("h1"), Hash: []byte("h2")},
	} {
		h.refuse(command.Rejected, "stale_seal", "", KindSeal, bad)
		require.Equal(t, uint64(1), LoadUpstream(h.reg, command.Urgent).SealedSeq, name)
	}
	h.accept(KindSeal, seal(2, 10, 20, "h1", "h2"))
	require.Equal(t, Upstream{Lane: command.Urgent, SealedSeq: 2, SealedTo: 20, SealedHash: []byte("h2")}, LoadUpstream(h.reg, command.Urgent))
	require.Equal(t, Seal{Lane: command.Urgent, Seq: 2, From: 10, To: 20, Count: 3, Prev: []byte("h1"), Hash: []byte("h2"), At: ms(tonight)},
		must[Seal](h, TypeSeal, SealKey(command.Urgent, 2)))
	require.Equal(t, Upstream{Lane: command.Routine}, LoadUpstream(h.reg, command.Routine), "lanes go their own way")
}

func TestOnlyAReceiptMovesTheCursor(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	h.accept(KindSeal, seal(2, 10, 20, "h1", "h2"))
	h.refuse(command.Rejected, "unknown_seal", "", KindReceipt, receipt(3, "h3"))
	h.refuse(command.Rejected, "fork", "", KindReceipt, receipt(1, "h9"))
	h.refuse(command.Rejected, "receipt_gap", "", KindReceipt, receipt(2, "h2"))
	require.Zero(t, LoadUpstream(h.reg, command.Urgent).ReceivedSeq)

	h.accept(KindReceipt, receipt(1, "h1"))
	want := Upstream{Lane: command.Urgent, SealedSeq: 2, SealedTo: 20, SealedHash: []byte("h2"), ReceivedSeq: 1, ReceivedTo: 10, ReceivedAt: ms(tonight) + 500}
	require.Equal(t, want, LoadUpstream(h.reg, command.Urgent))
	require.Equal(t, &Signed{Data: []byte("data"), Sig: []byte("sig"), Cert: []byte("cert")}, must[Seal](h, TypeSeal, SealKey(command.Urgent, 1)).Receipt)

	require.Empty(t, h.accept(KindReceipt, receipt(1, "h1")).Changes, "the same receipt again")
	require.Equal(t, want, LoadUpstream(h.reg, command.Urgent))
	h.accept(KindReceipt, receipt(2, "h2"))
	require.Equal(t, uint64(20), LoadUpstream(h.reg, command.Urgent).ReceivedTo)
}

func TestWhatTheProvinceRefusedIsParkedAndTheRestGoesOn(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	bad := RefusedItem{Type: TypeApplication, Key: KeyOf(id("application", 1)), Code: "malformed"}
	h.accept(KindReceipt, receipt(1, "h1", bad))
	require.Equal(t, Parked{Lane: command.Urgent, Seq: 1, Type: TypeApplication, Key: bad.Key, Code: "malformed", At: ms(tonight)},
		must[Parked](h, TypeParked, bad.Key+".13"))
	var keys []command.Key
	for _, k := range h.reg.Scan(ParkedBySeq, TermPrefix("1")) {
		keys = append(keys, k)
	}
	require.Equal(t, []command.Key{bad.Key + ".13"}, keys)
	require.Equal(t, uint64(10), LoadUpstream(h.reg, command.Urgent).ReceivedTo)
}

func TestWhatIsChangedAfterARefusalIsOnItsWayAgain(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	bad := RefusedItem{Type: TypeApplication, Key: KeyOf(id("application", 1)), Code: "malformed"}
	h.accept(KindReceipt, receipt(1, "h1", bad))
	for _, c := range []struct {
		rule   string
		typ    command.RecordType
		key    command.Key
		place  uint64
		parked bool
	}{
		{"what was refused", bad.Type, bad.Key, 10, true},
		{"what it was before, in the same parcel", bad.Type, bad.Key, 3, true},
		{"a correction agreed later", bad.Type, bad.Key, 11, false},
		{"a record of another type with that key", TypeActivation, bad.Key, 10, false},
		{"another record", bad.Type, KeyOf(id("application", 2)), 10, false},
	} {
		p, parked := ParkedAt(h.reg, c.typ, c.key, c.place)
		require.Equal(t, c.parked, parked, c.rule)
		if parked {
			require.Equal(t, "malformed", p.Code)
		}
	}
}

func TestAReceiptNamesKeysThatFit(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	good := RefusedItem{Type: TypeApplication, Key: KeyOf(id("application", 1)), Code: "malformed"}
	for _, key := range []command.Key{"", "a\x00b", "a@01BD", command.Key(strings.Repeat("k", 129))} {
		h.refuse(command.Rejected, "bad_key", "/receipt/refused/1/key", KindReceipt, receipt(1, "h1", good, RefusedItem{Key: key}))
	}
}

func TestACommandIsAsFarAsItsSlowestLane(t *testing.T) {
	h := founded(t)
	urgent, routine := Place{command.Urgent, 10}, Place{command.Routine, 5}
	require.Equal(t, StageAgreed, Furthest(h.reg, nil), "nothing of it leaves the cluster")
	require.Equal(t, StageAgreed, Furthest(h.reg, []Place{urgent}))

	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	require.Equal(t, StageSent, Furthest(h.reg, []Place{urgent}))
	require.Equal(t, StageAgreed, Furthest(h.reg, []Place{{command.Urgent, 11}}))
	require.Equal(t, StageAgreed, Furthest(h.reg, []Place{urgent, routine}))

	h.accept(KindReceipt, receipt(1, "h1"))
	require.Equal(t, StageReceived, Furthest(h.reg, []Place{urgent}))
	h.accept(KindSeal, SealParcel{Lane: command.Routine, Seq: 1, To: 7, Hash: []byte("r1")})
	require.Equal(t, StageSent, Furthest(h.reg, []Place{urgent, routine}))
	require.Equal(t, StageSent, Furthest(h.reg, []Place{routine, urgent}))
}

func TestSealsSortByNumber(t *testing.T) {
	require.Equal(t, command.Key("1.00000000000000000009"), SealKey(command.Urgent, 9))
	require.Equal(t, command.Key("2.18446744073709551615"), SealKey(command.Routine, 1<<64-1))
}
