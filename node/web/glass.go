package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// orGlass is the answer to a look at somebody of another unit: no, and how to
// look all the same in an emergency (mở khẩn cấp).
func (q *request) orGlass(err error, action string) error {
	if err == nil || command.AsError(err).Code != "outside_unit" || !q.may(auth.BreakGlass) || q.site.Machine.Tier != civic.TierCluster {
		return err
	}
	return q.drawGlass(fiber.StatusForbidden, ui.Glass{Form: q.newForm(action, "")})
}

func (q *request) drawGlass(status int, g ui.Glass) error {
	return q.drawWith(status, ui.PageMessage, ui.MessageModel{Shell: q.shell(ui.SectionResidents), Kind: ui.MessageForbidden, Back: "/nhan-khau",
		Text: messages.Error(q.lang, "outside_unit", "the person is of another unit"), Glass: &g})
}

func (s *site) glassOfResident(q *request) error {
	return q.openGlass(civic.TypeResident, residentHref)
}

func (s *site) glassOfHousehold(q *request) error {
	return q.openGlass(civic.TypeHousehold, householdHref)
}

// openGlass opens one record for half an hour.
func (q *request) openGlass(t command.RecordType, href func(command.Key) string) error {
	var key command.Key
	err := q.read(func(src lookup.Source) (err error) {
		key, err = q.named(src, t, q.Params("id"))
		return err
	})
	if err != nil {
		return err
	}
	g := ui.Glass{Form: q.sentForm(href(key)+"/khan-cap", ""), Reason: ui.Input{Value: q.FormValue("glass-reason")}}
	body := civic.OpenGlass{Type: t, Record: key, Reason: g.Reason.Value}
	if body.ID, err = command.ParseID(g.Form.Record); err != nil {
		return err
	}
	decided, refused, err := q.submit(g.Form, civic.KindGlassOpen, q.unit(), body)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(g.Form, decided, href(key))
	case refused.Field == "/reason":
		g.Form.Fail("glass-reason", &g.Reason, messages.Error(q.lang, refused.Code, refused.Message))
	default:
		g.Form.Fail("", nil, messages.Error(q.lang, refused.Code, refused.Message))
	}
	return q.drawGlass(fiber.StatusUnprocessableEntity, g)
}

// emergency is the banner of a page that is open only in an emergency.
func (q *request) emergency(src lookup.Source, unit string) []ui.Banner {
	if q.covers(src, unit) {
		return nil
	}
	return []ui.Banner{{Tone: ui.ToneWarn, Head: "Đang mở khẩn cấp.", Text: "Chỉ xem, trong 30 phút từ lúc mở. Từng lần xem được ghi lại kèm tên đồng chí."}}
}

// glasses are the looks in emergencies that concern the officer's unit, for those
// who are to be told of them.
func (q *request) glasses(src lookup.Source) (rows []ui.GlassRow) {
	if !q.may(auth.SeePeople) {
		return nil // a reason may name somebody; who audits has a page for it
	}
	now := q.now()
	for _, g := range auth.Glasses(src, q.session) {
		row := ui.GlassRow{At: moment(g.From), Until: moment(g.Until), Who: lookup.OfficerName(src, g.Officer), Unit: shortUnit(unitName(src, g.Unit)), Reason: g.Reason,
			Open: g.OpenAt(now.UnixMilli()), About: "một người ở " + shortUnit(unitName(src, g.Ward))}
		if q.covers(src, g.Ward) {
			row.About, row.Href = q.opened(src, g)
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b ui.GlassRow) int { return b.At.Compare(a.At) })
	return rows
}

// opened names what was looked at.
func (q *request) opened(src lookup.Source, g civic.Glass) (about, href string) {
	if g.Type == civic.TypeHousehold {
		h, _ := civic.Load[civic.Household](src, civic.TypeHousehold, g.Record)
		return h.Address, householdHref(g.Record)
	}
	r, _ := civic.Load[civic.Resident](src, civic.TypeResident, g.Record)
	return r.Name, residentHref(g.Record)
}
