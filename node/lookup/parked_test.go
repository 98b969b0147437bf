package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestADeliveryIsParkedUntilACorrectionIsOnItsWay(t *testing.T) {
	b := street(t)
	wrong, fine := b.visit(41), b.visit(42)
	b.seal(command.Routine, 1, 0, fine.Outcome.FeedTo)
	b.refusedBy(&civic.RefusedItem{Type: civic.TypeVisit, Key: key(41), Code: "bad_text"}, command.Routine, 1)
	of := func(d command.Decided) Delivery { return DeliveryOf(b.source(), b.table, d, 0) }
	require.Equal(t, "bad_text", of(wrong).Parked)
	require.Empty(t, of(fine).Parked)
	require.Equal(t, civic.StageReceived, of(wrong).Stage, "the parcel went through; this record did not")
	require.Equal(t, StateParked, NewBookkeeper(b.source(), b.table).StateOf(kept(1, wrong, b.now)))
	require.Equal(t, StateReceived, NewBookkeeper(b.source(), b.table).StateOf(kept(2, fine, b.now)))
}

func TestAWardSeesWhatIsParkedOfItsOwnPeopleHoweverMuchOthersHave(t *testing.T) {
	b := street(t)
	b.seal(command.Routine, 1, 0, 99)
	r := civic.Receipt{Cluster: cluster, Lane: command.Routine, Seq: 1, Hash: sealHash(command.Routine, 1), At: b.now, Refused: []civic.RefusedItem{
		{Type: civic.TypeUnit, Key: elsewhere, Code: "a"}, {Type: civic.TypeResident, Key: key(12), Code: "b"}, {Type: civic.TypeUnit, Key: ward, Code: "c"},
		{Type: civic.TypeUnit, Key: "gone", Code: "d"}}}
	b.must(b.ask(civic.KindReceipt, cluster, command.ID{}, civic.AckParcel{Receipt: r}))
	codes := func(unit string, limit int) (all string) {
		for _, p := range ParkedUnder(b.source(), unit, limit) {
			all += p.Code
		}
		return all
	}
	require.Equal(t, "cb", codes(ward, 10), "of the unit itself first")
	require.Equal(t, "a", codes(other, 10))
	require.Equal(t, "b", codes(near, 10))
	require.Equal(t, "c", codes(ward, 1))
	require.Len(t, codes(cluster, 10), 4, "whoever answers for the whole register sees also what lies nowhere")
}
