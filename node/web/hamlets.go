package web

import (
	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

const hamletsPath = "/to"

// hamletRoutes are the hamlets of a unit (tổ dân phố, thôn, bản). The list names
// nobody, so whoever sees the machine sees it.
func (s *site) hamletRoutes() []route {
	return []route{
		{"GET", hamletsPath, auth.SeeMachine, "", s.hamlets},
		{"GET", hamletsPath + "/moi", auth.KeepHamlets, "", s.hamletForm},
		{"POST", hamletsPath + "/moi", auth.KeepHamlets, "", s.putHamlet},
		{"GET", hamletsPath + "/:code", auth.KeepHamlets, "", s.hamletForm},
		{"POST", hamletsPath + "/:code", auth.KeepHamlets, "", s.putHamlet},
	}
}

func hamletHref(code string) string { return hamletsPath + "/" + code }

// hamlets lists what is known of them.
func (s *site) hamlets(q *request) error {
	m := ui.HamletsModel{Shell: q.shell(ui.SectionResidents), Count: q.may(auth.SeeFigures)}
	err := q.read(func(src lookup.Source) error {
		top, err := q.unitAsked(src)
		if err != nil {
			return err
		}
		m.Shell.Flash, m.In = q.flash(src), top.Name
		m.Units.Options = wardOptions(src, q.unit(), top.Code)
		if q.may(auth.KeepHamlets) && s.Machine.Tier == civic.TierCluster {
			m.New = hamletsPath + "/moi?unit=" + top.Code
		}
		if q.may(auth.SeePeople) {
			m.Nowhere = nowherePath
		}
		m.Plans = q.plansHref()
		q.hamletRows(src, top, &m)
		return nil
	})
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Đơn vị này chưa có tổ, thôn nào."}
	}
	return q.draw(ui.PageHamlets, m)
}

// mostHamletRows is how many are shown; of a province one looks at a ward.
const mostHamletRows = 400

func (q *request) hamletRows(src lookup.Source, top civic.Unit, m *ui.HamletsModel) {
	ward := ""
	for _, u := range lookup.Units(src, top.Code) {
		if u.Kind == civic.UnitWard && u.Depth > 0 {
			ward = shortUnit(u.Name)
		}
		if u.Kind != civic.UnitHamlet || len(m.Rows) == mostHamletRows {
			continue
		}
		row := ui.HamletRow{Name: u.Name, Code: u.Code, Ward: ward, Has: factsOf(u.Unit),
			People: tally(src, civic.CountPeople, u.Code), Households: tally(src, civic.CountHouseholds, u.Code)}
		if q.may(auth.SeePeople) {
			row.Href = listing{hamlet: u.Code}.href()
		}
		if m.New != "" {
			row.Edit = hamletHref(u.Code)
		}
		m.Total.People, m.Total.Households = m.Total.People+row.People, m.Total.Households+row.Households
		m.Rows = append(m.Rows, row)
	}
}

// tally is one agreed count.
func tally(src lookup.Source, t command.Tally, key string) (n int) {
	for k, x := range src.Tallies(t, key) {
		if k == key {
			n += int(x)
		}
	}
	return n
}

// wardOptions are the units whose hamlets somebody looks at: for who has several.
func wardOptions(src lookup.Source, top, chosen string) []ui.Option {
	var options []ui.Option
	for _, u := range lookup.Units(src, top) {
		if u.Depth == 0 || u.Kind == civic.UnitWard {
			options = append(options, ui.Option{Value: u.Code, Text: u.Name, Chosen: u.Code == chosen})
		}
	}
	if len(options) < 2 {
		return nil
	}
	return options
}
