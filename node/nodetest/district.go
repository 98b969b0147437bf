package nodetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/store/civic"
)

// District is a district with its province, in this process.
type District struct {
	*demo.Demo
	demo.Info
	t testing.TB
}

// startPatience bounds how long a district may take to come up on a busy machine.
const startPatience = 2 * time.Minute

// StartDistrict starts one that stops with the test.
func StartDistrict(t testing.TB, residents int) *District {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	d, err := demo.Start(ctx, demo.Config{Dir: t.TempDir(), Residents: residents, Wards: 3})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	return &District{Demo: d, Info: d.Info(), t: t}
}

// Places lists the cluster's machines: the district office, then the wards.
func (d *District) Places() []demo.Place { return append([]demo.Place{d.District}, d.Wards...) }

// As signs somebody of that role in at a machine.
func (d *District) As(p demo.Place, role civic.Role) *Client {
	d.t.Helper()
	for _, u := range p.Users {
		if u.Role == role {
			return SignIn(d.t, p.URL, u.User, u.Password)
		}
	}
	require.FailNow(d.t, "nobody of that role", "%s at %s", role, p.Unit)
	return nil
}

// Eventually waits for a condition, looking every few milliseconds, and returns
// how long it took.
func Eventually(t testing.TB, within time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Since(began) > within {
			require.FailNow(t, "waited too long", "%s: not within %s", what, within)
		}
		<-tick.C
	}
	return time.Since(began)
}
