//go:build soak

package audit

import (
	"testing"
	"time"
)

func TestSoakWhateverIsAlteredInTheJournalOfLooksIsFoundAndNamed(t *testing.T) {
	tamper(t, 2000, uint64(time.Now().UnixNano()))
}
