package backup

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func nights(from string, n int) (list []time.Time) {
	first, err := time.ParseInLocation("2006-01-02 15:04", from+" 19:30", vietnam())
	if err != nil {
		panic(err)
	}
	for i := range n {
		list = append(list, first.AddDate(0, 0, i))
	}
	return list
}

func TestSevenDaysFourWeeksAndTwelveMonthsAreKept(t *testing.T) {
	t.Parallel()
	at := func(days ...string) (list []time.Time) {
		for _, d := range days {
			list = append(list, nights(d, 1)[0])
		}
		return list
	}
	for rule, c := range map[string]struct {
		made []time.Time
		kept []time.Time // newest first
	}{
		"none":                      {nil, nil},
		"one stays":                 {at("2020-01-01"), at("2020-01-01")},
		"a week whole":              {nights("2026-11-01", 7), at("2026-11-07", "2026-11-06", "2026-11-05", "2026-11-04", "2026-11-03", "2026-11-02", "2026-11-01")},
		"then a week is one":        {nights("2026-11-02", 14), at("2026-11-15", "2026-11-14", "2026-11-13", "2026-11-12", "2026-11-11", "2026-11-10", "2026-11-09", "2026-11-08")},
		"gaps do not count":         {at("2026-01-05", "2026-03-09", "2026-06-01"), at("2026-06-01", "2026-03-09", "2026-01-05")},
		"the last of a day":         {append(at("2026-11-26"), at("2026-11-26")[0].Add(-time.Hour)), at("2026-11-26")},
		"days are Vietnam's":        {[]time.Time{time.Date(2026, 11, 25, 16, 59, 0, 0, time.UTC), time.Date(2026, 11, 25, 17, 1, 0, 0, time.UTC)}, []time.Time{time.Date(2026, 11, 25, 17, 1, 0, 0, time.UTC), time.Date(2026, 11, 25, 16, 59, 0, 0, time.UTC)}},
		"a day of a year later too": {at("2025-01-31", "2026-01-31"), at("2026-01-31", "2025-01-31")},
	} {
		t.Run(rule, func(t *testing.T) {
			require.Equal(t, c.kept, keptOf(c.made))
		})
	}
	two := nights("2024-12-01", 730)
	kept := keptOf(two)
	require.Len(t, kept, 7+2+11, "two of the four weeks and one of the months end in the last seven days")
	require.Equal(t, two[729], kept[0])
	require.True(t, kept[len(kept)-1].After(two[729].AddDate(-1, 0, -1)))
	require.Equal(t, kept, keptOf(kept), "asking again drops nothing")
}

// keptOf is what stays of the backups, newest first.
func keptOf(made []time.Time) (kept []time.Time) {
	drop := map[time.Time]bool{}
	for _, d := range Superfluous(made) {
		drop[d] = true
	}
	for _, m := range made {
		if !drop[m] {
			kept = append(kept, m)
		}
	}
	slices.SortFunc(kept, func(a, b time.Time) int { return b.Compare(a) })
	return kept
}

func TestTidyingTouchesOnlyBackupsOfThisMachine(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	made := nights("2026-10-01", 60)
	for _, at := range made {
		require.NoError(t, os.WriteFile(filepath.Join(dir, Name("ward-1", at)), nil, 0o600))
	}
	others := []string{"ward-1-20300101-193000.gocua", "ward-1-20300102-193000.gocua", // made while the clock was wrong
		"ward-1-notes.txt", "ward-2-20261001-193000.gocua", "ward-12-20261001-193000.gocua", "ward-1-20261001-193000.gocua.old", "letter.part"}
	for _, name := range append(others, "ward-1-20261130-193000.gocua.part") {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	require.NoError(t, Tidy(dir, "ward-1", made[len(made)-1]))
	held, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, held, len(keptOf(made))+len(others))
	for _, name := range others {
		require.FileExists(t, filepath.Join(dir, name))
	}
}

func TestABackupIsDueOnceItsHourHasPassed(t *testing.T) {
	t.Parallel()
	const at = 19*time.Hour + 30*time.Minute
	clock := func(text string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", text, vietnam())
		require.NoError(t, err)
		return when
	}
	for rule, c := range map[string]struct {
		last, now string
		due       bool
	}{
		"before the hour":               {"2026-11-25 19:31", "2026-11-26 19:29", false},
		"at the hour":                   {"2026-11-25 19:31", "2026-11-26 19:30", true},
		"it was made":                   {"2026-11-26 19:30", "2026-11-26 23:00", false},
		"the machine was off at night":  {"2026-11-24 19:30", "2026-11-26 08:00", true},
		"one by hand in the day counts": {"2026-11-26 20:00", "2026-11-27 08:00", false},
		"one by hand before the hour":   {"2026-11-26 10:00", "2026-11-26 19:30", true},
		"the clock went a little fast":  {"2026-11-26 20:30", "2026-11-26 20:00", false},
		// one of 2030 would be the last until 2030; one backup too many costs nothing
		"the clock was set back": {"2026-12-24 19:30", "2026-11-26 20:00", true},
	} {
		t.Run(rule, func(t *testing.T) {
			require.Equal(t, c.due, Due(clock(c.last), clock(c.now).UTC(), at))
		})
	}
	require.True(t, Due(time.Time{}, clock("2026-11-26 08:00"), at), "there has never been one")
}
