package web

import (
	"strings"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/report"
	"gocua/ui"
)

// home is what to do today (hôm nay).
func (s *site) home(q *request) error {
	m := ui.HomeModel{Shell: q.shell(ui.SectionHome), Search: q.may(auth.SeePeople)}
	if q.may(auth.Capture) {
		m.New = "/ho/moi"
	}
	if q.may(auth.SeeSignals) {
		m.Signals = "/dau-hieu"
	}
	if q.may(auth.SeeCodes) {
		m.Codes = codesPath
	}
	m.Plans = q.plansHref()
	if waiting := s.Machine.Waiting(); len(waiting) > 0 {
		m.Waiting = ui.Waiting{N: len(waiting), Oldest: moment(waiting[0].PutAt)}
	}
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		q.figures(src, &m)
		m.Glass = q.glasses(src)
		if err := q.lastImport(src, &m); err != nil {
			return err
		}
		b := book{request: q, src: src, keeper: lookup.NewBookkeeper(src, s.Table), captured: s.Machine.Captured()}
		m.Own = ui.Captures{Now: m.Shell.Now, Rows: b.own(m.Shell.Now.Add(-tellFor).UnixMilli(), firstWaiting)}
		return q.listed(command.LookList, "own_captures", q.unit(), len(m.Own.Rows))
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageHome, m)
}

// figures are the numbers of the officer's unit today, and the lists behind them.
func (q *request) figures(src lookup.Source, m *ui.HomeModel) {
	if !q.may(auth.SeeFigures) {
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Phần việc của đồng chí là máy và tài khoản.", Link: ui.Link{Text: "Xem đường truyền", Href: "/may"}}
		return
	}
	now := time.Now()
	r, ok := report.Daily(src, q.unit(), civic.DayOf(now.UnixMilli()))
	if !ok || r.Total.People == 0 {
		m.Gap = q.noRows(listing{}, true)
		return
	}
	before, _ := report.Daily(src, q.unit(), civic.DayOf(now.Add(-24*time.Hour).UnixMilli()))
	m.Figures = []ui.Figure{
		{Name: "Hôm nay đã khai mức 1", N: int(r.Total.CapturedDay), Href: q.listOf(append(underway(), civic.Activated)...), Note: q.yesterday(before.Total.CapturedDay)},
		{Name: "Hôm nay đã kích hoạt", N: int(r.Total.ActivatedDay), Href: q.listOf(civic.Activated), Note: q.yesterday(before.Total.ActivatedDay)},
		{Name: "Chưa tiếp cận", N: int(r.Total.Buckets[civic.NotReached]), Href: q.listOf(civic.NotReached), Note: "trong " + count(int(r.Total.Eligible)) + " người thuộc diện", First: true},
	}
	if q.site.Machine.Tier == civic.TierCluster { // reviews stay where they are decided
		m.Figures = append(m.Figures, ui.Figure{Name: "Cần đối chiếu", N: int(r.Total.ReviewsOpen), Href: q.reviews(),
			Note: "hai bản khác nhau, nghi trùng", Late: r.Total.ReviewsOpen > 0})
	}
	if !q.may(auth.SeePeople) {
		return
	}
	m.Tasks = append(q.tasks(r.Total), q.gapTasks(src)...)
	ladder, off := countLinks(listing{bucket: "none"}, bucketCounts(src, civic.Subtree(src, q.unit())))
	m.Buckets = append(ladder[min(1, len(ladder)):], off...)
}

// yesterday is the note of a figure of today. People are listed by where they
// stand and not by day, so the list behind it holds more than the figure says.
func (q *request) yesterday(n int64) string {
	note := "hôm qua " + count(int(n))
	if q.may(auth.SeePeople) {
		note = join(note, "bấm số mở danh sách mọi ngày")
	}
	return note
}

// tasks are the lists to work through, from the most urgent on. A list with
// nobody on it is no task, and those who do not knock are not told to.
func (q *request) tasks(total report.Row) (tasks []ui.Task) {
	add := func(n int64, href, text, note, do string, late bool) {
		if n > 0 && href != "" {
			if !q.may(auth.Capture) {
				do = "Xem danh sách"
			}
			tasks = append(tasks, ui.Task{Text: text, Note: note, N: int(n), Href: href, Do: do, Late: late})
		}
	}
	b, decide := total.Buckets, "Xem hai bản"
	if q.may(auth.Resolve) {
		decide = "Xem hai bản, chọn bản đúng"
	}
	add(total.ReviewsOpen, q.reviews(), "Cần đối chiếu", "Hai bản khác nhau, nghi trùng", decide, true)
	add(b[civic.Blocked], q.listOf(civic.Blocked), "Đang vướng", "Có vụ việc chưa gỡ xong", "Gỡ từng người", true)
	add(b[civic.NotReached], q.listOf(civic.NotReached), "Chưa tiếp cận", "Chưa đến lần nào, hoặc chưa gặp ai", "Gõ cửa tối nay", false)
	add(b[civic.Reached], q.listOf(civic.Reached), "Đã tiếp cận, chưa khai", "Đã gặp, chưa có hồ sơ mức 1", "Khai mức 1", false)
	add(b[civic.L1Submitted], q.listOf(civic.L1Submitted), "Đã khai, chưa kích hoạt", "Có hồ sơ, chưa mở tài khoản", "Gọi nhắc, hỗ trợ kích hoạt", false)
	add(b[civic.Refused], q.listOf(civic.Refused), "Từ chối", "Hỏi lại khi thuận tiện", "Đến lại cùng tổ trưởng", false)
	return tasks
}

// listOf is where the people of some buckets are; empty for those who may not look.
func (q *request) listOf(buckets ...civic.Bucket) string {
	if !q.may(auth.SeePeople) {
		return ""
	}
	names := make([]string, len(buckets))
	for i, b := range buckets {
		names[i] = string(b)
	}
	return listing{bucket: strings.Join(names, ",")}.href()
}

func (q *request) reviews() string {
	if !q.may(auth.SeeReview) || q.site.Machine.Tier != civic.TierCluster {
		return ""
	}
	return ui.SectionReview.Href()
}

// lastImport is the latest roster import of this machine, if there is one.
func (q *request) lastImport(src lookup.Source, m *ui.HomeModel) error {
	if !q.may(auth.Import) {
		return nil
	}
	for _, j := range q.site.Machine.Imports() {
		if q.covers(src, j.Unit) {
			job := q.job(src, j, false)
			m.Import = &job
			return q.stayed(src, j, job.Undone)
		}
	}
	return nil
}
