package web

import (
	"encoding/hex"
	"errors"
	"net/url"
	"strings"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// auditParams are the filters of the audit log, as they stand in the address.
var auditParams = []string{"tu", "den", "gio", "loai", "unit", "can-bo", "ho-so"}

// audit is the page of who changed and who looked at what (nhật ký).
func (s *site) audit(q *request) error {
	m := ui.AuditModel{Shell: q.shell(ui.SectionAudit), From: q.Query("tu"), To: q.Query("den"), Officer: q.Query("can-bo"), Record: q.Query("ho-so"),
		Hours: ui.Options(q.Query("gio"), messages.AuditHours(), messages.AuditHour), Kinds: ui.Options(q.Query("loai"), messages.AuditKinds(), messages.AuditKind)}
	err := s.Machine.Trail(func(src lookup.Source, chain lookup.Chain) error {
		q.index = src.Position().Index
		head := src.Position().Audit
		m.Head, m.Entries = hex.EncodeToString(head.Hash[:2])+" "+hex.EncodeToString(head.Hash[2:4]), int(head.Seq)
		m.Units = hamletOptions(src, q.unit(), q.Query("unit"))
		f, err := q.auditFilter(src)
		var wrong *command.Error
		if errors.As(err, &wrong) && wrong.Class == command.Invalid {
			m.Wrong = messages.Error(q.lang, wrong.Code, wrong.Message)
			return nil
		}
		if err != nil {
			return err
		}
		page, err := lookup.Audit(src, chain, s.Table, f)
		if err != nil {
			return err
		}
		for _, l := range page.Lines {
			m.Rows = append(m.Rows, q.auditRow(src, l))
		}
		q.auditPager(page, &m)
		return nil
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageAudit, m)
}

// auditFilter reads the filters. Who reads the log reads that of their own unit.
func (q *request) auditFilter(src lookup.Source) (f lookup.AuditFilter, err error) {
	f = lookup.AuditFilter{After: q.Query("cursor"), Kind: q.Query("loai"), Limit: perPage}
	switch q.Query("gio") {
	case "ngay":
		f.Hours = [2]int{6, 19}
	case "dem":
		f.Hours = [2]int{19, 6}
	}
	unit := q.Query("unit")
	if unit == "" {
		unit = q.unit()
	}
	if err := q.scope(src, unit); err != nil {
		return f, err
	}
	f.Units = civic.Subtree(src, unit)
	for _, day := range []struct {
		to   *int64
		text string
		more time.Duration
	}{{&f.From, q.Query("tu"), 0}, {&f.To, q.Query("den"), 24 * time.Hour}} {
		if day.text == "" {
			continue
		}
		at, err := time.ParseInLocation("02/01/2006", strings.TrimSpace(day.text), ict)
		if err != nil {
			return f, command.InvalidField("/day", "bad_time", "a day is written dd/mm/yyyy")
		}
		*day.to = at.Add(day.more).UnixMilli()
	}
	if f.Officer, err = lookup.OfficerAsked(src, q.Query("can-bo")); err != nil {
		return f, err
	}
	f.Type, f.Key, err = lookup.RecordAsked(src, q.Query("ho-so"))
	return f, err
}

// auditRow is a line in words, without anybody's data.
func (q *request) auditRow(src lookup.Source, l lookup.AuditLine) ui.AuditRow {
	row := ui.AuditRow{At: moment(l.At), Who: l.By, Unit: unitName(src, l.Unit), Node: l.Node}
	switch {
	case l.By != "":
		row.Href = "/nhat-ky?can-bo=" + l.Officer.String()
	case l.Act == command.LookFailed:
		row.Who = "Không rõ ai"
	default:
		row.Who = "Máy"
	}
	if l.Kind != "" {
		row.What = messages.Kind(l.Kind)
		switch l.Status {
		case command.Rejected:
			row.Note, row.Late = "Không lấy", true
		case command.Conflicted:
			row.Note, row.Late = "Để đối chiếu", true
		}
	} else {
		row.What, row.Late = messages.LookAct(string(l.Act)), l.Act == command.LookFailed || l.Act == command.LookGlass || l.Act == command.LookGone
		if l.Query != "" {
			row.Note = messages.LookQuery(l.Query)
		}
		if l.Count > 0 {
			row.Note = join(row.Note, count(l.Count)+" dòng")
		}
		row.Note = join(row.Note, l.Reason)
	}
	if rec, ok := q.site.Table.Record(l.Type); ok && l.Key != "" {
		row.Record = messages.Record(rec.Name) + " " + shortID(l.Key)
		row.Trace = "/nhat-ky?ho-so=" + url.QueryEscape(string(l.Key))
	}
	return row
}

// shortID is the end of a record's ID, which tells records apart: those of one
// evening begin alike. Codes stay whole.
func shortID(key command.Key) string {
	bare := string(civic.Bare(key))
	if _, err := command.ParseID(bare); err == nil {
		return bare[len(bare)-8:]
	}
	return bare
}

// auditPager is where the list goes on, with the filters kept.
func (q *request) auditPager(page lookup.AuditPage, m *ui.AuditModel) {
	kept := url.Values{}
	var told []string
	for _, name := range auditParams {
		if v := q.Query(name); v != "" {
			kept.Set(name, v)
			if name != "gio" && name != "loai" {
				told = append(told, v)
			}
		}
	}
	for _, list := range [][]ui.Option{m.Hours, m.Kinds} {
		for _, o := range list {
			if o.Chosen && o.Value != "" {
				told = append(told, o.Text)
			}
		}
	}
	m.Scope = join(told...)
	m.Pager.Text = count(len(m.Rows)) + " dòng"
	if q.Query("cursor") != "" {
		m.Pager.First = "/nhat-ky?" + kept.Encode()
	}
	if page.Next != "" {
		kept.Set("cursor", page.Next)
		m.Pager.Next = "/nhat-ky?" + kept.Encode()
	}
	if len(m.Rows) == 0 && page.Next == "" {
		m.Pager.Text = ""
		m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Chưa có dòng nào."}
		if len(kept) > 0 {
			m.Gap = &ui.Gap{Kind: ui.GapEmpty, Text: "Không có dòng nào khớp.", Link: ui.Link{Text: "Bỏ lọc", Href: "/nhat-ky"}}
		}
	}
}
