package web

import (
	"strconv"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// parkedRows is how many of the records the province refused one page shows.
const parkedRows = 50

// parked lists what the province refused (để riêng) and the officer may see,
// with what can be done about each.
func (q *request) parked(src lookup.Source) (rows []ui.ParkedRow) {
	if q.site.Machine.Tier != civic.TierCluster || !q.may(auth.SeePeople) {
		return nil
	}
	for _, p := range lookup.ParkedUnder(src, q.unit(), parkedRows) {
		about := q.recordNamed(src, p.Type, p.Key)
		if about.unit == "" || !q.covers(src, about.unit) {
			continue
		}
		row := ui.ParkedRow{Kind: about.kind, About: about.name, Href: about.href, Why: messages.Refusal(p.Code), At: moment(p.At),
			Type: strconv.Itoa(int(p.Type)), Key: string(p.Key)}
		if q.may(auth.Capture) && about.href != "" {
			row.Edit = about.edit
		}
		if q.may(auth.Resolve) {
			row.Form = q.newForm("/so-cho/gui-lai", "")
			row.Form.Record, row.Form.Draft = "", ""
		}
		if p.Resent > 0 {
			row.Why = join(row.Why, "đã gửi lại "+when(p.Resent)+", chờ tỉnh trả lời")
		}
		rows = append(rows, row)
	}
	return rows
}

// aboutRecord is a record as people know it.
type aboutRecord struct {
	kind, name, href string
	unit             string // it is listed in; empty: not known here
	edit             string // where it is corrected; empty: nowhere
}

// recordNamed finds what a record is about.
func (q *request) recordNamed(src lookup.Source, t command.RecordType, key command.Key) aboutRecord {
	rec, _ := q.site.Table.Record(t)
	a := aboutRecord{kind: messages.Record(rec.Name)}
	switch t {
	case civic.TypeResident:
		q.aboutResident(src, key, &a)
		a.edit = a.href + "/sua"
	case civic.TypeHousehold:
		q.aboutHousehold(src, key, &a)
	case civic.TypeVisit:
		v, _ := civic.Load[civic.Visit](src, t, key)
		q.aboutHousehold(src, civic.Sibling(key, v.Household.String()), &a)
	case civic.TypeApplication:
		v, _ := civic.Load[civic.Application](src, t, key)
		q.aboutResident(src, civic.Sibling(key, v.Resident.String()), &a)
	case civic.TypeActivation:
		v, _ := civic.Load[civic.Activation](src, t, key)
		q.aboutResident(src, civic.Sibling(key, v.Resident.String()), &a)
	case civic.TypeUnit:
		u, _ := civic.FindUnit(src, string(key))
		a.name, a.unit = u.Name, u.Code
	case civic.TypeTarget:
		v, _ := civic.Load[civic.Target](src, t, key)
		a.name, a.unit = unitName(src, v.Unit), v.Unit
	}
	return a
}

func (q *request) aboutResident(src lookup.Source, key command.Key, a *aboutRecord) {
	if r, ok := civic.Load[civic.Resident](src, civic.TypeResident, key); ok {
		a.name, a.unit, a.href = r.Name, r.Hamlet, residentHref(key)
	}
}

func (q *request) aboutHousehold(src lookup.Source, key command.Key, a *aboutRecord) {
	if h, ok := civic.Load[civic.Household](src, civic.TypeHousehold, key); ok {
		a.name, a.unit, a.href = h.Address, h.Hamlet, householdHref(key)
	}
}

// resend asks that a record the province refused go up once more as it is.
func (s *site) resend(q *request) error {
	kind, _ := strconv.Atoi(q.FormValue("type")) // what is no number is no type of record
	body := civic.ResendParked{Type: command.RecordType(kind), Key: command.Key(q.FormValue("key"))}
	form := q.sentForm("/so-cho/gui-lai", "/so-cho")
	decided, refused, err := q.submit(form, civic.KindResend, q.unit(), body)
	switch {
	case err != nil:
		return err
	case refused != nil:
		return refused
	}
	return q.saved(form, decided, "/so-cho")
}
