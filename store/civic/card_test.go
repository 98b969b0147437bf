package civic

import (
	"encoding/json"
	"os"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// written is a card as a scanner or a hand gives it, and what it says; all of it
// written by hand and by a program of its own for the check digits.
type writtenCard struct {
	Case, Raw, Error                         string
	Number, Old, Cancelled, Name, Birth, Sex string
	Residence, Issued, Father, Mother        string
	Doubtful                                 bool
}

func writtenCards(t testing.TB) (all []writtenCard) {
	b, err := os.ReadFile("testdata/cards.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &all))
	require.Greater(t, len(all), 60)
	return all
}

func TestACardIsReadWhateverTheScannerMadeOfIt(t *testing.T) {
	for _, w := range writtenCards(t) {
		t.Run(w.Case, func(t *testing.T) {
			c, err := ReadCard(w.Raw)
			if w.Error != "" {
				require.NotNil(t, err)
				require.Equal(t, w.Error, err.Code)
				require.Zero(t, c)
				return
			}
			require.Nil(t, err)
			c.cut = false // told by SameName
			require.Equal(t, Card{Number: w.Number, Old: w.Old, Cancelled: w.Cancelled, Name: w.Name, Birth: Birth(w.Birth), Sex: w.Sex,
				Residence: w.Residence, Issued: w.Issued, Father: w.Father, Mother: w.Mother, Doubtful: w.Doubtful}, c)
		})
	}
}

func TestARefusedCardIsNotRepeatedInTheError(t *testing.T) {
	refused := 0
	for _, w := range writtenCards(t) {
		if _, err := ReadCard(w.Raw); err != nil {
			refused++
			for word := range strings.FieldsFuncSeq(w.Raw, func(r rune) bool { return strings.ContainsRune(" |<\r\n", r) }) {
				if len(word) > 3 {
					require.NotContains(t, err.Error(), word, w.Case)
				}
			}
		}
	}
	require.Greater(t, refused, 10)
}

func TestANameWithoutItsAccentsIsComparedLetterForLetter(t *testing.T) {
	for _, c := range []struct {
		card       string
		doubtful   bool
		registered string
		same       bool
	}{
		{"Trần Thị Mẫu", false, "TRẦN THỊ MẪU", true},
		{"Trần Thị Hoà", false, "Trần Thị Hòa", true}, // the tone stands elsewhere
		{"Trần Thị Mẫu", false, "Trần Thị Mậu", false},
		{"Tran Thi Mau", true, "Trần Thị Mẫu", true},
		{"Tran Thi Mau", true, "Trần Thị Mậu", true}, // cannot be told apart
		{"Tran Thi Mau", true, "Trần Thị Mai", false},
		{"Tran Thi An", true, "Trần Thị Anh", false},
		{"Tran Thi", true, "Trần Thị Mẫu", false},
		{"Tran Thi Mau Hai", true, "Trần Thị Mẫu", false},
		{"Tr?n Th? M?u", true, "Trần Thị Mẫu", true},
		{"Tr?n Th? M?u", true, "Tran Thi Mau", false}, // a plain letter is not lost
		{"Trn Th Mu", true, "Trần Thị Mẫu", true},
		{"Trn Th Mu", true, "Trần Văn Mẫu", false},
		{"inh Thu", true, "Đinh Thư", true},
		{"Mai Lan Anh", true, "Mai Lan Anh", true},
	} {
		require.Equal(t, c.same, Card{Name: c.card, Doubtful: c.doubtful}.SameName(c.registered), "%s, %s", c.card, c.registered)
	}
	long := Card{Name: "Congtangton Thi Mau Hai Ba Bo", Doubtful: true, cut: true}
	require.True(t, long.SameName("Côngtằngtôn Thị Mẫu Hai Ba Bốn"))
	require.False(t, long.SameName("Côngtằngtôn Thị Mẫu Hai Ba Năm"))
	require.False(t, long.SameName("Côngtằngtôn Thị Mẫu"))
}

func TestACardAndTheRegisterAreComparedFieldByField(t *testing.T) {
	card := Card{Number: "001155000123", Name: "Trần Thị Mẫu", Birth: "1955-08-15", Sex: Female}
	for _, c := range []struct {
		r    Resident
		want []string
	}{
		{Resident{Number: "001155000123", Name: "Trần Thị Mẫu", Birth: "1955-08-15", Sex: Female}, nil},
		{Resident{}, nil},
		{Resident{Birth: "1955"}, nil},
		{Resident{Birth: "1956"}, []string{DiffersBirth}},
		{Resident{Number: "001155000124", Name: "Trần Thị Mai", Birth: "1955-08-16", Sex: Male}, []string{DiffersNumber, DiffersName, DiffersBirth, DiffersSex}},
	} {
		require.Equal(t, c.want, card.Differs(c.r))
	}
}

func TestANameWithLettersMissingIsNoneToBeginWith(t *testing.T) {
	for name, want := range map[string]string{"Trần Thị Mẫu": "Trần Thị Mẫu", "Tran Thi Mau": "Tran Thi Mau", "Tr?n Th? M?u": "", "Trn Th Mu": "", "Tr\ufffdn Thi": ""} {
		require.Equal(t, want, Card{Name: name}.LegibleName(), name)
	}
}

// allocated is how many bytes were asked for since the program began; the last
// few thousand may be missing.
func allocated() uint64 {
	all := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(all)
	return all[0].Value.Uint64()
}

func FuzzCard(f *testing.F) {
	for _, w := range writtenCards(f) {
		f.Add(w.Raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		before := allocated()
		c, err := ReadCard(raw)
		require.Less(t, allocated()-before, uint64(64<<20), "bytes for one card")
		if err != nil {
			require.Zero(t, c)
			require.Contains(t, []string{"bad_card", "bad_mrz"}, err.Code)
			return
		}
		require.Regexp(t, `^[0-9]{12}$`, c.Number)
		require.Equal(t, c.Name, CleanName(c.Name), "what is written down needs no more cleaning")
		require.Contains(t, []string{"", Male, Female}, c.Sex)
		if c.Birth != "" {
			_, bad := ParseBirth(string(c.Birth))
			require.Nil(t, bad)
		}
		require.True(t, c.Name == "" || c.SameName(c.Name), "%q", c.Name)
		require.Empty(t, c.Differs(Resident{Number: c.Number, Name: c.Name, Birth: c.Birth, Sex: c.Sex}))
		c.LegibleName()
	})
}
