package civic

import "gocua/store/command"

// firstTurning is the first day from which on it is told who came of age: before it
// there was no campaign.
const firstTurning = "2026-01-01"

// EligibleAge is the age from which the campaign counts a person.
const EligibleAge = eligibleAge

// deriveGaps is how somebody is found about whom something is missing or changes by
// itself: a number, a household, the age. listed is where they stand in a list.
func (r Resident) deriveGaps(d *command.Derived, listed string) {
	if r.Progress.Excluded != "" {
		return
	}
	if r.Number == "" {
		d.Find(ResidentByNoNumber, term(r.Hamlet, listed))
		d.Count(CountNoNumber, r.Hamlet, 1)
	}
	if r.Household.IsZero() {
		d.Find(ResidentByNowhere, term(r.Hamlet, listed))
		d.Count(CountNowhere, r.Hamlet, 1)
	}
	if day := r.Birth.Turns(eligibleAge); day >= firstTurning {
		d.Find(ResidentByTurning, term(r.Hamlet, day))
	}
}
