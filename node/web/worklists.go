package web

import (
	"net/url"
	"strings"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// Where people are listed that somebody has to see to.
const (
	noNumberPath = "/nhan-khau/chua-co-so"
	nowherePath  = "/nhan-khau/chua-ro-cho-o"
	turningPath  = "/nhan-khau/sap-14"
)

// worklistRoutes stand before those of people: their addresses look like a person's.
func (s *site) worklistRoutes() []route {
	return []route{
		{"GET", noNumberPath, auth.SeePeople, "", s.withoutNumber},
		{"GET", nowherePath, auth.SeePeople, "", s.withoutHousehold},
		{"GET", turningPath, auth.SeePeople, "", s.turning},
	}
}

// worklist is one of these lists as its address says.
type worklist struct {
	path, unit, span, cursor string
}

func (l worklist) href() string {
	v := url.Values{}
	for name, value := range map[string]string{"unit": l.unit, "khi": l.span, "cursor": l.cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return strings.TrimSuffix(l.path+"?"+v.Encode(), "?")
}

func (q *request) worklist(path string) worklist {
	return worklist{path, q.Query("unit"), q.Query("khi"), q.Query("cursor")}
}

// withoutNumber lists who has no personal number (chưa có số định danh).
func (s *site) withoutNumber(q *request) error {
	return q.lackers(q.worklist(noNumberPath), civic.ResidentByNoNumber, civic.CountNoNumber,
		ui.WorkListModel{Head: "Chưa có số định danh", Say: "Hỏi lại thẻ hoặc giấy khai sinh, mở trang của người đó rồi Sửa để ghi số."})
}

// withoutHousehold lists who lives in no household of the register (chưa vào hộ nào).
func (s *site) withoutHousehold(q *request) error {
	return q.lackers(q.worklist(nowherePath), civic.ResidentByNowhere, civic.CountNowhere,
		ui.WorkListModel{Head: "Chưa vào hộ nào", Say: "Chưa rõ chỗ ở nên không ai đến nhà. Mở trang của người đó rồi Sửa để chọn hộ."})
}

func (q *request) lackers(l worklist, ix command.Index, count command.Tally, m ui.WorkListModel) error {
	l.span = ""
	return q.drawWorklist(l, m, func(src lookup.Source, units []string, m *ui.WorkListModel) (lookup.PeoplePage, error) {
		m.Scope = countOf(tallyOf(src, count, units))
		return lookup.Gaps(src, lookup.GapFilter{Index: ix, Units: units, After: l.cursor, Limit: perPage})
	})
}

func countOf(n int) string { return count(n) + " người" }

// How far the list of coming of age looks back and ahead, days.
const (
	justTurned = 30
	soonTurns  = 60
	spanJust   = "vua"
)

// turning lists who comes of age soon, or just did (sắp đủ 14, vừa đủ 14).
func (s *site) turning(q *request) error {
	l, now := q.worklist(turningPath), time.Now()
	day := func(d int) string { return civic.DayOf(now.AddDate(0, 0, d).UnixMilli()) }
	f := lookup.TurningFilter{From: day(1), To: day(soonTurns), After: l.cursor, Limit: perPage}
	m := ui.WorkListModel{Head: "Sắp đủ 14 tuổi", Say: "Đủ 14 tuổi thì vào diện, máy tự tính sang ngày. Hẹn trước với gia đình để làm thẻ và khai mức 1."}
	if l.span == spanJust {
		f.From, f.To = day(1-justTurned), day(0)
		m.Head, m.Say = "Vừa đủ 14 tuổi", "Mới vào diện trong 30 ngày qua: làm thẻ rồi khai mức 1."
	} else {
		l.span = ""
	}
	m.Spans = []ui.Count{}
	return q.drawWorklist(l, m, func(src lookup.Source, units []string, m *ui.WorkListModel) (lookup.PeoplePage, error) {
		f.Units = units
		for _, span := range []string{"", spanJust} {
			m.Spans = append(m.Spans, q.spanLink(src, worklist{path: l.path, unit: l.unit, span: span}, units, l.span, day))
		}
		page, err := lookup.Turning(src, f)
		m.Scope = shortDay(f.From) + "–" + shortDay(f.To)
		return page, err
	})
}

// mostTurning is how many of a span are counted.
const mostTurning = 999

func (q *request) spanLink(src lookup.Source, l worklist, units []string, chosen string, day func(int) string) ui.Count {
	c := ui.Count{Text: "60 ngày tới", Href: l.href(), Current: l.span == chosen}
	f := lookup.TurningFilter{Units: units, From: day(1), To: day(soonTurns), Limit: mostTurning}
	if l.span == spanJust {
		c.Text, f.From, f.To = "30 ngày qua", day(1-justTurned), day(0)
	}
	c.N = lookup.CountTurning(src, f)
	return c
}

// drawWorklist draws a page of one of the lists.
func (q *request) drawWorklist(l worklist, m ui.WorkListModel, find func(lookup.Source, []string, *ui.WorkListModel) (lookup.PeoplePage, error)) error {
	m.Shell, m.Path, m.Span = q.shell(ui.SectionResidents), l.path, l.span
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		top, err := q.unitAsked(src)
		if err != nil {
			return err
		}
		m.Hamlets, m.Lists = hamletOptions(src, q.unit(), l.unit), q.gapLists(src, l)
		page, err := find(src, civic.Subtree(src, top.Code), &m)
		if err != nil {
			return err
		}
		rows := q.rows(src)
		for _, p := range page.People {
			row := rows.of(p, ui.PersonName(p.Resident.Name))
			if l.path == turningPath {
				row.Why = "đủ 14 ngày " + dayShown(p.Resident.Birth.Turns(civic.EligibleAge))
			}
			m.Rows = append(m.Rows, row)
		}
		m.Pager.Text = count(len(m.Rows)) + " người"
		if l.cursor != "" {
			m.Pager.First = worklist{path: l.path, unit: l.unit, span: l.span}.href()
		}
		if page.Next != "" {
			m.Pager.Next = worklist{l.path, l.unit, l.span, page.Next}.href()
		}
		if len(m.Rows) == 0 {
			m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Không còn ai phải xem lại trong danh sách này."}
		}
		return q.listed(command.LookList, strings.TrimPrefix(l.path, "/nhan-khau/"), top.Code, len(m.Rows))
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageWorkList, m)
}

// gapLists are the lists of people to see to, with how long each is.
func (q *request) gapLists(src lookup.Source, l worklist) []ui.Count {
	units := civic.Subtree(src, q.unit())
	link := func(path, text string, n int) ui.Count {
		return ui.Count{Text: text, N: n, Href: path, Current: path == l.path}
	}
	return []ui.Count{link(noNumberPath, "Chưa có số định danh", tallyOf(src, civic.CountNoNumber, units)),
		link(nowherePath, "Chưa vào hộ nào", tallyOf(src, civic.CountNowhere, units)),
		link(turningPath, "Sắp đủ 14 tuổi", q.turnSoon(src, units))}
}

func (q *request) turnSoon(src lookup.Source, units []string) int {
	now := time.Now()
	return lookup.CountTurning(src, lookup.TurningFilter{Units: units, From: civic.DayOf(now.AddDate(0, 0, 1).UnixMilli()),
		To: civic.DayOf(now.AddDate(0, 0, soonTurns).UnixMilli()), Limit: mostTurning})
}

func tallyOf(src lookup.Source, t command.Tally, units []string) (n int) {
	for _, unit := range units {
		n += tally(src, t, unit)
	}
	return n
}

// gapTasks are these lists as tasks of the day.
func (q *request) gapTasks(src lookup.Source) (tasks []ui.Task) {
	notes := map[string][2]string{
		noNumberPath: {"Hồ sơ thiếu số thì tỉnh chưa nhận ra người", "Ghi số định danh"},
		nowherePath:  {"Không có hộ thì không ai đến nhà", "Chọn hộ"},
		turningPath:  {"Trong 60 ngày tới vào diện", "Hẹn trước"},
	}
	for _, c := range q.gapLists(src, worklist{}) {
		if c.N == 0 {
			continue
		}
		do := notes[c.Href][1]
		if !q.may(auth.Capture) {
			do = "Xem danh sách"
		}
		tasks = append(tasks, ui.Task{Text: c.Text, Note: notes[c.Href][0], N: c.N, Href: c.Href, Do: do})
	}
	return tasks
}
