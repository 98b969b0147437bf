package web

import (
	"slices"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

// teamsPath is where the teams are listed: below the officers.
const teamsPath = "/can-bo"

// teamRoutes are the teams that go from door to door (tổ công tác).
func (s *site) teamRoutes() []route {
	return []route{
		{"GET", "/to-cong-tac/moi", auth.ManageTeams, "", s.teamForm},
		{"POST", "/to-cong-tac/moi", auth.ManageTeams, "", s.putTeamForm},
		{"GET", "/to-cong-tac/:id", auth.ManageTeams, "", s.teamForm},
		{"POST", "/to-cong-tac/:id", auth.ManageTeams, "", s.putTeamForm},
		{"GET", "/to-cong-tac/:id/thoi", auth.ManageTeams, "", s.endTeamForm},
		{"POST", "/to-cong-tac/:id/thoi", auth.ManageTeams, "", s.endTeam},
		{"POST", "/to-cong-tac/:id/lap-lai", auth.ManageTeams, "", s.takeUpTeam},
	}
}

func teamHref(t civic.Team) string { return "/to-cong-tac/" + t.ID.String() }

// listTeams fills in the teams of the unit asked for and those below it, those
// that were ended last.
func (q *request) listTeams(src lookup.Source, unit string, m *ui.OfficersModel) {
	if !q.may(auth.ManageTeams) {
		return
	}
	if m.NewTeam = "/to-cong-tac/moi"; unit == "" {
		unit = q.unit()
	} else {
		m.NewTeam += "?unit=" + unit
	}
	var gone []ui.TeamRow
	for _, u := range lookup.Units(src, unit) {
		for _, t := range byName(civic.TeamsOf(src, u.Code)) {
			row := ui.TeamRow{Href: teamHref(t), Name: t.Name, Kind: messages.Team(string(t.Kind)), Unit: shortUnit(u.Name), Disabled: t.Disabled, Pencil: lookup.Pending(src, t.Rev)}
			row.Members, row.Hamlets = memberNames(src, t), hamletNames(src, t)
			if t.Disabled {
				gone = append(gone, row)
				continue
			}
			m.Teams = append(m.Teams, row)
		}
	}
	m.Teams = append(m.Teams, gone...)
}

func byName(teams []civic.Team) []civic.Team {
	slices.SortStableFunc(teams, func(a, b civic.Team) int { return strings.Compare(civic.Fold(a.Name), civic.Fold(b.Name)) })
	return teams
}

func memberNames(src lookup.Source, t civic.Team) (names []string) {
	for _, id := range t.Members {
		if o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, civic.KeyOf(id)); ok {
			names = append(names, o.Name)
		}
	}
	slices.SortFunc(names, func(a, b string) int { return strings.Compare(civic.SortKey(a), civic.SortKey(b)) })
	return names
}

func hamletNames(src lookup.Source, t civic.Team) (names []string) {
	for _, code := range t.Hamlets {
		names = append(names, nonEmpty(unitName(src, code), code))
	}
	return names
}

// memberOptions are the officers of the team's unit and those below it, and who
// is in the team already.
func memberOptions(src lookup.Source, p civic.PutTeam) (options []ui.Option) {
	var list []civic.Officer
	for _, key := range src.Scan(civic.OfficerByUser, "") {
		o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, key)
		in := slices.Contains(p.Members, o.ID)
		if ok && (in || !o.Disabled && civic.Covers(src, p.Unit, o.Unit)) {
			list = append(list, o)
		}
	}
	slices.SortFunc(list, func(a, b civic.Officer) int {
		return strings.Compare(civic.SortKey(a.Name)+a.User, civic.SortKey(b.Name)+b.User)
	})
	for _, o := range list {
		options = append(options, ui.Option{Value: o.ID.String(), Text: o.Name, Note: join(messages.Role(string(o.Role)), o.User), Chosen: slices.Contains(p.Members, o.ID)})
	}
	return options
}

// walkOptions are the hamlets of the team's unit.
func walkOptions(src lookup.Source, p civic.PutTeam) (options []ui.Option) {
	for _, u := range lookup.Units(src, p.Unit) {
		if u.Kind == civic.UnitHamlet {
			options = append(options, ui.Option{Value: u.Code, Text: u.Name, Chosen: slices.Contains(p.Hamlets, u.Code)})
		}
	}
	return options
}

// teamUnits are whose teams the asker makes: the wards, for who has several.
func (q *request) teamUnits(src lookup.Source, chosen string) (options []ui.Option) {
	for _, u := range lookup.Units(src, q.unit()) {
		if u.Kind == civic.UnitWard {
			options = append(options, ui.Option{Value: u.Code, Text: u.Name, Chosen: u.Code == chosen})
		}
	}
	if len(options) < 2 {
		return nil
	}
	return options
}

// firstWard is the ward a new team is of unless somebody says otherwise.
func (q *request) firstWard(src lookup.Source) string {
	if wards := q.teamUnits(src, ""); len(wards) > 0 {
		return wards[0].Value
	}
	return q.unit()
}

// several are the answers of a choice that takes more than one.
func (q *request) several(name string) (values []string) {
	for _, value := range q.Context().PostArgs().PeekMulti(name) {
		values = append(values, string(value))
	}
	return values
}
