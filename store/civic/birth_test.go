package civic

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestABirthIsADayOrAYear(t *testing.T) {
	for _, iso := range []string{"1955-08-15", "2000-02-29", "1941", "2026-01-01"} {
		b, err := ParseBirth(iso)
		require.Nil(t, err, iso)
		require.Equal(t, Birth(iso), b)
	}
	for _, iso := range []string{"", "15/08/1955", "1955-8-15", "1900-02-29", "1955-13-01", "1955-00-10", "0055-01-01", "0000", "1879", "2200",
		"+199", "19a5", "1955-08-15T00:00:00Z", "195-08-155"} {
		b, err := ParseBirth(iso)
		require.Empty(t, b)
		require.NotNil(t, err, iso)
		require.Equal(t, "bad_birth", err.Code)
	}
}

func TestAgeIsInFullYears(t *testing.T) {
	for _, c := range []struct {
		birth Birth
		day   string
		want  int
	}{
		{"2010-03-15", "2024-03-14", 13},
		{"2010-03-15", "2024-03-15", 14},
		{"2008-02-29", "2022-02-28", 13},
		{"2008-02-29", "2022-03-01", 14},
		{"2010", "2023-12-31", 13},
		{"2010", "2024-01-01", 14},
		{"2024-05-01", "2024-04-30", -1},
		{"2030", "2024-04-30", -1},
		{"", "2024-04-30", -1},
	} {
		require.Equal(t, c.want, c.birth.AgeOn(c.day), "%s on %s", c.birth, c.day)
	}
}

func TestABirthIsShownDayFirst(t *testing.T) {
	require.Equal(t, "15/08/1955", Birth("1955-08-15").Show())
	require.Equal(t, "1941", Birth("1941").Show())
	require.Equal(t, "", Birth("").Show())
	require.Equal(t, 1941, Birth("1941").Year())
	require.Equal(t, 1955, Birth("1955-08-15").Year())
	require.Equal(t, 0, Birth("").Year())
}

func TestADayBeginsAtMidnightInVietnam(t *testing.T) {
	const midnight = 1690909200000 // 2023-08-01T17:00:00Z
	require.Equal(t, "2023-08-01", DayOf(midnight-1))
	require.Equal(t, "2023-08-02", DayOf(midnight))
	require.Equal(t, "1970-01-01", DayOf(0))
}

func FuzzBirth(f *testing.F) {
	for _, s := range []string{"1955-08-15", "1941", "2000-02-30", "１９４１", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := ParseBirth(s)
		Birth(s).AgeOn(s)
		Birth(s).Show()
		if err != nil {
			return
		}
		require.Equal(t, s, string(b))
		require.Regexp(t, `^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$`, s)
		require.Equal(t, 0, b.AgeOn(s[:4]+"-12-31"))
	})
}
