package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// peopleRoutes are people, doors and the forms about them.
func (s *site) peopleRoutes() []route {
	return []route{
		{"GET", "/nhan-khau", auth.SeePeople, "", s.people},
		{"GET", "/nhan-khau/moi", auth.Capture, "", s.residentForm},
		{"POST", "/nhan-khau/moi", auth.Capture, "", s.newResident},
		{"GET", "/nhan-khau/:id", auth.SeePeople, "", s.resident},
		{"POST", "/nhan-khau/:id/khan-cap", auth.BreakGlass, "", s.glassOfResident},
		{"POST", "/nhan-khau/:id/hien", auth.SeeNumbers, "", s.reveal},
		{"GET", "/nhan-khau/:id/khai", auth.Enroll, "", s.level1Form},
		{"POST", "/nhan-khau/:id/khai", auth.Enroll, "", s.level1},
		{"GET", "/nhan-khau/:id/kich-hoat", auth.Enroll, "", s.activationForm},
		{"POST", "/nhan-khau/:id/kich-hoat", auth.Enroll, "", s.activation},
		{"GET", "/nhan-khau/:id/sua", auth.Capture, "", s.editForm},
		{"POST", "/nhan-khau/:id/sua", auth.Capture, "", s.edit},

		{"GET", exportPath, auth.Export, "", s.exportForm},
		{"POST", exportPath, auth.Export, "", s.export},

		{"GET", "/ho/moi", auth.Capture, "", s.householdForm},
		{"POST", "/ho/moi", auth.Capture, "", s.newHousehold},
		{"GET", "/ho/:id", auth.SeePeople, "", s.householdPage},
		{"POST", "/ho/:id/khan-cap", auth.BreakGlass, "", s.glassOfHousehold},
		{"GET", "/ho/:id/den", auth.Capture, "", s.visitForm},
		{"POST", "/ho/:id/den", auth.Capture, "", s.visit},
	}
}

const (
	perPage     = 50
	hitsAtFirst = 20  // of a search: whom one means is among them, and they are on the screen at once
	mostHits    = 200 // of a search that is compared with a person
)

// people is the list of residents (nhân khẩu): searched, or by name. A page that
// is already open gets the results alone, and what depends on the filter.
func (s *site) people(q *request) error {
	l := q.listing()
	if c, err := civic.ReadCard(l.query); err == nil && c.Name != "" { // a scanner typed it where one searches
		if q.Get("HX-Request") != "" {
			return q.SendStatus(fiber.StatusNoContent) // the page itself is about to send it
		}
		q.scan.text = l.query
		return q.holder(c)
	}
	m := ui.ResidentsModel{Shell: q.shell(ui.SectionResidents), Query: l.query, Bucket: l.bucket, Pending: q.registering()}
	m.Shell.Query = l.query
	if q.may(auth.Capture) {
		m.New = "/nhan-khau/moi"
	}
	if err := l.filter().Check(); err != nil {
		m.Wrong = &ui.Banner{Tone: ui.ToneWarn, Head: "Chưa lọc theo năm sinh.", Text: messages.Error(q.lang, err.Code, err.Message)}
		l = listing{query: l.query, hamlet: l.hamlet}
	}
	if q.may(auth.Export) {
		m.Export = strings.TrimSuffix(exportPath+"?"+l.whole().values(), "?")
	}
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash = append(m.Shell.Flash, q.flash(src)...)
		q.savedLists(src, l, &m)
		return q.fill(src, l, &m)
	})
	if err != nil {
		return err
	}
	q.Vary("HX-Request", headerFragment)
	switch {
	case q.Get("HX-Request") != "":
		m.Answer = true
		q.Set("HX-Replace-Url", l.href())
	case !q.open():
		return q.draw(ui.PageResidents, m)
	}
	return q.draw(ui.FragmentResidents, m)
}

// open reports whether a page that is open asks, which has the form already.
func (q *request) open() bool { return q.Get("HX-Request")+q.Get(headerFragment) != "" }

// fill looks up everything the list shows.
func (q *request) fill(src lookup.Source, l listing, m *ui.ResidentsModel) error {
	units, err := q.unitsOf(src, l)
	if err != nil {
		return err
	}
	counts := bucketCounts(src, units)
	if !q.open() {
		m.Hamlets, m.More = hamletOptions(src, q.unit(), l.hamlet), l.more()
	}
	m.Ladder, m.Off = countLinks(l, counts)
	whole := false
	if l.query != "" {
		whole = q.searched(src, l, units, m)
	} else {
		whole, err = q.byName(src, l, units, counts, m)
	}
	if err != nil {
		return err
	}
	if len(m.Rows) == 0 && whole {
		m.Gap = q.noRows(l, counts[""] == 0)
	}
	act := command.LookList
	if l.query != "" {
		act = command.LookSearch
	}
	return q.listed(act, "residents", or(l.hamlet, q.unit()), len(m.Rows))
}

// unitsOf are those whose people the list is of: of the officer's own unit only.
func (q *request) unitsOf(src lookup.Source, l listing) ([]string, error) {
	if l.hamlet == "" {
		return civic.Subtree(src, q.unit()), nil
	}
	if err := q.scope(src, l.hamlet); err != nil {
		return nil, err
	}
	return civic.Subtree(src, l.hamlet), nil
}

// byName lists a page of people in the order of their names, and reports whether
// whoever is not on it is not in the list: nobody has to look further.
func (q *request) byName(src lookup.Source, l listing, units []string, counts map[civic.Bucket]int, m *ui.ResidentsModel) (whole bool, _ error) {
	f := asked(l.filter(), units)
	f.After, f.Before, f.From, f.Limit = l.cursor, l.before, fromLetter(l.letter), perPage
	page, err := lookup.List(src, f)
	if err != nil {
		return false, err
	}
	rows := q.rows(src)
	for _, p := range page.People {
		m.Rows = append(m.Rows, rows.of(p, ui.PersonName(p.Resident.Name)))
	}
	n, all := l.among(counts), true
	switch {
	case page.Short: // so few are let through that counting them would cost as much again
		n, all = len(page.People), false
	case l.narrowed():
		n, all = lookup.Count(src, f, countedTo)
	}
	people := people(n, all)
	m.Scope = join(people, unitName(src, l.hamlet), l.inWords())
	m.Pager = pagerOf(l, page, people)
	m.Pick = q.pick(l, n, all)
	if n > perPage {
		m.Letters = letterLinks(l)
	}
	return isWhole(l, page), nil
}

// countedTo is how far the people of a filter are counted, of which there is no
// count: beyond that it says "more than".
const countedTo = 2_000

func people(n int, all bool) string {
	switch {
	case all:
		return count(n) + " người"
	case n == 0:
		return "chưa đếm hết"
	}
	return "hơn " + count(n) + " người"
}

// isWhole reports whether a page without anybody says that the list has nobody: it
// is from the beginning, and all of it was looked at.
func isWhole(l listing, page lookup.PeoplePage) bool { return !page.Short && !within(l, page) }

// within reports whether a page begins inside the list.
func within(l listing, page lookup.PeoplePage) bool {
	return page.Prev != "" || l.letter != "" || l.cursor != ""
}

// pagerOf leads to the pages around one.
func pagerOf(l listing, page lookup.PeoplePage, all string) (p ui.Pager) {
	start, n := l.start(), len(page.People)
	if within(l, page) {
		p.First = start.href()
	}
	switch {
	case page.Short:
		p.Text, p.More = "Đã xem một phần danh sách, "+count(n)+" người khớp. Bộ lọc này thưa, còn xem tiếp được.", "Xem tiếp"
	case p.First != "" && n == 0:
		p.Text = "Đã xem hết danh sách."
	case p.First != "":
		p.Text = count(n) + " người, trong " + all
	case n > 0:
		p.Text = "1–" + count(n) + " trong " + all
	}
	at := func(set func(*listing)) string {
		there := start
		set(&there)
		return there.href()
	}
	if page.Next != "" {
		p.Next = at(func(l *listing) { l.cursor = page.Next })
	}
	if page.Prev != "" {
		p.Prev = at(func(l *listing) { l.before = page.Prev })
	}
	return p
}

// fromLetter is where the names with a given name of that letter begin.
func fromLetter(letter string) string {
	for _, l := range civic.Letters() {
		if l.Letter == letter {
			return l.From
		}
	}
	return ""
}

func letterLinks(l listing) (links []ui.Link) {
	for _, letter := range civic.Letters() {
		at := l.start()
		at.letter = letter.Letter
		links = append(links, ui.Link{Text: letter.Letter, Href: at.href()})
	}
	return links
}

// noRows says why there is nobody.
func (q *request) noRows(l listing, nobody bool) *ui.Gap {
	switch {
	case l.whole() != (listing{hamlet: l.hamlet}):
		return &ui.Gap{Kind: ui.GapNoMatch, Link: ui.Link{Text: "Bỏ lọc", Href: "/nhan-khau"}}
	case nobody && q.may(auth.Import):
		return &ui.Gap{Kind: ui.GapEmpty, Text: "Nhập danh sách dân cư để bắt đầu.", Link: ui.Link{Text: "Nhập danh sách", Href: "/nhap"}}
	}
	return &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có ai trong sổ."}
}

// registering is how many people registered here are not agreed yet.
func (q *request) registering() (n int) {
	for _, w := range q.site.Machine.Waiting() {
		if w.Envelope.Kind == civic.KindResidentPut {
			n++
		}
	}
	return n
}

// rowMaker makes rows of a list. People of one import share a command, which is
// looked at once.
type rowMaker struct {
	q    *request
	src  lookup.Source
	dots map[command.ID]ui.Dots
}

func (q *request) rows(src lookup.Source) rowMaker { return rowMaker{q, src, map[command.ID]ui.Dots{}} }

func (rows rowMaker) of(p lookup.Person, name ui.Name) ui.ResidentRow {
	r := p.Resident
	row := ui.ResidentRow{Href: residentHref(p.Key), Key: string(p.Key), Name: name, About: join(year(r.Birth), messages.Sex(r.Sex), standing(p)),
		Hamlet: rows.q.place(rows.src, p), Number: ui.MaskNumber(r.Number), Phone: firstPhone(r), Chip: chipOf(p), Why: because(p), Pencil: p.Pending}
	if h := p.Household; h != nil {
		row.Address = h.Address
		if h.Visits > 0 {
			row.Visited, row.Outcome = when(h.LastAt), messages.OutcomeName(h.Last)
			row.Tag, row.Late = attempt(h.Visits)
		}
	}
	dots, ok := rows.dots[r.Rev]
	if !ok {
		dots = rows.q.changedBy(rows.src, r.Rev)
		rows.dots[r.Rev] = dots
	}
	if dots.ID != "" && !p.Pending {
		dots.ID = "" // an open list follows what waits here; the rest is asked for again with the page
	}
	row.Dots = dots
	return row
}
