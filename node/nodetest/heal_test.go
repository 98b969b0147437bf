package nodetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

const (
	healRuns    = 3
	awayFor     = 3 * time.Second // long enough that nobody tries every moment any more
	afterHole   = 30 * time.Second
	afterRefuse = 5 * time.Second
)

// healedInTime measures, for both ways a link fails, how long after it returned
// all machines show one digest again and nothing waits. A voter and a standby
// are cut off at a time, and people work on at every machine.
func healedInTime(t *testing.T, d *District) {
	everywhere := d.Everywhere(civic.RoleOfficer)
	before := everywhere[0].Census(d.District.Unit)
	var cases []Case
	for _, c := range []struct {
		mode  string
		limit time.Duration
	}{{"drop", afterHole}, {"refuse", afterRefuse}} {
		for run := range healRuns {
			cut := []int{run % 2, 2} // wards
			for _, ward := range cut {
				d.Cut(d.Wards[ward].Unit, c.mode)
			}
			began, forms := time.Now(), 0
			for time.Since(began) < awayFor {
				for i, officer := range everywhere {
					k := NewCase(d.Wards[i%3].Unit)
					status, _ := officer.Submit(k.Forms...)
					require.Contains(t, []int{http.StatusOK, http.StatusAccepted}, status)
					cases, forms = append(cases, k), forms+len(k.Forms)
				}
				<-time.After(awayFor / 3)
			}
			waiting := everywhere[1+cut[0]].Status(false).Outbox.Waiting + everywhere[3].Status(false).Outbox.Waiting
			require.Positive(t, waiting, "they are not cut off")
			for _, ward := range cut {
				d.Heal(d.Wards[ward].Unit)
			}
			took := Eventually(t, c.limit, "the digests to be equal", func() bool { return level(everywhere) })
			t.Logf("%s, run %d: wards %d and %d cut off for %v, %d forms taken down, %d waited, digests equal %v after the links came back",
				c.mode, run+1, cut[0]+1, cut[1]+1, time.Since(began).Round(time.Second), forms, waiting, took.Round(time.Millisecond))
		}
	}
	everywhereOnce(t, d, before, cases)
}

// level reports whether all machines stand at one place with one digest and
// nothing waits anywhere.
func level(clients []*Client) bool {
	first := clients[0].Status(true)
	for _, c := range clients {
		s := c.Status(true)
		if s.Outbox.Waiting > 0 || s.Digest != first.Digest {
			return false
		}
	}
	return true
}
