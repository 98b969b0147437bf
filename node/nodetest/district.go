package nodetest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/demo"
	"gocua/store/civic"
	"gocua/store/command"
)

// District is a district with its province, in this process.
type District struct {
	*demo.Demo
	demo.Info
	Dir    string
	Logged *Logged
	t      testing.TB
	tokens map[string]string // by URL and user, so that a password is hashed once
}

// startPatience bounds how long a district may take to come up on a busy machine.
const startPatience = 2 * time.Minute

// StartDistrict starts one that stops with the test.
func StartDistrict(t testing.TB, residents int) *District {
	t.Helper()
	return startDistrict(t, t.TempDir(), residents)
}

// StartGuarded starts one where supervisors and everybody above have a second
// factor, as offices do. No code serves twice, so sign nobody in twice in a hurry.
func StartGuarded(t testing.TB, residents int) *District {
	t.Helper()
	return startWith(t, demo.Config{Dir: t.TempDir(), Residents: residents})
}

func startDistrict(t testing.TB, dir string, residents int) *District {
	t.Helper()
	return startWith(t, demo.Config{Dir: dir, Residents: residents, OneFactor: true})
}

func startWith(t testing.TB, cfg demo.Config) *District {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	logged := &Logged{}
	cfg.Wards, cfg.Log = 3, logged.Logger()
	d, err := demo.Start(ctx, cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, d.Close())
		select {
		case err := <-d.Failed():
			require.NoError(t, err, "a machine stopped by itself")
		default:
		}
	})
	return &District{Demo: d, Info: d.Info(), Dir: cfg.Dir, Logged: logged, t: t, tokens: map[string]string{}}
}

// Restart stops every machine and starts the same district again.
func (d *District) Restart() *District {
	d.t.Helper()
	require.NoError(d.t, d.Close())
	return startDistrict(d.t, d.Dir, 0)
}

// In is the same district for a test of its own.
func (d *District) In(t testing.TB) *District {
	same := *d
	same.t = t
	return &same
}

// Places lists the cluster's machines: the district office, then the wards.
func (d *District) Places() []demo.Place { return append([]demo.Place{d.District}, d.Wards...) }

// As signs somebody of that role in at the machine they belong to.
func (d *District) As(p demo.Place, role civic.Role) *Client {
	d.t.Helper()
	return d.at(p, d.user(p, role))
}

// Everywhere signs an officer of the district office in at each machine of the
// cluster: whoever answers for all wards may sit down at any of their machines.
func (d *District) Everywhere(role civic.Role) (clients []*Client) {
	d.t.Helper()
	for _, p := range d.Places() {
		clients = append(clients, d.at(p, d.user(d.District, role)))
	}
	return clients
}

func (d *District) user(p demo.Place, role civic.Role) demo.User {
	d.t.Helper()
	i := slices.IndexFunc(p.Users, func(u demo.User) bool { return u.Role == role })
	require.GreaterOrEqual(d.t, i, 0, "nobody of role %s at %s", role, p.Unit)
	return p.Users[i]
}

func (d *District) at(p demo.Place, u demo.User) *Client {
	d.t.Helper()
	name := p.URL + " " + u.User
	if d.tokens[name] == "" {
		d.tokens[name] = SignInAs(d.t, p.URL, u).Token
	}
	return NewClient(d.t, p.URL, d.tokens[name])
}

// Owner speaks to a machine as the command line on it does.
func (d *District) Owner(p demo.Place) *Client {
	d.t.Helper()
	return OwnerOf(d.t, filepath.Join(d.Dir, p.Node))
}

// OwnerOf speaks to the machine that runs in a directory as its command line does.
func OwnerOf(t testing.TB, dir string) *Client {
	t.Helper()
	control, err := node.LoadControl(dir)
	require.NoError(t, err)
	return NewClient(t, control.URL, control.Token)
}

// Cut cuts a unit's links, or the province's line, in one of the two ways.
func (d *District) Cut(unit, mode string) { d.t.Helper(); d.link(unit, false, mode) }

// Heal heals them.
func (d *District) Heal(unit string) { d.t.Helper(); d.link(unit, true, "") }

func (d *District) link(unit string, up bool, mode string) {
	d.t.Helper()
	c := NewClient(d.t, d.District.URL, "")
	in := map[string]any{"up": up, "mode": mode}
	require.Equal(d.t, http.StatusOK, c.Call(http.MethodPost, "/demo/links/"+unit, in, nil))
}

// Answers waits until a machine that was started says it is ready. It fails with what
// the machine said last, and what machines have logged.
func (d *District) Answers(within time.Duration, p demo.Place) {
	d.t.Helper()
	last := "it was not asked"
	_, ready := Within(within, func() bool {
		status, said, err := NewClient(d.t, p.URL, "").Try(http.MethodGet, "/readyz", nil)
		last = fmt.Sprintf("answer %d %s, error %v", status, said, err)
		return err == nil && status == http.StatusOK
	})
	require.True(d.t, ready, "%s is not ready within %s: %s; logged: %v", p.Node, within, last, d.Logged.Lines())
}

// Agree waits until nothing is under way any more and returns the content digest
// that all machines of the cluster then share. Whenever two machines stand at
// one index their chains must be equal.
func (d *District) Agree(within time.Duration) (content string) {
	d.t.Helper()
	return Agree(d.t, within, d.Everywhere(civic.RoleSupervisor)...)
}

// Agree is what a District does, for any machines of one cluster.
func Agree(t testing.TB, within time.Duration, clients ...*Client) (content string) {
	t.Helper()
	seen := []string{}
	_, agreed := Within(within, func() bool {
		seen = seen[:0]
		chains, contents, idle := map[uint64]string{}, map[string]bool{}, true
		for _, c := range clients {
			s := c.Status(false)
			require.Empty(t, s.Failed, "%s stopped applying", s.Node)
			if known := chains[s.Digest.Index]; known != "" {
				require.Equal(t, known, s.Digest.Chain, "%s differs at index %d", s.Node, s.Digest.Index)
			}
			chains[s.Digest.Index] = s.Digest.Chain
			seen = append(seen, fmt.Sprintf("%s at %d, led by %q, %d waiting, %d to go up (reached: %v)", s.Node, s.Digest.Index, s.Leader, s.Outbox.Waiting, s.Upstream.Lag, s.Upstream.Reached))
			idle = idle && s.Outbox.Waiting == 0 && (s.Upstream.Lag == 0 || !s.Upstream.Enrolled)
		}
		if !idle || len(chains) != 1 {
			return false
		}
		for _, c := range clients {
			s := c.Status(true)
			if chains[s.Digest.Index] == "" {
				return false // it went on meanwhile
			}
			contents[s.Digest.Content] = true
			content = s.Digest.Content
		}
		require.Len(t, contents, 1, "content differs at equal chain: %v", slices.Collect(maps.Keys(contents)))
		return true
	})
	require.True(t, agreed, "the machines do not agree, or the province has not everything, within %s: %s", within, strings.Join(seen, "; "))
	return content
}

// Received checks what the province holds of a cluster: every parcel of each
// lane exactly once, none missing, no fork alarm. It returns how many there are.
func Received(t testing.TB, province *Client, cluster string) (parcels int) {
	t.Helper()
	var lines []node.ClusterLine
	require.Equal(t, http.StatusOK, province.Call(http.MethodGet, "/clusters", nil, &lines))
	i := slices.IndexFunc(lines, func(l node.ClusterLine) bool { return l.Code == cluster })
	require.GreaterOrEqual(t, i, 0, "%s is not enrolled", cluster)
	line := lines[i]
	require.Nil(t, line.Fork, "the province raised the fork alarm")
	seqs := map[command.Lane][]uint64{}
	for _, p := range line.Parcels {
		seqs[p.Lane] = append(seqs[p.Lane], p.Seq)
	}
	for _, end := range line.Lanes {
		got := slices.Sorted(slices.Values(seqs[end.Lane]))
		require.Len(t, got, int(end.Seq), "lane %d", end.Lane)
		for n, seq := range got {
			require.EqualValues(t, n+1, seq, "lane %d has a gap", end.Lane)
		}
		require.Zero(t, end.Refused, "records of lane %d were refused", end.Lane)
	}
	return len(line.Parcels)
}
