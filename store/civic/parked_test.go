package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// parkedPerson is a register whose first parcel was received, but for one
// resident; returned is who.
func parkedPerson(h *history) (command.ID, Ref) {
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	h.accept(KindSeal, routine(1, 0, 10, "", "h1"))
	h.accept(KindReceipt, routineReceipt(1, "h1", RefusedItem{Type: TypeResident, Key: KeyOf(mau), Code: "bad_text"}))
	return mau, Ref{TypeResident, KeyOf(mau)}
}

func routine(seq, from, to uint64, prev, hash string, again ...Ref) SealParcel {
	p := seal(seq, from, to, prev, hash)
	p.Lane, p.Again = command.Routine, again
	return p
}

func routineReceipt(seq uint64, hash string, refused ...RefusedItem) AckParcel {
	p := receipt(seq, hash, refused...)
	p.Receipt.Lane = command.Routine
	return p
}

// parkedIn lists the keys of what is parked in a unit itself.
func (h *history) parkedIn(unit string) (keys []command.Key) {
	for _, k := range h.reg.Scan(ParkedByUnit, TermPrefix(unit)) {
		keys = append(keys, k)
	}
	return keys
}

func TestAParkedRecordIsListedWhereItLies(t *testing.T) {
	h := founded(t)
	mau, _ := parkedPerson(h)
	require.Equal(t, []command.Key{KeyOf(mau) + ".11"}, h.parkedIn(hamlet))
	require.Empty(t, h.parkedIn(hamlet2))
	require.Equal(t, hamlet, must[Parked](h, TypeParked, KeyOf(mau)+".11").Unit)
}

func TestWhatIsSentAgainAndNotRefusedIsParkedNoMore(t *testing.T) {
	h := founded(t)
	mau, ref := parkedPerson(h)
	h.accept(KindSeal, routine(2, 10, 20, "h1", "h2", ref))
	require.Equal(t, []Ref{ref}, must[Seal](h, TypeSeal, SealKey(command.Routine, 2)).Again)
	require.NotEmpty(t, h.parkedIn(hamlet), "until the province has it")
	h.accept(KindReceipt, routineReceipt(2, "h2"))
	require.Empty(t, h.parkedIn(hamlet))
	_, held := ParkedAt(h.reg, TypeResident, KeyOf(mau), 5)
	require.False(t, held, "what it was before has been overtaken")
}

func TestWhatIsRefusedAgainStaysParkedForTheNewReason(t *testing.T) {
	h := founded(t)
	mau, ref := parkedPerson(h)
	h.accept(KindSeal, routine(2, 10, 20, "h1", "h2", ref))
	h.accept(KindReceipt, routineReceipt(2, "h2", RefusedItem{Type: ref.Type, Key: ref.Key, Code: "other_cluster"}))
	require.Equal(t, Parked{Lane: command.Routine, Seq: 2, Type: TypeResident, Key: KeyOf(mau), Code: "other_cluster", At: ms(tonight), Unit: hamlet},
		must[Parked](h, TypeParked, KeyOf(mau)+".11"))
	require.Len(t, h.parkedIn(hamlet), 1)
}

func TestAParcelThatCarriesNothingParkedLetsNothingGo(t *testing.T) {
	h := founded(t)
	_, ref := parkedPerson(h)
	h.accept(KindSeal, routine(2, 10, 20, "h1", "h2", Ref{TypeHousehold, ref.Key}, Ref{TypeResident, "another"}))
	d := h.accept(KindReceipt, routineReceipt(2, "h2"))
	require.Len(t, d.Changes, 2, "the seal and the lane")
	require.Len(t, h.parkedIn(hamlet), 1)
}

func TestASealNamesNoMoreThanAParcelCarries(t *testing.T) {
	h := founded(t)
	p := routine(1, 0, 10, "", "h1")
	for i := range command.MaxParcelRecords {
		p.Again = append(p.Again, Ref{TypeApplication, KeyOf(id("application", i))})
	}
	e := h.envelope(KindSeal, p)
	require.Less(t, len(e.Encode()), command.MaxCommand, "as many as may be, in one command")
	require.Equal(t, command.Accepted, h.take(e).Status)
	p.Seq, p.From, p.To, p.Again = 2, 10, 20, append(p.Again, Ref{TypeApplication, "x"})
	h.refuse(command.Rejected, "too_many", "/again", KindSeal, p)
}

func TestAParkedRecordSentAgainIsTheSameRecord(t *testing.T) {
	h := founded(t)
	mau, ref := parkedPerson(h)
	before := h.person(mau)
	d := h.accept(KindResend, ResendParked(ref))
	require.Equal(t, []command.RecordType{TypeResident, TypeParked}, []command.RecordType{d.Changes[0].Type, d.Changes[1].Type})
	require.Equal(t, before, h.person(mau))
	require.Equal(t, ms(tonight), must[Parked](h, TypeParked, KeyOf(mau)+".11").Resent)

	h.accept(KindSeal, routine(2, 10, 20, "h1", "h2", ref))
	h.accept(KindReceipt, routineReceipt(2, "h2"))
	require.Empty(t, h.accept(KindResend, ResendParked(ref)).Changes, "the province has it by now")
}

func TestOnlyWhoeverAnswersForItSendsARecordAgain(t *testing.T) {
	h := founded(t)
	_, ref := parkedPerson(h)
	h.refuse(command.Rejected, "outside_unit", "/key", KindResend, ResendParked(ref), byMachine(ward2PC))
	h.refuse(command.Rejected, "role", "", KindResend, ResendParked(ref), as(RoleOfficer))
	h.refuse(command.Rejected, "unknown_record", "/key", KindResend, ResendParked{Type: TypeResident, Key: "nobody"})
	h.refuse(command.Rejected, "bad_key", "/key", KindResend, ResendParked{Type: TypeResident})
	h.accept(KindResend, ResendParked(ref), as(RoleLeader))
}

func TestAProvincePutBackInTimeMayRefuseWhatItHadTaken(t *testing.T) {
	h := founded(t)
	mau := h.resident(h.household(hamlet, "Số 21"), "Trần Thị Mẫu", "1955")
	taken := func(seq uint64, hash string, at int64, refused ...RefusedItem) AckParcel {
		p := routineReceipt(seq, hash, refused...)
		p.Receipt.At = at
		data, err := json.Marshal(p.Receipt)
		require.NoError(t, err)
		p.Signed.Data = data
		return p
	}
	h.accept(KindSeal, routine(1, 0, 10, "", "h1"))
	h.accept(KindSeal, routine(2, 10, 20, "h1", "h2"))
	h.accept(KindReceipt, taken(1, "h1", 1000))
	h.accept(KindReceipt, taken(2, "h2", 2000))
	up := LoadUpstream(h.reg, command.Routine)

	no := RefusedItem{Type: TypeResident, Key: KeyOf(mau), Code: "other_cluster"}
	require.Empty(t, h.accept(KindReceipt, taken(1, "h1", 999, no)).Changes, "an answer older than the one kept is no news")
	require.Empty(t, h.accept(KindReceipt, taken(1, "h1", 1000)).Changes)
	again := taken(1, "h1", 3000, no)
	h.accept(KindReceipt, again)
	require.Equal(t, []command.Key{KeyOf(mau) + ".11"}, h.parkedIn(hamlet))
	require.Equal(t, again.Signed, *must[Seal](h, TypeSeal, SealKey(command.Routine, 1)).Receipt)
	require.Equal(t, up, LoadUpstream(h.reg, command.Routine), "the cursor stays")
}
