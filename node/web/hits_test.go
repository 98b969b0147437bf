package web

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
	"gocua/ui"
)

// nobody is a register of which somebody has just been taken away.
type nobody struct{ lookup.Source }

func (nobody) Get(command.RecordType, command.Key) []byte { return nil }

// crowded is a request at a machine where so many answer to whatever is typed.
func crowded(total int) *request {
	find := func(q search.Query) search.Result {
		r := search.Result{Total: total}
		for n := range min(total, q.Limit) {
			r.Hits = append(r.Hits, search.Hit{Type: civic.TypeResident, Key: command.Key(itoa(n))})
		}
		return r
	}
	return &request{site: &site{Config: Config{Machine: lookup.Machine{Find: find}}}}
}

func TestASearchWithAFilterSaysOfHowManyHitsItWasAsked(t *testing.T) {
	l := listing{query: "nguyen", sex: civic.Female}
	for _, c := range []struct {
		total       int
		whole       bool
		scope, text string
	}{
		{0, true, "0 người khớp “nguyen” · nữ", ""},
		{900, true, "0 người khớp “nguyen” · nữ", ""},
		{lookup.MostOpened, true, "0 người khớp “nguyen” · nữ", ""},
		{9_000, false, "Chưa thấy ai khớp “nguyen” · nữ", "Mới lọc trong 1.200 người khớp nhất của 9.000 người khớp chữ đang tìm. Gõ thêm chữ, hoặc bỏ chữ để lọc cả danh sách."},
	} {
		var m ui.ResidentsModel
		require.Equal(t, c.whole, crowded(c.total).searched(nobody{}, l, nil, &m), c.total)
		require.Equal(t, c.scope, m.Scope, c.total)
		require.Equal(t, c.text, m.Pager.Text, c.total)
	}
	require.Equal(t, "Ít nhất 12 người khớp “nguyen”", atLeast(12, "nguyen"))
	p := hitsPager(l, 20, 312, cutText(1_200, 9_000))
	require.Contains(t, p.Text, "20 trong 312 người. Mới lọc trong 1.200 người")
	require.Equal(t, "Hiện thêm", p.More)
}

func TestWhatASearchFindsLeavesTheMachineWholeOrNotAtAll(t *testing.T) {
	_, err := crowded(mostChosen).foundBy(nobody{}, listing{query: "nguyen"}, nil)
	require.NoError(t, err)
	_, err = crowded(mostChosen+1).foundBy(nobody{}, listing{query: "nguyen"}, nil)
	require.Equal(t, "many_found", command.AsError(err).Code)
}

func TestAPagerSaysWhereTheListStands(t *testing.T) {
	some := make([]lookup.Person, 3)
	for name, c := range map[string]struct {
		l     listing
		page  lookup.PeoplePage
		text  string
		whole bool
	}{
		"all":                   {listing{}, lookup.PeoplePage{People: some}, "1–3 trong 9 người", true},
		"nobody":                {listing{}, lookup.PeoplePage{}, "", true},
		"further on":            {listing{cursor: "a"}, lookup.PeoplePage{People: some, Prev: "b"}, "3 người, trong 9 người", false},
		"beyond the end":        {listing{cursor: "a"}, lookup.PeoplePage{}, "Đã xem hết danh sách.", false},
		"not looked to the end": {listing{}, lookup.PeoplePage{Short: true, Next: "c"}, "Đã xem một phần danh sách, 0 người khớp. Bộ lọc này thưa, còn xem tiếp được.", false},
	} {
		require.Equal(t, c.text, pagerOf(c.l, c.page, "9 người").Text, name)
		require.Equal(t, c.whole, isWhole(c.l, c.page), name)
	}
}
