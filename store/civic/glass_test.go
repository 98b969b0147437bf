package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func token(n int) PutToken {
	return PutToken{ID: id("token", n), Name: "Bảng tin", Hash: MarkOf(itoa(n)), Scope: []string{"see_figures"}, Until: "2026-12-31"}
}

func TestATokenIsItsHoldersAndEndsByADay(t *testing.T) {
	h := founded(t)
	h.accept(KindTokenPut, token(1))
	got, ok := TokenOf(h.reg, MarkOf("1"))
	require.True(t, ok)
	require.Equal(t, officerOf(RoleOfficer, ward), got.Officer)
	require.True(t, got.Holds("2026-12-31"))
	require.False(t, got.Holds("2027-01-01"))

	h.refuse(command.Conflicted, "exists", "/id", KindTokenPut, token(1))
	again := token(2)
	again.Hash = MarkOf("1")
	h.refuse(command.Conflicted, "exists", "/hash", KindTokenPut, again)
	long := token(3)
	long.Until = "2028-01-01"
	h.refuse(command.Rejected, "out_of_range", "/until", KindTokenPut, long)

	h.refuse(command.Rejected, "not_yours", "/id", KindTokenPut, PutToken{ID: id("token", 1), Revoked: true}, as(RoleSupervisor))
	h.accept(KindTokenPut, PutToken{ID: id("token", 1), Revoked: true}, as(RoleAdmin))
	got, _ = TokenOf(h.reg, MarkOf("1"))
	require.False(t, got.Holds(today))
	require.Len(t, TokensOf(h.reg, officerOf(RoleOfficer, ward)), 1)
	require.Empty(t, TokensOf(h.reg, officerOf(RoleSupervisor, ward)))
}

func TestAGlassOpensOneRecordOutsideTheUnitForHalfAnHour(t *testing.T) {
	h := founded(t)
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	other := h.resident(h.household(hamlet, "Số 22"), "Lê Văn Sĩ", "1960")
	me := officerOf(RoleOfficer, ward2)
	open := OpenGlass{ID: id("glass", 1), Type: TypeResident, Record: KeyOf(mau), Reason: "Công dân đến nộp hồ sơ tại trụ sở"}
	at := h.reg.now
	h.accept(KindGlassOpen, open, inWard2())

	require.True(t, Looking(h.reg, me, TypeResident, KeyOf(mau), at))
	require.True(t, Looking(h.reg, me, TypeResident, KeyOf(mau), at+30*minuteMs-1))
	require.False(t, Looking(h.reg, me, TypeResident, KeyOf(mau), at+30*minuteMs))
	require.False(t, Looking(h.reg, me, TypeResident, KeyOf(other), at), "one record")
	require.False(t, Looking(h.reg, officerOf(RoleOfficer, ward), TypeResident, KeyOf(mau), at), "one officer")

	for _, unit := range []string{ward, ward2, cluster} { // both sides are told, and who is above them
		require.Len(t, GlassesOn(h.reg, unit, DayOf(at)), 1, unit)
	}
	require.Empty(t, GlassesOn(h.reg, ward, "2026-08-01"))
}

func TestAGlassIsRefusedWithoutAReasonOrWithoutNeed(t *testing.T) {
	h := founded(t)
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	open := OpenGlass{ID: id("glass", 1), Type: TypeResident, Record: KeyOf(mau), Reason: "Công dân đến nộp hồ sơ tại trụ sở"}
	h.refuse(command.Rejected, "inside_unit", "/record", KindGlassOpen, open)
	h.refuse(command.Rejected, "role", "", KindGlassOpen, open, as(RoleAdmin))
	h.refuse(command.Rejected, "role", "", KindGlassOpen, open, as(RoleAuditor))
	gone := open
	gone.Record = KeyOf(id("nobody", 1))
	h.refuse(command.Rejected, "unknown_resident", "/record", KindGlassOpen, gone, inWard2())
	short := open
	short.Reason = "xem thử   "
	require.Equal(t, "reason_short", short.Check().Code)
	telling := open
	telling.Reason = "Công dân đọc mã OTP 482913 nhờ tra hộ"
	require.Equal(t, CodeSecret, telling.Check().Code)
	require.Equal(t, "/reason", telling.Check().Field)
	require.Empty(t, h.reg.records[TypeGlass])
}

func TestAGlassOpenedWhileCutOffIsNotLongerForBeingDecidedLate(t *testing.T) {
	h := founded(t)
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	at := h.reg.now - 20*minuteMs
	e := []option{inWard2(), func(a *asking) { a.env.CapturedAt = at }}
	h.accept(KindGlassOpen, OpenGlass{ID: id("glass", 1), Type: TypeResident, Record: KeyOf(mau), Reason: "Công dân đến nộp hồ sơ tại trụ sở"}, e...)
	require.True(t, Looking(h.reg, officerOf(RoleOfficer, ward2), TypeResident, KeyOf(mau), h.reg.now))
	require.False(t, Looking(h.reg, officerOf(RoleOfficer, ward2), TypeResident, KeyOf(mau), h.reg.now+10*minuteMs))
}

// While a glass waits on a machine it is decided again and again, at that
// machine's own clock.
func TestAGlassCapturedAheadOfItsTimeIsNoLongerOpenThanAnyOther(t *testing.T) {
	h := founded(t)
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	ask := OpenGlass{ID: id("glass", 1), Type: TypeResident, Record: KeyOf(mau), Reason: "Công dân đến nộp hồ sơ tại trụ sở"}
	begun := h.reg.now
	for _, ahead := range []int64{10 * minuteMs, 40 * minuteMs, 2 * day} {
		open, e := int64(0), command.Envelope{Unit: ward2, By: command.Actor{Officer: officerOf(RoleOfficer, ward2)}, CapturedAt: begun + ahead}
		for h.reg.now = begun; h.reg.now < begun+3*day; h.reg.now += minuteMs {
			d := ask.Decide(h.reg, e)
			require.Equal(t, command.Accepted, d.Status)
			var g Glass
			require.NoError(t, json.Unmarshal(d.Changes[0].Value, &g))
			require.LessOrEqual(t, g.Until, h.reg.now+glassLasts, "agreed now, it is over in half an hour")
			if g.From <= h.reg.now && g.OpenAt(h.reg.now) {
				open++
			}
		}
		require.LessOrEqual(t, open, int64(30), "captured %d minutes ahead", ahead/minuteMs)
	}
}
