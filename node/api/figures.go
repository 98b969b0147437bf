package api

import (
	"net/http"
	"strconv"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/report"
)

// reportAnswer is the figures of one day.
type reportAnswer struct {
	report.Report
	AsOf    asOf `json:"asOf"`
	Pending int  `json:"pending" doc:"changes that wait on this machine and are not counted"`
}

func (a *api) getReport(q *call) error {
	now := time.Now().UnixMilli()
	day := q.Query("day", civic.DayOf(now))
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		return badParam("day", "expected a day such as 2026-08-06")
	}
	return a.read(q, func(src lookup.Source) (any, error) {
		unit, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		daily, ok := report.Daily(src, unit, day)
		if !ok {
			return nil, command.Errorf(command.NotFound, "unknown_unit", "there is no unit %s", unit)
		}
		return reportAnswer{Report: daily, AsOf: freshness(src), Pending: len(a.Machine.Waiting())}, nil
	})
}

// unitAnswer is one unit of the tree.
type unitAnswer struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Kind       string `json:"kind" enum:"province,cluster,ward,hamlet"`
	Parent     string `json:"parent" doc:"code, or empty"`
	Depth      int    `json:"depth" doc:"below the first of the list"`
	From       string `json:"from" doc:"first day, or empty"`
	To         string `json:"to" doc:"last day, or empty"`
	ReplacedBy string `json:"replacedBy" doc:"code, or empty"`
	Pending    bool   `json:"pending"`
}

func (a *api) getUnits(q *call) error {
	return a.read(q, func(src lookup.Source) (any, error) {
		top, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		items := []unitAnswer{}
		for _, u := range lookup.Units(src, top) {
			items = append(items, unitAnswer{Code: u.Code, Name: u.Name, Kind: u.Kind, Parent: u.Parent, Depth: u.Depth,
				From: u.From, To: u.To, ReplacedBy: u.ReplacedBy})
		}
		return listOf(a, src, items, ""), nil
	})
}

// getStatus answers with the machine's state. Index and digest are of one view.
func (a *api) getStatus(q *call) error {
	content := q.QueryBool("content")
	if content {
		select {
		case a.digesting <- struct{}{}:
			defer func() { <-a.digesting }()
		default:
			return command.Errorf(command.Unavailable, "busy", "somebody else is having everything read; try again")
		}
	}
	if err := a.await(q); err != nil {
		return err
	}
	status := a.Machine.Status(content)
	if status.Members == nil {
		status.Members = []lookup.MemberStatus{}
	}
	q.Set(headerIndex, strconv.FormatUint(status.Digest.Index, 10))
	return q.reply(http.StatusOK, status)
}
