package web

import (
	"cmp"
	"slices"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// Where what is done to several people at once is asked for (việc cho nhiều người).
const (
	printPath     = "/nhan-khau/in"
	visitAllPath  = "/nhan-khau/ghi-luot"
	moveAllPath   = "/nhan-khau/chuyen-to"
	exportSomeURL = "/xuat/nhan-khau/chon"
	mostChosen    = 2_000
)

// pickRoutes are what is done to several people at once.
func (s *site) pickRoutes() []route {
	return []route{
		{"POST", printPath, auth.SeePeople, "", s.printSheet},
		{"POST", visitAllPath, auth.Capture, "", s.visitAll},
		{"POST", moveAllPath, auth.Capture, "", s.moveAll},
		{"POST", exportSomeURL, auth.Export, "", s.exportSome},
	}
}

// pick is what may be done to who is ticked on a page of a list of n people; all
// of them can be taken at once if they are not too many.
func (q *request) pick(l listing, n int, all bool) *ui.Pick {
	p := &ui.Pick{Token: q.session.Form, Hidden: l.whole().hidden(), Print: printPath, Ticked: l.ticks != ""}
	if all && n <= mostChosen {
		p.All = n
	}
	ticked := l
	ticked.ticks = "1"
	p.Tick = ticked.href()
	if q.may(auth.Export) {
		p.Export = exportSomeURL
	}
	if q.may(auth.Capture) && q.site.Machine.Tier == civic.TierCluster {
		p.Visit, p.Move = visitAllPath, moveAllPath
	}
	return p
}

// chosen are the people a form is about: those that were ticked, or everybody of
// the list. Somebody of another unit among them refuses it all.
func (q *request) chosen(src lookup.Source) (people []lookup.Person, err error) {
	if q.FormValue("all") != "" {
		people, err = q.everybodyChosen(src, q.sentListing())
	} else {
		people, err = q.ticked(src)
	}
	if err == nil && len(people) == 0 {
		err = command.InvalidField("/who", "nobody_chosen", "nobody is chosen")
	}
	return people, err
}

func (q *request) ticked(src lookup.Source) (people []lookup.Person, _ error) {
	keys := q.several("who")
	if len(keys) > mostChosen {
		return nil, manyChosen()
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		p, ok := lookup.FindPerson(src, command.Key(key))
		if !ok {
			continue // taken away meanwhile
		}
		if err := q.scope(src, p.Resident.Hamlet); err != nil {
			return nil, err
		}
		people = append(people, p)
	}
	slices.SortFunc(people, func(a, b lookup.Person) int {
		return cmp.Or(strings.Compare(a.Resident.ListedBy(), b.Resident.ListedBy()), cmp.Compare(a.Key, b.Key))
	})
	return people, nil
}

func (q *request) everybodyChosen(src lookup.Source, l listing) (people []lookup.Person, err error) {
	units, err := q.unitsOf(src, l)
	if err != nil {
		return nil, err
	}
	if l.query != "" {
		return q.foundBy(src, l, units)
	}
	if err := l.filter().Check(); err != nil {
		return nil, err
	}
	for p := range lookup.Everybody(src, asked(l.filter(), units)) {
		if people = append(people, p); len(people) > mostChosen {
			return nil, manyChosen()
		}
	}
	return people, nil
}

func manyChosen() *command.Error {
	return command.InvalidField("/who", "many_chosen", "at most %d people at once", mostChosen)
}

// doorOf is a household with those of its people who were chosen.
type doorOf struct {
	key    command.Key
	home   civic.Household
	people []lookup.Person
}

// doorsOf sorts people by the households they live in, in the order in which one
// walks past them; those who live in none are left over.
func doorsOf(people []lookup.Person) (doors []doorOf, homeless []lookup.Person) {
	at := map[command.Key]int{}
	for _, p := range people {
		if p.Household == nil {
			homeless = append(homeless, p)
			continue
		}
		key := p.HouseholdKey()
		i, known := at[key]
		if !known {
			i = len(doors)
			at[key] = i
			doors = append(doors, doorOf{key: key, home: *p.Household})
		}
		doors[i].people = append(doors[i].people, p)
	}
	slices.SortStableFunc(doors, func(a, b doorOf) int {
		return cmp.Or(strings.Compare(a.home.Hamlet, b.home.Hamlet), strings.Compare(civic.Fold(a.home.Address), civic.Fold(b.home.Address)))
	})
	return doors, homeless
}

// names are who was chosen behind the door.
func (d doorOf) names() string {
	var names []string
	for _, p := range d.people {
		names = append(names, p.Resident.Name)
	}
	return strings.Join(names, ", ")
}

// whoHidden are the fields by which the next form knows who was chosen.
func whoHidden(people []lookup.Person) (fields []ui.Hidden) {
	for _, p := range people {
		fields = append(fields, ui.Hidden{Name: "who", Value: string(p.Key)})
	}
	return fields
}
