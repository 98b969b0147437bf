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
