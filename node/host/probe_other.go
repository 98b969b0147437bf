//go:build !linux && !windows

package host

import "context"

// Sleep is unknown here.
func Sleep(context.Context) Sleeps { return Sleeps{} }

// Firewall is unknown here.
func Firewall(context.Context) Wall { return WallUnknown }
