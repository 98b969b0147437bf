package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestOneWardDecidesNothingForTheWholeCluster(t *testing.T) {
	h := founded(t)
	province := PutSetting{Key: "province", Value: json.RawMessage(`{"code":"01"}`)}
	root := EnrollCluster{Code: "01", Name: "Tỉnh", Root: []byte{1}, Generation: 1}
	vote := PutNode{ID: ward2PC, Unit: ward2, Key: publicKey(ward2PC), Voter: true}
	h.refuse(command.Rejected, "outside_unit", "", KindSettingPut, province, byMachine(wardPC))
	h.refuse(command.Rejected, "outside_unit", "", KindClusterEnroll, root, byMachine(wardPC))
	h.refuse(command.Rejected, "outside_unit", "", KindNodePut, vote, byMachine(ward2PC))
	h.accept(KindNodePut, vote, byMachine(office))
	vote.Denied = true
	h.accept(KindNodePut, vote, byMachine(office))

	// Nor in the name of the cluster's administrator.
	h.refuse(command.Rejected, "outside_unit", "", KindSettingPut, province, as(RoleAdmin), forUnit(cluster), on(wardPC))
	h.accept(KindSettingPut, province, as(RoleAdmin), forUnit(cluster), on(office))
}

func TestAListChangesNobodyOfAnotherWard(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	mau := id("resident", 1)
	h.accept(KindResidentPut, PutResident{ID: mau, Household: home, PersonalNumber: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female})
	before := must[Resident](h, TypeResident, KeyOf(mau))
	page := RosterPage{File: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", Page: 1, Unit: ward2,
		Rows: []RosterRow{{Line: 2, Number: "001155000428", Name: "Tran Thi Mau", Birth: "1955", Sex: Female, Phone: "+84912404662"}}}
	h.do(KindRosterPage, page, byMachine(ward2PC), forUnit(ward2))
	require.Equal(t, before, must[Resident](h, TypeResident, KeyOf(mau)))
	require.Equal(t, map[string]int64{ward2: 1}, h.reg.tallies[CountReviews])
}

func TestAClusterCountsNobodyAmongThePeopleOfAnother(t *testing.T) {
	h := enrolled(t)
	h.accept(KindClusterEnroll, EnrollCluster{Code: "01TX", Name: "Cụm Thanh Xuân", Root: []byte{2}, Generation: 1}, byMachine(office))
	theirs := Unit{Code: "00007", Name: "Phường Ngọc Hà", Kind: UnitWard, Parent: "01BD"}
	h.accept(KindParcelReceive, parcel(command.Routine, 1, nil, item(TypeUnit, theirs.Code, theirs)))

	taken := theirs
	taken.Parent = "01TX"
	key, house := theirHousehold(1)
	house.Hamlet = theirs.Code
	own := Unit{Code: "00352", Name: "Phường Thượng Đình", Kind: UnitWard, Parent: "01TX"}
	p := parcel(command.Routine, 1, nil, item(TypeUnit, taken.Code, taken), item(TypeHousehold, key, house), item(TypeUnit, own.Code, own))
	p.Parcel.Cluster = "01TX"
	h.accept(KindParcelReceive, p)

	refused := must[Parcel](h, TypeParcel, ParcelKey("01TX", command.Routine, 1)).Refused
	require.Equal(t, []RefusedItem{{Type: TypeUnit, Key: "00007", Code: "other_cluster"}, {Type: TypeHousehold, Key: command.Key(key), Code: "other_cluster"}}, refused)
	ward, ok := FindUnit(h.reg, "00007")
	require.True(t, ok)
	require.Equal(t, "01BD", ward.Parent)
	_, ok = FindUnit(h.reg, "00352")
	require.True(t, ok, "what is its own goes on")
}

// TestAWardsMachineRedrawsNoOtherWard: whoever holds it can ask there in the name of
// the cluster's leader, too.
func TestAWardsMachineRedrawsNoOtherWard(t *testing.T) {
	h := founded(t)
	plan := PlanUnits{ID: id("plan", 1), Do: PlanDoDraft, Into: ward, Name: "Phường Cầu Giấy", From: "2027-01-01", Wards: []string{ward2}}
	h.refuse(command.Rejected, "outside_unit", "", KindUnitPlan, plan, as(RoleLeader), forUnit(cluster), on(wardPC))
	h.accept(KindUnitPlan, plan, as(RoleLeader), forUnit(cluster), on(office))
}
