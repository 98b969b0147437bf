package match

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"hash/maphash"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// The files were written by testdata/golden before there was a scorer, and stay
// as they are.
var frozen = map[string]string{
	"pairs.csv": "2adb407fbc83b74909cf04681837aaaac0193fd16017b05c58838334414b522f",
	"hard.csv":  "c6ffcc96ca8d931cf2cdf6b22afcb8de0b0c8b50e037286af6ae804a11446a7c",
}

// golden is two entries and what is true of them.
type golden struct {
	what string
	a, b civic.Resident
}

func readGolden(t testing.TB, file string) (list []golden) {
	raw, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	if sum := sha256.Sum256(raw); frozen[file] != "" {
		require.Equal(t, frozen[file], hex.EncodeToString(sum[:]), "%s is frozen", file)
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	require.NoError(t, err)
	for _, row := range rows[1:] {
		list = append(list, golden{row[1], entry(file+row[0]+"a", row[2:9]), entry(file+row[0]+"b", row[9:16])})
	}
	return list
}

// entry is a line as the register would have it.
func entry(name string, cell []string) civic.Resident {
	r := civic.Resident{ID: command.DerivedID("golden", name), Name: civic.CleanName(cell[0]), Birth: civic.Birth(cell[1]),
		Sex: cell[2], Number: cell[3], Hamlet: cell[5], Household: command.DerivedID("door", cell[6])}
	if phone, err := civic.ParsePhone(cell[4]); err == nil {
		r.Phones = []string{phone}
	}
	return r
}

// backgroundPeople live where the golden ones do, and are nobody of them.
const backgroundPeople = 20_000

func background() (list []civic.Resident) {
	for p := range sample.Make(sample.Config{Seed: 7, Residents: backgroundPeople, Units: []sample.Unit{sample.Ward("00166", "Dịch Vọng Hậu", 30)}}) {
		r := civic.Resident{ID: command.DerivedID("background", p.Number+p.Name+p.HouseholdRef+string(p.Birth)), Name: p.Name, Birth: p.Birth, Sex: p.Sex,
			Number: p.Number, Hamlet: p.Hamlet, Household: command.DerivedID("sample door", p.HouseholdRef)}
		if p.Phone != "" {
			r.Phones = []string{p.Phone}
		}
		list = append(list, r)
	}
	return list
}

func pairOf(a, b civic.Resident) [2]command.ID { return civic.PairOf(a.ID, b.ID) }

func everybody(groups ...[]golden) (all []civic.Resident) {
	for _, g := range groups {
		for _, x := range g {
			all = append(all, x.a, x.b)
		}
	}
	return append(all, background()...)
}

func TestWhoIsListedTwiceIsFoundAndWhoIsNotIsLeftAlone(t *testing.T) {
	pairs, hard := readGolden(t, "pairs.csv"), readGolden(t, "hard.csv")
	require.GreaterOrEqual(t, len(pairs), 500)
	require.GreaterOrEqual(t, len(hard), 500)
	found := foundAmong(everybody(pairs, hard))
	right, wrong, others := 0, 0, len(found)
	var missed, mistaken []string
	for _, g := range pairs {
		if _, ok := found[pairOf(g.a, g.b)]; ok {
			right++
		} else {
			missed = append(missed, g.what)
		}
	}
	for _, g := range hard {
		if _, ok := found[pairOf(g.a, g.b)]; ok {
			wrong++
			mistaken = append(mistaken, g.what)
		}
	}
	others -= right + wrong
	recall, precision := 100*float64(right)/float64(len(pairs)), 100*float64(right)/float64(right+wrong)
	t.Logf("recall %.1f %% (%d of %d), precision %.1f %% (%d of %d hard ones mistaken), and %.2f pairs among 1,000 others",
		recall, right, len(pairs), precision, wrong, len(hard), 1000*float64(others)/backgroundPeople)
	t.Log("missed:", tally(missed))
	t.Log("mistaken:", tally(mistaken))
	require.GreaterOrEqual(t, recall, 95.0)
	require.GreaterOrEqual(t, precision, 90.0)
	require.Less(t, 1000*float64(others)/backgroundPeople, 5.0)
}

func tally(what []string) map[string]int {
	n := map[string]int{}
	for _, w := range what {
		n[w]++
	}
	return n
}

// foundAmong is the pairs among people, as the index finds them in a register.
func foundAmong(all []civic.Resident) map[[2]command.ID]Score {
	b := newBulk(blocker{maphash.MakeSeed()})
	for _, r := range all {
		b.add(r)
	}
	found := map[[2]command.ID]Score{}
	for _, p := range slices.Collect(b.pairs(func() {})) {
		found[[2]command.ID{p.A, p.B}] = p.Score
	}
	return found
}
