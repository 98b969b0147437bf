package web

import (
	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// householdRoutes are the forms that change a household: corrected, split, merged.
func (s *site) householdRoutes() []route {
	return []route{
		{"GET", "/ho/:id/sua", auth.Capture, "", s.householdEditForm},
		{"POST", "/ho/:id/sua", auth.Capture, "", s.householdEdit},
		{"GET", "/ho/:id/tach", auth.Capture, "", s.splitForm},
		{"POST", "/ho/:id/tach", auth.Capture, "", s.split},
		{"GET", "/ho/:id/gop", auth.Capture, "", s.mergeForm},
		{"POST", "/ho/:id/gop", auth.Capture, "", s.merge},
	}
}

// kin says what a household was made of, with the ways back for who may.
func (q *request) kin(src lookup.Source, h lookup.Home, m *ui.HouseholdModel) {
	may := q.may(auth.Capture) && q.site.Machine.Tier == civic.TierCluster && q.covers(src, h.Household.Hamlet)
	here := householdHref(h.Key)
	if h.Into != nil {
		m.Kin.Into = q.besideLink(src, *h.Into)
		m.Visit, m.Add = ui.Action{}, ui.Action{}
		return
	}
	if may {
		m.Change = ui.HouseholdActs{Edit: here + "/sua", Merge: here + "/gop"}
		if len(h.Members) > 1 {
			m.Change.Split = here + "/tach"
		}
	}
	if h.SplitFrom != nil {
		m.Kin.From = q.besideLink(src, *h.SplitFrom)
		if may {
			m.Kin.Rejoin = ui.Link{Text: "Gộp lại", Href: here + "/gop?vao=" + string(h.SplitFrom.Key)}
		}
	}
	for _, j := range h.Joined {
		joined := ui.JoinedHome{Home: q.besideLink(src, j)}
		if may && len(h.Members) > 1 {
			joined.Resume = ui.Link{Text: "Tách lại", Href: here + "/tach?lai=" + string(j.Key)}
		}
		m.Kin.Joined = append(m.Kin.Joined, joined)
	}
	m.Shell.Flash = append(m.Shell.Flash, q.wayBack(h, m.Kin)...)
}

// wayBack offers to take back a split or a merge on the page that follows it.
func (q *request) wayBack(h lookup.Home, kin ui.HouseholdKin) []ui.Banner {
	done := q.Query(savedParam)
	if done == "" || done != h.Household.Rev.String() {
		return nil
	}
	for i, j := range h.Joined {
		if j.Household.Rev == h.Household.Rev && kin.Joined[i].Resume.Href != "" {
			return []ui.Banner{{Head: "Hai hộ đã thành một.", Text: "Gộp nhầm thì tách lại, mọi thứ về như cũ.", Link: kin.Joined[i].Resume}}
		}
	}
	if kin.Rejoin.Href != "" {
		return []ui.Banner{{Head: "Đã thành hộ riêng.", Text: "Tách nhầm thì gộp lại, mọi thứ về như cũ.", Link: kin.Rejoin}}
	}
	return nil
}

// besideLink leads to another household; whoever may not see it reads only that
// there is one.
func (q *request) besideLink(src lookup.Source, b lookup.Beside) ui.Link {
	if !q.covers(src, b.Household.Hamlet) {
		return ui.Link{}
	}
	return ui.Link{Text: b.Household.Address, Href: householdHref(b.Key)}
}

func houseSubject(h lookup.Home) ui.Subject {
	return ui.Subject{Name: h.Household.Address, Href: householdHref(h.Key), Hamlet: h.Unit.Name}
}

// theHousehold is the one of /ho/:id, to write about. One that was merged has
// nothing to change.
func (q *request) theHousehold(src lookup.Source) (h lookup.Home, unit string, err error) {
	if h, err = q.household(src, q.Params("id")); err != nil {
		return h, "", err
	}
	if h.Into != nil && q.Method() == fiber.MethodGet {
		return h, "", command.Errorf(command.Conflicting, "household_merged", "this household was merged into another one")
	}
	return h, q.onBehalf(src, h.Household.Hamlet), nil
}

// headOptions offers people as the head of a household; nobody comes first.
func headOptions(people []lookup.Person, chosen, nobody string) []ui.Option {
	options := []ui.Option{{Text: nobody, Chosen: chosen == ""}}
	for _, p := range people {
		id := p.Resident.ID.String()
		options = append(options, ui.Option{Value: id, Text: join(p.Resident.Name, year(p.Resident.Birth)), Chosen: id == chosen})
	}
	return options
}

// orNone is an ID as forms have it.
func orNone(id command.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

// typedID reads an ID of a form; none if there is none.
func typedID(s string) command.ID {
	id, err := command.ParseID(s)
	if err != nil {
		return command.ID{}
	}
	return id
}
