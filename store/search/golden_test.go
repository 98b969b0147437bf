package search

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// wanted is one line of testdata/golden.csv: what somebody typed for whom.
type wanted struct {
	kind, text, name string
	person           int
}

func readGolden(t testing.TB) (list []wanted) {
	f, err := os.Open("testdata/golden.csv")
	require.NoError(t, err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, l := range lines[1:] {
		n, err := strconv.Atoi(l[2])
		require.NoError(t, err)
		list = append(list, wanted{kind: l[0], text: l[1], person: n, name: l[3]})
	}
	return list
}

// goldenTown is the town that testdata/golden asked for, as the register would
// have it, and its people's names; or a greater one of the same kind.
func goldenTown(t testing.TB, residents int) (x *Index, names []string) {
	x = New()
	units := []sample.Unit{sample.Ward("00163", "Dịch Vọng Hậu", 40), sample.Ward("00169", "Quỳnh Lôi", 40), sample.HighlandCommune("03181", "Mường Ảng", 16)}
	add := func(rt command.RecordType, id command.ID, record any) {
		value, err := json.Marshal(record)
		require.NoError(t, err)
		require.NoError(t, x.t.apply(command.Change{Type: rt, Key: civic.KeyOf(id), Op: command.Put, Value: value}))
	}
	door := civic.Household{}
	for p := range sample.Make(sample.Config{Seed: 5, Residents: residents, Units: units}) {
		if id := command.DerivedID(p.Unit, p.HouseholdRef); id != door.ID {
			door = civic.Household{ID: id, Hamlet: p.Hamlet, Address: p.Address}
			add(civic.TypeHousehold, id, door)
		}
		r := civic.Resident{ID: residentID(len(names)), Household: door.ID, Hamlet: p.Hamlet, Name: p.Name, Birth: p.Birth, Number: p.Number}
		if p.Phone != "" {
			r.Phones = []string{p.Phone}
		}
		add(civic.TypeResident, r.ID, r)
		names = append(names, p.Name)
	}
	x.t.trim()
	return x, names
}

func TestWhomAClerkMeansIsOnTheFirstPage(t *testing.T) {
	x, names := goldenTown(t, 50_000)
	asked, onPage := map[string]int{}, map[string]int{}
	var kinds []string
	list := readGolden(t)
	require.GreaterOrEqual(t, len(list), 1000)
	all := 0
	for _, w := range list {
		require.Equal(t, w.name, names[w.person], "the town is another than the list was written for")
		if asked[w.kind]++; asked[w.kind] == 1 {
			kinds = append(kinds, w.kind)
		}
		r := x.Search(Query{Text: w.text, Only: civic.TypeResident})
		require.LessOrEqual(t, len(r.Hits), defaultLimit)
		if slices.ContainsFunc(r.Hits, func(h Hit) bool { return h.Key == civic.KeyOf(residentID(w.person)) }) {
			onPage[w.kind]++
			all++
		} else {
			t.Logf("%s: %q did not find %s among %d", w.kind, w.text, w.name, r.Total)
		}
	}
	for _, kind := range kinds {
		t.Logf("%-22s %3d of %3d", kind, onPage[kind], asked[kind])
		require.GreaterOrEqual(t, onPage[kind]*100, asked[kind]*95, kind)
	}
	t.Logf("%-22s %d of %d", "all", all, len(list))
	require.GreaterOrEqual(t, all*1000, len(list)*990)
}
