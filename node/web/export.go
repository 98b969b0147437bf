package web

import (
	"fmt"
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
	mostRows   = 20_000      // a larger list is narrowed first: a sheet is made in memory, and never on the disk
	pageOfRows = 4_000
	maxWhy     = 300 // bytes
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

func (q *request) drawExport(wrong *command.Error) error {
	l := q.exportListing()
	f := q.newForm(exportPath, l.href())
	f.Draft = "" // why somebody exports is not kept on the machine
	m := ui.ExportModel{Shell: q.shell(ui.SectionResidents), Form: f, Query: l.query, Hamlet: l.hamlet, Bucket: l.bucket, Full: q.FormValue("full") != "",
		Reason: ui.Input{Value: q.FormValue("reason")},
		Format: ui.Input{Options: ui.Options(q.FormValue("format", "xlsx"), []string{"xlsx", "csv"}, messages.Format)}}
	err := q.read(func(src lookup.Source) error {
		people, err := q.everybody(src, l)
		m.Count = len(people)
		m.Scope = join(shortUnit(unitName(src, q.unit())), unitName(src, l.hamlet), l.bucketNames())
		return err
	})
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if wrong != nil {
		status = fiber.StatusUnprocessableEntity
		if wrong.Code == "export_soon" {
			status = fiber.StatusTooManyRequests
			q.Set(fiber.HeaderRetryAfter, "60")
		}
		q.refuse(&m.Form, wrong, map[string]*ui.Input{"reason": &m.Reason, "format": &m.Format})
	}
	return q.drawWith(status, ui.PageExport, m)
}

// exportListing is which list: of the form, or of the address that led to it.
func (q *request) exportListing() listing {
	if q.Method() == fiber.MethodPost {
		return listing{query: q.FormValue("q"), hamlet: q.FormValue("hamlet"), bucket: q.FormValue("bucket")}
	}
	l := q.listing()
	l.cursor = ""
	return l
}

// export hands the list out as a file, once it is written down who has it.
func (s *site) export(q *request) error {
	reason, format, full := civic.CleanText(q.FormValue("reason")), q.FormValue("format"), q.FormValue("full") != ""
	switch {
	case reason == "":
		return q.drawExport(command.InvalidField("/reason", "required", "say what the list is for"))
	case len(reason) > maxWhy:
		return q.drawExport(command.InvalidField("/reason", "too_long", "the reason is longer than %d bytes", maxWhy))
	case civic.LooksSecret(reason):
		return q.drawExport(command.InvalidField("/reason", civic.CodeSecret, "this looks like a code or a password"))
	case format != "xlsx" && format != "csv":
		return q.drawExport(command.InvalidField("/format", "bad_choice", "a list is exported as xlsx or csv"))
	case full && !q.may(auth.SeeNumbers):
		return auth.Forbid(q.session, auth.SeeNumbers)
	}
	l := q.exportListing()
	var people []lookup.Person
	mark := watermark{who: q.session.Officer.Name, officer: q.session.Officer.ID.String(), at: time.Now().In(ict), full: full}
	err := q.read(func(src lookup.Source) (err error) {
		people, err = q.everybody(src, l)
		mark.unit = unitName(src, q.unit())
		mark.scope = join(unitName(src, l.hamlet), l.bucketNames())
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
	what := "masked " + mark.number
	if full {
		what = "full " + mark.number
	}
	if err := q.looked(command.Look{Act: command.LookExport, Unit: q.unit(), Query: what, Count: len(people), Reason: reason}); err != nil {
		return err
	}
	q.Set(fiber.HeaderContentDisposition, `attachment; filename="nhan-khau-`+mark.number+`.`+format+`"`)
	if format == "csv" {
		q.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
		return q.Send(csvSheet(mark, people))
	}
	book, err := workbook(mark, people)
	if err != nil {
		return err
	}
	q.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return q.Send(book)
}

// everybody is whom the list shows, of the officer's own unit only.
func (q *request) everybody(src lookup.Source, l listing) (people []lookup.Person, _ error) {
	top := q.unit()
	if l.hamlet != "" {
		if err := q.scope(src, l.hamlet); err != nil {
			return nil, err
		}
		top = l.hamlet
	}
	units := civic.Subtree(src, top)
	if l.query != "" {
		return q.foundBy(src, l, units)
	}
	f := lookup.Filter{Units: units, Buckets: l.buckets(), Limit: pageOfRows}
	for {
		page, err := lookup.List(src, f)
		if err != nil {
			return nil, err
		}
		people = append(people, page.People...)
		if len(people) > mostRows {
			return nil, command.Errorf(command.Invalid, "export_large", "at most %d people in one export", mostRows)
		}
		if page.Next == "" {
			return people, nil
		}
		f.After = page.Next
	}
}
