//go:build sim

package simtest

import "testing"

// TestTwentyDaysCutOff is what a build machine runs.
func TestTwentyDaysCutOff(t *testing.T) { days(t, 1, 20) }
