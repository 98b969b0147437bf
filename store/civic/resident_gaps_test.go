package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// listed are the keys found in an index under a prefix.
func (h *history) listed(ix command.Index, prefix ...string) (keys []command.Key) {
	for _, f := range scanned(h.reg, ix, TermPrefix(prefix...)) {
		keys = append(keys, f.key)
	}
	return keys
}

func TestWhoHasNoNumberOrNoHouseholdIsListedUntilThatIsMended(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	in, out := h.resident(home, "Trần Thị Mẫu", "1955"), h.resident(command.ID{}, "Lê Văn Sĩ", "1960")
	require.Equal(t, []command.Key{KeyOf(in)}, h.listed(ResidentByNoNumber, hamlet))
	require.Equal(t, []command.Key{KeyOf(out)}, h.listed(ResidentByNowhere, ward), "who is in no household is listed in the ward")
	require.Equal(t, map[string]int64{hamlet: 1, ward: 1}, h.reg.tallies[CountNoNumber])
	require.Equal(t, map[string]int64{ward: 1}, h.reg.tallies[CountNowhere])

	h.accept(KindResidentEdit, edit(in, "personalNumber", nil, "001155000428"))
	h.accept(KindResidentEdit, edit(out, "household", nil, home))
	require.Empty(t, h.listed(ResidentByNoNumber, hamlet)[1:], "the other one is listed there now")
	require.Empty(t, h.listed(ResidentByNowhere, ward))

	h.accept(KindResidentEdit, edit(in, "household", home, nil))
	require.Equal(t, []command.Key{KeyOf(in)}, h.listed(ResidentByNowhere, hamlet), "who leaves a household is still listed where it was")
	require.Equal(t, []any{int64(0), int64(1)}, []any{h.reg.tallies[CountNowhere][ward], h.reg.tallies[CountNowhere][hamlet]})
}

func TestWhoIsOutOfTheCampaignIsFoundApartAndCountedNowhere(t *testing.T) {
	lacking := Resident{Hamlet: hamlet, Name: "Lê Văn Sĩ", Birth: "2013-01-01", Progress: Progress{Excluded: "moved_out"}}
	var d command.Derived
	lacking.deriveGaps(&d, lacking.ListedBy())
	require.Empty(t, d.Counts)
	require.Equal(t, []command.Term{{Index: ResidentByNoNumber, Value: term(Apart(hamlet), lacking.ListedBy())}, {Index: ResidentByNowhere, Value: term(Apart(hamlet), lacking.ListedBy())}}, d.Terms)
	require.False(t, goodCode(Apart(hamlet)), "no unit is called that")
}

func TestWhoComesOfAgeSinceTheCampaignBeganIsListedByThatDay(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.resident(home, "Trần Thị Mẫu", "1955")
	h.resident(home, "Trần Văn Trước", "2011-12-31")
	soon, just := h.resident(home, "Trần Thị Sắp", "2012-08-20"), h.resident(home, "Trần Thị Vừa", "2012-08-02")
	var found []string
	for _, f := range scanned(h.reg, ResidentByTurning, TermPrefix(hamlet)) {
		found = append(found, TermParts(f.term)[1]+" "+string(f.key))
	}
	require.Equal(t, []string{"2026-08-02 " + just.String(), "2026-08-20 " + soon.String()}, found)
	require.True(t, h.person(just).Eligible)
	require.False(t, h.person(soon).Eligible)
}
