package api

import (
	"encoding/json"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// eventAnswer is what one command did to a record and to those that hang on it.
type eventAnswer struct {
	At          string         `json:"at" format:"date-time" doc:"agreed time; while it waits here, when it was captured"`
	Command     string         `json:"command" format:"uuid"`
	Kind        string         `json:"kind"`
	Status      string         `json:"status" enum:"accepted,rejected,conflict,waiting"`
	Officer     string         `json:"officer" doc:"ID, or empty where none was recorded"`
	OfficerName string         `json:"officerName"`
	Stage       int            `json:"stage" doc:"of the five dots"`
	Stages      int            `json:"stages"`
	Pending     bool           `json:"pending"`
	Changes     []changeAnswer `json:"changes" nullable:"false"`
}

type changeAnswer struct {
	Record  string        `json:"record" doc:"such as resident or visit"`
	ID      string        `json:"id"`
	Created bool          `json:"created"`
	Fields  []fieldAnswer `json:"fields" nullable:"false"`
}

type fieldAnswer struct {
	Field string          `json:"field"`
	Was   json.RawMessage `json:"was" doc:"null: nothing"`
	Now   json.RawMessage `json:"now" doc:"null: nothing"`
}

// events is the history of a record as the asker may see it.
func (a *api) events(q *call, src lookup.Source, t command.RecordType, key command.Key, unit string) (list[eventAnswer], error) {
	full, err := a.showsNumbers(q, t, key, unit)
	if err != nil {
		return list[eventAnswer]{}, err
	}
	items := []eventAnswer{}
	for _, e := range lookup.Events(src, a.Table, a.Machine.Waiting(), t, key) {
		out := eventAnswer{At: stamp(e.At), Command: e.Command.String(), Kind: e.Kind, Status: string(e.Status), OfficerName: e.OfficerName,
			Stage: int(e.Stage), Stages: e.Stages, Pending: e.Pending, Changes: []changeAnswer{}}
		if !e.Officer.IsZero() {
			out.Officer = e.Officer.String()
		}
		for _, c := range e.Changes {
			if q.mayLookAt(src, c) {
				out.Changes = append(out.Changes, changeOf(c, full))
			}
		}
		items = append(items, out)
	}
	return listOf(a, src, items, ""), nil
}

// mayLookAt keeps back what another unit wrote down of somebody with the same
// number: it is filed under that unit, with the body whole.
func (q *call) mayLookAt(src lookup.Source, c lookup.RecordChange) bool {
	if c.Type != civic.TypeReview {
		return true
	}
	var review civic.Review
	return json.Unmarshal(c.Value, &review) == nil && q.mayLook(src, review.Unit) == nil
}

func changeOf(c lookup.RecordChange, full bool) changeAnswer {
	out := changeAnswer{Record: c.Record, ID: string(civic.Bare(c.Key)), Created: c.Created, Fields: []fieldAnswer{}}
	for _, f := range c.Fields {
		if !full {
			f.Was, f.Now = masked(f.Field, f.Was), masked(f.Field, f.Now)
		}
		out.Fields = append(out.Fields, fieldAnswer{f.Field, f.Was, f.Now})
	}
	return out
}
