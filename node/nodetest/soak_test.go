//go:build soak && linux

package nodetest

import "testing"

func TestSoakKillingAMachineWithRequestsInFlight(t *testing.T) { killedAtWork(t, soakKillRounds) }

func TestSoakPowerCuts(t *testing.T) { powerCut(t, soakPowerCuts) }

func TestSoakKillingMachinesUnderTheListOfAWholeDistrict(t *testing.T) {
	killedUnderAList(t, soakKilledRows)
}
