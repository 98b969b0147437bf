package web

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const (
	exportPath = "/xuat/nhan-khau"
	exportRest = time.Minute // between two exports of one officer
	maxWhy     = 300         // bytes
)

// exports counts what was exported on this machine, and who did when.
type exports struct {
	mu   sync.Mutex
	last map[command.ID]time.Time
	n    int
}

// begin gives out the next number, unless the officer exported a moment ago.
func (x *exports) begin(officer command.ID, now time.Time) (n int, ok bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if last, before := x.last[officer]; before && now.Sub(last) < exportRest {
		return 0, false
	}
	x.last[officer] = now
	x.n++
	return x.n, true
}

// watermark is what marks an exported list (dấu trên bản xuất): who, when, which
// unit and the number of the export, so that a sheet that turns up somewhere
// leads back.
type watermark struct {
	number, who, officer, unit, scope string
	at                                time.Time
	full                              bool
}

func (m watermark) String() string {
	kind := "số che bớt"
	if m.full {
		kind = "SỐ ĐẦY ĐỦ"
	}
	return fmt.Sprintf("Bản xuất %s · %s · %s · %s · %s · chỉ dùng trong công vụ", m.number, m.who, m.at.Format("15:04 02/01/2006"), m.unit, kind)
}

// exportForm asks why, and in which form (xuất bảng tính).
func (s *site) exportForm(q *request) error { return q.drawExport(nil) }

// exportSome asks the same about who was ticked on a list.
func (s *site) exportSome(q *request) error {
	if q.FormValue("reason")+q.FormValue("format") == "" {
		return q.drawExport(nil)
	}
	return s.export(q)
}

func (q *request) drawExport(wrong *command.Error) error {
	m := ui.ExportModel{Shell: q.shell(ui.SectionResidents), Full: q.FormValue("full") != "", Reason: ui.Input{Value: q.FormValue("reason")},
		Format: ui.Input{Options: ui.Options(q.FormValue("format", formatXLSX), formats(), messages.Format)}}
	err := q.read(func(src lookup.Source) error {
		list, err := q.exported(src)
		if err != nil {
			return err
		}
		m.Form = q.newForm(list.action, list.listing.href())
		m.Query, m.Hidden, m.People, m.Slow = list.query, list.hidden, people(list.n, list.all), list.slow()
		m.Scope = join(shortUnit(unitName(src, q.unit())), list.scope)
		return nil
	})
	if err != nil {
		return err
	}
	m.Form.Draft = "" // why somebody exports is not kept on the machine
	status := fiber.StatusOK
	if wrong != nil {
		status = fiber.StatusUnprocessableEntity
		if wrong.Class == command.Unavailable {
			status = fiber.StatusTooManyRequests
			q.Set(fiber.HeaderRetryAfter, "60")
		}
		q.refuse(&m.Form, wrong, map[string]*ui.Input{"reason": &m.Reason, "format": &m.Format})
	}
	return q.drawWith(status, ui.PageExport, m)
}

// leaving is a list that is to leave the machine: of the officer's own unit only.
type leaving struct {
	listing
	action string
	hidden []ui.Hidden
	scope  string
	units  []string
	chosen []lookup.Person // who was ticked or searched for; nil: the listing's, in the order of names
	n      int             // how many, or more than that
	all    bool
}

// atOnceRows is how large a list is handed out in the answer; a larger one is made
// while somebody does something else.
const atOnceRows = 5_000

func (l leaving) slow() bool { return l.chosen == nil && (!l.all || l.n > atOnceRows) }

// exported is the list of the address or the form, or who was ticked on one.
func (q *request) exported(src lookup.Source) (list leaving, err error) {
	list = leaving{action: exportPath, listing: q.listing().whole()}
	if q.Method() == fiber.MethodPost {
		list.listing = q.sentListing()
	}
	if list.units, err = q.unitsOf(src, list.listing); err != nil {
		return list, err
	}
	if err := list.filter().Check(); err != nil {
		return list, err
	}
	list.hidden, list.scope = list.listing.hidden(), join(unitName(src, list.hamlet), list.inWords())
	switch {
	case q.Path() == exportSomeURL:
		list.action = exportSomeURL
		if list.chosen, err = q.chosen(src); err != nil {
			return list, err
		}
		list.hidden, list.scope = append(list.hidden, whoHidden(list.chosen)...), "người được chọn"
	case list.query != "":
		found, err := q.foundBy(src, list.listing, list.units)
		if err != nil {
			return list, err
		}
		list.chosen = append([]lookup.Person{}, found...)
	case list.narrowed():
		list.n, list.all = lookup.Count(src, asked(list.filter(), list.units), atOnceRows)
		return list, nil
	default:
		list.n, list.all = list.among(bucketCounts(src, list.units)), true
		return list, nil
	}
	list.n, list.all = len(list.chosen), true
	return list, nil
}

// people yields them.
func (l leaving) people(src lookup.Source) iter.Seq[lookup.Person] {
	if l.chosen != nil {
		return slices.Values(l.chosen)
	}
	return lookup.Everybody(src, asked(l.filter(), l.units))
}

// export hands the list out as a file, once it is written down who has it.
func (s *site) export(q *request) error {
	reason, form, full := civic.CleanText(q.FormValue("reason")), q.FormValue("format"), q.FormValue("full") != ""
	switch {
	case reason == "":
		return q.drawExport(command.InvalidField("/reason", "required", "say what the list is for"))
	case len(reason) > maxWhy:
		return q.drawExport(command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxWhy))
	case civic.LooksSecret(reason):
		return q.drawExport(command.InvalidField("/reason", civic.CodeSecret, "this looks like a code or a password"))
	case !slices.Contains(formats(), form):
		return q.drawExport(command.InvalidField("/format", "bad_choice", "a list is exported as one of %v", formats()))
	case full && !q.may(auth.SeeNumbers):
		return auth.Forbid(q.session, auth.SeeNumbers)
	}
	mark := watermark{who: q.session.Officer.Name, officer: q.session.Officer.ID.String(), at: time.Now().In(ict), full: full}
	var list leaving
	err := q.read(func(src lookup.Source) (err error) {
		list, err = q.exported(src)
		mark.unit, mark.scope = unitName(src, q.unit()), list.scope
		return err
	})
	if err != nil {
		return err
	}
	n, ok := s.exports.begin(q.session.Officer.ID, mark.at)
	if !ok {
		return q.drawExport(command.Errorf(command.Unavailable, "export_soon", "one export a minute"))
	}
	mark.number = fmt.Sprintf("%s-%s-%d", s.Machine.Node, mark.at.Format("20060102-150405"), n)
	if list.slow() || q.FormValue("later") != "" {
		return q.exportLater(list, form, reason, mark)
	}
	return q.exportNow(list, form, reason, mark)
}

// exportNow answers with the file.
func (q *request) exportNow(list leaving, form, reason string, mark watermark) error {
	var file bytes.Buffer
	n := 0
	err := q.read(func(src lookup.Source) (err error) {
		n, err = writeSheet(&file, form, mark, list.people(src))
		return err
	})
	if err != nil {
		return err
	}
	if err := q.looked(mark.look(q.unit(), reason, n)); err != nil {
		return err
	}
	name, contentType := fileOf(form, mark.number)
	q.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	q.Set(fiber.HeaderContentType, contentType)
	return q.Send(file.Bytes())
}

// look is what is written down about the export.
func (m watermark) look(unit, reason string, n int) command.Look {
	what := "masked " + m.number
	if m.full {
		what = "full " + m.number
	}
	return command.Look{Act: command.LookExport, Unit: unit, Query: what, Count: n, Reason: reason}
}
