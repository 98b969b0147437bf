package nodetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func wardDropped(t *testing.T, d *District) { wardCut(t, d, "drop", 30*time.Second) }
func wardRefused(t *testing.T, d *District) { wardCut(t, d, "refuse", 5*time.Second) }

// wardCut pulls ward 3's cable, works on both sides of it, and plugs it in.
func wardCut(t *testing.T, d *District, mode string, limit time.Duration) {
	ward3 := d.Wards[2]
	c, others := d.As(ward3, civic.RoleOfficer), d.Everywhere(civic.RoleOfficer)[:3]
	before := others[0].Census(d.District.Unit)
	d.Cut(ward3.Unit, mode)
	var here, there []Case
	for range 3 {
		k := NewCase(ward3.Unit)
		status, outcomes := c.Submit(k.Forms...)
		require.Equal(t, http.StatusAccepted, status, "saved on this machine, waiting for the link")
		for _, o := range outcomes {
			require.Equal(t, command.Waiting, o.Status)
		}
		here = append(here, k)
	}
	for i, other := range others {
		k := NewCase(d.Wards[i%2].Unit)
		other.Accepted(k.Forms...)
		there = append(there, k)
	}
	for _, k := range here {
		require.Equal(t, Once(), k.SeenAt(c), "what waits can be read where it was taken down")
		require.True(t, pending(c, k))
		require.Empty(t, k.SeenAt(others[0]), "it cannot have come through")
	}
	for _, k := range there {
		require.Empty(t, k.SeenAt(d.at(ward3, d.user(d.District, civic.RoleOfficer))), "the link is not cut")
	}
	require.Equal(t, 5*len(here), c.Status(false).Outbox.Waiting)

	d.Heal(ward3.Unit)
	took := Eventually(t, limit, "both sides to know everything", func() bool {
		for _, k := range here {
			if len(k.SeenAt(others[0])) != 5 || pending(c, k) {
				return false
			}
		}
		for _, k := range there {
			if len(k.SeenAt(d.at(ward3, d.user(d.District, civic.RoleOfficer)))) != 5 {
				return false
			}
		}
		return true
	})
	t.Logf("%s: %d forms waited, %d went on, all agreed %v after the link came back", mode, 5*len(here), 5*len(there), took.Round(time.Millisecond))
	everywhereOnce(t, d, before, append(here, there...))
}

// pending reports whether a machine shows the case's resident as not agreed yet.
func pending(c *Client, k Case) bool {
	var person struct{ Pending bool }
	return c.read("/api/v1/residents/"+k.Resident.String(), &person) && person.Pending
}

const (
	cutFor   = 5 * time.Second
	mayLog   = 10 // lines of warnings while the province is away
	lagAfter = 60 // records
)

// provinceCut takes the province away, in both ways, and brings it back.
func provinceCut(t *testing.T, d *District) {
	everywhere := d.Everywhere(civic.RoleOfficer)
	before := everywhere[0].Census(d.District.Unit)
	var cases []Case
	for _, mode := range []string{"drop", "refuse"} {
		logged := d.Logged.Lines()
		d.Cut("province", mode)
		lag := uint64(0)
		for began := time.Now(); time.Since(began) < cutFor || lag < lagAfter; {
			k := NewCase(d.Wards[len(cases)%3].Unit)
			c := everywhere[len(cases)%len(everywhere)]
			c.Accepted(k.Forms...)
			cases = append(cases, k)
			now := c.Status(false).Upstream.Lag
			require.Greater(t, now, lag, "nothing can have been received")
			lag = now
		}
		messages, lines := d.Logged.Since(logged)
		d.Heal("province")
		took := Eventually(t, time.Minute, "the province to have everything", func() bool { return everywhere[0].Status(false).Upstream.Lag == 0 })
		t.Logf("%s: %d cases so far, %d records behind, %d lines logged in %v, received %v after the line came back",
			mode, len(cases), lag, lines, cutFor, took.Round(time.Millisecond))
		require.LessOrEqual(t, lines, mayLog, "%v", messages)
	}
	for _, c := range everywhere {
		require.Empty(t, c.Status(false).Upstream.Stopped)
	}
	everywhereOnce(t, d, before, cases)
}
