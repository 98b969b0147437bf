package outbox

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// What tells this test binary to be a child. node/nodetest makes such children
// too: to cut their power, and to look what is left.
const (
	killDir    = "OUTBOX_TEST_KILL_DIR"
	killRound  = "OUTBOX_TEST_KILL_ROUND"
	killNoSync = "OUTBOX_TEST_KILL_NO_SYNC" // nothing is ever synced
	killList   = "OUTBOX_TEST_KILL_LIST"    // list what is there and end
	killRounds = 24
	killMaxSeg = 64 << 10
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		if os.Getenv(killList) != "" {
			listHeld(dir)
		} else {
			putUntilKilled(dir, os.Getenv(killRound))
		}
		return
	}
	os.Exit(m.Run())
}

// putUntilKilled is the child: it prints the name of each request once it has
// been answered. Worker 0 asks for three commands at a time; others settle
// some of theirs, so that worker 3 has something to compact.
func putUntilKilled(dir, round string) {
	d := realDisk()
	if os.Getenv(killNoSync) != "" {
		d = quickDisk()
	}
	o, err := open(config(dir), killMaxSeg, d)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	var out sync.Mutex
	for worker := range 4 {
		go func() {
			for n := 0; ; n++ {
				name := fmt.Sprintf("r%s-w%d-n%d", round, worker, n)
				seals := []Seal{draft(killID(name, 0), name)}
				if worker == 0 {
					seals = append(seals, draft(killID(name, 1), name), draft(killID(name, 2), name))
				}
				if _, err := o.PutAll(context.Background(), seals); err != nil {
					fmt.Println("failed:", err)
				}
				out.Lock()
				fmt.Println("acked", name)
				out.Unlock()
				if worker == 2 {
					o.Settle(killID(name, 0), accepted(uint64(n)))
				}
				if worker == 3 && n%20 == 19 {
					// Nothing may go that the parent looks for: this only moves things.
					if _, err := o.Compact(context.Background(), func(it Item) bool { return it.Outcome.Index == 1<<40 }); err != nil {
						fmt.Println("failed:", err)
					}
				}
			}
		}()
	}
	select {}
}

// listHeld is the child that only looks: it prints the name of each command that is
// there, and what is damaged.
func listHeld(dir string) {
	o, err := open(config(dir), killMaxSeg, realDisk())
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	for _, it := range o.Recent(0) {
		fmt.Println("held", strings.Split(strings.Split(string(it.Envelope.Body), `"note":"`)[1], `"`)[0])
	}
	for _, d := range o.Damage() {
		fmt.Println("damage", d)
	}
	if err := o.Close(); err != nil {
		fmt.Println("failed:", err)
	}
}

func killID(name string, part int) command.ID { return command.DerivedID(name, fmt.Sprint(part)) }

func TestWhatWasAnsweredSurvivesAKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var acked []string
	for round := range killRounds {
		acked = append(acked, runAndKill(t, dir, round, 10+round*5)...)
		reopen(t, dir, killMaxSeg, func(o *Outbox) {
			require.Empty(t, o.Damage())
			for _, name := range acked {
				_, ok := o.Get(killID(name, 0))
				require.True(t, ok, name)
				if strings.Contains(name, "-w0-") {
					for part := 1; part < 3; part++ {
						_, ok := o.Get(killID(name, part))
						require.True(t, ok, "%s part %d", name, part)
					}
				}
			}
			requireWholeRequests(t, o)
			requireGapFree(t, o)
		})
	}
	t.Logf("%d kills, %d requests answered, none lost", killRounds, len(acked))
	require.GreaterOrEqual(t, len(acked), 1500)
}

// runAndKill lets the child work until it has answered for so many requests.
func runAndKill(t *testing.T, dir string, round, enough int) (acked []string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), killDir+"="+dir, fmt.Sprintf("%s=%d", killRound, round))
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	defer child.Process.Kill() // whatever fails below
	killed := false
	for lines := bufio.NewScanner(out); lines.Scan(); { // what it still says after the kill counts too
		name, ok := strings.CutPrefix(lines.Text(), "acked ")
		require.True(t, ok, lines.Text())
		acked = append(acked, name)
		if len(acked) >= enough && !killed {
			require.NoError(t, child.Process.Kill())
			killed = true
		}
	}
	require.Error(t, child.Wait())
	require.True(t, killed)
	return acked
}

// requireWholeRequests: of worker 0's requests all three commands are there or none.
func requireWholeRequests(t *testing.T, o *Outbox) {
	t.Helper()
	parts := map[string]int{}
	for _, it := range o.Recent(0) {
		name := strings.Split(strings.Split(string(it.Envelope.Body), `"note":"`)[1], `"`)[0]
		if strings.Contains(name, "-w0-") {
			parts[name]++
		}
	}
	for name, n := range parts {
		require.Equal(t, 3, n, name)
	}
}

func requireGapFree(t *testing.T, o *Outbox) {
	t.Helper()
	items := o.Recent(0)
	for i, it := range items {
		require.Equal(t, uint64(len(items)-i), it.Envelope.Origin.Seq)
	}
}
