package nodetest

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

const (
	writers        = 8 // two at each machine
	casesEach      = 5 // of five forms each
	twice          = 20
	formsOfWriters = writers * casesEach * 5
)

// manyWriters has everybody write at once, and some forms handed in twice: at
// two machines, or at one.
func manyWriters(t *testing.T, d *District) {
	everywhere := d.Everywhere(civic.RoleOfficer)
	before := everywhere[0].Census(d.District.Unit)
	var w written
	began := time.Now()
	for i := range writers {
		w.running.Go(func() {
			for n := range casesEach {
				k := NewCase(d.Wards[(i+n)%len(d.Wards)].Unit)
				for _, form := range k.Forms {
					w.hand(everywhere[i%len(everywhere)], form)
				}
				w.add(k)
			}
		})
	}
	for n := range twice {
		w.running.Go(func() {
			k, i := NewCase(d.Wards[n%len(d.Wards)].Unit), n%len(everywhere)
			other := everywhere[(i+n%2)%len(everywhere)] // every second time the same machine
			var both sync.WaitGroup
			both.Go(func() { w.hand(everywhere[i], k.Forms...) })
			both.Go(func() { w.hand(other, k.Forms...) })
			both.Wait()
			w.add(k)
		})
	}
	w.running.Wait()
	took := time.Since(began)
	require.Empty(t, w.refused)
	t.Logf("%d submissions by %d writers at %d machines in %v (%d agreed at once, %d kept): %d forms twice, half of them at two machines",
		w.agreed+w.waiting, writers, len(everywhere), took.Round(time.Millisecond), w.agreed, w.waiting, twice*5)
	require.Equal(t, formsOfWriters+2*twice, w.agreed+w.waiting)
	everywhereOnce(t, d, before, w.cases)
	for _, k := range w.cases {
		for _, form := range k.Forms {
			first, ok := everywhere[0].Told(form.ID)
			require.True(t, ok)
			require.Equal(t, command.Accepted, first.Status, "%+v", first)
			for _, c := range everywhere[1:] {
				told, _ := c.Told(form.ID)
				require.Equal(t, first.Outcome, told.Outcome, "one command, one place in the order")
			}
		}
	}
}

// written is what writers have handed in so far.
type written struct {
	running         sync.WaitGroup
	mu              sync.Mutex
	cases           []Case
	agreed, waiting int // submissions
	refused         []string
}

func (w *written) hand(c *Client, forms ...Command) {
	status, outcomes, err := c.TrySubmit(forms...)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil && status == http.StatusOK:
		w.agreed++
	case err == nil && status == http.StatusAccepted:
		w.waiting++
	default:
		w.refused = append(w.refused, fmt.Sprintf("%s at %s: %v", forms[0].Kind, c.URL, err))
	}
	for _, o := range outcomes {
		if o.Status != command.Accepted && o.Status != command.Waiting {
			w.refused = append(w.refused, fmt.Sprintf("%+v", o))
		}
	}
}

func (w *written) add(k Case) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cases = append(w.cases, k)
}
