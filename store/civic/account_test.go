package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

const (
	aHash    = "$argon2id$v=19$m=19456,t=2,p=1$UEKy6AT2awjTAYRmFV71ww$tvCb9t4qRxqXZcLcXyZExugmA1ENlo5H9fG4IazwFWY"
	aSecret  = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	lastsMs  = int64(8 * 60 * 60 * 1000)
	minuteMs = int64(60 * 1000)
)

func (h *history) whoIs(role Role) Officer {
	unit, _ := post(role)
	return must[Officer](h, TypeOfficer, KeyOf(officerOf(role, unit)))
}

func TestAnOfficerChangesOnlyTheOwnAccount(t *testing.T) {
	h := founded(t)
	before := h.whoIs(RoleSupervisor)
	h.accept(KindOfficerSelf, ChangeSelf{Hash: aHash, Second: &SecondFactor{Secret: aSecret, Recovery: []string{MarkOf("one"), MarkOf("two")}}})
	o := h.whoIs(RoleOfficer)
	require.Equal(t, aHash, o.Hash)
	require.Equal(t, aSecret, o.Second.Secret)
	require.Equal(t, RoleOfficer, o.Role)
	require.Equal(t, before, h.whoIs(RoleSupervisor))
	h.refuse(command.Rejected, "role", "", KindOfficerSelf, ChangeSelf{Hash: aHash}, byMachine(office))
}

func TestWhatWasUsedIsUsedUpWhereverItWas(t *testing.T) {
	h := founded(t)
	leader := as(RoleLeader)
	h.accept(KindOfficerSelf, ChangeSelf{Second: &SecondFactor{Secret: aSecret, Recovery: []string{MarkOf("one"), MarkOf("two")}}}, leader)
	h.accept(KindOfficerSelf, ChangeSelf{Step: 100}, leader, on(wardPC))
	h.accept(KindOfficerSelf, ChangeSelf{Step: 90}, leader)
	h.accept(KindOfficerSelf, ChangeSelf{Used: MarkOf("one")}, leader, on(wardPC))
	h.accept(KindOfficerSelf, ChangeSelf{Used: MarkOf("one")}, leader)
	require.Equal(t, SecondFactor{Secret: aSecret, Recovery: []string{MarkOf("two")}, Last: 100}, *h.whoIs(RoleLeader).Second)
}

func TestAMachineBelowCannotChangeHowSomebodyAboveSignsIn(t *testing.T) {
	h := founded(t)
	for name, p := range map[string]ChangeSelf{
		"password": {Hash: aHash}, "second": {Second: &SecondFactor{Secret: aSecret}}, "drop": {Drop: true}, "codes": {Recovery: []string{MarkOf("x")}},
	} {
		h.refuse(command.Rejected, "wrong_machine", "", KindOfficerSelf, p, as(RoleLeader), on(wardPC), forUnit(ward))
		require.Empty(t, h.whoIs(RoleLeader).Hash, name)
	}
	h.refuse(command.Rejected, "wrong_machine", "", KindTokenPut, token(1), as(RoleLeader), on(wardPC), forUnit(ward))
}

func TestANewPasswordReplacesTheOneThatWasSeen(t *testing.T) {
	h := founded(t)
	h.accept(KindOfficerSelf, ChangeSelf{Hash: aHash, Was: MarkOf("")})
	d := h.refuse(command.Conflicted, "changed_meanwhile", "/was", KindOfficerSelf, ChangeSelf{Hash: aHash + "A", Was: MarkOf("")})
	require.Equal(t, aHash, h.whoIs(RoleOfficer).Hash)
	require.Empty(t, h.review(d).Body, "a review keeps no secret")
	require.Equal(t, TypeOfficer, h.review(d).Type)
}

func TestASecretIsNeverLetInByADecision(t *testing.T) {
	for _, k := range []command.Kind{KindOfficerSelf, KindOfficerReset, KindTokenPut, KindGlassOpen} {
		for _, role := range allRoles() {
			require.False(t, mayDecideFor(role, k), "%s decides kind %d", role, k)
		}
	}
}

func TestWhoGivesWhomAOneTimeCode(t *testing.T) {
	for name, c := range map[string]struct {
		role Role
		opts []option
		code string
	}{
		"a supervisor an officer":            {RoleOfficer, []option{as(RoleSupervisor)}, ""},
		"an administrator a supervisor":      {RoleSupervisor, []option{as(RoleAdmin)}, ""},
		"the ward's console its supervisor":  {RoleSupervisor, []option{byMachine(wardPC)}, ""},
		"a supervisor the own account":       {RoleSupervisor, []option{as(RoleSupervisor)}, "own_account"},
		"a supervisor somebody above":        {RoleLeader, []option{as(RoleSupervisor)}, "outside_unit"},
		"the ward's console somebody above":  {RoleLeader, []option{byMachine(wardPC)}, "outside_unit"},
		"an officer another":                 {RoleStation, []option{as(RoleOfficer)}, "role"},
		"a leader an officer":                {RoleOfficer, []option{as(RoleLeader)}, "role"},
		"an administrator on a ward's PC":    {RoleLeader, []option{as(RoleAdmin), on(wardPC), forUnit(ward)}, "outside_unit"},
		"the second ward's console an first": {RoleOfficer, []option{byMachine(ward2PC)}, "outside_unit"},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			unit, _ := post(c.role)
			d := h.do(KindOfficerReset, ResetOfficer{Officer: officerOf(c.role, unit), Lost: LostPassword, Hash: aHash}, c.opts...)
			require.Equal(t, c.code, d.code())
			require.Equal(t, c.code == "", h.whoIs(c.role).Once != nil)
		})
	}
}

func TestAOneTimeCodeLastsAShiftFromWhenItWasGiven(t *testing.T) {
	h := founded(t)
	given := h.accept(KindOfficerReset, ResetOfficer{Officer: officerOf(RoleOfficer, ward), Lost: LostPassword, Hash: aHash}, captured("2026-08-05T01:00:00Z"))
	require.Equal(t, OneTime{Hash: aHash, Until: ms("2026-08-05T01:00:00Z") + lastsMs, By: given.env.ID, Lost: LostPassword}, *h.whoIs(RoleOfficer).Once)
	h.accept(KindOfficerReset, ResetOfficer{Officer: officerOf(RoleOfficer, ward), Lost: LostPassword, Hash: aHash}, captured("2030-01-01T00:00:00Z"))
	require.Equal(t, h.reg.now+lastsMs, h.whoIs(RoleOfficer).Once.Until, "a clock that runs ahead makes none last longer")
	h.accept(KindOfficerReset, ResetOfficer{Officer: officerOf(RoleOfficer, ward)})
	require.Nil(t, h.whoIs(RoleOfficer).Once, "ended")
}

func TestASpentCodeTakesWithItWhatWasLost(t *testing.T) {
	h := founded(t)
	me := ResetOfficer{Officer: officerOf(RoleOfficer, ward), Lost: LostPassword, Hash: aHash}
	h.accept(KindOfficerSelf, ChangeSelf{Hash: aHash, Second: &SecondFactor{Secret: aSecret}})
	code := h.accept(KindOfficerReset, me)
	h.accept(KindOfficerSelf, ChangeSelf{Spent: code.env.ID})
	o := h.whoIs(RoleOfficer)
	require.Empty(t, o.Hash)
	require.True(t, o.MustChange)
	require.Nil(t, o.Once)
	require.NotNil(t, o.Second, "the other half still stands")
	h.refuse(command.Conflicted, "changed_meanwhile", "/spent", KindOfficerSelf, ChangeSelf{Spent: code.env.ID})
	h.accept(KindOfficerSelf, ChangeSelf{Hash: aHash, Was: MarkOf("")})
	require.False(t, h.whoIs(RoleOfficer).MustChange)

	me.Lost = LostSecond
	code = h.accept(KindOfficerReset, me)
	h.accept(KindOfficerSelf, ChangeSelf{Spent: code.env.ID})
	require.Nil(t, h.whoIs(RoleOfficer).Second)
	require.Equal(t, aHash, h.whoIs(RoleOfficer).Hash)
	h.refuse(command.Rejected, "no_second", "/lost", KindOfficerReset, me)
}

func TestAGrantHoldsFromItsFirstToItsLastDay(t *testing.T) { // today is 2026-08-06, in Vietnam
	for name, c := range map[string]struct {
		from, until string
		holds       bool
	}{
		"for ever":        {"", "", true},
		"today only":      {today, today, true},
		"until today":     {"", today, true},
		"until yesterday": {"", "2026-08-05", false},
		"from tomorrow":   {"2026-08-10", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			home := h.household(hamlet, "Số 21")
			h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleOfficer, Unit: ward, From: c.from, Until: c.until})
			d := h.do(KindVisitRecord, knock(home, "will_come"))
			if c.holds {
				require.Equal(t, command.Accepted, d.Status)
				return
			}
			require.Equal(t, "actor_expired", d.code())
			require.JSONEq(t, string(d.env.Body), string(h.review(d).Body), "what the officer was told is saved is kept")
			require.Empty(t, h.reg.records[TypeVisit])
		})
	}
}

func TestAnAdministratorsChangeLeavesTheSecondFactorAlone(t *testing.T) {
	h := founded(t)
	h.accept(KindOfficerSelf, ChangeSelf{Hash: aHash, Second: &SecondFactor{Secret: aSecret}})
	put := PutOfficer{ID: officerOf(RoleOfficer, ward), User: "officer", Name: "Lê Thu Trang", Role: RoleOfficer, Unit: ward, Until: "2026-12-31"}
	h.accept(KindOfficerPut, put)
	require.Equal(t, aHash, h.whoIs(RoleOfficer).Hash)
	require.Equal(t, aSecret, h.whoIs(RoleOfficer).Second.Secret)
	h.accept(KindOfficerReset, ResetOfficer{Officer: put.ID, Lost: LostPassword, Hash: aHash})
	put.Hash, put.MustChange = aHash, true
	h.accept(KindOfficerPut, put)
	require.Nil(t, h.whoIs(RoleOfficer).Once, "a new password ends the code for the lost one")
	require.True(t, h.whoIs(RoleOfficer).MustChange)
}

func TestWhatIsShownOfAnOfficerOpensNothing(t *testing.T) {
	o := Officer{User: "trang", Hash: aHash, Second: &SecondFactor{Secret: aSecret, Recovery: []string{MarkOf("one")}, Last: 7}, Once: &OneTime{Hash: aHash, Until: 5, Lost: LostSecond}}
	shown := string(put(TypeOfficer, "x", o.Redacted()).Value)
	for _, secret := range []string{aHash, aSecret, MarkOf("one")} {
		require.False(t, strings.Contains(shown, secret), shown)
	}
	require.Len(t, o.Redacted().Second.Recovery, 1)
	require.Equal(t, aSecret, o.Second.Secret, "the original is left as it was")
}

func TestABodyThatChangesNothingOrIsNoSecretIsMalformed(t *testing.T) {
	for name, p := range map[string]ChangeSelf{
		"nothing": {}, "a password in clear": {Hash: "mật khẩu"}, "half a digest": {Used: "abc"}, "a short secret": {Second: &SecondFactor{Secret: "ABC"}},
		"two at once": {Drop: true, Second: &SecondFactor{Secret: aSecret}}, "too many codes": {Recovery: make([]string, 21)}, "a step before time": {Step: -1},
	} {
		require.NotNil(t, p.Check(), name)
	}
	require.NotNil(t, ResetOfficer{Officer: id("o", 1), Lost: "head", Hash: aHash}.Check())
	require.NotNil(t, ResetOfficer{Officer: id("o", 1), Lost: LostPassword}.Check())
}
