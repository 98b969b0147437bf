package api

import (
	"strings"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
)

// Person is one resident, as lists show them: numbers masked.
type Person struct {
	ID             string   `json:"id" format:"uuid"`
	Cluster        string   `json:"cluster,omitempty" doc:"at the province: whose record it is"`
	Name           string   `json:"name"`
	Birth          string   `json:"birth" doc:"YYYY-MM-DD, YYYY, or empty"`
	Sex            string   `json:"sex" doc:"male, female, or empty"`
	PersonalNumber string   `json:"personalNumber" doc:"masked unless whole numbers are shown"`
	Phones         []string `json:"phones" nullable:"false"`
	Household      string   `json:"household" doc:"its ID, or empty"`
	Address        string   `json:"address"`
	Unit           string   `json:"unit" doc:"code of the hamlet, or of the ward of somebody without a household"`
	UnitName       string   `json:"unitName"`
	Ward           string   `json:"ward"`
	WardName       string   `json:"wardName"`
	Bucket         string   `json:"bucket" doc:"how far the campaign has come with this person"`
	Eligible       bool     `json:"eligible" doc:"of 14 and over"`
	Rev            string   `json:"rev" format:"uuid" doc:"the command that last changed the record"`
	Pending        bool     `json:"pending" doc:"what is shown waits on this machine"`
}

func personOf(p lookup.Person, full bool) Person {
	r := p.Resident
	out := Person{ID: r.ID.String(), Cluster: clusterOf(p.Key), Name: r.Name, Birth: string(r.Birth), Sex: r.Sex,
		PersonalNumber: shownNumber(r.Number, full), Phones: []string{}, Unit: r.Hamlet, UnitName: p.Unit.Name, Ward: p.Ward.Code,
		WardName: p.Ward.Name, Bucket: string(p.Bucket), Eligible: r.Eligible, Rev: r.Rev.String(), Pending: p.Pending}
	for _, phone := range r.Phones {
		out.Phones = append(out.Phones, shownPhone(phone, full))
	}
	if p.Household != nil {
		out.Household, out.Address = p.Household.ID.String(), p.Household.Address
	}
	return out
}

func peopleOf(people []lookup.Person, full bool) []Person {
	list := []Person{}
	for _, p := range people {
		list = append(list, personOf(p, full))
	}
	return list
}

func clusterOf(key command.Key) string {
	_, cluster, _ := strings.Cut(string(key), "@")
	return cluster
}

func (a *api) getResidents(q *call) error {
	limit, err := q.limit()
	if err != nil {
		return err
	}
	buckets, err := q.buckets()
	if err != nil {
		return err
	}
	return a.read(q, func(src lookup.Source) (any, error) {
		unit, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		f := lookup.Filter{Units: civic.Subtree(src, unit), Buckets: buckets, After: q.Query("cursor"), Limit: limit}
		page, err := a.people(src, q.Query("q"), f)
		if err != nil {
			return nil, err
		}
		act := command.LookList
		if strings.TrimSpace(q.Query("q")) != "" {
			act = command.LookSearch
		}
		return listOf(a, src, peopleOf(page.People, false), page.Next), a.listed(q, act, "residents", unit, len(page.People))
	})
}

// people lists residents, or searches them: then the best come first and there
// is no further page.
func (a *api) people(src lookup.Source, text string, f lookup.Filter) (lookup.PeoplePage, error) {
	if strings.TrimSpace(text) == "" {
		return lookup.List(src, f)
	}
	most := f.Limit // without buckets each hit is one
	if len(f.Buckets) > 0 {
		most = lookup.MostOpened
	}
	found := a.Machine.Find(search.Query{Text: text, Units: f.Units, Only: civic.TypeResident, Limit: most})
	var page lookup.PeoplePage
	if b := found.Building; b != nil && len(found.Hits) == 0 {
		return page, command.Errorf(command.Unavailable, "names_building", "this machine was just started and has read the names of %d of %d people; whole numbers and phones are found already", b.Read, b.Of)
	}
	for _, hit := range found.Hits {
		if len(page.People) == f.Limit {
			break
		}
		if p, ok := lookup.FindPerson(src, hit.Key); ok && f.Holds(p) {
			page.People = append(page.People, p)
		}
	}
	return page, nil
}

// buckets reads ?bucket=, one or several with commas between.
func (q *call) buckets() (list []civic.Bucket, err error) {
	raw := q.Query("bucket")
	if raw == "" {
		return nil, nil
	}
	for name := range strings.SplitSeq(raw, ",") {
		b := civic.Bucket(name)
		if !known(b) {
			return nil, badParam("bucket", "there is no such bucket")
		}
		list = append(list, b)
	}
	return list, nil
}

func known(b civic.Bucket) bool {
	for _, one := range civic.Buckets() {
		if one == b {
			return true
		}
	}
	return false
}

// profileAnswer is everything about one person.
type profileAnswer struct {
	Person
	Head         bool                `json:"head" doc:"of the household"`
	Ethnic       string              `json:"ethnic"`
	Relation     string              `json:"relation" doc:"to the head of the household, as listed"`
	Warnings     []string            `json:"warnings" nullable:"false" doc:"what looks odd about the personal number"`
	Progress     progressAnswer      `json:"progress"`
	Members      []Person            `json:"members" nullable:"false" doc:"of the household; numbers masked"`
	Applications []applicationAnswer `json:"applications" nullable:"false" doc:"oldest first"`
	Activations  []activationAnswer  `json:"activations" nullable:"false" doc:"oldest first"`
	Reviews      []string            `json:"reviews" nullable:"false" doc:"IDs of what waits for a person"`
	AsOf         asOf                `json:"asOf"`
}

type progressAnswer struct {
	Reached   string `json:"reached" doc:"day, or empty"`
	Captured  string `json:"captured" doc:"day, or empty"`
	Activated string `json:"activated" doc:"day, or empty"`
	Refused   bool   `json:"refused"`
	Excluded  string `json:"excluded" doc:"why the person does not count, or empty"`
}

type activationAnswer struct {
	ID   string `json:"id" format:"uuid"`
	Way  string `json:"way"`
	At   string `json:"at" format:"date-time"`
	Day  string `json:"day" format:"date"`
	Late bool   `json:"late"`
}

func (a *api) getResident(q *call) error {
	return a.read(q, func(src lookup.Source) (any, error) {
		key, err := q.key(src, civic.TypeResident)
		if err != nil {
			return nil, err
		}
		p, _ := lookup.FindProfile(src, key)
		if err := q.mayLook(src, p.Resident.Hamlet); err != nil {
			return nil, err
		}
		full, err := a.showsNumbers(q, civic.TypeResident, key, p.Resident.Hamlet)
		return profileOf(src, p, full), err
	})
}

func profileOf(src lookup.Source, p lookup.Profile, full bool) profileAnswer {
	r := p.Resident
	out := profileAnswer{Person: personOf(p.Person, full), Head: p.Head, Ethnic: r.Ethnic, Relation: r.Relation,
		Warnings: append([]string{}, civic.NumberWarnings(r.Number, r.Birth, r.Sex)...), Members: peopleOf(p.Members, false),
		Progress:     progressAnswer{r.Progress.Reached, r.Progress.Captured, r.Progress.Activated, r.Progress.Refused, r.Progress.Excluded},
		Applications: applicationsOf(p.Applications, full), Activations: []activationAnswer{}, Reviews: []string{}, AsOf: freshness(src)}
	for _, x := range p.Activations {
		out.Activations = append(out.Activations, activationAnswer{x.ID.String(), x.Way, stamp(x.At), x.Day, x.Late})
	}
	for _, x := range p.Reviews {
		out.Reviews = append(out.Reviews, x.ID.String())
	}
	return out
}

func (a *api) getResidentEvents(q *call) error {
	return a.read(q, func(src lookup.Source) (any, error) {
		key, err := q.key(src, civic.TypeResident)
		if err != nil {
			return nil, err
		}
		p, _ := lookup.FindPerson(src, key)
		if err := q.mayLook(src, p.Resident.Hamlet); err != nil {
			return nil, err
		}
		return a.events(q, src, civic.TypeResident, key, p.Resident.Hamlet)
	})
}
