package nodetest

import (
	"testing"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
)

// othersAgree waits until each machine has heard every other one itself and
// found its chain equal at the index it was at.
func othersAgree(t *testing.T, d *District) {
	for _, c := range d.Everywhere(civic.RoleOfficer) {
		Eventually(t, 20*time.Second, "every machine to have compared itself with the others", func() bool {
			compared := 0
			for _, m := range c.Status(false).Members {
				if m.Digest == lookup.DigestDiffers {
					t.Fatalf("%s says that %s differs from it", c.URL, m.Node)
				}
				if !m.Self && m.Digest == lookup.DigestEqual && m.LastContact >= 0 && m.Index > 0 {
					compared++
				}
			}
			return compared == len(d.Places())-1
		})
	}
}
