package web

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const (
	capturesPage = 100 // commands on one page
	lastSettled  = 20  // that were decided, on the front page of the book
	mostOwn      = 20  // of one's own that went to review
	daysOfBook   = 7   // offered in the margin
)

// outbox is the book of what was captured on this machine (sổ chờ): the front
// page, or one day's list of what stands at one stage.
func (s *site) outbox(q *request) error {
	m := ui.OutboxModel{Shell: q.shell(ui.SectionOutbox), Waiting: waitingOf(s.Machine.Waiting())}
	day, err := dayAsked(q.Query("ngay"), m.Shell.Now)
	if err != nil {
		return err
	}
	b := book{request: q, day: day, state: lookup.State(q.Query("muc")), captured: s.Machine.Captured()}
	if b.state != "" && b.state != lookup.StateMissing && !slices.Contains(lookup.States(), b.state) {
		return command.InvalidField("/muc", "bad_choice", "there is no such stage")
	}
	err = q.read(func(src lookup.Source) error {
		b.src, b.keeper = src, lookup.NewBookkeeper(src, s.Table)
		m.Shell.Flash = q.flash(src)
		b.margin(&m)
		if b.state != "" {
			b.one(&m)
			return q.listed(command.LookList, "outbox", s.Machine.Unit, 1)
		}
		b.front(&m)
		m.Parked = q.parked(src)
		return q.listed(command.LookList, "outbox", s.Machine.Unit, len(m.Parked)+m.Waiting.N)
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageOutbox, m)
}

// book is one look into the book.
type book struct {
	*request
	src      lookup.Source
	keeper   *lookup.Bookkeeper
	captured []lookup.Captured // oldest first
	day      time.Time
	state    lookup.State // one list; empty: the front page
}

// href is the address of a list; the state empty: of the day.
func (b book) href(day time.Time, state lookup.State) string {
	v := url.Values{"ngay": {day.Format(time.DateOnly)}}
	if state != "" {
		v.Set("muc", string(state))
	}
	return "/so-cho?" + v.Encode()
}

// balanceOf is the balance of a day as the pages show it; nil if nothing was
// captured on it.
func (b book) balanceOf(day time.Time) *ui.Balance {
	sum := b.keeper.Balance(b.captured, day.Format(time.DateOnly))
	if sum.Created == 0 {
		return nil
	}
	shown := ui.Balance{Day: day, Created: sum.Created, Difference: sum.Difference(), Href: b.href(day, lookup.StateMissing)}
	for _, state := range lookup.States() {
		if n := sum.Count[state]; n > 0 {
			shown.Parts = append(shown.Parts, ui.Count{Text: lower(messages.State(string(state))), N: n, Href: b.href(day, state)})
		}
	}
	return &shown
}

// states are the lists of the day, also the empty ones.
func (b book) states(balance *ui.Balance) (all []ui.Count) {
	for _, state := range append(lookup.States(), lookup.StateMissing) {
		c := ui.Count{Text: messages.State(string(state)), Href: b.href(b.day, state), Current: state == b.state}
		for _, part := range balance.Parts {
			if part.Href == c.Href {
				c.N = part.N
			}
		}
		if state == lookup.StateMissing {
			if c.N = balance.Difference; c.N == 0 {
				continue
			}
		}
		all = append(all, c)
	}
	return all
}

// margin offers the day's lists and the days.
func (b book) margin(m *ui.OutboxModel) {
	if m.Balance = b.balanceOf(b.day); m.Balance != nil {
		m.States = b.states(m.Balance)
	}
	days := lookup.Days(b.captured)
	for _, iso := range days[:min(daysOfBook, len(days))] {
		day, _ := time.ParseInLocation(time.DateOnly, iso, ict) // written by DayOf
		m.Days = append(m.Days, ui.Count{Text: day.Format("02/01"), N: len(lookup.OnDay(b.captured, iso)), Href: b.href(day, ""),
			Current: b.state == "" && iso == b.day.Format(time.DateOnly)})
	}
}

// front is what waits, what became of one's own, and what was settled last.
func (b book) front(m *ui.OutboxModel) {
	waiting := b.site.Machine.Waiting()
	if len(waiting) > 0 {
		list := ui.Captures{ID: "waiting", Head: "Đang chờ", Note: "theo thứ tự gửi", Now: m.Shell.Now, Rows: b.waitingRows(b.src, waiting, capturesPage)}
		list.Pager.Text = count(len(list.Rows)) + " trong " + count(len(waiting)) + " việc, cũ trước"
		m.Lists = append(m.Lists, list)
	}
	if own := b.own(0, mostOwn); len(own) > 0 {
		m.Lists = append(m.Lists, ui.Captures{ID: "own", Head: "Việc của đồng chí phải đối chiếu", Note: "đang chờ chỉ huy xem, hoặc đã chốt", Now: m.Shell.Now, Rows: own})
	}
	list := ui.Captures{ID: "settled", Head: "Vừa xong", Note: "mới trước", Now: m.Shell.Now}
	for _, c := range slices.Backward(b.captured) {
		if c.Outcome != nil && len(list.Rows) < lastSettled && !b.ownStopped(c) {
			list.Rows = append(list.Rows, b.settledRow(b.src, b.keeper, c))
		}
	}
	if len(list.Rows) > 0 {
		m.Lists = append(m.Lists, list)
	}
}

// one is the list behind one number of the balance, oldest first.
func (b book) one(m *ui.OutboxModel) {
	m.Head = messages.State(string(b.state))
	from, _ := strconv.ParseUint(b.Query("tu"), 10, 64) // anything else begins at the beginning
	list := ui.Captures{ID: "captures", Head: "Ghi ngày " + b.day.Format("02/01/2006"), Now: m.Shell.Now}
	total := 0
	for _, c := range lookup.OnDay(b.captured, b.day.Format(time.DateOnly)) {
		if b.keeper.StateOf(c) != b.state {
			continue
		}
		total++
		switch {
		case c.Seq < from:
		case len(list.Rows) < capturesPage:
			list.Rows = append(list.Rows, b.settledRow(b.src, b.keeper, c))
		case list.Pager.Next == "":
			list.Pager.Next = b.href(b.day, b.state) + "&tu=" + strconv.FormatUint(c.Seq, 10)
		}
	}
	if total == 0 {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Không có việc nào ở chặng này.", Link: ui.Link{Text: "Xem cả sổ", Href: "/so-cho"}}
		return
	}
	if from > 0 {
		list.Pager.First = b.href(b.day, b.state)
	}
	list.Pager.Text = count(len(list.Rows)) + " trong " + count(total) + " việc"
	m.Lists = append(m.Lists, list)
}

// own lists what the officer captured on this machine and a person has to
// decide, or has decided since a time (ms); the newest first.
func (b book) own(since int64, limit int) (rows []ui.CaptureRow) {
	for _, c := range slices.Backward(b.captured) {
		if len(rows) == limit {
			break
		}
		if !b.ownStopped(c) {
			continue
		}
		if fate, ok := civic.FateOf(b.src, c.ID); ok && (fate.Resolution() == nil || fate.Resolution().At >= since) {
			rows = append(rows, b.settledRow(b.src, b.keeper, c))
		}
	}
	return rows
}

// ownStopped reports whether the officer captured something that did not go in
// as it was.
func (b book) ownStopped(c lookup.Captured) bool {
	return c.Outcome != nil && c.Outcome.Status != command.Accepted && c.Outcome.By.Officer == b.session.Officer.ID
}
