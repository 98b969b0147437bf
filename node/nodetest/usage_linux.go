package nodetest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
)

// Anonymous is the memory of the machine's process that is its own and no file's
// (RssAnon), in MB.
func (p *Process) Anonymous() float64 {
	p.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	require.NoError(p.t, err)
	_, rest, ok := strings.Cut(string(raw), "RssAnon:")
	require.True(p.t, ok)
	kb, err := strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(p.t, err)
	return float64(kb) / 1024
}

// Worked is the time the processor has given to the machine's process, which other
// work on the computer does not change.
func (p *Process) Worked() (d time.Duration) {
	p.t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	require.NoError(p.t, err)
	_, rest, _ := strings.Cut(string(raw), ") ")
	for _, ticks := range strings.Fields(rest)[11:13] { // of its own and of the system for it, 100 a second
		n, err := strconv.Atoi(ticks)
		require.NoError(p.t, err)
		d += time.Duration(n) * 10 * time.Millisecond
	}
	return d
}

// inARow is longer than the pauses a machine itself makes between what it does after a
// start: reading names, looking for people listed twice.
const inARow = 12

// AwaitRest waits until so many seconds in a row have each cost the machine less than a
// twentieth of a processor.
func (p *Process) AwaitRest(within time.Duration) {
	p.t.Helper()
	before, calm := p.Worked(), 0
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	Eventually(p.t, within, p.Name()+" to be at rest", func() bool {
		<-tick.C
		now := p.Worked()
		if calm++; now-before >= time.Second/20 {
			calm = 0
		}
		before = now
		return calm == inARow
	})
}
