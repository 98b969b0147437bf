package web

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const exportsPath = "/xuat"

// exportRoutes are the exports that are made while somebody does something else.
func (s *site) exportRoutes() []route {
	return []route{
		{"GET", exportsPath, auth.Export, "", s.exportsPage},
		{"GET", exportsPath + "/viec", auth.Export, "", s.exportJobs},
		{"POST", exportsPath + "/dung", auth.Export, "", s.stopExport},
		{"GET", exportsPath + "/tep/:id", auth.Export, "", s.exportFile},
	}
}

// exportLater has the file made and leads to where it will be (bản xuất lớn).
// Before it can be fetched it is written down of how many people it is.
func (q *request) exportLater(list leaving, form, reason string, mark watermark) error {
	name, _ := fileOf(form, mark.number)
	job := lookup.ExportJob{ID: command.NewID().String(), Name: name, Scope: join(mark.unit, list.scope), Officer: q.session.Officer.ID}
	read, looked, unit, officer := q.site.Machine.Read, q.site.Machine.Looked, q.unit(), q.session.Officer.ID
	err := q.site.Machine.StartExport(job, func(ctx context.Context, w io.Writer, progress func(int)) (n int, _ error) {
		err := read(func(src lookup.Source) (err error) {
			n, err = writeSheet(w, form, mark, told(ctx, list.people(src), progress))
			return err
		})
		if err != nil || ctx.Err() != nil {
			return n, err
		}
		look := mark.look(unit, reason, n)
		look.Officer = officer
		return n, looked(ctx, look)
	})
	if err != nil {
		if e := command.AsError(err); e.Class == command.Unavailable {
			return q.drawExport(e)
		}
		return err
	}
	return q.Redirect(exportsPath, fiber.StatusSeeOther)
}

// exportsPage lists the own exports of this machine.
func (s *site) exportsPage(q *request) error { return q.draw(ui.PageExports, q.exportsModel()) }

// exportJobs is the part of that page which moves.
func (s *site) exportJobs(q *request) error { return q.draw(ui.FragmentExports, q.exportsModel()) }

func (q *request) exportsModel() ui.ExportsModel {
	m := ui.ExportsModel{Shell: q.shell(ui.SectionResidents)}
	for _, j := range q.site.Machine.Exports() {
		if j.Officer == q.session.Officer.ID {
			row := q.exportRow(j)
			m.Jobs, m.Live = append(m.Jobs, row), m.Live || row.Running()
		}
	}
	return m
}

func (q *request) exportRow(j lookup.ExportJob) ui.ExportJob {
	row := ui.ExportJob{ID: j.ID, Name: j.Name, Scope: j.Scope, Done: j.Done, Token: q.session.Form, State: ui.JobRunning}
	switch {
	case j.Held:
		row.State = ui.JobWaiting
	case j.State == "done":
		row.State, row.File, row.Size, row.Until = ui.JobDone, exportsPath+"/tep/"+j.ID, megabytes(j.Size), when(j.Until.UnixMilli())
	case j.State == "failed":
		row.State, row.Why = ui.JobFailed, messages.Error(q.lang, j.Code, j.Error)
	case j.State == "cancelled":
		row.State = ui.JobStopped
	}
	return row
}

// megabytes is a size as people read it: "2,4 MB".
func megabytes(n int64) string {
	tenths := max(1, (n*10+1<<19)>>20)
	return fmt.Sprintf("%d,%d MB", tenths/10, tenths%10)
}

// ownExport finds a job of who asks.
func (q *request) ownExport(id string) (lookup.ExportJob, bool) {
	for _, j := range q.site.Machine.Exports() {
		if j.ID == id && j.Officer == q.session.Officer.ID {
			return j, true
		}
	}
	return lookup.ExportJob{}, false
}

// stopExport cancels one that is being made; of one that is done or gone there is
// nothing to stop.
func (s *site) stopExport(q *request) error {
	if j, ok := q.ownExport(q.FormValue("job")); ok {
		s.Machine.StopExport(j.ID)
	}
	return q.Redirect(exportsPath, fiber.StatusSeeOther)
}

// exportFile hands a finished one out, and writes down each time that it did.
func (s *site) exportFile(q *request) error {
	j, ok := q.ownExport(q.Params("id"))
	if !ok {
		return command.Errorf(command.NotFound, "unknown_export", "there is no such export on this machine")
	}
	file, err := s.Machine.OpenExport(j.ID)
	if err != nil {
		return err
	}
	if err := q.looked(command.Look{Act: command.LookExport, Unit: q.unit(), Query: "fetched " + j.Name, Count: j.Done}); err != nil {
		file.Close()
		return err
	}
	_, contentType := fileOf(formOf(j.Name), "")
	q.Set(fiber.HeaderContentDisposition, `attachment; filename="`+j.Name+`"`)
	q.Set(fiber.HeaderContentType, contentType)
	return q.SendStream(file, int(j.Size)) // which closes it
}
func told(ctx context.Context, people iter.Seq[lookup.Person], progress func(int)) iter.Seq[lookup.Person] {
	return func(yield func(lookup.Person) bool) {
		n := 0
		for p := range people {
			if ctx.Err() != nil || !yield(p) {
				return
			}
			if n++; n%500 == 0 {
				progress(n)
			}
		}
	}
}

// formOf is the form of a file by its name.
func formOf(name string) string {
	if strings.HasSuffix(name, ".xlsx") {
		return formatXLSX
	}
	return formatCSV
}
