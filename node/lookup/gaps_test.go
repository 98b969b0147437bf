package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestWhoLacksSomethingIsListedByNameAPageAtATime(t *testing.T) {
	src := street(t).source()
	f := GapFilter{Index: civic.ResidentByNoNumber, Units: []string{ward, near, far}, Limit: 3}
	first, err := Gaps(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Đỗ Bích An", "Trần Thị Ánh", "Lê Thị Ân"}, names(first.People))
	f.After = first.Next
	second, err := Gaps(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Phạm Gia Bảo", "Nguyễn Văn Hùng"}, names(second.People))
	require.Empty(t, second.Next)

	nowhere, err := Gaps(src, GapFilter{Index: civic.ResidentByNowhere, Units: []string{ward, near, far}, Limit: 3})
	require.NoError(t, err)
	require.Equal(t, []string{"Phạm Gia Bảo"}, names(nowhere.People))
	_, err = Gaps(src, GapFilter{Index: civic.ResidentByNowhere, Units: []string{ward}, After: "nowhere", Limit: 3})
	require.Equal(t, "bad_cursor", command.AsError(err).Code)
}

func TestWhoComesOfAgeIsListedByTheDayInTheSpanAsked(t *testing.T) {
	b := street(t)
	for i, born := range []string{"2012-08-19", "2012-09-01", "2012-08-20", "2012-07-01"} {
		b.must(b.ask(civic.KindResidentPut, ward, trang, civic.PutResident{ID: id(uint16(40 + i)), Household: id(uint16(1 + i%3)), Name: "Bé " + born, Birth: born, Sex: "male"}))
	}
	src := b.source()
	f := TurningFilter{Units: []string{ward, near, far}, From: "2026-08-19", To: "2026-08-31", Limit: 1}
	first, err := Turning(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Bé 2012-08-19"}, names(first.People))
	f.After = first.Next
	second, err := Turning(src, f)
	require.NoError(t, err)
	require.Equal(t, []string{"Bé 2012-08-20"}, names(second.People))
	require.Empty(t, second.Next, "the next one is later than asked for")
	_, err = Turning(src, TurningFilter{Units: []string{ward}, After: "nowhere", Limit: 3})
	require.Equal(t, "bad_cursor", command.AsError(err).Code)
}

func TestAHomeTellsWhatBecameOfIt(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(31), Household: id(1), At: "2026-08-05T13:00:00Z", Mode: "door", Outcome: "nobody_home"}))
	b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(32), Household: id(2), At: "2026-08-04T13:00:00Z", Mode: "door", Outcome: "nobody_home"}))
	b.must(b.ask(civic.KindHouseholdMerge, ward, trang, civic.MergeHousehold{ID: id(1), Into: id(2), Seen: civic.SeenNow(b.source(), key(1))}))
	src := b.source()
	gone, _ := FindHome(src, key(1))
	require.Equal(t, []any{key(2), "Số 10, ngõ 68 Xuân Thuỷ"}, []any{gone.Into.Key, gone.Into.Household.Address})
	require.Empty(t, gone.Members)
	home, _ := FindHome(src, key(2))
	require.ElementsMatch(t, []string{"Nguyễn Văn Hùng", "Trần Thị Ánh", "Đỗ Bích An"}, names(home.Members))
	require.Equal(t, []command.Key{key(32), key(31)}, []command.Key{home.Visits[0].Key, home.Visits[1].Key}, "oldest first, whichever door")
	require.Equal(t, key(1), home.Joined[0].Key)
	require.ElementsMatch(t, []string{"Nguyễn Văn Hùng", "Trần Thị Ánh"}, names(CameFrom(src, home, home.Joined[0])))
}
