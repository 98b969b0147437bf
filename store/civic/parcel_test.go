package civic

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// enrolled is a register that knows one cluster.
func enrolled(t require.TestingT) *history {
	h := founded(t)
	h.accept(KindClusterEnroll, EnrollCluster{Code: "01BD", Name: "Cụm Ba Đình", Root: []byte{1}, Generation: 1}, byMachine(office))
	return h
}

func item(t command.RecordType, key string, rec any) ParcelItem {
	return ParcelItem{Change: put(t, command.Key(key), rec), Commands: []command.ID{id("command", 9)}, At: ms(tonight)}
}

func parcel(lane command.Lane, seq uint64, prev []byte, items ...ParcelItem) ReceiveParcel {
	return ReceiveParcel{Parcel: ParcelBody{Cluster: "01BD", Generation: 1, Lane: lane, Seq: seq, From: 10 * (seq - 1), To: 10 * seq, Prev: prev, Items: items},
		Node: "may-bd", Sig: []byte("sig")}
}

func theirHousehold(n int) (string, Household) {
	x := id("their household", n)
	return x.String(), Household{ID: x, Hamlet: "00007-01", Address: "Số 1"}
}

func TestAParcelIsTakenAndAnsweredFromWhatWasKept(t *testing.T) {
	h := enrolled(t)
	key, house := theirHousehold(1)
	p := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))
	h.accept(KindParcelReceive, p)
	require.Equal(t, house, must[Household](h, TypeHousehold, command.Key(key+"@01BD")))
	require.Nil(t, h.reg.Get(TypeHousehold, command.Key(key)), "a cluster never writes among the province's own records")

	kept := must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1))
	require.Equal(t, Receipt{Cluster: "01BD", Lane: command.Routine, Seq: 1, Hash: p.Parcel.Hash(), At: ms(tonight), Count: 1}, kept.Receipt())
	require.Equal(t, Cluster{Code: "01BD", Name: "Cụm Ba Đình", Root: []byte{1}, Generation: 1,
		Lanes: []LaneEnd{{Lane: command.Routine, Seq: 1, Hash: p.Parcel.Hash(), At: ms(tonight), Records: 1}}},
		must[Cluster](h, TypeCluster, "01BD"))
}

func TestTheSameParcelAgainIsAnsweredWithNothingToDo(t *testing.T) {
	h := enrolled(t)
	key, house := theirHousehold(1)
	p := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))
	h.accept(KindParcelReceive, p)
	kept := must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1))
	h.reg.now += day
	p.Node = "may-bd2" // carried by another machine
	require.Empty(t, h.accept(KindParcelReceive, p).Changes)
	require.Equal(t, kept, must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1)))
}

func TestTwoParcelsOfOneNumberRaiseAnAlarmAndOverwriteNothing(t *testing.T) {
	h := enrolled(t)
	key, house := theirHousehold(1)
	first := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))
	h.accept(KindParcelReceive, first)
	house.Address = "Số 2"
	second := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))
	h.refuse(command.Conflicted, "fork", "", KindParcelReceive, second)

	c := must[Cluster](h, TypeCluster, "01BD")
	require.Equal(t, &Fork{Lane: command.Routine, Seq: 1, Hash: second.Parcel.Hash(), At: ms(tonight)}, c.Fork)
	require.Equal(t, first.Parcel.Hash(), c.Lane(command.Routine).Hash)
	require.Equal(t, "Số 1", must[Household](h, TypeHousehold, command.Key(key+"@01BD")).Address)
	require.Equal(t, first.Parcel.Hash(), must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1)).Hash)
}

// People enrolled the cluster anew: that it does not know its last parcels is no fork.
func TestAClusterBegunAnewIsToldWhereItsLaneEnds(t *testing.T) {
	h := enrolled(t)
	first := parcel(command.Routine, 1, nil)
	h.accept(KindParcelReceive, first)
	again := parcel(command.Routine, 1, nil)
	again.Parcel.Generation, again.Parcel.To = 2, 7
	h.refuse(command.Rejected, "generation", "", KindParcelReceive, again)
	h.accept(KindClusterEnroll, EnrollCluster{Code: "01BD", Name: "Cụm Ba Đình", Root: []byte{1}, Generation: 2}, byMachine(office))
	h.refuse(command.Rejected, "generation", "", KindParcelReceive, parcel(command.Routine, 2, first.Parcel.Hash()))
	h.refuse(command.Rejected, CodeBehind, "", KindParcelReceive, again)
	elsewhere := parcel(command.Routine, 2, []byte("other"))
	elsewhere.Parcel.Generation = 2
	h.refuse(command.Rejected, CodeBehind, "", KindParcelReceive, elsewhere)
	require.Nil(t, must[Cluster](h, TypeCluster, "01BD").Fork)

	next := parcel(command.Routine, 2, first.Parcel.Hash())
	next.Parcel.Generation = 2
	h.accept(KindParcelReceive, next)
	require.Equal(t, 2, must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 2)).Receipt().Generation)
	next.Parcel.To = 99
	h.refuse(command.Conflicted, "fork", "", KindParcelReceive, next)
	require.NotNil(t, must[Cluster](h, TypeCluster, "01BD").Fork, "within one generation it is one")
	elsewhere.Parcel.Seq = 3
	h.refuse(command.Rejected, "parcel_gap", "", KindParcelReceive, elsewhere)
}

func TestParcelsOfALaneFollowEachOther(t *testing.T) {
	h := enrolled(t)
	first := parcel(command.Urgent, 1, nil)
	h.accept(KindParcelReceive, first)
	hash := first.Parcel.Hash()
	for name, bad := range map[string]ReceiveParcel{
		"a number left out":   parcel(command.Urgent, 3, hash),
		"on another parcel":   parcel(command.Urgent, 2, []byte("other")),
		"on none":             parcel(command.Urgent, 2, nil),
		"another lane's turn": parcel(command.Routine, 2, hash),
	} {
		h.refuse(command.Rejected, "parcel_gap", "", KindParcelReceive, bad)
		require.Equal(t, uint64(1), must[Cluster](h, TypeCluster, "01BD").Lane(command.Urgent).Seq, name)
	}
	h.accept(KindParcelReceive, parcel(command.Urgent, 2, hash))
	h.accept(KindParcelReceive, parcel(command.Routine, 1, nil))
	c := must[Cluster](h, TypeCluster, "01BD")
	require.Equal(t, uint64(2), c.Lane(command.Urgent).Seq)
	require.Equal(t, uint64(1), c.Lane(command.Routine).Seq)

	var order []command.Key
	for _, k := range h.reg.Scan(ParcelByCluster, TermPrefix("01BD")) {
		order = append(order, k)
	}
	require.Len(t, order, 3)
}

func TestABadItemIsRefusedAndTheRestTaken(t *testing.T) {
	h := enrolled(t)
	key, house := theirHousehold(1)
	twin := func(c ParcelItem, change func(*ParcelItem)) ParcelItem { change(&c); return c }
	good := item(TypeHousehold, key, house)
	p := parcel(command.Routine, 1, nil,
		good,
		item(99, "k1", house),
		item(TypeOfficer, "k2", Officer{User: "admin", Role: RoleProvince}),
		item(TypeApplication, "k3", Application{}),
		twin(good, func(c *ParcelItem) { c.Key = "k4"; c.Value = json.RawMessage(`{"hamlet":7}`) }),
		twin(good, func(c *ParcelItem) { c.Key = "k5"; c.Value = nil }),
		twin(good, func(c *ParcelItem) { c.Key = "k6"; c.Op = 3 }),
		twin(good, func(c *ParcelItem) { c.Key = command.Key(key + "@01CG") }),
		twin(good, func(c *ParcelItem) { c.Key = "k7\x00" }),
		item(TypeHousehold, "k8", Household{Hamlet: "00007-01\x00", Address: "Số 1"}),
		item(TypeHousehold, "k9", Household{Hamlet: "00007-01", Address: strings.Repeat("x", 5000)}),
		item(TypeResident, "k10", Resident{Hamlet: "", Number: "\x00", Name: "Ai Đó"}),
		twin(good, func(c *ParcelItem) { c.Key = "" }),
		twin(good, func(c *ParcelItem) { c.Key = command.Key(strings.Repeat("k", 129)) }),
	)
	d := h.accept(KindParcelReceive, p)
	want := []RefusedItem{
		{99, "k1", "unknown_type"}, {TypeOfficer, "k2", "wrong_lane"}, {TypeApplication, "k3", "wrong_lane"},
		{TypeHousehold, "k4", "malformed"}, {TypeHousehold, "k5", "malformed"}, {TypeHousehold, "k6", "malformed"},
		{TypeHousehold, command.Key(key + "@01CG"), "bad_key"}, {TypeHousehold, "k7\x00", "bad_key"},
		{TypeHousehold, "k8", "bad_text"}, {TypeHousehold, "k9", "bad_text"}, {TypeResident, "k10", "bad_text"}, {TypeHousehold, "", "bad_key"},
		{TypeHousehold, command.Key(strings.Repeat("k", 129)), "bad_key"},
	}
	kept := must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1))
	require.Equal(t, want, kept.Receipt().Refused)
	require.Equal(t, 14, kept.Count)
	require.Len(t, d.Changes, 3, "the household, the parcel, the cluster")
	lane := must[Cluster](h, TypeCluster, "01BD").Lane(command.Routine)
	require.EqualValues(t, 1, lane.Records)
	require.EqualValues(t, 13, lane.Refused)
}

func TestARecordDeletedInAClusterGoesAtTheProvince(t *testing.T) {
	h := enrolled(t)
	key, house := theirHousehold(1)
	first := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))
	h.accept(KindParcelReceive, first)
	gone := ParcelItem{Change: command.Change{Type: TypeHousehold, Key: command.Key(key), Op: command.Delete}}
	h.accept(KindParcelReceive, parcel(command.Routine, 2, first.Parcel.Hash(), gone))
	require.Nil(t, h.reg.Get(TypeHousehold, command.Key(key+"@01BD")))
}

func TestNothingComesUpThatStaysInACluster(t *testing.T) {
	h := enrolled(t)
	intruder := item(TypeOfficer, id("officer", 1).String(), Officer{ID: id("officer", 1), User: "giam-doc", Role: RoleProvince})
	for _, lane := range []command.Lane{command.Stays, 3} {
		h.refuse(command.Rejected, "bad_choice", "/parcel/lane", KindParcelReceive, parcel(lane, 1, nil, intruder))
	}
	_, known := OfficerNamed(h.reg, "giam-doc")
	require.False(t, known)
}

func TestOnlyAnEnrolledClusterIsHeard(t *testing.T) {
	h := founded(t)
	h.refuse(command.Rejected, "not_enrolled", "", KindParcelReceive, parcel(command.Urgent, 1, nil))
	require.Equal(t, "/code", EnrollCluster{Code: "có dấu", Root: []byte{1}}.Check().Field)
	require.Equal(t, "/root", EnrollCluster{Code: "01BD"}.Check().Field)
}

func TestANewGenerationKeepsWhatWasTaken(t *testing.T) {
	h := enrolled(t)
	h.accept(KindParcelReceive, parcel(command.Urgent, 1, nil))
	h.accept(KindClusterEnroll, EnrollCluster{Code: "01BD", Name: "Cụm Ba Đình", Root: []byte{2}, Generation: 2}, byMachine(office))
	all := Clusters(h.reg)
	require.Len(t, all, 1)
	require.Equal(t, []byte{2}, all[0].Root)
	require.Equal(t, 2, all[0].Generation)
	require.Equal(t, uint64(1), all[0].Lane(command.Urgent).Seq)
}

func TestAnOldCardDoesNotShutOutAClusterThatWasBegunAnew(t *testing.T) {
	h := enrolled(t)
	card := EnrollCluster{Code: "01BD", Name: "Cụm Ba Đình", Root: []byte{1}, Generation: 3}
	h.accept(KindClusterEnroll, card, byMachine(office))
	card.Generation = 2
	h.refuse(command.Rejected, "old_generation", "", KindClusterEnroll, card, byMachine(office))
	card.Root, card.Generation = []byte{2}, 1 // founded from nothing, with a root of its own
	h.accept(KindClusterEnroll, card, byMachine(office))
	require.Equal(t, 1, must[Cluster](h, TypeCluster, "01BD").Generation)
}

func TestAParcelsHashSurvivesTheWire(t *testing.T) {
	key, house := theirHousehold(1)
	house.Address = `Số 1 <a> & "b" ` + "\u2028"
	body := parcel(command.Routine, 1, []byte("p"), item(TypeHousehold, key, house)).Parcel
	var back ParcelBody
	require.NoError(t, json.Unmarshal(body.Canonical(), &back))
	require.Equal(t, body.Hash(), back.Hash())
	back.To++
	require.NotEqual(t, body.Hash(), back.Hash())
}
