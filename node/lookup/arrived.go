package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// arrived is the event of a change that came with a parcel. The commands stayed
// in the cluster, so what was asked is read off the record; what a visit or an
// application did besides to the person or the household is no event of its own.
func (h historian) arrived(item command.FeedItem, c RecordChange) {
	if !c.Created && !slices.ContainsFunc(c.Fields, asked) {
		return
	}
	spec, known := h.table.Kind(kindBehind(c))
	if !known {
		spec, _ = h.table.Kind(civic.KindParcelReceive)
	}
	h.events[cause{item.Command, item.Seq}] = &Event{At: item.At, Command: item.Command, Kind: spec.Name, Status: command.Accepted,
		Stage: civic.StageReceived, Stages: max(spec.Stages, int(civic.StageReceived)), Changes: []RecordChange{c}, seq: item.Seq}
}

// asked reports whether somebody set a field, and it does not only follow from
// something else that happened.
func asked(f FieldChange) bool {
	return !slices.Contains([]string{"progress", "eligible", "touched", "visits", "last", "lastAt"}, f.Field)
}

// wholeForm is how many fields an officer sets who registers somebody; a list
// sets none.
const wholeForm = 6

// kindBehind is the kind of the command that must have made a change; 0: none
// that is known here.
func kindBehind(c RecordChange) command.Kind {
	switch {
	case c.Type == civic.TypeResident && !c.Created:
		return civic.KindResidentEdit
	case c.Type == civic.TypeResident && touchedOf(c.Value) < wholeForm:
		return civic.KindRosterPage
	case c.Type == civic.TypeResident:
		return civic.KindResidentPut
	case c.Type == civic.TypeHousehold:
		return civic.KindHouseholdPut
	case c.Type == civic.TypeVisit:
		return civic.KindVisitRecord
	case c.Type == civic.TypeApplication:
		return civic.KindAppSubmit
	case c.Type == civic.TypeActivation:
		return civic.KindActivation
	}
	return 0
}
