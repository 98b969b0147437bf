package web

import (
	"encoding/json"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// waitingRows is how many of the commands that wait one page shows.
const waitingRows = 100

// outbox lists what waits on this machine (sổ chờ).
func (s *site) outbox(q *request) error {
	m := ui.OutboxModel{Shell: q.shell(ui.SectionOutbox)}
	waiting := s.Machine.Waiting()
	m.Waiting = waitingOf(waiting)
	err := q.read(func(src lookup.Source) error {
		m.Rows = q.waitingRows(src, waiting, waitingRows)
		return nil
	})
	if err != nil {
		return err
	}
	m.Pager.Text = count(len(m.Rows)) + " trong " + count(len(waiting)) + " việc, cũ trước"
	return q.draw(ui.PageOutbox, m)
}

// waitingOf says how much waits and since when.
func waitingOf(list []lookup.WaitingCommand) ui.Waiting {
	if len(list) == 0 {
		return ui.Waiting{}
	}
	return ui.Waiting{N: len(list), Oldest: moment(list[0].PutAt)}
}

// waitingRows shows the first of the commands that wait. Whom they are about is
// told to whoever may see those people.
func (q *request) waitingRows(src lookup.Source, list []lookup.WaitingCommand, limit int) (rows []ui.WaitingRow) {
	note := "Chờ liên lạc với cụm"
	if q.site.Machine.Status(false).Leader != "" {
		note = "Đang gửi"
	}
	for _, w := range list[:min(limit, len(list))] {
		spec, _ := q.site.Table.Kind(w.Envelope.Kind)
		row := ui.WaitingRow{At: moment(w.PutAt), Kind: messages.Kind(spec.Name), Note: note,
			Dots: ui.Dots{ID: w.Envelope.ID.String(), At: int(civic.StageSaved), Of: spec.Stages}}
		if q.may(auth.SeePeople) && q.covers(src, w.Envelope.Unit) {
			row.By = lookup.OfficerName(src, w.Envelope.By.Officer)
			row.About, row.Href = q.whomAbout(src, w.Envelope.Kind, w.Envelope.Body)
		}
		rows = append(rows, row)
	}
	return rows
}

// whomAbout is whom a command is about and their page, with what waits here
// laid over what is agreed.
func (q *request) whomAbout(src lookup.Source, kind command.Kind, body json.RawMessage) (name, href string) {
	var names struct {
		ID, Resident, Household command.ID
		Name, Address           string
	}
	if json.Unmarshal(body, &names) != nil {
		return "", ""
	}
	switch kind {
	case civic.KindAppSubmit, civic.KindActivation:
		return q.personNamed(src, names.Resident, "")
	case civic.KindResidentPut, civic.KindResidentEdit:
		return q.personNamed(src, names.ID, names.Name)
	case civic.KindVisitRecord:
		return q.doorNamed(src, names.Household, "")
	case civic.KindHouseholdPut:
		return q.doorNamed(src, names.ID, names.Address)
	}
	return "", ""
}

// personNamed finds a person; if nobody the officer may see is known by that ID,
// what the command calls them.
func (q *request) personNamed(src lookup.Source, id command.ID, otherwise string) (name, href string) {
	if r, ok := civic.Load[civic.Resident](src, civic.TypeResident, civic.KeyOf(id)); ok && q.covers(src, r.Hamlet) {
		return r.Name, residentHref(civic.KeyOf(id))
	}
	return otherwise, ""
}

func (q *request) doorNamed(src lookup.Source, id command.ID, otherwise string) (address, href string) {
	if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, civic.KeyOf(id)); ok && q.covers(src, h.Hamlet) {
		return h.Address, householdHref(civic.KeyOf(id))
	}
	return otherwise, ""
}
