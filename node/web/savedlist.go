package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

const listsPath = "/danh-sach"

// listRoutes are the filters with a name (danh sách đã lưu).
func (s *site) listRoutes() []route {
	return []route{
		{"GET", listsPath + "/moi", auth.SeePeople, "", s.listForm},
		{"POST", listsPath + "/moi", auth.SeePeople, "", s.saveList},
		{"GET", listsPath + "/:id", auth.SeePeople, "", s.listForm},
		{"POST", listsPath + "/:id", auth.SeePeople, "", s.saveList},
		{"POST", listsPath + "/:id/xoa", auth.SeePeople, "", s.removeList},
	}
}

func savedHref(l civic.SavedList) string { return listsPath + "/" + l.ID.String() }

// savedLists shows the own lists, then those shared with one's unit, and where
// this filter would get a name.
func (q *request) savedLists(src lookup.Source, l listing, m *ui.ResidentsModel) {
	add := func(lists []civic.SavedList, own bool) {
		slices.SortStableFunc(lists, func(a, b civic.SavedList) int { return cmp.Compare(civic.Fold(a.Name), civic.Fold(b.Name)) })
		for _, saved := range lists {
			mine := saved.Owner == q.session.Officer.ID
			if mine != own || saved.Filter.Unit != "" && !q.covers(src, saved.Filter.Unit) {
				continue
			}
			to := listingOf(saved.Filter)
			to.saved = saved.ID.String()
			row := ui.Listed{Text: saved.Name, Href: to.href(), Current: l.saved == to.saved}
			if own {
				row.Edit = savedHref(saved)
			} else {
				row.Note = lookup.OfficerName(src, saved.Owner)
			}
			m.Lists = append(m.Lists, row)
		}
	}
	add(civic.ListsOf(src, q.session.Officer.ID), true)
	add(civic.SharedLists(src, q.unit()), false)
	if whole := l.whole(); l.saved == "" && whole != (listing{query: l.query}) {
		m.Save = listsPath + "/moi?" + whole.values()
	}
}

// listForm gives a filter a name, or changes one.
func (s *site) listForm(q *request) error {
	m, _, err := q.listModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageListForm, m)
}

// listModel is the form as it was sent, or with the list as it is; save is the
// command that asks for that.
func (q *request) listModel() (m ui.ListFormModel, save civic.SaveList, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	err = q.read(func(src lookup.Source) error {
		l, saved, err := q.listAsked(src)
		if err != nil {
			return err
		}
		m.New, m.Typed, m.Unit = saved.ID.IsZero(), l.query != "", shortUnit(unitName(src, q.unit()))
		l.query = ""
		m.Scope = join(unitName(src, or(l.hamlet, q.unit())), l.inWords())
		m.Shell.Flash = q.flash(src)
		save = civic.SaveList{ID: saved.ID, Name: saved.Name, Filter: l.filter(), Shared: saved.Shared, Was: saved.Rev}
		if m.New {
			m.Hidden, m.Form = l.hidden(), q.sentForm(listsPath+"/moi", l.href())
			save.ID, _ = command.ParseID(m.Form.Record)
			return nil
		}
		open := listingOf(saved.Filter)
		open.saved = saved.ID.String()
		m.Open, m.Form = open.href(), q.sentForm(savedHref(saved), open.href())
		m.Form.Record, m.Shell.Here = "", savedHref(saved)
		remove := q.newForm(savedHref(saved)+"/xoa", "")
		remove.Record = ""
		m.Remove = &remove
		return nil
	})
	m.Form.Draft = ""
	if q.Method() == fiber.MethodPost {
		save.Name, save.Shared = strings.TrimSpace(q.FormValue("list")), q.FormValue("shared") != ""
		if was, err := command.ParseID(q.FormValue("was")); err == nil {
			save.Was = was
		}
	}
	m.Name.Value, m.Shared, m.Was = save.Name, save.Shared, save.Was.String()
	return m, save, err
}

// listAsked is the list of /danh-sach/:id if it is the asker's own, or else the
// filter of the address or the form.
func (q *request) listAsked(src lookup.Source) (l listing, saved civic.SavedList, err error) {
	if id := q.Params("id"); id != "" {
		saved, known := civic.Load[civic.SavedList](src, civic.TypeSavedList, command.Key(id))
		switch {
		case !known:
			return l, saved, command.Errorf(command.NotFound, "unknown_list", "there is no such list")
		case saved.Owner != q.session.Officer.ID:
			return l, saved, command.Errorf(command.Forbidden, "list_not_yours", "the list is somebody else's")
		}
		return listingOf(saved.Filter), saved, nil
	}
	if l = q.listing().whole(); q.Method() == fiber.MethodPost {
		l = q.sentListing()
	}
	if l.hamlet != "" {
		if err := q.scope(src, l.hamlet); err != nil {
			return l, saved, err
		}
	}
	if err := l.filter().Check(); err != nil {
		return l, saved, err
	}
	return l, saved, nil
}

// saveList takes the form.
func (s *site) saveList(q *request) error {
	m, save, err := q.listModel()
	if err != nil {
		return err
	}
	decided, refused, err := q.submit(m.Form, civic.KindListSave, q.unit(), save)
	switch {
	case err != nil:
		return err
	case refused == nil:
		to := listingOf(save.Filter)
		to.saved = save.ID.String()
		return q.saved(m.Form, decided, to.href())
	}
	if refused.Field == "/name" { // of people it is called something else
		named := *refused
		named.Field = "/list"
		refused = &named
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"list": &m.Name})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageListForm, m)
}

// removeList takes a list away; a second click finds it gone.
func (s *site) removeList(q *request) error {
	f := q.sentForm(listsPath+"/"+q.Params("id")+"/xoa", "")
	f.Draft = ""
	if q.captured(f) {
		return q.savedBefore(f, "/nhan-khau")
	}
	_, save, err := q.listModel()
	if err != nil {
		return err
	}
	decided, refused, err := q.submit(f, civic.KindListSave, q.unit(), civic.SaveList{ID: save.ID, Removed: true, Was: save.Was})
	switch {
	case err != nil:
		return err
	case refused != nil:
		return refused
	}
	return q.saved(f, decided, "/nhan-khau")
}
