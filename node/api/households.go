package api

import (
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// householdAnswer is a household with its people and who knocked.
type householdAnswer struct {
	ID          string        `json:"id" format:"uuid"`
	Cluster     string        `json:"cluster,omitempty" doc:"at the province: whose record it is"`
	Hamlet      string        `json:"hamlet"`
	HamletName  string        `json:"hamletName"`
	Ward        string        `json:"ward"`
	WardName    string        `json:"wardName"`
	Address     string        `json:"address"`
	Head        string        `json:"head" doc:"ID of a resident, or empty"`
	Attempts    int           `json:"attempts" doc:"visits so far"`
	LastOutcome string        `json:"lastOutcome" doc:"of the latest visit, or empty"`
	LastAt      *string       `json:"lastAt" format:"date-time"`
	Rev         string        `json:"rev" format:"uuid" doc:"the command that last changed the record"`
	Pending     bool          `json:"pending"`
	Members     []Person      `json:"members" nullable:"false" doc:"numbers masked"`
	Visits      []visitAnswer `json:"visits" nullable:"false" doc:"oldest first"`
	AsOf        asOf          `json:"asOf"`
	MergedInto  string        `json:"mergedInto" doc:"ID of the household its people live in, or empty"`
	Seen        string        `json:"seen" doc:"mark of what is shown here, for household.split and household.merge"`
}

type visitAnswer struct {
	ID          string   `json:"id" format:"uuid"`
	At          string   `json:"at" format:"date-time"`
	Day         string   `json:"day" format:"date" doc:"the day it counts on"`
	Attempt     int      `json:"attempt" doc:"which time it was"`
	Mode        string   `json:"mode"`
	Outcome     string   `json:"outcome"`
	Reason      string   `json:"reason"`
	Met         []string `json:"met" nullable:"false" doc:"IDs of residents"`
	Note        string   `json:"note"`
	OfficerName string   `json:"officerName"`
	Late        bool     `json:"late"`
	Pending     bool     `json:"pending"`
}

func (a *api) getHousehold(q *call) error {
	return a.read(q, func(src lookup.Source) (any, error) {
		home, err := q.home(src)
		if err != nil {
			return nil, err
		}
		h := home.Household
		out := householdAnswer{ID: h.ID.String(), Cluster: clusterOf(home.Key), Hamlet: h.Hamlet, HamletName: home.Unit.Name, Ward: home.Ward.Code,
			WardName: home.Ward.Name, Address: h.Address, Head: idOrEmpty(h.Head), Attempts: h.Visits, LastOutcome: h.Last, LastAt: moment(h.LastAt),
			Rev: h.Rev.String(), Pending: home.Pending, Members: peopleOf(home.Members, false), Visits: []visitAnswer{}, AsOf: freshness(src)}
		out.MergedInto, out.Seen = idOrEmpty(h.MergedInto), civic.SeenNow(src, home.Key)
		for _, v := range home.Visits {
			out.Visits = append(out.Visits, visitOf(v))
		}
		return out, a.looked(q, command.Look{Act: command.LookView, Type: civic.TypeHousehold, Key: home.Key, Unit: h.Hamlet})
	})
}

// home finds the household that the path names, if the asker may see it.
func (q *call) home(src lookup.Source) (lookup.Home, error) {
	key, err := q.key(src, civic.TypeHousehold)
	if err != nil {
		return lookup.Home{}, err
	}
	home, _ := lookup.FindHome(src, key)
	return home, q.mayLook(src, home.Household.Hamlet)
}

func visitOf(v lookup.Visit) visitAnswer {
	out := visitAnswer{ID: v.ID.String(), At: stamp(v.At), Day: v.Day, Attempt: v.Attempt, Mode: v.Mode, Outcome: v.Outcome, Reason: v.Reason,
		Met: []string{}, Note: v.Note, OfficerName: v.OfficerName, Late: v.Late, Pending: v.Pending}
	for _, id := range v.Met {
		out.Met = append(out.Met, id.String())
	}
	return out
}

func (a *api) getHouseholdEvents(q *call) error {
	return a.read(q, func(src lookup.Source) (any, error) {
		home, err := q.home(src)
		if err != nil {
			return nil, err
		}
		return a.events(q, src, civic.TypeHousehold, home.Key, home.Household.Hamlet)
	})
}

func idOrEmpty(id command.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}
