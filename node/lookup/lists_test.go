package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestAHomeShowsItsPeopleAndWhoKnocked(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(31), Household: id(1), At: "2026-08-05T13:00:00Z", Mode: "door", Outcome: "nobody_home"}))
	b.must(b.ask(civic.KindVisitRecord, ward, hung, civic.RecordVisit{ID: id(32), Household: id(1), At: "2026-08-06T13:00:00Z", Mode: "door", Outcome: "will_come"}))
	home, ok := FindHome(b.source(), key(1))
	require.True(t, ok)
	require.Equal(t, "Số 2, ngõ 68 Xuân Thuỷ", home.Household.Address)
	require.Equal(t, "Tổ 1", home.Unit.Name)
	require.Equal(t, "Dịch Vọng Hậu", home.Ward.Name)
	require.ElementsMatch(t, []string{"Nguyễn Văn Hùng", "Trần Thị Ánh"}, names(home.Members))
	require.Len(t, home.Visits, 2)
	require.Equal(t, "nobody_home", home.Visits[0].Outcome)
	require.Equal(t, "Lê Thu Trang", home.Visits[0].OfficerName)
	require.Equal(t, 2, home.Visits[1].Attempt)
	require.Equal(t, "Vũ Mạnh Hùng", home.Visits[1].OfficerName)
}

func TestHouseholdsOfAHamletAreListedByAddress(t *testing.T) {
	src := street(t).source()
	rows, next, err := Homes(src, HomeFilter{Hamlet: near, Limit: 1})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	require.Equal(t, "Số 10, ngõ 68 Xuân Thuỷ", rows[0].Household.Address)
	require.Equal(t, 1, rows[0].People)
	rows, next, err = Homes(src, HomeFilter{Hamlet: near, Limit: 1, After: next})
	require.NoError(t, err)
	require.Equal(t, "Số 2, ngõ 68 Xuân Thuỷ", rows[0].Household.Address)
	require.Equal(t, 2, rows[0].People)
	require.Empty(t, next)
	_, _, err = Homes(src, HomeFilter{Hamlet: near, Limit: 1, After: "nowhere"})
	require.Equal(t, "bad_cursor", command.AsError(err).Code)
}

func TestApplicationsThatWaitedLongestComeFirst(t *testing.T) {
	b := street(t)
	submit := func(n, resident uint16) {
		b.must(b.ask(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(n), Resident: id(resident), Level: 1, Phone: "0912404318"}))
	}
	submit(29, 14)
	b.now += 24 * 60 * 60 * 1000
	submit(21, 11)
	submit(22, 12)
	src := b.source()
	f := ApplicationFilter{Units: []string{ward, near, far}, State: civic.AppCaptured, Limit: 2}
	list, next, err := Applications(src, f)
	require.NoError(t, err)
	require.Equal(t, []command.Key{key(29), key(21)}, []command.Key{list[0].Key, list[1].Key})
	require.Equal(t, []string{"2026-08-06", "2026-08-07"}, []string{list[0].Day, list[1].Day})
	require.Equal(t, "Lê Thị Ân", list[0].Name)
	f.After = next
	list, next, err = Applications(src, f)
	require.NoError(t, err)
	require.Equal(t, key(22), list[0].Key)
	require.Empty(t, next)
	f.State, f.After = "sealed", ""
	list, _, err = Applications(src, f)
	require.NoError(t, err)
	require.Empty(t, list)
	f.After = "nowhere"
	_, _, err = Applications(src, f)
	require.Equal(t, "bad_cursor", command.AsError(err).Code)
}

func TestReviewsAreListedByTheUnitTheyWereCapturedFor(t *testing.T) {
	b := street(t)
	edit := civic.EditResident{ID: id(11), Edits: []civic.Edit{{Field: "name", Was: []byte(`"Somebody else"`), Now: []byte(`"Nguyễn Hùng"`)}}}
	late := b.ask(civic.KindResidentEdit, ward, hung, edit)
	require.Equal(t, "changed_meanwhile", late.Outcome.Code)
	gone := b.ask(civic.KindVisitRecord, ward, hung, civic.RecordVisit{ID: id(33), Household: id(77), At: "2026-08-06T13:00:00Z", Mode: "door", Outcome: "moved"})
	require.Equal(t, command.Rejected, gone.Outcome.Status)
	src := b.source()

	list, next := Reviews(src, ReviewFilter{Units: []string{ward}, Limit: 1})
	require.Len(t, list, 1)
	require.Equal(t, late.ID, list[0].ID)
	require.Equal(t, "Dịch Vọng Hậu", list[0].UnitName)
	require.Equal(t, "Nguyễn Văn Hùng", list[0].Person.Resident.Name)
	list, next = Reviews(src, ReviewFilter{Units: []string{ward}, After: next, Limit: 1})
	require.Equal(t, gone.ID, list[0].ID)
	require.Equal(t, "unknown_household", list[0].Code)
	require.Nil(t, list[0].Person)
	require.Empty(t, next)
	list, _ = Reviews(src, ReviewFilter{Units: []string{other, near}, Limit: 5})
	require.Empty(t, list)
}

func TestUnitsStandRightAfterTheOneTheyBelongTo(t *testing.T) {
	src := newBench(t).source()
	var got []string
	var depths []int
	for _, u := range Units(src, cluster) {
		got, depths = append(got, u.Code), append(depths, u.Depth)
	}
	require.Equal(t, []string{cluster, ward, near, far, other, elsewhere}, got)
	require.Equal(t, []int{0, 1, 2, 2, 1, 2}, depths)
	require.Empty(t, Units(src, "99999"))
	require.Equal(t, "Tổ 2", Units(src, far)[0].Name)
}

func TestTheProvinceSeesClustersWithTheirFigures(t *testing.T) {
	b := founded(t, civic.TierProvince, "01")
	b.must(b.ask(civic.KindClusterEnroll, "01", command.ID{}, civic.EnrollCluster{Code: cluster, Name: "Cụm Cầu Giấy", Root: []byte("root"), Generation: 1}))
	b.must(b.ask(civic.KindClusterEnroll, "01", command.ID{}, civic.EnrollCluster{Code: "01DD", Name: "Cụm Đống Đa", Root: []byte("root"), Generation: 1}))
	item := func(t command.RecordType, key, value string) civic.ParcelItem {
		return civic.ParcelItem{Change: command.Change{Type: t, Key: command.Key(key), Op: command.Put, Value: []byte(value)}}
	}
	b.must(b.ask(civic.KindParcelReceive, "01", command.ID{}, civic.ReceiveParcel{Node: "ward-1", Parcel: civic.ParcelBody{Cluster: cluster, Generation: 1,
		Lane: command.Routine, Seq: 1, To: 9, Items: []civic.ParcelItem{
			item(civic.TypeUnit, cluster, `{"code":"01CG","name":"Cụm Cầu Giấy","kind":"cluster","parent":"01"}`),
			item(civic.TypeUnit, ward, `{"code":"00163","name":"Dịch Vọng Hậu","kind":"ward","parent":"01CG"}`),
			item(civic.TypeHousehold, id(1).String(), `{"id":"`+id(1).String()+`","hamlet":"00163","address":"Số 1"}`),
			item(civic.TypeResident, id(11).String(), `{"id":"`+id(11).String()+`","household":"`+id(1).String()+`","hamlet":"00163","name":"Lê Thị Ân","eligible":true}`),
		}}}))
	src := b.source()
	rows := Clusters(src, "2026-08-06")
	require.Len(t, rows, 2)
	require.Equal(t, "Cụm Cầu Giấy", rows[0].Name)
	require.Equal(t, int64(1), rows[0].Figures.People)
	require.Equal(t, uint64(1), rows[0].Lane(command.Routine).Seq)
	require.Equal(t, "01DD", rows[1].Code)
	require.Zero(t, rows[1].Figures.People)

	p, ok := FindPerson(src, key(11)+"@01CG")
	require.True(t, ok)
	require.Equal(t, "Số 1", p.Household.Address)
	require.Equal(t, key(1)+"@01CG", p.HouseholdKey())
	page, err := List(src, Filter{Units: []string{"01", cluster, ward}, Limit: 5})
	require.NoError(t, err)
	require.Equal(t, []string{"Lê Thị Ân"}, names(page.People))
}

func (b *bench) decides(review command.ID, choice civic.Choice, reason string) command.Decided {
	b.t.Helper()
	return b.must(b.ask(civic.KindReviewResolve, ward, lan, civic.ResolveReview{Review: review, Choice: choice, Reason: reason}))
}

var lan = id(0xfffd)

// disputed is a street with a chief and three edits by people who saw another name.
func disputed(t *testing.T) (*bench, []command.Decided) {
	b := street(t)
	b.must(b.ask(civic.KindOfficerPut, cluster, command.ID{}, civic.PutOfficer{ID: lan, User: "lan", Name: "Phạm Thị Lan", Role: civic.RoleSupervisor, Unit: ward}))
	var late []command.Decided
	for i, name := range []string{`"A B"`, `"C D"`, `"E F"`} {
		d := b.ask(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(uint16(11 + i)), Edits: edit("name", `"Ai đó"`, name)})
		require.Equal(t, command.Conflicted, d.Outcome.Status)
		late = append(late, d)
	}
	return b, late
}

func TestDecidedReviewsAreListedFromTheLastAndPageByPage(t *testing.T) {
	b, late := disputed(t)
	for _, d := range late {
		b.decides(d.ID, civic.ChoiceKeep, "hỏi lại")
	}
	ids := func(list []Review) (all []command.ID) {
		for _, r := range list {
			all = append(all, r.ID)
		}
		return all
	}
	closed := ReviewFilter{Units: []string{ward, near, far}, Closed: true, Limit: 2}
	first, next := Reviews(b.source(), closed)
	require.Equal(t, []command.ID{late[2].ID, late[1].ID}, ids(first))
	closed.After = next
	second, next := Reviews(b.source(), closed)
	require.Equal(t, []command.ID{late[0].ID}, ids(second))
	require.Empty(t, next)
	open, _ := Reviews(b.source(), ReviewFilter{Units: []string{ward}, Limit: 9})
	require.Empty(t, open)
	require.Equal(t, "Phạm Thị Lan", first[0].DeciderName)
}

func TestADecidedReviewShowsTheRecordAsItWasThen(t *testing.T) {
	b, late := disputed(t)
	b.decides(late[0].ID, civic.ChoiceTake, "bản sau đúng")
	r, ok := FindReview(b.source(), civic.KeyOf(late[0].ID))
	require.True(t, ok)
	require.Equal(t, "A B", r.Person.Resident.Name)
	require.Equal(t, "Nguyễn Văn Hùng", r.AsDecided(b.source()).Person.Resident.Name)
	open, _ := FindReview(b.source(), civic.KeyOf(late[1].ID))
	require.Equal(t, open, open.AsDecided(b.source()), "an open one is as it is")
	p, _ := FindProfile(b.source(), key(11))
	require.Empty(t, p.Reviews)
	require.Len(t, p.Decided, 1)
}

func TestWhatAPersonHadGoInGoesOnToTheProvince(t *testing.T) {
	b, late := disputed(t)
	taken, kept := b.decides(late[0].ID, civic.ChoiceTake, "bản sau đúng"), b.decides(late[1].ID, civic.ChoiceKeep, "bản cụm đúng")
	b.seal(command.Routine, 1, 0, taken.Outcome.FeedTo)
	b.receipt(command.Routine, 1, b.now)
	of := func(d command.Decided) Delivery { return DeliveryOf(b.source(), b.table, d, 0) }
	require.Equal(t, civic.StageReceived, of(late[0]).Stage)
	require.True(t, of(late[0]).Taken)
	require.Equal(t, 4, of(late[0]).Stages, "of its own kind")
	require.False(t, of(late[1]).Taken)
	require.False(t, of(late[2]).Taken)

	keeper := NewBookkeeper(b.source(), b.table)
	var states []State
	for i, d := range append(late, kept) {
		states = append(states, keeper.StateOf(Captured{ID: d.ID, Seq: uint64(i) + 1, PutAt: b.now, Outcome: &d.Outcome}))
	}
	require.Equal(t, []State{StateReceived, StateRejected, StateReview, StateStays}, states)
}
