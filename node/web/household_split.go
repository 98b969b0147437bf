package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// splitting is the form of a split, and what it is about.
type splitting struct {
	m    ui.HouseholdSplitModel
	home lookup.Home
	unit string
	back *lookup.Beside // the household that was merged and stands again
}

// splitForm shows who may move out of a household (tách hộ), or takes back a merge
// (tách lại).
func (s *site) splitForm(q *request) error {
	f, err := q.splitting()
	if err != nil {
		return err
	}
	return q.draw(ui.PageSplit, f.m)
}

func (q *request) splitting() (f splitting, err error) {
	f.m.Shell = q.shell(ui.SectionResidents)
	err = q.read(func(src lookup.Source) error {
		if f.home, f.unit, err = q.theHousehold(src); err != nil {
			return err
		}
		here := householdHref(f.home.Key)
		f.m.Form, f.m.House, f.m.Shell.Flash = q.sentForm(here+"/tach", here), houseSubject(f.home), q.flash(src)
		f.m.Form.Draft = ""
		f.m.Seen = q.FormValue("seen", civic.SeenNow(src, f.home.Key))
		if len(f.home.Members) < 2 {
			f.m.Gap = &ui.Gap{Text: "Hộ có một người thì không tách được. Người đó ở nơi khác thì sửa hộ.", Link: ui.Link{Text: "Sửa hộ", Href: here + "/sua"}}
		}
		f.again(src, q.Query("lai"), here)
		f.fill(q, src)
		return nil
	})
	return f, err
}

// again makes the form take back the merge of a household.
func (f *splitting) again(src lookup.Source, key, here string) {
	i := slices.IndexFunc(f.home.Joined, func(b lookup.Beside) bool { return key != "" && string(b.Key) == key })
	if i < 0 {
		return
	}
	f.back = &f.home.Joined[i]
	h := f.back.Household
	f.m.Back, f.m.Form.Record, f.m.Form.Action = h.Address, h.ID.String(), here+"/tach?lai="+key
	f.m.Address.Value = h.Address
}

// fill puts in what was typed; a new form has what it takes back.
func (f *splitting) fill(q *request, src lookup.Source) {
	went, hamlet, head, left := q.several("movers"), f.home.Household.Hamlet, "", orNone(f.home.Household.Head)
	if f.back != nil {
		hamlet, head = f.back.Household.Hamlet, orNone(f.back.Household.Head)
		for _, p := range lookup.CameFrom(src, f.home, *f.back) {
			went = append(went, p.Resident.ID.String())
		}
		if slices.Contains(went, left) {
			left = "" // who heads it goes back to the other one
		}
	}
	if q.Method() == fiber.MethodPost {
		went, hamlet, head, left = q.several("movers"), q.FormValue("hamlet"), q.FormValue("head"), q.FormValue("headLeft")
		f.m.Address.Value = q.FormValue("address")
	}
	for _, p := range f.home.Members {
		f.m.Movers.Options = append(f.m.Movers.Options, ui.Option{Value: p.Resident.ID.String(), Text: p.Resident.Name,
			Note: join(year(p.Resident.Birth), standing(p)), Chosen: slices.Contains(went, p.Resident.ID.String())})
	}
	f.m.Hamlet.Options = chooseHamlet(src, q.unit(), hamlet)
	f.m.HeadWas = q.FormValue("head-was", orNone(f.home.Household.Head))
	f.m.Head.Options = headOptions(f.home.Members, head, "Chưa rõ")
	f.m.HeadLeft.Options = headOptions(f.home.Members, left, "Chưa rõ")
}

// split makes the household.
func (s *site) split(q *request) error {
	f, err := q.splitting()
	if err != nil {
		return err
	}
	from, _ := command.ParseID(string(civic.Bare(f.home.Key)))
	body := civic.SplitHousehold{ID: typedID(f.m.Form.Record), From: from, Seen: f.m.Seen, Hamlet: q.FormValue("hamlet"), Address: f.m.Address.Value,
		Head: typedID(q.FormValue("head")), HeadLeft: typedID(q.FormValue("headLeft"))}
	for _, who := range q.several("movers") {
		body.Members = append(body.Members, typedID(who))
	}
	if slices.Contains(body.Members, body.HeadLeft) && q.FormValue("headLeft") == f.m.HeadWas {
		body.HeadLeft = command.ID{} // the choice was left as it stood, and the head is among those who go
	}
	if q.changedSince(&f.m.Form, f.home.Key, &f.m.Seen) {
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSplit, f.m)
	}
	decided, refused, err := q.submit(f.m.Form, civic.KindHouseholdSplit, f.unit, body)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(f.m.Form, decided, q.pageOf(civic.TypeHousehold, body.ID, householdHref(f.home.Key)))
	}
	if refused.Field == "/members" { // of a team they are called something else
		named := *refused
		named.Field = "/movers"
		refused = &named
	}
	q.refuse(&f.m.Form, refused, map[string]*ui.Input{"movers": &f.m.Movers, "hamlet": &f.m.Hamlet, "address": &f.m.Address, "head": &f.m.Head, "headLeft": &f.m.HeadLeft})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageSplit, f.m)
}

// changedSince stops a form once if the household changed since it was shown: the
// people below are those of now. A second click on a form that was taken is none.
func (q *request) changedSince(f *ui.Form, home command.Key, seen *string) (changed bool) {
	if q.captured(*f) {
		return false
	}
	_ = q.read(func(src lookup.Source) error { // without the register it is decided by what the form says
		now := civic.SeenNow(src, home)
		if changed = now != *seen; changed {
			*seen = now
			q.wrong(f, "", nil, "household_beside", "somebody has just changed the household; look again and save once more")
		}
		return nil
	})
	return changed
}
