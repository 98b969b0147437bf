package search

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestAHouseholdThatWasMergedIsNotFound(t *testing.T) {
	x := New()
	home := civic.Household{ID: command.NewID(), Hamlet: "00163-01", Address: "Số 9, ngõ Gộp"}
	put := func() {
		value, err := json.Marshal(home)
		require.NoError(t, err)
		require.NoError(t, x.Add([]command.Change{{Type: civic.TypeHousehold, Key: civic.KeyOf(home.ID), Op: command.Put, Value: value}}))
	}
	found := func() int { return len(x.Search(Query{Text: "ngo gop", Only: civic.TypeHousehold}).Hits) }
	put()
	require.Equal(t, 1, found())
	home.MergedInto = command.NewID()
	put()
	require.Zero(t, found())
	home.MergedInto = command.ID{} // taken back
	put()
	require.Equal(t, 1, found())
}
