package host

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// Sleep asks systemd whether sleeping was masked; a computer without one has
// nobody who would send it to sleep.
func Sleep(ctx context.Context) Sleeps {
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		return Sleeps{Known: true}
	}
	out, err := exec.CommandContext(ctx, "systemctl", "is-enabled", "sleep.target", "suspend.target").Output()
	if len(out) == 0 && err != nil {
		return Sleeps{}
	}
	return masked(string(out)) // it ends with an error when one is masked
}

// Firewall looks for the two that distributions bring. Rules of somebody's own
// are for somebody who knows.
func Firewall(context.Context) Wall {
	if conf, err := os.ReadFile("/etc/ufw/ufw.conf"); err == nil && strings.Contains(string(conf), "ENABLED=yes") {
		return WallUFW
	}
	if _, err := os.Stat("/run/firewalld"); err == nil {
		return WallD
	}
	return WallNone
}
