package web

import (
	"cmp"
	"slices"
	"strings"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// householdPage is the page of one household (hộ).
func (s *site) householdPage(q *request) error {
	m := ui.HouseholdModel{Shell: q.shell(ui.SectionResidents)}
	err := q.read(func(src lookup.Source) error {
		h, err := q.householdSeen(src, q.Params("id"))
		if err != nil {
			return err
		}
		m.Shell.Flash = append(q.emergency(src, h.Household.Hamlet), q.flash(src)...)
		m.Address, m.Hamlet, m.Pencil = h.Household.Address, hamletLink(h.Unit), h.Pending
		m.Note = lastVisit(h.Household)
		m.Attempt, m.Late = attempt(h.Household.Visits)
		m.Members = membersOf(h.Members, "")
		for _, v := range slices.Backward(h.Visits) {
			m.Visits = append(m.Visits, q.visitEvent(src, v))
		}
		if q.may(auth.Capture) && s.Machine.Tier == civic.TierCluster && q.covers(src, h.Household.Hamlet) {
			m.Visit.Href, m.Add.Href = householdHref(h.Key)+"/den", "/nhan-khau/moi?ho="+string(h.Key)
		}
		q.kin(src, h, &m)
		for _, d := range doorsBeside(src, h) {
			if d.key != "" && q.covers(src, h.Household.Hamlet) {
				m.Near = append(m.Near, ui.Link{Text: d.address, Href: householdHref(d.key)})
			}
		}
		return nil
	})
	if err != nil {
		return q.orGlass(err, "/ho/"+q.Params("id")+"/khan-cap")
	}
	return q.draw(ui.PageHousehold, m)
}

// lastVisit sums up how often somebody knocked and what came of it.
func lastVisit(h civic.Household) string {
	if h.Visits == 0 {
		return "Chưa đến lần nào"
	}
	return "Đã đến " + itoa(h.Visits) + " lần · lần cuối " + when(h.LastAt) + ", " + lower(messages.OutcomeName(h.Last))
}

func (q *request) visitEvent(src lookup.Source, v lookup.Visit) ui.Event {
	line := visitLine(v.Visit)
	line.At, line.Pencil, line.Dots = moment(v.At), v.Pending, q.changedBy(src, v.Rev)
	line.Note = join(line.Note, v.OfficerName)
	return line
}

// door is a household of a hamlet as one passes it.
type door struct {
	key     command.Key
	address string // folded; in words once it is looked up
}

// doorsBeside finds the doors before and after one, on the way along an alley;
// a door without a key stands for none.
func doorsBeside(src lookup.Source, h lookup.Home) (beside [2]door) {
	var doors []door
	for term, key := range src.Scan(civic.HouseholdByHamlet, civic.TermPrefix(h.Household.Hamlet)) {
		parts := civic.TermParts(term)
		doors = append(doors, door{key, parts[len(parts)-1]})
	}
	slices.SortFunc(doors, alongAlley)
	i := slices.IndexFunc(doors, func(d door) bool { return d.key == h.Key })
	for n, at := range []int{i - 1, i + 1} {
		if i >= 0 && at >= 0 && at < len(doors) {
			next, _ := civic.Load[civic.Household](src, civic.TypeHousehold, doors[at].key)
			beside[n] = door{doors[at].key, next.Address}
		}
	}
	return beside
}

// alongAlley orders doors by alley or block and then by number, numbers by
// value: 3 comes before 12.
func alongAlley(a, b door) int {
	houseA, streetA, _ := strings.Cut(a.address, ",")
	houseB, streetB, _ := strings.Cut(b.address, ",")
	return cmp.Or(byValue(streetA, streetB), byValue(houseA, houseB), strings.Compare(string(a.key), string(b.key)))
}

// byValue compares texts, runs of digits by their value.
func byValue(a, b string) int {
	for a != "" && b != "" {
		numA, numB := digits(a), digits(b)
		if numA != "" && numB != "" {
			x, y := strings.TrimLeft(numA, "0"), strings.TrimLeft(numB, "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[len(numA):], b[len(numB):]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits is the run of digits a text begins with.
func digits(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }
