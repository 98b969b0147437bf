package api

import (
	"encoding/json"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// applicationAnswer is one application.
type applicationAnswer struct {
	ID          string   `json:"id" format:"uuid"`
	Cluster     string   `json:"cluster,omitempty" doc:"at the province: whose record it is"`
	Resident    string   `json:"resident" format:"uuid"`
	Name        string   `json:"name"`
	Unit        string   `json:"unit" doc:"where the resident is listed"`
	Level       int      `json:"level"`
	Phone       string   `json:"phone" doc:"masked unless whole numbers are shown"`
	Relation    string   `json:"relation" doc:"of the person to whoever owns the SIM"`
	State       string   `json:"state"`
	Day         string   `json:"day" format:"date" doc:"the day it counts on"`
	At          string   `json:"at" format:"date-time" doc:"when it was taken down"`
	OfficerName string   `json:"officerName"`
	Flags       []string `json:"flags" nullable:"false"`
	Pending     bool     `json:"pending"`
}

func applicationsOf(list []lookup.Application, full bool) []applicationAnswer {
	items := []applicationAnswer{}
	for _, x := range list {
		items = append(items, applicationAnswer{ID: x.ID.String(), Cluster: clusterOf(x.Key), Resident: x.Resident.String(), Name: x.Name,
			Unit: x.Hamlet, Level: x.Level, Phone: shownPhone(x.Phone, full), Relation: x.Relation, State: x.State, Day: x.Day, At: stamp(x.At),
			OfficerName: x.OfficerName, Flags: append([]string{}, x.Flags...), Pending: x.Pending})
	}
	return items
}

func (a *api) getApplications(q *call) error {
	limit, err := q.limit()
	if err != nil {
		return err
	}
	return a.read(q, func(src lookup.Source) (any, error) {
		unit, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		found, next, err := lookup.Applications(src, lookup.ApplicationFilter{Units: civic.Subtree(src, unit),
			State: q.Query("state", civic.AppCaptured), After: q.Query("cursor"), Limit: limit})
		if err != nil {
			return nil, err
		}
		return listOf(a, src, applicationsOf(found, false), next), a.listed(q, command.LookList, "applications", unit, len(found))
	})
}

// reviewAnswer is one thing that waits for a person.
type reviewAnswer struct {
	ID          string          `json:"id" format:"uuid" doc:"of the command"`
	Status      string          `json:"status" enum:"rejected,conflict"`
	Code        string          `json:"code"`
	Field       string          `json:"field" doc:"JSON pointer into the body, or empty"`
	Message     string          `json:"message"`
	Kind        string          `json:"kind"`
	Unit        string          `json:"unit"`
	UnitName    string          `json:"unitName"`
	OfficerName string          `json:"officerName"`
	CapturedAt  string          `json:"capturedAt" format:"date-time"`
	DecidedAt   string          `json:"decidedAt" format:"date-time"`
	Resident    string          `json:"resident" doc:"ID of the resident it is about, or empty"`
	Household   string          `json:"household" doc:"ID of the household it is about, or empty"`
	Name        string          `json:"name" doc:"of the resident"`
	Parent      string          `json:"parent" doc:"the review it waits for, or empty"`
	Line        int             `json:"line" doc:"of an imported list; 0: none"`
	Body        json.RawMessage `json:"body" doc:"what was asked for, numbers masked; null: not kept"`
	Pending     bool            `json:"pending"`
}

func (a *api) getReviews(q *call) error {
	limit, err := q.limit()
	if err != nil {
		return err
	}
	return a.read(q, func(src lookup.Source) (any, error) {
		unit, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		found, next := lookup.Reviews(src, lookup.ReviewFilter{Units: civic.Subtree(src, unit), After: q.Query("cursor"), Limit: limit})
		items := []reviewAnswer{}
		for _, r := range found {
			items = append(items, a.reviewOf(q, src, r))
		}
		return listOf(a, src, items, next), a.listed(q, command.LookList, "reviews", unit, len(found))
	})
}

// reviewOf is a review as the asker may see it: it may be about somebody another
// unit has, of whom nothing is said.
func (a *api) reviewOf(q *call, src lookup.Source, r lookup.Review) reviewAnswer {
	spec, _ := a.Table.Kind(r.Kind)
	out := reviewAnswer{ID: r.ID.String(), Status: string(r.Status), Code: r.Code, Field: r.Field, Message: r.Message, Kind: spec.Name,
		Unit: r.Unit, UnitName: r.UnitName, OfficerName: r.OfficerName, CapturedAt: stamp(r.CapturedAt), DecidedAt: stamp(r.DecidedAt),
		Parent: idOrEmpty(r.Parent), Line: r.Line, Body: masked("", r.Body), Pending: r.Pending}
	switch {
	case r.Person != nil && q.mayLook(src, r.Person.Resident.Hamlet) == nil:
		out.Resident, out.Name = r.Person.Resident.ID.String(), r.Person.Resident.Name
	case r.Household != nil && q.mayLook(src, r.Household.Hamlet) == nil:
		out.Household = r.Household.ID.String()
	}
	return out
}
