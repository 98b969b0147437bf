package node

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
)

func TestWholeNumbersAreFoundBeforeNamesAreRead(t *testing.T) {
	n := found(t)
	stop := works(t, n.drain.Run, n.batcher.Run, n.watchLeader)
	settle(t, n)
	by := supervisor(t, n)
	const number = "001190000017"
	whole := draftOf(t, civic.KindResidentPut, wardCode, map[string]any{"id": "0198b2c4-7d1e-7a55-9c3e-0242ac120002", "name": "Lò Thị Mẫu", "birth": "1990",
		"sex": "female", "personalNumber": number, "phones": []string{"0912345678"}})
	must(t, n, by, append(people100(t, 0, 10), whole)...)
	stop()
	agreed := n.reg.Read()
	everywhere := civic.Subtree(agreed, wardCode)
	agreed.Close()
	for _, c := range []struct {
		text  string
		units []string
		hits  int
	}{
		{number, everywhere, 1}, {"001 190 000 017", everywhere, 1}, {"0912 345 678", everywhere, 1}, {"+84912345678", nil, 1},
		{"mau 0912345678", everywhere, 1}, {"hung 0912345678", everywhere, 0}, {number, []string{"elsewhere"}, 0},
		{"lo thi mau", everywhere, 0}, {"0017", everywhere, 0}, {"0912345679", everywhere, 0},
	} {
		r := n.find(search.Query{Text: c.text, Units: c.units, Only: civic.TypeResident})
		require.Len(t, r.Hits, c.hits, c.text)
		require.Equal(t, &search.Building{Of: 11}, r.Building, "it is said that names are not there yet")
	}
	require.NoError(t, n.followFeed())
	r := n.find(search.Query{Text: "lo thi mau", Units: everywhere})
	require.Len(t, r.Hits, 1)
	require.Nil(t, r.Building)
}

func TestASearchFindsWhatWasAgreedBeforeItBegan(t *testing.T) {
	t.Parallel()
	n := found(t)
	works(t, n.drain.Run, n.batcher.Run, n.watchLeader) // and nothing that follows the register
	settle(t, n)
	by := supervisor(t, n)
	require.NoError(t, n.followFeed())
	for _, name := range []string{"Lường Thị Mẩy", "Lường Thị Pành", "Lường Thị Xuân"} {
		late := search.Query{Text: name, Only: civic.TypeResident}
		require.Empty(t, n.findAgreed(late).Hits)
		must(t, n, by, register1(t, command.NewID(), name))
		require.Len(t, n.findAgreed(late).Hits, 1)
	}
}
