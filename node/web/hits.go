package web

import (
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
	"gocua/ui"
)

// searched lists who answers to what was typed, the best first, and more of them if
// asked. There is no second page: whoever is not on the first is found by typing more.
// It reports whether everybody was looked at: of a filter beside it only so many are.
func (q *request) searched(src lookup.Source, l listing, units []string, m *ui.ResidentsModel) (whole bool) {
	f, narrowed := asked(l.filter(), units), l.whole() != listing{query: l.query, hamlet: l.hamlet}
	shown := hitsAtFirst
	if l.cursor != "" {
		shown = perPage
	}
	most := shown // without a filter each hit is a row
	if narrowed {
		most = lookup.MostOpened
	}
	found := q.site.Machine.Find(search.Query{Text: l.query, Units: units, Only: civic.TypeResident, Limit: most})
	rows, passed, near := q.rows(src), 0, 0
	for _, hit := range found.Hits {
		p, ok := lookup.FindPerson(src, hit.Key)
		if !ok || !f.Holds(p) {
			continue
		}
		passed++
		if hit.Near {
			near++
		}
		if len(m.Rows) < shown {
			row := rows.of(p, ui.PersonName(p.Resident.Name, hit.Spans(p.Resident.Name)...))
			row.Near = hit.Near
			m.Rows = append(m.Rows, row)
		}
	}
	total, cut := found.Total, ""
	if narrowed {
		total, cut = passed, cutText(len(found.Hits), found.Total)
	}
	said := hitsText(total-near, near, l.query)
	if cut != "" {
		said = atLeast(total, l.query)
	}
	m.Scope = join(said, unitName(src, l.hamlet), l.inWords())
	if b := found.Building; b != nil {
		m.Building = &ui.Building{Read: b.Read, Of: b.Of, Href: l.href()}
		if total == 0 {
			m.Scope = "" // nobody has looked yet
		}
	}
	m.Pager = hitsPager(l, len(m.Rows), total, cut)
	m.Pick = q.pick(l, 0, false)
	return cut == "" && m.Building == nil
}

// cutText says that a filter was asked of the best hits only; nothing if of all.
func cutText(looked, found int) string {
	if looked >= found {
		return ""
	}
	return "Mới lọc trong " + count(looked) + " người khớp nhất của " + count(found) + " người khớp chữ đang tìm. Gõ thêm chữ, hoặc bỏ chữ để lọc cả danh sách."
}

// hitsPager says how many of the hits are shown, and leads to more of them.
func hitsPager(l listing, shown, total int, cut string) (p ui.Pager) {
	if shown > 0 {
		p.Text = count(shown) + " trong " + count(total) + " người"
	}
	switch {
	case cut != "" && shown > 0:
		p.Text += ". " + cut
	case cut != "":
		p.Text = cut
	case shown < total:
		p.Text += ", gõ thêm chữ để thu hẹp"
	}
	if shown < total && l.cursor == "" {
		l.cursor = moreHits
		p.Next, p.More = l.href(), "Hiện thêm"
	}
	return p
}

// moreHits is where a search goes on, in its address.
const moreHits = "them"

// hitsText says how many answer, and how many only may have been meant.
func hitsText(exact, near int, query string) string {
	switch {
	case near == 0:
		return count(exact) + " người khớp “" + query + "”"
	case exact == 0:
		return "Không ai khớp “" + query + "”, " + count(near) + " người gần giống"
	}
	return count(exact) + " người khớp “" + query + "”, thêm " + count(near) + " người gần giống"
}

// atLeast says how many answer of those that were looked at.
func atLeast(n int, query string) string {
	if n == 0 {
		return "Chưa thấy ai khớp “" + query + "”"
	}
	return "Ít nhất " + hitsText(n, 0, query)
}

// foundBy is everybody a search finds, the best first, for a list that leaves the
// machine: all of them, or none if they are more than can be chosen at once.
func (q *request) foundBy(src lookup.Source, l listing, units []string) (people []lookup.Person, err error) {
	f := asked(l.filter(), units)
	found := q.site.Machine.Find(search.Query{Text: l.query, Units: units, Only: civic.TypeResident, Limit: mostChosen, Exact: true})
	switch {
	case found.Building != nil:
		return nil, command.Errorf(command.Unavailable, "names_building", "this machine was just started and has not read all names yet")
	case found.Total > len(found.Hits):
		return nil, command.InvalidField("/q", "many_found", "%d people answer to that, and at most %d are taken at once", found.Total, mostChosen)
	}
	for _, hit := range found.Hits {
		if p, ok := lookup.FindPerson(src, hit.Key); ok && f.Holds(p) {
			people = append(people, p)
		}
	}
	return people, nil
}
