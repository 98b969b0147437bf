package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// twoEntries is a pair as it is looked at: the two entries, and what was said of
// them.
type twoEntries struct {
	q      *request
	src    lookup.Source
	a, b   lookup.Person
	apart  *civic.Pair   // they were said to be two
	merged *civic.Merged // they were said to be one
}

// entries finds the two of /trung/:a/:b. Of two that were merged it is what they
// were before.
func (q *request) entries(src lookup.Source) (e twoEntries, err error) {
	e = twoEntries{q: q, src: src}
	none := command.Errorf(command.NotFound, "not_found", "there is nothing by that name")
	var ids [2]command.ID
	for i, name := range []string{"a", "b"} {
		if ids[i], err = command.ParseID(q.Params(name)); err != nil {
			return e, none
		}
	}
	a, okA := lookup.FindPerson(src, civic.KeyOf(ids[0]))
	b, okB := lookup.FindPerson(src, civic.KeyOf(ids[1]))
	switch {
	case ids[0] == ids[1]:
		return e, none
	case okA && okB:
		e.a, e.b = a, b
	case okA && e.was(ids[1], ids[0]):
		e.a, e.b = lookup.PersonOf(src, a.Key, *e.merged.Before), lookup.PersonOf(src, civic.KeyOf(ids[1]), *e.merged.Late)
	case okB && e.was(ids[0], ids[1]):
		e.a, e.b = lookup.PersonOf(src, civic.KeyOf(ids[0]), *e.merged.Late), lookup.PersonOf(src, b.Key, *e.merged.Before)
	default:
		return e, none
	}
	if p, ok := civic.Load[civic.Pair](src, civic.TypePair, civic.PairKey(ids[0], ids[1])); ok {
		e.apart = &p
	}
	for _, p := range []lookup.Person{e.a, e.b} {
		if err := e.look(p.Key, p.Resident.Hamlet); err != nil {
			return e, err
		}
	}
	return e, nil
}

// look makes sure that the session may see one of the two, and writes it down. What
// happened to the one who was kept is told up to today, so their ward of today is asked
// as well as the one they were in then.
func (e twoEntries) look(key command.Key, then string) error {
	now := then
	if p, ok := lookup.FindPerson(e.src, key); ok {
		now = p.Resident.Hamlet
	}
	for _, hamlet := range []string{then, now} {
		if err := e.q.scope(e.src, hamlet); err != nil {
			return err
		}
	}
	return e.q.viewed(e.src, civic.TypeResident, key, now)
}

// was reports whether a record turned out to be another, and what it was is kept.
func (e *twoEntries) was(late, kept command.ID) bool {
	m, ok := civic.Load[civic.Merged](e.src, civic.TypeMerged, civic.KeyOf(late))
	if ok && m.Late != nil && m.Into == kept {
		e.merged = &m
	}
	return e.merged != nil
}

// unit is on whose behalf something is said of the two: their ward's, or where
// there are two wards the officer's, which covers both.
func (e twoEntries) unit() string {
	a, b := e.q.onBehalf(e.src, e.a.Resident.Hamlet), e.q.onBehalf(e.src, e.b.Resident.Hamlet)
	if a == b {
		return a
	}
	return e.q.unit()
}

// pair shows two entries side by side.
func (s *site) pair(q *request) error {
	m, _, err := q.pairModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PagePair, *m)
}

func (q *request) pairModel() (m *ui.PairModel, e twoEntries, err error) {
	m = &ui.PairModel{Shell: q.shell(ui.SectionReview)}
	err = q.read(func(src lookup.Source) error {
		if e, err = q.entries(src); err != nil {
			return err
		}
		m.Shell.Flash = q.flash(src)
		m.Form = q.sentForm(pairHref(e.a.Resident.ID, e.b.Resident.ID), "/trung")
		m.Form.Draft, m.Form.Record = "", ""
		m.Head = e.a.Resident.Name + " và " + e.b.Resident.Name
		m.Why = reasonsShown(q.site.Machine.Pairs.Compare(e.a.Resident, e.b.Resident))
		m.A, m.B, m.Rows = e.side(e.a), e.side(e.b), e.rows()
		m.Reason.Value = q.FormValue("reason")
		m.A.Keep = q.FormValue("keep", e.keep()) == "a"
		m.B.Keep = !m.A.Keep
		e.said(m)
		return nil
	})
	return m, e, err
}

func (e twoEntries) side(p lookup.Person) ui.PairSide {
	s := ui.PairSide{Name: p.Resident.Name, Href: residentHref(p.Key), Rev: p.Resident.Rev.String(), Chip: chipOf(p)}
	if e.merged != nil && p.Resident.ID == e.merged.ID {
		s.Href = ""
	}
	events := lookup.Events(e.src, e.q.site.Table, e.q.site.Machine.Waiting(), civic.TypeResident, p.Key)
	if len(events) > 0 {
		last := e.q.withheld(e.src, events[len(events)-1])
		s.From = join(e.q.happened(last).Text, when(last.At), last.OfficerName)
	}
	for _, event := range events[:min(len(events), shortHistory)] {
		s.History = append(s.History, e.q.event(e.src, event))
	}
	return s
}

// said fills in what a person has said of the two.
func (e twoEntries) said(m *ui.PairModel) {
	switch {
	case e.merged != nil:
		m.State, m.Say = ui.PairMerged, "Gộp lúc "+when(e.merged.At)+by(lookup.OfficerName(e.src, e.merged.Officer))+". Dưới đây là hai phiếu như trước khi gộp."
		m.Pencil = lookup.Pending(e.src, e.merged.After.Rev)
		var since []string
		for _, field := range e.merged.Since(e.src) {
			since = append(since, sinceShown(field))
		}
		m.After = strings.Join(since, ", ")
	case e.apart != nil:
		m.State, m.Say = ui.PairApart, "Xem lúc "+when(e.apart.At)+by(lookup.OfficerName(e.src, e.apart.Officer))+"."
		if e.apart.Reason != "" {
			m.Say += " Ghi lại: " + e.apart.Reason
		}
		m.Pencil = lookup.Pending(e.src, e.apart.Rev)
	}
}

func by(officer string) string {
	if officer == "" {
		return ""
	}
	return ", người xem: " + officer
}

func sinceShown(field string) string {
	if field == "progress" {
		return "tiến độ hồ sơ"
	}
	if field == "personalNumber" {
		field = "number"
	}
	return editedFields()[field]
}

// decidePair takes down what somebody says of the two.
func (s *site) decidePair(q *request) error {
	m, e, err := q.pairModel()
	if err != nil {
		return err
	}
	a, b, reason := e.a.Resident.ID, e.b.Resident.ID, strings.TrimSpace(m.Reason.Value)
	kept, late := a, b
	if m.B.Keep {
		kept, late = b, a
	}
	to := pairHref(a, b)
	var kind command.Kind
	var body any
	switch q.FormValue("do") {
	case "merge":
		kind, body, to = civic.KindResidentMerge, e.merge(*m, kept, late, reason), residentHref(civic.KeyOf(kept))
	case "apart", "again":
		kind, body, to = civic.KindPairDismiss, civic.DismissPair{A: a, B: b, Undo: q.FormValue("do") == "again", Reason: reason}, "/trung"
	case "split":
		if e.merged != nil {
			late = e.merged.ID
		}
		kind, body = civic.KindResidentUnmerge, civic.UnmergeResidents{Late: late, Reason: reason}
	default:
		q.wrong(&m.Form, "", nil, "no_choice", "say what the two are")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePair, *m)
	}
	if kind == civic.KindResidentMerge && !q.captured(m.Form) && (q.FormValue("rev-a") != m.A.Rev || q.FormValue("rev-b") != m.B.Rev) {
		q.wrong(&m.Form, "", nil, "pair_changed", "one of the two has changed since")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePair, *m)
	}
	decided, refused, err := q.submit(m.Form, kind, e.unit(), body)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, to)
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"reason": &m.Reason})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PagePair, *m)
}

// merge is the command for what was chosen field by field.
func (e twoEntries) merge(m ui.PairModel, kept, late command.ID, reason string) civic.MergeResidents {
	side, p := "a", civic.MergeResidents{Keep: kept, Late: late, KeepRev: e.a.Resident.Rev, LateRev: e.b.Resident.Rev, Reason: reason}
	if m.B.Keep {
		side, p.KeepRev, p.LateRev = "b", p.LateRev, p.KeepRev
	}
	for _, row := range m.Rows {
		switch {
		case row.ID == "" || !row.Differs || row.Choice == side:
		case row.Choice == "both":
			p.Take = append(p.Take, "allPhones")
		default:
			p.Take = append(p.Take, row.ID)
		}
	}
	return p
}

// rows lays the two next to each other. What is offered to stay is what says
// more; somebody may choose otherwise.
func (e twoEntries) rows() (rows []ui.PairField) {
	a, b := e.a.Resident, e.b.Resident
	add := func(id, name, x, y string, better string, hide func(string) string) {
		row := ui.PairField{ID: id, Name: name, A: x, B: y, Differs: x != y, Both: id == "phones" && x != "" && y != "", Masked: hide != nil}
		if hide != nil {
			row.A, row.B = hide(x), hide(y)
		}
		row.Choice = e.q.FormValue("f-"+id, better)
		if !slices.Contains([]string{"a", "b", "both"}, row.Choice) || row.Choice == "both" && !row.Both {
			row.Choice = better
		}
		if id == "" && x == "" && y == "" {
			return
		}
		rows = append(rows, row)
	}
	fuller := func(x, y string) string { return sideOf(len(y) > len(x), e.keep(), len(x) == len(y)) }
	add("name", "Họ tên", a.Name, b.Name, fuller(a.Name, b.Name), nil)
	add("birth", "Ngày sinh", a.Birth.Show(), b.Birth.Show(), fuller(string(a.Birth), string(b.Birth)), nil)
	add("sex", "Giới tính", messages.Sex(a.Sex), messages.Sex(b.Sex), fuller(sexed(a), sexed(b)), nil)
	add("personalNumber", "Số định danh", a.Number, b.Number, fuller(a.Number, b.Number), ui.MaskNumber)
	phones := fuller(strings.Join(a.Phones, ""), strings.Join(b.Phones, ""))
	if len(a.Phones) > 0 && len(b.Phones) > 0 {
		phones = "both"
	}
	add("phones", "Điện thoại", strings.Join(a.Phones, " "), strings.Join(b.Phones, " "), phones, maskPhones)
	add("household", "Hộ", e.home(e.a), e.home(e.b), housed(e.a, e.b, e.keep()), nil)
	add("", "Dân tộc", a.Ethnic, b.Ethnic, "", nil)
	add("", "Trong hộ", standing(e.a), standing(e.b), "", nil)
	return rows
}

// keep is the entry that knows more: a number, a way already gone, an officer's
// hand on it.
func (e twoEntries) keep() string {
	weight := func(r civic.Resident) (n int) {
		for i, yes := range []bool{len(r.Touched) > 0, !r.Household.IsZero(), r.Progress.Captured != "", r.Progress.Activated != "", r.Number != ""} {
			if yes {
				n += 1 << i
			}
		}
		return n
	}
	return sideOf(weight(e.b.Resident) > weight(e.a.Resident), "a", false)
}

func sideOf(second bool, otherwise string, even bool) string {
	switch {
	case even:
		return otherwise
	case second:
		return "b"
	}
	return "a"
}

func housed(a, b lookup.Person, keep string) string {
	if (a.Household == nil) != (b.Household == nil) {
		return sideOf(a.Household == nil, keep, false)
	}
	return keep
}

func sexed(r civic.Resident) string {
	if r.Sex != "" {
		return "x"
	}
	return ""
}

// home is where somebody lives, told apart from a door of the same name.
func (e twoEntries) home(p lookup.Person) string {
	if p.Household == nil {
		return ""
	}
	return join(p.Household.Address, e.q.place(e.src, p))
}

func maskPhones(joined string) string {
	var masked []string
	for _, p := range strings.Fields(joined) {
		masked = append(masked, ui.MaskPhone(p))
	}
	return strings.Join(masked, ", ")
}
