package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// Person is a resident with what one needs to recognise them.
type Person struct {
	Key       command.Key
	Resident  civic.Resident
	Bucket    civic.Bucket
	Unit      civic.Unit       // hamlet, or the ward of somebody without a household
	Ward      civic.Unit       // the ward that is in today
	Household *civic.Household // nil: none
	Pending   bool             // what is shown waits on this machine
}

// FindPerson finds a resident by key.
func FindPerson(src Source, key command.Key) (Person, bool) {
	r, ok := civic.Load[civic.Resident](src, civic.TypeResident, key)
	if !ok {
		return Person{}, false
	}
	return PersonOf(src, key, r), true
}

// PersonOf is a resident as given, who need not be in the register any more.
func PersonOf(src Source, key command.Key, r civic.Resident) Person {
	p := Person{Key: key, Resident: r, Bucket: r.Bucket(), Ward: civic.WardOf(src, r.Hamlet), Pending: Pending(src, r.Rev)}
	p.Unit, _ = civic.FindUnit(src, r.Hamlet)
	if at, ok := householdOf(key, r); ok {
		if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, at); ok {
			p.Household = &h
		}
	}
	return p
}

// HouseholdKey is the key of the person's household; empty if there is none.
func (p Person) HouseholdKey() command.Key {
	key, _ := householdOf(p.Key, p.Resident)
	return key
}

func householdOf(key command.Key, r civic.Resident) (command.Key, bool) {
	if r.Household.IsZero() {
		return "", false
	}
	return civic.Sibling(key, r.Household.String()), true
}

// Profile is everything about one person.
type Profile struct {
	Person
	Head         bool          // of the household
	Members      []Person      // of the household, the person included
	Applications []Application // oldest first
	Activations  []civic.Activation
	Reviews      []Review // open ones about the person
	Decided      []Review // and those somebody has decided
}

// Application is the latest application, or nil.
func (p Profile) Application() *Application {
	if len(p.Applications) == 0 {
		return nil
	}
	return &p.Applications[len(p.Applications)-1]
}

// FindProfile finds everything about a resident.
func FindProfile(src Source, key command.Key) (Profile, bool) {
	person, ok := FindPerson(src, key)
	if !ok {
		return Profile{}, false
	}
	p := Profile{Person: person}
	p.Reviews, p.Decided = reviewsAbout(src, key)
	if h := person.Household; h != nil {
		p.Head = h.Head == person.Resident.ID
		p.Members = members(src, person.HouseholdKey())
	}
	for _, at := range civic.Applications(src, key) {
		if a, ok := FindApplication(src, at); ok {
			p.Applications = append(p.Applications, a)
		}
	}
	for _, at := range civic.Activations(src, key) {
		if a, ok := civic.Load[civic.Activation](src, civic.TypeActivation, at); ok {
			p.Activations = append(p.Activations, a)
		}
	}
	return p, true
}

func members(src Source, household command.Key) (people []Person) {
	for _, key := range civic.Members(src, household) {
		if p, ok := FindPerson(src, key); ok {
			people = append(people, p)
		}
	}
	return people
}
