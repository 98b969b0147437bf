package host

import (
	"context"
	"os/exec"
)

// Sleep asks Windows after how long it sleeps while plugged in.
func Sleep(ctx context.Context) Sleeps {
	out, err := exec.CommandContext(ctx, "powercfg", "/query", "SCHEME_CURRENT", "SUB_SLEEP", "STANDBYIDLE").Output()
	if err != nil {
		return Sleeps{}
	}
	return standby(string(out))
}

// Firewall asks Windows for a rule called gocua.
func Firewall(ctx context.Context) Wall {
	if exec.CommandContext(ctx, "netsh", "advfirewall", "firewall", "show", "rule", "name=gocua").Run() != nil {
		return WallWindows
	}
	return WallOpen
}
