package nodetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

const residents = 120 // of the three wards together

// TestADistrict starts one district and puts it through what offices put it
// through, one after the other: starting one takes longer than most of it.
func TestADistrict(t *testing.T) {
	beside(t)
	d := StartDistrict(t, residents)
	for _, part := range []struct {
		name string
		run  func(*testing.T, *District)
	}{
		{"AFormIsReadableOnEveryMachineWithinASecondAndAtTheProvinceWithinThree", formsTravel},
		{"ManyWritersOnAllMachinesAndEverythingIsThereOnce", manyWriters},
		{"AWardWhoseLinkDropsEverythingWorksOn", wardDropped},
		{"AWardWhoseLinkRefusesWorksOn", wardRefused},
		{"LinksThatReturnMakeTheDigestsEqualInTime", healedInTime},
		{"TheClusterGoesOnWhileTheProvinceIsCutOff", provinceCut},
		{"EveryMachineSeesThatTheOthersAgree", othersAgree},
		{"AListImportedTwiceChangesNothing", importedTwice},
		{"AHouseholdIsSplitWhileCutOffAndAMergeThatMissedABirthWaitsForAPerson", householdsWhileCut},
		{"ADistrictIsGoneOnWith", restarted}, // last: it stops the machines
	} {
		if !t.Run(part.name, func(t *testing.T) { part.run(t, d.In(t)) }) {
			return // what follows would only say the same
		}
	}
}

const (
	cases        = 12 // of five forms each
	followed     = 3  // of them, dot by dot
	atMachines   = time.Second
	atProvince   = 3 * time.Second
	formsAtLeast = 50

	// The province stamps what it receives by its own agreed time: two clusters
	// may be some milliseconds apart.
	clocksApart = time.Second
)

// formsTravel measures how long a form handed in at ward 1 takes to be readable
// at each other machine and at the province.
func formsTravel(t *testing.T, d *District) {
	everywhere := d.Everywhere(civic.RoleOfficer)
	others := []*Client{everywhere[0], everywhere[2], everywhere[3]}
	ward1, province := d.As(d.Wards[0], civic.RoleOfficer), d.As(d.Province, civic.RoleProvince)
	var near, far []time.Duration
	var mu sync.Mutex
	var watching sync.WaitGroup
	note := func(all *[]time.Duration, took time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		*all = append(*all, took)
	}
	for n := range cases {
		k, began := NewCase(d.Wards[0].Unit), map[string]time.Time{}
		for _, form := range k.Forms {
			began[form.Kind] = time.Now()
			ward1.Accepted(form)
			for _, other := range others {
				Eventually(t, callPatience, form.Kind+" at "+other.URL, func() bool { return k.SeenAt(other)[form.Kind] == 1 })
				note(&near, time.Since(began[form.Kind]))
			}
		}
		watching.Go(func() {
			Within(callPatience, func() bool {
				for kind := range k.SeenAt(province) {
					if at, ok := began[kind]; ok {
						note(&far, time.Since(at))
						delete(began, kind)
					}
				}
				return len(began) == 0
			})
		})
		if n < followed {
			fillsInOrder(t, ward1, k)
		}
	}
	watching.Wait()
	t.Logf("%d forms: readable at another machine after %v (median of %d, longest %v), at the province after %v (median of %d, longest %v)",
		len(far), median(near), len(near), slices.Max(near), median(far), len(far), slices.Max(far))
	require.GreaterOrEqual(t, len(far), formsAtLeast, "forms that reached the province")
	require.Len(t, near, len(far)*len(others))
	require.LessOrEqual(t, median(near), atMachines)
	require.LessOrEqual(t, median(far), atProvince)
	d.Agree(callPatience)
	Received(t, d.Owner(d.Province), d.District.Unit)
}

// fillsInOrder follows the dots of a case's last form until the province has it.
func fillsInOrder(t *testing.T, c *Client, k Case) {
	id, stage := k.Forms[len(k.Forms)-1].ID, 1
	var told Told
	Eventually(t, callPatience, "the province to have received it", func() bool {
		var ok bool
		told, ok = c.Told(id)
		require.True(t, ok)
		require.GreaterOrEqual(t, told.Stage, stage, "a dot that was filled stays filled")
		stage = told.Stage
		filled := []bool{told.Delivery.Here != nil, told.Delivery.Agreed != nil, told.Delivery.Sent != nil, told.Delivery.Received != nil}
		for i, is := range filled {
			require.Equal(t, i < stage, is, "stage %d, dot %d", stage, i+1)
		}
		return stage == int(civic.StageReceived)
	})
	at := told.Delivery
	require.False(t, at.Agreed.Before(at.Here.Add(-clocksApart)) || at.Sent.Before(*at.Agreed) || at.Received.Before(at.Sent.Add(-clocksApart)), "%+v", at)
	require.Nil(t, at.Decided)
}

func median(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2].Round(time.Millisecond)
}

// everywhereOnce checks that every case is there exactly once on every machine
// and at the province, that nobody else is, and that all machines count the same.
func everywhereOnce(t *testing.T, d *District, before map[command.ID]string, added []Case) {
	t.Helper()
	d.Agree(2 * callPatience)
	readers := append(d.Everywhere(civic.RoleOfficer), d.As(d.Province, civic.RoleProvince))
	figures := readers[0].Figures(d.District.Unit)
	for _, c := range readers {
		people := c.Census(d.District.Unit)
		require.Len(t, people, len(before)+len(added), "people at %s", c.URL)
		for _, k := range added {
			require.Equal(t, Once(), k.SeenAt(c), "case at %s", c.URL)
			require.Contains(t, people, k.Resident)
		}
		for id := range before {
			require.Contains(t, people, id)
		}
		require.Equal(t, figures["total"], c.Figures(d.District.Unit)["total"], "figures at %s", c.URL)
	}
	Received(t, d.Owner(d.Province), d.District.Unit)
}
