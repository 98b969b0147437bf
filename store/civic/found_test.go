package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestARegisterIsFoundedOnceByTheMachineThatSigns(t *testing.T) {
	h := begun(t)
	_, known := WhoseRegister(h.reg)
	require.False(t, known)

	h.refuse(command.Rejected, "bad_signature", "", KindFound, foundingBody(), signedBy(stranger))
	require.Empty(t, h.reg.records)

	h.accept(KindFound, foundingBody())
	who, known := WhoseRegister(h.reg)
	require.True(t, known)
	require.Equal(t, Identity{Code: cluster, Name: "Cụm Cầu Giấy", Tier: TierCluster, Generation: 1}, who)
	require.Equal(t, Node{ID: office, Unit: cluster, Key: publicKey(office)}, must[Node](h, TypeNode, office))
	require.Equal(t, []string{province, cluster, ward, hamlet, hamlet2, ward2, hamlet3}, Subtree(h.reg, province))

	h.refuse(command.Rejected, "founded", "", KindFound, foundingBody())
	require.Empty(t, h.reg.records[TypeReview])
}

func TestAFoundingCommandIsCheckedWhole(t *testing.T) {
	for field, spoil := range map[string]func(*FoundCluster){
		"/identity/tier":  func(p *FoundCluster) { p.Identity.Tier = "district" },
		"/units/2/code":   func(p *FoundCluster) { p.Units[2].Code = "một" },
		"/units/3/kind":   func(p *FoundCluster) { p.Units[3].Kind = "district" },
		"/units/0/name":   func(p *FoundCluster) { p.Units[0].Name = " " },
		"/units/1/parent": func(p *FoundCluster) { p.Units[1].Parent = p.Units[1].Code },
		"/node/key":       func(p *FoundCluster) { p.Node.Key = p.Node.Key[1:] },
		"/node/id":        func(p *FoundCluster) { p.Node.ID = "" },
		"/node/unit":      func(p *FoundCluster) { p.Node.Unit = "" },
	} {
		body := foundingBody()
		spoil(&body)
		err := body.Check()
		require.NotNil(t, err, field)
		require.Equal(t, field, err.Field)
	}
}

func TestAUnitIsChangedFromAboveAndMovedByNobodyElse(t *testing.T) {
	for name, c := range map[string]struct {
		body        PutUnit
		opts        []option
		code, field string // "": accepted
	}{
		"the cluster adds a hamlet":          {PutUnit{Code: "00163-12", Name: "Tổ 12", Kind: UnitHamlet, Parent: ward}, nil, "", ""},
		"a ward adds its own hamlet":         {PutUnit{Code: "00163-12", Name: "Tổ 12", Kind: UnitHamlet, Parent: ward}, []option{byMachine(wardPC)}, "", ""},
		"a ward renames itself":              {PutUnit{Code: ward, Name: "Phường Cầu Giấy", Kind: UnitWard, Parent: cluster}, []option{byMachine(wardPC)}, "", ""},
		"the cluster merges a hamlet":        {PutUnit{Code: hamlet3, Name: "Tổ 7", Kind: UnitHamlet, Parent: ward}, nil, "", ""},
		"a parent that does not exist":       {PutUnit{Code: "00163-12", Name: "Tổ 12", Kind: UnitHamlet, Parent: "00999"}, nil, "unknown_unit", "/parent"},
		"a ward adds a hamlet next door":     {PutUnit{Code: "00166-12", Name: "Tổ 12", Kind: UnitHamlet, Parent: ward2}, []option{byMachine(wardPC)}, "outside_unit", "/parent"},
		"a ward takes a hamlet from another": {PutUnit{Code: hamlet3, Name: "Tổ 7", Kind: UnitHamlet, Parent: ward}, []option{byMachine(wardPC)}, "outside_unit", "/code"},
		"a ward moves itself":                {PutUnit{Code: ward, Name: "Phường Dịch Vọng Hậu", Kind: UnitWard, Parent: province}, []option{byMachine(wardPC)}, "outside_unit", "/parent"},
		"a second root":                      {PutUnit{Code: "02", Name: "Tỉnh khác", Kind: UnitProvince}, nil, "outside_unit", "/parent"},
		"above its own parent":               {PutUnit{Code: cluster, Name: "Cụm", Kind: UnitCluster, Parent: ward}, nil, "loop", "/parent"},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			if c.code != "" {
				h.refuse(command.Rejected, c.code, c.field, KindUnitPut, c.body, c.opts...)
				return
			}
			h.accept(KindUnitPut, c.body, c.opts...)
			left := must[Unit](h, TypeUnit, command.Key(c.body.Code))
			left.Before = nil // TestRecordsFollowAHamletIntoAnotherWard
			require.Equal(t, Unit(c.body), left)
		})
	}
}

func TestRecordsFollowAHamletIntoAnotherWard(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	require.Equal(t, "Phường Dịch Vọng Hậu", WardOf(h.reg, hamlet).Name)
	h.accept(KindUnitPut, PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward2})

	require.Equal(t, "Phường Quỳnh Lôi", WardOf(h.reg, hamlet).Name)
	require.Equal(t, []string{ward2, hamlet, hamlet3}, Subtree(h.reg, ward2))
	h.accept(KindVisitRecord, knock(home, "will_come"), inWard2())
	h.refuse(command.Conflicted, "moved", "/household", KindVisitRecord, knock(home, "moved"))
	require.Equal(t, []string{ward}, must[Unit](h, TypeUnit, command.Key(hamlet)).Before)

	h.accept(KindUnitPut, PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, Before: []string{ward2}})
	require.Equal(t, []string{ward, ward2}, must[Unit](h, TypeUnit, command.Key(hamlet)).Before, "what a command says of it is not read")
}

func TestALoopInAnotherClustersDataEndsTheWalk(t *testing.T) {
	h := founded(t)
	require.NoError(t, h.reg.apply([]command.Change{
		put(TypeUnit, Scoped("A1", "02XX"), Unit{Code: "A1", Name: "A", Kind: UnitWard, Parent: "B1"}),
		put(TypeUnit, Scoped("B1", "02XX"), Unit{Code: "B1", Name: "B", Kind: UnitWard, Parent: "A1"}),
	}))
	require.False(t, Covers(h.reg, cluster, "A1"))
	require.Len(t, Subtree(h.reg, "A1"), deepest+1)
}

func TestAUnitTwoRegistersHoldIsListedOnce(t *testing.T) {
	h := founded(t)
	require.NoError(t, h.reg.apply([]command.Change{
		put(TypeUnit, Scoped(ward, cluster), Unit{Code: ward, Name: "Phường Dịch Vọng Hậu", Kind: UnitWard, Parent: cluster}),
		put(TypeUnit, Scoped("00169", cluster), Unit{Code: "00169", Name: "Phường Đông Ngạc", Kind: UnitWard, Parent: cluster}),
	}))
	require.Equal(t, []string{cluster, ward, hamlet, hamlet2, ward2, hamlet3, "00169"}, Subtree(h.reg, cluster))
	u, ok := FindUnit(h.reg, "00169")
	require.True(t, ok)
	require.Equal(t, "Phường Đông Ngạc", u.Name)
	_, ok = FindUnit(h.reg, "0016")
	require.False(t, ok, "a code is not found by its beginning")
}

func TestAMachineBelongsToItsUnit(t *testing.T) {
	h := founded(t)
	fresh := PutNode{ID: "may-163b", Unit: ward, Key: publicKey("may-163b")}
	h.accept(KindNodePut, fresh, byMachine(wardPC))
	h.refuse(command.Rejected, "outside_unit", "/unit", KindNodePut, PutNode{ID: "may-x", Unit: ward2, Key: publicKey("x")}, byMachine(wardPC))
	stolen := PutNode{ID: office, Unit: ward, Key: publicKey(stranger)}
	h.refuse(command.Rejected, "outside_unit", "/id", KindNodePut, stolen, byMachine(wardPC))
	require.Equal(t, publicKey(office), must[Node](h, TypeNode, office).Key)

	var listed []string
	for _, n := range Nodes(h.reg) {
		listed = append(listed, n.ID)
	}
	require.Equal(t, []string{wardPC, "may-163b", ward2PC, office}, listed)
}

func TestAUserNameBelongsToOneOfficer(t *testing.T) {
	h := founded(t)
	long := PutOfficer{ID: id("officer", 1), User: "long.vd", Name: "Vũ  Đức Long", Role: RoleOfficer, Unit: ward, Hash: "$argon2id$v=19$x"}
	d := h.accept(KindOfficerPut, long)
	want := Officer{ID: long.ID, User: "long.vd", Name: "Vũ Đức Long", Role: RoleOfficer, Unit: ward, Hash: "$argon2id$v=19$x", Rev: d.env.ID}
	got, ok := OfficerNamed(h.reg, "long.vd")
	require.True(t, ok)
	require.Equal(t, want, got)
	_, ok = OfficerNamed(h.reg, "long")
	require.False(t, ok)

	other := long
	other.ID = id("officer", 2)
	h.refuse(command.Rejected, "user_taken", "/user", KindOfficerPut, other)

	// A change that brings no password keeps the one there is.
	long.Hash, long.Role = "", RoleSupervisor
	h.accept(KindOfficerPut, long)
	got, _ = OfficerNamed(h.reg, "long.vd")
	require.Equal(t, "$argon2id$v=19$x", got.Hash)
	require.Equal(t, RoleSupervisor, got.Role)
}

func TestAnOfficerIsGrantedOnlyInsideTheUnit(t *testing.T) {
	h := founded(t)
	h.refuse(command.Rejected, "outside_unit", "/unit", KindOfficerPut,
		PutOfficer{ID: id("officer", 1), User: "x1", Name: "X", Role: RoleOfficer, Unit: ward2}, byMachine(wardPC))
	h.refuse(command.Rejected, "outside_unit", "/id", KindOfficerPut,
		PutOfficer{ID: officerOf(RoleLeader, cluster), User: "leader", Name: "X", Role: RoleOfficer, Unit: ward}, byMachine(wardPC))
	for field, bad := range map[string]PutOfficer{
		"/id":   {User: "x1", Name: "X", Role: RoleOfficer, Unit: ward},
		"/user": {ID: id("officer", 1), User: "tên có dấu", Name: "X", Role: RoleOfficer, Unit: ward},
		"/name": {ID: id("officer", 1), User: "x1", Name: " ", Role: RoleOfficer, Unit: ward},
		"/role": {ID: id("officer", 1), User: "x1", Name: "X", Role: roleMachine, Unit: ward},
	} {
		require.Equal(t, field, h.do(KindOfficerPut, bad).Err.Field)
	}
}

func TestASettingIsReadAsItWasSet(t *testing.T) {
	h := founded(t)
	h.accept(KindSettingPut, PutSetting{Key: "campaign.deadline", Value: json.RawMessage(`"2026-12-31"`)})
	deadline, ok := LoadSetting[string](h.reg, "campaign.deadline")
	require.True(t, ok)
	require.Equal(t, "2026-12-31", deadline)
	_, ok = LoadSetting[int](h.reg, "campaign.deadline")
	require.False(t, ok, "a text is no number")

	h.refuse(command.Rejected, "reserved", "/key", KindSettingPut, PutSetting{Key: SettingCluster, Value: json.RawMessage(`{}`)})
	h.refuse(command.Rejected, "bad_code", "/key", KindSettingPut, PutSetting{Key: "a key", Value: json.RawMessage(`1`)})
	require.Equal(t, "/value", PutSetting{Key: "ab"}.Check().Field)
}
