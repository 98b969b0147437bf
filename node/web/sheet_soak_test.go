//go:build soak

package web

import "testing"

func TestSoakThreeHundredThousandPeopleLeaveInLittleMemory(t *testing.T) {
	for _, form := range formats() {
		streamed(t, form, 300_000, 64<<20)
	}
}
