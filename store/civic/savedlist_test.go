package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func saved(change func(*SaveList)) SaveList {
	p := SaveList{ID: id("list", 1), Name: "Ba lần chưa gặp", Filter: ListFilter{Unit: hamlet, Buckets: []Bucket{NotReached}, Visits: 3, Outcome: "nobody_home"}}
	if change != nil {
		change(&p)
	}
	return p
}

func listNames(lists []SavedList) (names []string) {
	for _, l := range lists {
		names = append(names, l.Name)
	}
	return names
}

func TestAListIsOfWhoSavedItAndSharedOnlyIfTheySaySo(t *testing.T) {
	h := founded(t)
	h.accept(KindListSave, saved(nil))
	h.accept(KindListSave, saved(func(p *SaveList) { p.ID, p.Name, p.Shared = id("list", 2), "Cần SIM", true }))
	h.accept(KindListSave, saved(func(p *SaveList) { p.ID, p.Name, p.Shared, p.Filter.Unit = id("list", 3), "Cả cụm", true, "" }), as(RoleLeader), forUnit(cluster))
	require.ElementsMatch(t, []string{"Ba lần chưa gặp", "Cần SIM"}, listNames(ListsOf(h.reg, officerOf(RoleOfficer, ward))))
	require.Equal(t, []string{"Cần SIM", "Cả cụm"}, listNames(SharedLists(h.reg, ward)), "what is shared above is seen below")
	require.Equal(t, []string{"Cả cụm"}, listNames(SharedLists(h.reg, ward2)), "and never next door")
	require.Empty(t, ListsOf(h.reg, officerOf(RoleOfficer, ward2)))
}

func TestAListIsChangedAndRemovedByItsOwnerAlone(t *testing.T) {
	h := founded(t)
	made := h.accept(KindListSave, saved(nil))
	require.Empty(t, h.accept(KindListSave, saved(nil)).Changes, "the same again changes nothing")
	h.refuse(command.Rejected, "list_not_yours", "/id", KindListSave, saved(func(p *SaveList) { p.Name, p.Was = "Của tôi", made.env.ID }), as(RoleSupervisor))
	h.refuse(command.Rejected, "list_not_yours", "/id", KindListSave, SaveList{ID: id("list", 1), Removed: true, Was: made.env.ID}, as(RoleSupervisor))

	first := h.accept(KindListSave, saved(func(p *SaveList) { p.Name, p.Was = "Bốn lần chưa gặp", made.env.ID }))
	h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindListSave, saved(func(p *SaveList) { p.Name, p.Was = "Năm lần", made.env.ID }))
	require.Equal(t, []string{"Bốn lần chưa gặp"}, listNames(ListsOf(h.reg, officerOf(RoleOfficer, ward))))
	h.refuse(command.Conflicted, "exists", "", KindListSave, saved(nil))

	h.accept(KindListSave, SaveList{ID: id("list", 1), Removed: true, Was: first.env.ID})
	require.Empty(t, ListsOf(h.reg, officerOf(RoleOfficer, ward)))
	require.Empty(t, h.accept(KindListSave, SaveList{ID: id("list", 1), Removed: true, Was: first.env.ID}).Changes, "what is gone is gone")
}

func TestAnOfficerHasThirtyListsAndEachNameOnce(t *testing.T) {
	h := founded(t)
	for n := range 30 {
		h.accept(KindListSave, saved(func(p *SaveList) { p.ID, p.Name = id("list", n), "Danh sách "+itoa(n) }))
	}
	h.refuse(command.Rejected, "list_taken", "/name", KindListSave, saved(func(p *SaveList) { p.ID, p.Name = id("list", 40), " danh SÁCH  7" }))
	h.refuse(command.Rejected, "lists_full", "", KindListSave, saved(func(p *SaveList) { p.ID = id("list", 40) }))
	h.accept(KindListSave, saved(func(p *SaveList) { p.ID = id("list", 40) }), as(RoleSupervisor))
	require.Len(t, ListsOf(h.reg, officerOf(RoleOfficer, ward)), 30)
}

func TestAListIsOfOnesOwnUnit(t *testing.T) {
	h := founded(t)
	h.refuse(command.Rejected, "outside_unit", "/filter/unit", KindListSave, saved(func(p *SaveList) { p.Filter.Unit = hamlet3 }))
}

func TestAListIsNarrowedByWhatThereIsOnly(t *testing.T) {
	for name, change := range map[string]func(*SaveList){
		"no ID": func(p *SaveList) { p.ID = command.ID{} }, "no name": func(p *SaveList) { p.Name = " " }, "a long name": func(p *SaveList) { p.Name = strings.Repeat("a", 81) },
		"a code for a name": func(p *SaveList) { p.Name = "mã OTP 482913" },
		"a strange unit":    func(p *SaveList) { p.Filter.Unit = "tổ 12\x00" }, "a strange bucket": func(p *SaveList) { p.Filter.Buckets = []Bucket{"lost"} },
		"a strange sex": func(p *SaveList) { p.Filter.Sex = "x" }, "a year nobody was born in": func(p *SaveList) { p.Filter.BornFrom = 17 },
		"years turned round": func(p *SaveList) { p.Filter.BornFrom, p.Filter.BornTo = 1990, 1980 }, "an answer that is none": func(p *SaveList) { p.Filter.Number = "maybe" },
		"never and three times": func(p *SaveList) { p.Filter.Never = true }, "too many visits": func(p *SaveList) { p.Filter.Visits = 100 }, "no such outcome": func(p *SaveList) { p.Filter.Outcome = "lost" },
		"phone": func(p *SaveList) { p.Filter.Phone = "1" }, "household": func(p *SaveList) { p.Filter.Household = "1" }, "eligible": func(p *SaveList) { p.Filter.Eligible = "1" },
	} {
		require.NotNil(t, saved(change).Check(), name)
	}
	require.Nil(t, saved(nil).Check())
	require.Nil(t, SaveList{ID: id("list", 1), Removed: true}.Check())
}
