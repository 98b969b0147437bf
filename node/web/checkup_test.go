package web

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/doctor"
)

func TestWhatHasToBeDoneNowComesFirstAndWhatIsFineIsOnlyNamed(t *testing.T) {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, ict)
	c := checkupOf([]doctor.Finding{
		{Check: "clock", Level: doctor.OK, What: "fine"},
		{Check: "sleep", Level: doctor.Warn, What: "may sleep", Do: "mask"},
		{Check: "disk", Level: doctor.Fail, What: "full", Do: "make room"},
		{Check: "service", Level: doctor.Warn, What: "no service", Do: "install"},
		{Check: "fsync", Level: doctor.Fail, What: "slow", Do: "replace"},
	}, now.Add(-time.Minute), now)
	require.Equal(t, []string{"fine"}, c.Fine)
	var what []string
	for _, x := range c.Open {
		what = append(what, x.What)
		require.NotEmpty(t, x.Do)
	}
	require.Equal(t, []string{"full", "slow", "may sleep", "no service"}, what)
	require.Equal(t, []bool{true, true, false, false}, []bool{c.Open[0].Bad, c.Open[1].Bad, c.Open[2].Bad, c.Open[3].Bad})
}
