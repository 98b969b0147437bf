package host

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// SyncTime is how long a small write takes to reach the disk of a folder: the
// median of some, as whatever else the disk does falls on a few of them.
func SyncTime(dir string) (d time.Duration, err error) {
	f, err := os.CreateTemp(dir, "try.*")
	if err != nil {
		return 0, fmt.Errorf("host: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close(), os.Remove(f.Name())) }()
	page, took := make([]byte, 4<<10), make([]time.Duration, 11)
	for i := range took {
		began := time.Now()
		_, err := f.Write(page)
		if err = errors.Join(err, f.Sync()); err != nil {
			return 0, fmt.Errorf("host: %w", err)
		}
		took[i] = max(time.Since(began), 1)
	}
	slices.Sort(took)
	return took[len(took)/2], nil
}

// Sleeps is whether a computer goes to sleep by itself; ok is false if that is
// unknown.
type Sleeps struct{ May, Known bool }

// masked reads what `systemctl is-enabled` says of the targets of sleep.
func masked(said string) Sleeps {
	lines := strings.Fields(said)
	if len(lines) == 0 {
		return Sleeps{}
	}
	return Sleeps{May: slices.ContainsFunc(lines, func(l string) bool { return l != "masked" }), Known: true}
}

// standby reads what `powercfg /query SCHEME_CURRENT SUB_SLEEP STANDBYIDLE` says:
// after how many seconds, in hex, first plugged in and then on battery. The words
// are in the language of Windows, so only the numbers are looked at.
func standby(said string) Sleeps {
	var numbers []string
	for line := range strings.Lines(said) {
		if _, value, ok := strings.Cut(strings.TrimSpace(line), ": 0x"); ok && len(value) == 8 {
			numbers = append(numbers, value)
		}
	}
	if len(numbers) < 2 {
		return Sleeps{}
	}
	return Sleeps{May: numbers[len(numbers)-2] != "00000000", Known: true}
}

// Wall is the firewall of a computer.
type Wall string

// Walls.
const (
	WallUnknown Wall = ""
	WallNone    Wall = "none"
	WallUFW     Wall = "ufw"
	WallD       Wall = "firewalld"
	WallWindows Wall = "windows" // with no rule for this program
	WallOpen    Wall = "open"    // with one
)
