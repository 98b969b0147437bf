//go:build soak

package simtest

import "testing"

// TestSoakDaysCutOff goes on where the build machine stops.
func TestSoakDaysCutOff(t *testing.T) { days(t, 21, 500) }
