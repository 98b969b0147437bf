package civic

import "gocua/store/command"

// firstTurning is the first day from which on it is told who came of age: before it
// there was no campaign.
const firstTurning = "2026-01-01"

// EligibleAge is the age from which the campaign counts a person.
const EligibleAge = eligibleAge

// deriveGaps is how somebody is found about whom something is missing or changes by
// itself: a number, a household, the age. listed is where they stand in a list. Who
// was taken out of the campaign is nobody's to see to and in no count; a list of
// everybody without a number has them too, and finds them apart.
func (r Resident) deriveGaps(d *command.Derived, listed string) {
	out := r.Progress.Excluded != ""
	lacks := func(ix command.Index, count command.Tally) {
		if out {
			d.Find(ix, term(Apart(r.Hamlet), listed))
			return
		}
		d.Find(ix, term(r.Hamlet, listed))
		d.Count(count, r.Hamlet, 1)
	}
	if r.Number == "" {
		lacks(ResidentByNoNumber, CountNoNumber)
	}
	if r.Household.IsZero() {
		lacks(ResidentByNowhere, CountNowhere)
	}
	if day := r.Birth.Turns(eligibleAge); !out && day >= firstTurning {
		d.Find(ResidentByTurning, term(r.Hamlet, day))
	}
}

// Apart is where those of a unit who were taken out of the campaign stand in
// ResidentByNoNumber and ResidentByNowhere; of no unit, where all of them do.
func Apart(unit string) string { return "~" + unit } // no code has that sign
