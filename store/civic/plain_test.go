package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// slowResident and slowHousehold are read by encoding/json alone.
type (
	slowResident  Resident
	slowHousehold Household
)

// writtenText is a text; in half of the records, where usual, every text is one as
// lists have it, or hardly a record of so many would be usual in all of them.
func writtenText(usual bool) *rapid.Generator[string] {
	if usual {
		return rapid.SampledFrom([]string{"", "Nguyễn Thị Ưu", "+84912404318", "00163-12", "1955-03-17"})
	}
	return rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z0-9 ]{1,9}`), rapid.String(), rapid.SampledFrom([]string{"Nguyễn Thị Ưu", "a\"b", "\\", "<i>", "\u2028", "\xff", "\x01"}))
}

func writtenTexts(usual bool) *rapid.Generator[[]string] {
	return rapid.SliceOfN(writtenText(usual), 0, 3)
}

func writtenID() *rapid.Generator[command.ID] {
	return rapid.Map(rapid.SampledFrom([]string{"", "a", "b"}), func(s string) command.ID {
		if s == "" {
			return command.ID{}
		}
		return command.DerivedID(s)
	})
}

func writtenResident(t *rapid.T) Resident {
	usual := rapid.Bool().Draw(t, "usual")
	text := func(name string) string { return writtenText(usual).Draw(t, name) }
	r := Resident{ID: writtenID().Draw(t, "id"), Household: writtenID().Draw(t, "household"), Hamlet: text("hamlet"), Left: text("left"), Number: text("number"),
		Disputed: text("disputed"), Name: text("name"), Birth: Birth(text("birth")), Sex: text("sex"), Phones: writtenTexts(usual).Draw(t, "phones"), Ethnic: text("ethnic"),
		Relation: text("relation"), Eligible: rapid.Bool().Draw(t, "eligible"), Touched: writtenTexts(usual).Draw(t, "touched"), Rev: writtenID().Draw(t, "rev")}
	if rapid.Bool().Draw(t, "further") {
		r.Progress = Progress{Reached: text("reached"), Refused: true}
	}
	return r
}

// harmed is JSON with perhaps one byte changed.
func harmed(t *rapid.T, v any) []byte {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	if rapid.IntRange(0, 2).Draw(t, "harm") == 0 {
		b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
	}
	return b
}

func TestAResidentIsReadByHandAsEncodingJSONReadsIt(t *testing.T) {
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		if sameResident(t, harmed(t, writtenResident(t))) {
			byHand++
		}
	})
	require.Greater(t, byHand, 10, "hardly anything was plain")
}

func TestAHouseholdIsReadByHandAsEncodingJSONReadsIt(t *testing.T) {
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		usual := rapid.Bool().Draw(t, "usual")
		h := Household{ID: writtenID().Draw(t, "id"), Hamlet: writtenText(usual).Draw(t, "hamlet"), Left: writtenText(usual).Draw(t, "left"), Address: writtenText(usual).Draw(t, "address"),
			Head: writtenID().Draw(t, "head"), Visits: rapid.SampledFrom([]int{0, 0, 2}).Draw(t, "visits"), Rev: writtenID().Draw(t, "rev")}
		if sameHousehold(t, harmed(t, h)) {
			byHand++
		}
	})
	require.Greater(t, byHand, 10, "hardly anything was plain")
}

// What an import writes must go the quick way, or all of this is for nothing.
func TestWhatAnImportWritesIsReadByHand(t *testing.T) {
	h := founded(t)
	d := h.accept(KindRosterPage, listPage(1, listed()...))
	for _, c := range d.Changes {
		switch c.Type {
		case TypeResident:
			require.True(t, sameResident(t, c.Value), "%s", c.Value)
		case TypeHousehold:
			require.True(t, sameHousehold(t, c.Value), "%s", c.Value)
		}
	}
}

func sameResident(t require.TestingT, b []byte) (byHand bool) {
	got, ok := plainResident(b)
	if ok {
		var want slowResident
		require.NoError(t, json.Unmarshal(b, &want), "%s", b)
		require.Equal(t, Resident(want), got)
	}
	return ok
}

func sameHousehold(t require.TestingT, b []byte) (byHand bool) {
	got, ok := plainHousehold(b)
	if ok {
		var want slowHousehold
		require.NoError(t, json.Unmarshal(b, &want), "%s", b)
		require.Equal(t, Household(want), got)
	}
	return ok
}

func FuzzRecordsAreReadTheSameEitherWay(f *testing.F) {
	id := command.DerivedID("a")
	f.Add([]byte(`{"id":"` + id.String() + `","household":"` + id.String() + `","hamlet":"00163-01","number":"001155000428","name":"Trần Thị Mẫu","birth":"1955-03-17","sex":"female","phones":["+84912404318"],"eligible":true,"rev":"` + id.String() + `"}`))
	f.Add([]byte(`{"id":"` + id.String() + `","hamlet":"00163-01","address":"Số 21","rev":"` + id.String() + `"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		sameResident(t, b)
		sameHousehold(t, b)
	})
}
