package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

// officerRoutes are the officers of a unit and those below it (cán bộ): whoever
// looks after them sees the list and gives one-time codes; an administrator also
// gives grants and takes them away.
func (s *site) officerRoutes() []route {
	return []route{
		{"GET", "/can-bo", auth.ResetOfficers, "", s.officers},
		{"GET", codesPath, auth.SeeCodes, "", s.codes},
		{"GET", "/can-bo/moi", auth.ManageOfficers, "", s.grantForm},
		{"POST", "/can-bo/moi", auth.ManageOfficers, "", s.grant},
		{"GET", "/can-bo/:id", auth.ResetOfficers, "", s.officer},
		{"GET", "/can-bo/:id/sua", auth.ManageOfficers, "", s.grantForm},
		{"POST", "/can-bo/:id/sua", auth.ManageOfficers, "", s.grant},
		{"GET", "/can-bo/:id/khoa", auth.ManageOfficers, "", s.disableForm},
		{"POST", "/can-bo/:id/khoa", auth.ManageOfficers, "", s.disable},
		{"POST", "/can-bo/:id/mo", auth.ManageOfficers, "", s.enable},
		{"POST", "/can-bo/:id/ma", auth.ResetOfficers, "", s.oneTime},
		{"POST", "/can-bo/:id/bo-ma", auth.ResetOfficers, "", s.endOneTime},
		{"POST", "/can-bo/:id/phien", auth.ResetOfficers, "", s.endOfficerSessions},
	}
}

func officerHref(o civic.Officer) string { return "/can-bo/" + o.ID.String() }

// The states a list of officers is narrowed to.
const (
	stateActive = "active"
	stateAhead  = "ahead"
	stateEnded  = "ended"
	stateOff    = "off"
	stateSecond = "second"
)

// standingOf is how a grant stands today.
func standingOf(o civic.Officer) (state string, shown ui.LinkState) {
	switch day := today(); {
	case o.Disabled:
		return stateOff, ui.LinkState{Kind: ui.LinkCut, Text: "Đang khoá"}
	case o.From > day:
		return stateAhead, ui.LinkState{Kind: ui.LinkWait, Text: "Từ " + shortDay(o.From)}
	case !o.On(day):
		return stateEnded, ui.LinkState{Kind: ui.LinkOff, Text: "Hết hạn"}
	case o.Hash == "":
		return stateActive, ui.LinkState{Kind: ui.LinkLag, Text: "Chưa đặt mật khẩu"}
	}
	return stateActive, ui.LinkState{Kind: ui.LinkOK, Text: "Đang làm việc"}
}

// grantShown is from when until when, short.
func grantShown(o civic.Officer) string {
	switch {
	case o.From != "" && o.Until != "":
		return dayShown(o.From) + " – " + dayShown(o.Until)
	case o.Until != "":
		return "đến " + dayShown(o.Until)
	case o.From != "":
		return "từ " + dayShown(o.From)
	}
	return ""
}

// lacksSecond reports whether somebody should have a second factor and has none.
func (q *request) lacksSecond(o civic.Officer) bool {
	return o.Second == nil && !o.Disabled && q.site.Auth.NeedsSecond(o.Role)
}

// rosterOf is the state of the list of officers, as it stands in the address.
type rosterOf struct {
	query, role, unit, state string
	from                     int
}

func (l rosterOf) href() string {
	v := url.Values{}
	for name, value := range map[string]string{"q": l.query, "role": l.role, "unit": l.unit, "state": l.state} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if l.from > 0 {
		v.Set("from", itoa(l.from))
	}
	if len(v) == 0 {
		return "/can-bo"
	}
	return "/can-bo?" + v.Encode()
}

// officers is the list (cán bộ).
func (s *site) officers(q *request) error {
	l := rosterOf{query: strings.TrimSpace(q.Query("q")), role: q.Query("role"), unit: q.Query("unit"), state: q.Query("state")}
	l.from, _ = strconv.Atoi(q.Query("from"))
	m := ui.OfficersModel{Shell: q.shell(ui.SectionOfficers), Query: l.query, State: l.state}
	if q.may(auth.ManageOfficers) {
		m.New = "/can-bo/moi"
	}
	if q.may(auth.SeeCodes) {
		m.Codes = codesPath
	}
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash = append(q.flash(src), done(q.Query(doneParam))...)
		if l.unit != "" {
			if err := q.scope(src, l.unit); err != nil {
				return err
			}
		}
		m.Role.Options, m.Unit.Options = roleOptions("Mọi phần việc", l.role), q.unitOptions(src, l.unit)
		q.listOfficers(src, l, &m)
		q.listTeams(src, l.unit, &m)
		return nil
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageOfficers, m)
}

// listOfficers fills in whoever the filter leaves, by given name, and how many
// stand how.
func (q *request) listOfficers(src lookup.Source, l rosterOf, m *ui.OfficersModel) {
	counts, found := map[string]int{}, []civic.Officer{}
	for _, o := range q.officersBelow(src, l) {
		state, _ := standingOf(o)
		counts[""]++
		counts[state]++
		second := q.lacksSecond(o)
		if second {
			counts[stateSecond]++
		}
		if l.state == "" || l.state == state || l.state == stateSecond && second {
			found = append(found, o)
		}
	}
	m.States = l.states(counts)
	slices.SortFunc(found, func(a, b civic.Officer) int {
		return strings.Compare(civic.SortKey(a.Name)+a.User, civic.SortKey(b.Name)+b.User)
	})
	m.Scope = join(count(len(found))+" cán bộ", unitName(src, l.unit))
	from := min(max(l.from, 0), len(found))
	page := found[from:min(from+perPage, len(found))]
	for _, o := range page {
		m.Rows = append(m.Rows, q.officerRow(src, o))
	}
	m.Pager.Text = count(from+1) + "–" + count(from+len(page)) + " trong " + count(len(found)) + " cán bộ"
	if first := l; from > 0 {
		first.from = 0
		m.Pager.First = first.href()
	}
	if next := l; from+len(page) < len(found) {
		next.from = from + len(page)
		m.Pager.Next = next.href()
	}
	if len(page) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapNoMatch, Link: ui.Link{Text: "Bỏ lọc", Href: "/can-bo"}}
	}
}

func (l rosterOf) states(counts map[string]int) (list []ui.Count) {
	for _, s := range []struct{ state, text string }{{"", "Tất cả"}, {stateActive, "Đang làm việc"}, {stateAhead, "Chưa đến hạn"}, {stateEnded, "Hết hạn"}, {stateOff, "Đang khoá"}, {stateSecond, "Chưa có hai lớp"}} {
		to := l
		to.state, to.from = s.state, 0
		list = append(list, ui.Count{Text: s.text, N: counts[s.state], Href: to.href(), Current: s.state == l.state})
	}
	return list
}

// officersBelow are the officers of the unit asked for and those below it, as far
// as they answer to the filter; how they stand is counted later.
func (q *request) officersBelow(src lookup.Source, l rosterOf) (list []civic.Officer) {
	top, words := q.unit(), strings.Fields(civic.Fold(l.query))
	if l.unit != "" {
		top = l.unit
	}
	for _, key := range src.Scan(civic.OfficerByUser, "") {
		o, ok := civic.Load[civic.Officer](src, civic.TypeOfficer, key)
		if !ok || !civic.Covers(src, top, o.Unit) || l.role != "" && l.role != string(o.Role) {
			continue
		}
		if named := civic.Fold(o.Name + " " + o.User); slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(named, w) }) {
			continue
		}
		list = append(list, o)
	}
	return list
}

func (q *request) officerRow(src lookup.Source, o civic.Officer) ui.OfficerRow {
	_, state := standingOf(o)
	return ui.OfficerRow{Href: officerHref(o), Name: ui.PersonName(o.Name), User: o.User, Role: messages.Role(string(o.Role)), Unit: shortUnit(unitName(src, o.Unit)),
		Grant: grantShown(o), State: state, NoSecond: q.lacksSecond(o), Me: o.ID == q.session.Officer.ID, Pencil: lookup.Pending(src, o.Rev)}
}

// roleOptions are the roles, after a choice of none if it has words.
func roleOptions(none, chosen string) (options []ui.Option) {
	if none != "" {
		options = append(options, ui.Option{Text: none, Chosen: chosen == ""})
	}
	for _, r := range []civic.Role{civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader, civic.RoleProvince, civic.RoleAuditor, civic.RoleAdmin, civic.RoleHelper} {
		options = append(options, ui.Option{Value: string(r), Text: messages.Role(string(r)), Chosen: chosen == string(r)})
	}
	return options
}

// unitOptions narrows the list to a unit, for who has several.
func (q *request) unitOptions(src lookup.Source, chosen string) []ui.Option {
	options := q.units(src, chosen)
	if len(options) < 2 {
		return nil
	}
	options[0] = ui.Option{Text: "Mọi đơn vị", Chosen: chosen == ""}
	return options
}

// units are those officers work in: hamlets have none of their own.
func (q *request) units(src lookup.Source, chosen string) (options []ui.Option) {
	for _, u := range lookup.Units(src, q.unit()) {
		if u.Kind != civic.UnitHamlet {
			options = append(options, ui.Option{Value: u.Code, Text: strings.Repeat("\u00a0\u00a0", u.Depth) + u.Name, Chosen: u.Code == chosen})
		}
	}
	return options
}
