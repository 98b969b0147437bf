//go:build chaos

package nodetest

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
)

const receiptKills = 50

// TestKillingTheLeaderBetweenTheProvincesCommitAndTheReceipt lets the province
// take a parcel, throws its answer away and kills the cluster's leader, so that
// the next one must bring the same parcel again.
func TestKillingTheLeaderBetweenTheProvincesCommitAndTheReceipt(t *testing.T) {
	beside(t)
	o := openOffice(t, Build(t))
	top := o.found("province", "province", province)
	top.Gocua("user", "add", officer, "--name", "Cán bộ tỉnh", "--role", "officer", "--unit", province, "--password", password)
	line := o.enroll(top)
	var cases []Case
	var slowest time.Duration
	for n := range receiptKills {
		if n%2 == 0 { // the routine lane alone; then the urgent one, which goes first
			cases = append(cases, NewCase(wards()[n/2%2]))
		}
		k := cases[len(cases)-1]
		forms := k.Forms[:3]
		if n%2 == 1 {
			forms = k.Forms[3:]
		}
		slowest = max(slowest, o.killBeforeReceipt(top, line, forms))
	}
	owner := OwnerOf(t, top.Dir)
	parcels := Received(t, owner, cluster)
	t.Logf("%d kills of the leader after the province's commit and before the receipt; %d parcels, %d cases of 5 forms at the province once each; slowest receipt afterwards %v",
		receiptKills, parcels, len(cases), slowest.Round(time.Millisecond))
	require.GreaterOrEqual(t, parcels, receiptKills)
	o.holdsOnce(cases)
	o.provinceHoldsOnce(top, cases)
}

// enroll introduces the two to each other; the cluster is told the proxy's
// address instead of the province's.
func (o *office) enroll(top *Process) *proxy {
	o.t.Helper()
	up, down := filepath.Join(o.dir, "province.card"), filepath.Join(o.dir, "cluster.card")
	top.Gocua("enroll", "--card", up)
	o.machines[0].Gocua("enroll", "--card", down)
	card, err := node.LoadCard(up)
	require.NoError(o.t, err)
	require.Len(o.t, card.Peers, 1)
	line := startProxy(o.t, card.Peers[0])
	card.Peers = []string{line.listener.Addr().String()}
	require.NoError(o.t, card.Save(up))
	top.Gocua("enroll", down)
	o.machines[0].Gocua("enroll", up)
	o.awaitReceipts()
	return line
}

// awaitReceipts waits until every machine that runs knows that the province has
// everything.
func (o *office) awaitReceipts() time.Duration {
	o.t.Helper()
	return Eventually(o.t, startsIn, "the receipts", func() bool {
		for _, p := range o.machines {
			if s := o.status(p); !s.Upstream.Enrolled || s.Upstream.Lag > 0 || s.Outbox.Waiting > 0 {
				return false
			}
		}
		return true
	})
}

// killBeforeReceipt is one round; it returns how long the receipts took after it.
func (o *office) killBeforeReceipt(top *Process, line *proxy, forms []Command) time.Duration {
	o.t.Helper()
	leader := o.awaitLeader()
	before := o.status(top).Upstream.Head
	line.hold()
	c := SignIn(o.t, o.machines[(leader+1)%3].URL(), officer, password)
	c.Accepted(forms...)
	Eventually(o.t, startsIn, "the province to commit the parcel", func() bool { return o.status(top).Upstream.Head > before })
	Eventually(o.t, startsIn, "its answer to be kept back", line.keeps)
	require.Equal(o.t, "leader", o.status(o.machines[leader]).Role, "another machine leads by now")
	require.NotZero(o.t, o.status(o.machines[leader]).Upstream.Lag, "the receipt came through")
	o.machines[leader].Kill()
	require.Positive(o.t, line.release())
	o.machines[leader].Start()
	o.machines[leader].AwaitReady(startsIn)
	return o.awaitReceipts()
}

// provinceHoldsOnce checks the same of the province, figures included.
func (o *office) provinceHoldsOnce(top *Process, cases []Case) {
	o.t.Helper()
	above, below := SignIn(o.t, top.URL(), officer, password), o.readers()[0]
	for _, k := range cases {
		require.Equal(o.t, Once(), k.SeenAt(above), "at the province")
	}
	require.Len(o.t, above.Census(cluster), len(cases))
	require.Equal(o.t, below.Figures(cluster), above.Figures(cluster))
	for _, p := range o.machines {
		s := o.status(p)
		require.Zero(o.t, s.Upstream.Lag)
		require.Zero(o.t, s.Upstream.Parked)
		require.Empty(o.t, s.Upstream.Stopped)
	}
	var ready struct{ Ready bool }
	require.Equal(o.t, http.StatusOK, above.Call(http.MethodGet, "/readyz", nil, &ready))
}
