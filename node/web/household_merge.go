package web

import (
	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// merging is the form of a merge, and what it is about.
type merging struct {
	m    ui.HouseholdMergeModel
	home lookup.Home
	unit string
}

// mergeForm shows into which household another one can go (gộp hộ).
func (s *site) mergeForm(q *request) error {
	f, err := q.merging()
	if err != nil {
		return err
	}
	return q.draw(ui.PageMerge, f.m)
}

func (q *request) merging() (f merging, err error) {
	f.m.Shell = q.shell(ui.SectionResidents)
	err = q.read(func(src lookup.Source) error {
		if f.home, f.unit, err = q.theHousehold(src); err != nil {
			return err
		}
		here, into := householdHref(f.home.Key), q.FormValue("into", q.Query("vao"))
		f.m.Form, f.m.House, f.m.Shell.Flash = q.sentForm(here+"/gop", here), houseSubject(f.home), q.flash(src)
		f.m.Form.Record, f.m.Form.Draft = "", ""
		f.m.Members, f.m.Seen = membersOf(f.home.Members, ""), q.FormValue("seen", civic.SeenNow(src, f.home.Key))
		f.m.Back = f.home.SplitFrom != nil && string(f.home.SplitFrom.Key) == q.Query("vao")
		f.m.Into.Options = f.choices(q, src, into)
		if len(f.m.Into.Options) < 2 {
			f.m.Gap = &ui.Gap{Text: "Tổ, thôn này chưa có hộ nào khác để gộp vào.", Link: ui.Link{Text: "Về trang của hộ", Href: here}}
		}
		return nil
	})
	return f, err
}

// choices are the other households of the hamlet, and the one that was asked for.
func (f merging) choices(q *request, src lookup.Source, chosen string) []ui.Option {
	options, found := []ui.Option{{Text: "Chọn hộ"}}, false
	homes, _, err := lookup.Homes(src, lookup.HomeFilter{Hamlet: f.home.Household.Hamlet, Limit: mostDoors})
	if err != nil {
		return options // only a cursor can be wrong, and there is none
	}
	for _, h := range homes {
		if h.Key == f.home.Key {
			continue
		}
		is := string(h.Key) == chosen
		found = found || is
		options = append(options, ui.Option{Value: string(h.Key), Text: join(h.Household.Address, itoa(h.People)+" người"), Chosen: is})
	}
	other, ok := civic.Load[civic.Household](src, civic.TypeHousehold, command.Key(chosen))
	if !found && ok && q.covers(src, other.Hamlet) {
		options = append(options, ui.Option{Value: chosen, Text: join(other.Address, hamletName(src, other.Hamlet)), Chosen: true})
	}
	return options
}

// merge moves everybody.
func (s *site) merge(q *request) error {
	f, err := q.merging()
	if err != nil {
		return err
	}
	id, _ := command.ParseID(string(civic.Bare(f.home.Key)))
	body := civic.MergeHousehold{ID: id, Into: typedID(q.FormValue("into")), Seen: f.m.Seen}
	if q.changedSince(&f.m.Form, f.home.Key, &f.m.Seen) {
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageMerge, f.m)
	}
	decided, refused, err := q.submit(f.m.Form, civic.KindHouseholdMerge, f.unit, body)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(f.m.Form, decided, q.pageOf(civic.TypeHousehold, body.Into, householdHref(f.home.Key)))
	}
	q.refuse(&f.m.Form, refused, map[string]*ui.Input{"into": &f.m.Into})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageMerge, f.m)
}
