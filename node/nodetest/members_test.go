package nodetest

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/lookup"
	"gocua/store/civic"
)

// TestMachinesOfAClusterChangePlaces starts one district of four machines, three
// of which vote, and has its membership changed the way offices do.
func TestMachinesOfAClusterChangePlaces(t *testing.T) {
	d := StartDistrict(t, 0)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *District)
	}{
		{"EveryMachineTellsItsKeyAndHowLongItsCertificateHolds", certificatesTold},
		{"AChangeAfterWhichTooFewWouldBeThereIsRefused", tooFewRefused},
		{"TwoAndFourVotersAreWarnedOf", evenWarned},
		{"ALeaderThatIsMadeAStandbyHandsOverAndNothingIsLost", leaderDemoted},
		{"LeadingIsHandedOverBeforeAPlannedStopAndNothingIsLost", plannedStop},
		{"ALeaderThatIsTakenOutIsRefusedFromThenOn", leaderRemoved}, // last: its name does not come back
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, d.In(t)) }) {
			return // what follows begins where this one ends
		}
	}
}

// changePatience is how long a change may take to be carried out on a busy
// computer: the leader looks every three seconds.
const changePatience = time.Minute

func (d *District) membership(p demo.Place) (all lookup.Membership) {
	d.t.Helper()
	require.Equal(d.t, http.StatusOK, d.Owner(p).Call(http.MethodGet, "/members", nil, &all))
	return all
}

// changed is what asking for a change answered: a warning, or why not.
type changed struct{ Warn, Code string }

func (d *District) change(p demo.Place, do, node string) (c changed) {
	d.t.Helper()
	d.Owner(p).Call(http.MethodPost, "/members", map[string]string{"do": do, "node": node}, &c)
	return c
}

// must changes the membership at the district office, and waits until it is so.
func (d *District) must(do, node, warn string) {
	d.t.Helper()
	require.Equal(d.t, changed{Warn: warn}, d.change(d.District, do, node), "%s %s", do, node)
	Eventually(d.t, changePatience, node+" to be what it was made", func() bool {
		m, ok := d.membership(d.District).Member(node)
		return ok && m.To == "" && m.Voter == (do == "promote")
	})
}

// leads has the district's machine lead, whoever does so now.
func (d *District) leads() {
	d.t.Helper()
	Eventually(d.t, changePatience, "the district's machine to lead", func() bool {
		for _, p := range d.Places() {
			if s := d.membership(p); s.Leader == p.Node {
				if p.Node == d.District.Node {
					return true
				}
				d.change(p, "transfer", d.District.Node)
			}
		}
		return false
	})
}

func certificatesTold(t *testing.T, d *District) {
	for _, p := range d.Places() {
		Eventually(t, changePatience, p.Node+" to have heard every other", func() bool {
			keys := map[string]bool{}
			for _, m := range d.membership(p).Members {
				days, ok := m.CertificateDays(time.Now())
				if ok && days > 300 && len(m.Key) == len("4T7K-9QXM-21VD-R8ZC") {
					keys[m.Key] = true
				}
			}
			return len(keys) == 4
		})
	}
}

func tooFewRefused(t *testing.T, d *District) {
	d.leads()
	require.Equal(t, "unknown_node", d.change(d.District, "promote", "ward-9").Code)
	d.Cut(d.Wards[1].Unit, "refuse")
	require.Equal(t, "quorum_lost", d.change(d.District, "demote", d.Wards[0].Node).Code, "two would have to be there, and one is")
	d.Heal(d.Wards[1].Unit)
	require.Equal(t, "outside_unit", d.change(d.Wards[0], "demote", d.Wards[1].Node).Code, "a ward's machine does not speak for all")
	require.Equal(t, 3, d.membership(d.District).Advice.Voters)
}

func evenWarned(t *testing.T, d *District) {
	d.must("demote", d.Wards[1].Node, "two")
	require.True(t, d.membership(d.District).Advice.Even)
	d.must("promote", d.Wards[1].Node, "")
	require.False(t, d.membership(d.District).Advice.Even)
	d.must("promote", d.Wards[2].Node, "even")
	require.True(t, d.membership(d.District).Advice.Even)
	require.Equal(t, 4, d.membership(d.District).Advice.Voters)
}

// busy has an officer of each place hand case after case in until the returned
// function is called, which then checks that each is there once, everywhere.
func (d *District) busy(places ...demo.Place) (finish func()) {
	d.t.Helper()
	var w written
	over := make(chan struct{})
	for _, p := range places {
		c, ward := d.at(p, d.user(d.District, civic.RoleOfficer)), d.Wards[0].Unit
		w.running.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				k := NewCase(ward)
				for _, form := range k.Forms {
					w.hand(c, form)
				}
				w.add(k)
			}
		})
	}
	stop := sync.OnceFunc(func() { close(over); w.running.Wait() })
	d.t.Cleanup(stop)
	return func() {
		d.t.Helper()
		stop()
		require.Empty(d.t, w.refused)
		require.NotEmpty(d.t, w.cases)
		d.Agree(changePatience)
		for _, c := range d.Everywhere(civic.RoleOfficer) {
			for i, k := range w.cases {
				require.Equal(d.t, Once(), k.SeenAt(c), "case %d of %d at %s", i, len(w.cases), c.URL)
			}
		}
		d.t.Logf("%d cases of five forms, each there once on every machine; %d submissions agreed at once, %d kept first", len(w.cases), w.agreed, w.waiting)
	}
}

func leaderDemoted(t *testing.T, d *District) {
	d.leads()
	finish := d.busy(d.Places()...)
	d.must("demote", d.District.Node, "")
	finish()
	s := d.As(d.District, civic.RoleSupervisor).Status(false)
	require.Equal(t, "standby", s.Role)
	require.NotEqual(t, d.District.Node, s.Leader)
	require.Equal(t, 3, d.membership(d.District).Advice.Voters)
}

func plannedStop(t *testing.T, d *District) {
	d.must("promote", d.District.Node, "even")
	require.Equal(t, "not_leading", d.change(d.District, "transfer", "").Code)
	d.leads()
	finish := d.busy(d.Wards...)
	require.Equal(t, changed{}, d.change(d.District, "transfer", ""))
	var leader string
	Eventually(t, changePatience, "another machine to lead, as both know", func() bool {
		leader = d.membership(d.District).Leader
		return leader != "" && leader != d.District.Node && d.membership(d.Wards[0]).Leader == leader
	})
	require.NoError(t, d.Stop(d.District.Unit))
	k := NewCase(d.Wards[0].Unit)
	d.As(d.Wards[0], civic.RoleOfficer).Accepted(k.Forms...) // agreed at once: nobody is waited for
	require.Equal(t, leader, d.membership(d.Wards[0]).Leader, "the stop itself cost no election")
	require.NoError(t, d.Resume(d.District.Unit))
	d.Answers(changePatience, d.District)
	clear(d.tokens) // sessions end with the machine
	finish()
}

func leaderRemoved(t *testing.T, d *District) {
	d.leads()
	out := d.at(d.District, d.user(d.District, civic.RoleOfficer))
	waits := NewCase(d.Wards[0].Unit)
	answer := d.change(d.District, "remove", d.District.Node)
	require.Contains(t, []string{"", "under_way", "waiting"}, answer.Code, "it is agreed; that it may not hear of its end is no failure")
	for _, p := range d.Wards {
		Eventually(t, changePatience, p.Node+" to know that it is out", func() bool {
			all := d.membership(p)
			_, there := all.Member(d.District.Node)
			return !there && all.Leader != "" && all.Leader != d.District.Node
		})
	}
	k := NewCase(d.Wards[0].Unit)
	d.As(d.Wards[0], civic.RoleOfficer).Accepted(k.Forms...)
	require.Equal(t, 3, d.membership(d.Wards[0]).Advice.Voters)

	Eventually(t, changePatience, "the machine itself to know that it is out", func() bool {
		return d.As(d.District, civic.RoleSupervisor).Status(false).Role == "removed"
	})
	_, _, err := out.TrySubmit(waits.Forms[0])
	var refused *Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusForbidden, refused.Status)
	require.Contains(t, refused.Problem, `"denied_node"`)
	for _, p := range d.Wards {
		require.Zero(t, waits.SeenAt(d.As(p, civic.RoleOfficer))["household.put"], p.Node)
	}
}
