package web

import (
	"net/url"
	"strconv"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/match"
	"gocua/ui"
	"gocua/ui/messages"
)

// pairRoutes are the residents who may be in the register twice (nghi trùng).
func (s *site) pairRoutes() []route {
	return []route{
		{"GET", "/trung", auth.Merge, "", s.pairs},
		{"GET", "/trung/:a/:b", auth.Merge, "", s.pair},
		{"POST", "/trung/:a/:b", auth.Merge, "", s.decidePair},
	}
}

func pairHref(a, b command.ID) string { return "/trung/" + a.String() + "/" + b.String() }

// pairList is the state of the list, as it stands in the address.
type pairList struct {
	unit  string
	apart bool
	from  int // how many pairs stand before
}

func (l pairList) href() string {
	v := url.Values{}
	if l.unit != "" {
		v.Set("unit", l.unit)
	}
	if l.apart {
		v.Set("khac", "1")
	}
	if l.from > 0 {
		v.Set("tu", strconv.Itoa(l.from))
	}
	return strings.TrimSuffix("/trung?"+v.Encode(), "?")
}

// pairs lists the pairs of the own unit, the likeliest first.
func (s *site) pairs(q *request) error {
	l := pairList{unit: q.Query("unit"), apart: q.Query("khac") != ""}
	l.from, _ = strconv.Atoi(q.Query("tu")) // what is no number is the beginning
	m := ui.PairsModel{Shell: q.shell(ui.SectionReview), Apart: l.apart, Compare: s.Machine.Pairs.Head() == 0}
	err := q.read(func(src lookup.Source) error {
		u, err := q.unitAsked(src)
		if err != nil {
			return err
		}
		m.Shell.Flash = q.flash(src)
		if m.Units = hamletOptions(src, q.unit(), l.unit); len(m.Units) < 3 {
			m.Units = nil
		}
		found := q.pairsIn(src, u.Code, l.apart)
		m.Lists = []ui.Count{
			{Text: "Nghi trùng", N: len(q.pairsIn(src, q.unit(), false)), Href: pairList{}.href(), Current: !l.apart},
			{Text: "Hai người khác nhau", N: len(q.pairsIn(src, q.unit(), true)), Href: pairList{apart: true}.href(), Current: l.apart}}
		m.Scope = join(count(len(found))+" cặp", unitName(src, l.unit), "giống nhau nhất ở trên")
		q.pairRows(src, l, found, &m)
		return q.listed(command.LookList, "pairs", u.Code, 2*len(m.Rows))
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PagePairs, m)
}

// pairsIn are the pairs of which both are in a unit.
func (q *request) pairsIn(src lookup.Source, unit string, apart bool) []match.Pair {
	within := map[string]bool{}
	for _, code := range civic.Subtree(src, unit) {
		within[code] = true
	}
	return q.site.Machine.Pairs.Pairs(apart, func(p match.Pair) bool { return within[p.Hamlets[0]] && within[p.Hamlets[1]] })
}

func (q *request) pairRows(src lookup.Source, l pairList, found []match.Pair, m *ui.PairsModel) {
	l.from = min(max(0, l.from), len(found))
	end := min(l.from+perPage, len(found))
	for _, p := range found[l.from:end] {
		a, okA := lookup.FindPerson(src, civic.KeyOf(p.A))
		b, okB := lookup.FindPerson(src, civic.KeyOf(p.B))
		if _, known := civic.Load[civic.Pair](src, civic.TypePair, civic.PairKey(p.A, p.B)); !okA || !okB || known != l.apart {
			continue // decided on this machine a moment ago
		}
		why := q.site.Machine.Pairs.Compare(a.Resident, b.Resident)
		m.Rows = append(m.Rows, ui.PairRow{Href: pairHref(p.A, p.B), A: q.pairMember(src, a), B: q.pairMember(src, b), Why: reasonsShown(why)})
	}
	m.Pager.Text = count(l.from+min(1, len(m.Rows))) + "–" + count(end) + " trong " + count(len(found)) + " cặp"
	if l.from > 0 {
		m.Pager.First = pairList{unit: l.unit, apart: l.apart}.href()
	}
	if end < len(found) {
		m.Pager.Next = pairList{unit: l.unit, apart: l.apart, from: end}.href()
	}
	if len(m.Rows) == 0 && !m.Compare {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa thấy ai có thể ở trong sổ hai lần."}
		if l.apart {
			m.Gap.Text = "Cặp nào đã xem và thấy là hai người khác nhau sẽ ở đây."
		}
	}
}

func (q *request) pairMember(src lookup.Source, p lookup.Person) ui.PairMember {
	r := p.Resident
	number := "chưa có số"
	if r.Number != "" {
		number = ui.MaskNumber(r.Number)
	}
	m := ui.PairMember{Name: ui.PersonName(r.Name), About: join(birthShown(r.Birth), messages.Sex(r.Sex)), Place: q.place(src, p), Has: join(number, firstPhone(r)), Chip: chipOf(p)}
	if p.Household != nil {
		m.Place = join(p.Household.Address, m.Place)
	}
	return m
}

// reasonsShown says in words why two may be one.
func reasonsShown(v match.Verdict) string {
	words := map[match.Reason]string{
		match.SameName: "cùng họ tên", match.OtherTone: "cùng tên, khác dấu", match.OtherSpelling: "tên viết theo giọng khác",
		match.TypedName: "tên lệch một chữ", match.OtherMiddle: "cùng họ và tên, khác đệm",
		match.SameBirth: "cùng ngày sinh", match.SwappedBirth: "ngày và tháng sinh đổi chỗ", match.NearBirth: "ngày sinh lệch một số", match.SameYear: "cùng năm sinh",
		match.SameNumber: "cùng số định danh", match.NearNumber: "số định danh lệch một số",
		match.SamePhone: "cùng điện thoại", match.NearPhone: "điện thoại lệch một số",
		match.SameHousehold: "cùng hộ", match.SameHamlet: "cùng tổ, thôn"}
	var list []string
	for _, why := range v.Reasons {
		list = append(list, words[why])
	}
	return strings.Join(list, "; ")
}
