package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func (h *history) unit(code string) Unit { return must[Unit](h, TypeUnit, command.Key(code)) }

func TestSupervisorAndLeaderKeepTheHamletsOfTheirUnit(t *testing.T) {
	for _, role := range []Role{RoleSupervisor, RoleLeader} {
		t.Run(string(role), func(t *testing.T) {
			h := founded(t)
			h.accept(KindUnitPut, PutUnit{Code: hamlet, Name: "Tổ 1  (bờ sông)", Kind: UnitHamlet, Parent: ward, NoPower: true, No2G: true, No3G: true, NoFibre: true, Was: UnitMark(h.reg, hamlet)}, as(role))
			require.Equal(t, Unit{Code: hamlet, Name: "Tổ 1 (bờ sông)", Kind: UnitHamlet, Parent: ward, NoPower: true, No2G: true, No3G: true, NoFibre: true}, h.unit(hamlet))
			h.accept(KindUnitPut, PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, NoFibre: true, Was: UnitMark(h.reg, hamlet)}, as(role))
			require.Equal(t, Unit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, NoFibre: true}, h.unit(hamlet), "a line was laid")
			h.accept(KindUnitPut, PutUnit{Code: "00163-07", Name: "Tổ 7", Kind: UnitHamlet, Parent: ward, Was: UnitNew}, as(role))
			require.Equal(t, "Tổ 7", h.unit("00163-07").Name)
		})
	}
}

func TestWhoKeepsHamletsChangesNothingElseOfTheTree(t *testing.T) {
	h := founded(t)
	for name, c := range map[string]struct {
		code string
		body PutUnit
	}{
		"the ward itself":          {"hamlets_only", PutUnit{Code: ward, Name: "Phường Khác", Kind: UnitWard, Parent: cluster}},
		"a ward below the ward":    {"hamlets_only", PutUnit{Code: "00163A", Name: "Phường Mới", Kind: UnitWard, Parent: ward}},
		"a hamlet below a hamlet":  {"hamlets_only", PutUnit{Code: "00163-01A", Name: "Xóm", Kind: UnitHamlet, Parent: hamlet}},
		"when a hamlet ends":       {"hamlets_only", PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, To: "2026-12-31"}},
		"what replaces it":         {"hamlets_only", PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, ReplacedBy: hamlet2}},
		"a hamlet made a ward":     {"hamlets_only", PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitWard, Parent: ward}},
		"a hamlet of another ward": {"outside_unit", PutUnit{Code: hamlet3, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward2}},
		"taken from another ward":  {"outside_unit", PutUnit{Code: hamlet3, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward}},
		"an endless name":          {"too_long", PutUnit{Code: hamlet, Name: strings.Repeat("Tổ ", 40), Kind: UnitHamlet, Parent: ward}},
	} {
		t.Run(name, func(t *testing.T) {
			before := h.unit(hamlet)
			d := h.do(KindUnitPut, c.body, as(RoleSupervisor))
			require.Equal(t, []any{command.Rejected, c.code}, []any{d.Status, d.code()})
			require.Equal(t, before, h.unit(hamlet))
		})
	}
	moved := PutUnit{Code: hamlet3, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward}
	h.refuse(command.Rejected, "hamlets_only", "", KindUnitPut, moved, as(RoleLeader))
	h.accept(KindUnitPut, moved)
}

func TestAHamletThatChangedMeanwhileIsForAPerson(t *testing.T) {
	h := founded(t)
	seen := UnitMark(h.reg, hamlet)
	first := PutUnit{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward, NoPower: true, Was: seen}
	h.accept(KindUnitPut, first, as(RoleSupervisor))
	late := first
	late.NoPower, late.No2G = false, true
	d := h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindUnitPut, late, as(RoleSupervisor))
	require.True(t, h.unit(hamlet).NoPower)
	h.accept(KindReviewResolve, ResolveReview{Review: d.env.ID, Choice: ChoiceTake, Reason: "Đã lên xem"})
	require.Equal(t, []any{false, true}, []any{h.unit(hamlet).NoPower, h.unit(hamlet).No2G})

	taken := PutUnit{Code: hamlet2, Name: "Tổ Mới", Kind: UnitHamlet, Parent: ward, Was: UnitNew}
	h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindUnitPut, taken, as(RoleSupervisor))
	require.Equal(t, "Tổ 2", h.unit(hamlet2).Name)
}

// What an administrator may ask for, nobody below lets in for them.
func TestAWardThatWasRefusedIsOnlySetAsideByWhoKeepsHamlets(t *testing.T) {
	h := founded(t)
	d := h.do(KindUnitPut, PutUnit{Code: "00163A", Name: "Phường Mới", Kind: UnitWard, Parent: ward, Was: "khac"})
	require.Equal(t, command.Conflicted, d.Status)
	for _, role := range []Role{RoleSupervisor, RoleLeader, RoleProvince} {
		h.do(KindReviewResolve, ResolveReview{Review: d.env.ID, Choice: ChoiceTake, Reason: "Thử"}, as(role))
		require.Nil(t, h.reg.Get(TypeUnit, "00163A"), role)
	}
}
