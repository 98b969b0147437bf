package api

import (
	"slices"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// auditAnswer is one line of the audit log. It holds nobody's data.
type auditAnswer struct {
	At          string `json:"at" format:"date-time" doc:"of a change the agreed time, of a look the machine's"`
	Officer     string `json:"officer" doc:"ID; empty: a machine, or nobody known"`
	OfficerName string `json:"officerName"`
	Node        string `json:"node"`
	Unit        string `json:"unit"`
	Kind        string `json:"kind" doc:"of a change; empty: a look"`
	Status      string `json:"status" enum:"accepted,rejected,conflict," doc:"of a change"`
	Code        string `json:"code" doc:"why it was not accepted"`
	Act         string `json:"act" doc:"of a look: view, reveal, search, list, export, glass, signin, signin_failed, ..."`
	Query       string `json:"query" doc:"of a look: which list or field; never what was typed"`
	Record      string `json:"record" doc:"such as resident; empty: a list"`
	ID          string `json:"id" doc:"of the record"`
	Count       int    `json:"count" doc:"records changed, or people on the list"`
	Reason      string `json:"reason"`
}

func (a *api) getAudit(q *call) error {
	limit, err := q.limit()
	if err != nil {
		return err
	}
	f := lookup.AuditFilter{After: q.Query("cursor"), Limit: limit, Kind: q.Query("kind")}
	if f.Kind != "" && !slices.Contains([]string{lookup.AuditChanges, lookup.AuditLooks, lookup.AuditSignIns}, f.Kind) {
		return badParam("kind", "it is changes, looks or signins")
	}
	for name, to := range map[string]*int64{"from": &f.From, "to": &f.To} {
		if raw := q.Query(name); raw != "" {
			at, err := time.Parse(time.RFC3339, raw)
			if err != nil {
				return badParam(name, "a moment is written as RFC 3339")
			}
			*to = at.UnixMilli()
		}
	}
	return a.trail(q, func(src lookup.Source, chain lookup.Chain) (any, error) {
		unit, err := q.unit(src)
		if err != nil {
			return nil, err
		}
		f.Units = civic.Subtree(src, unit)
		if f.Officer, err = lookup.OfficerAsked(src, q.Query("officer")); err != nil {
			return nil, badParam("officer", "there is no such officer")
		}
		if f.Type, f.Key, err = lookup.RecordAsked(src, q.Query("record")); err != nil {
			return nil, badParam("record", "there is nothing by that ID")
		}
		page, err := lookup.Audit(src, chain, a.Table, f)
		if err != nil {
			return nil, err
		}
		items := []auditAnswer{}
		for _, l := range page.Lines {
			items = append(items, a.auditOf(l))
		}
		return listOf(a, src, items, page.Next), nil
	})
}

func (a *api) auditOf(l lookup.AuditLine) auditAnswer {
	out := auditAnswer{At: stamp(l.At), Officer: idOrEmpty(l.Officer), OfficerName: l.By, Node: l.Node, Unit: l.Unit, Kind: l.Kind, Status: string(l.Status),
		Code: l.Code, Act: string(l.Act), Query: l.Query, Count: l.Count, Reason: l.Reason}
	if rec, ok := a.Table.Record(l.Type); ok && l.Type != command.RecordType(0) {
		out.Record, out.ID = rec.Name, string(l.Key)
	}
	return out
}
