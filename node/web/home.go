package web

import (
	"time"

	"gocua/ui"
)

// home is what to do today (hôm nay).
func (s *site) home(q *request) error {
	m := ui.HomeModel{Shell: q.shell(ui.SectionHome)}
	if waiting := s.Machine.Waiting(); len(waiting) > 0 {
		m.Waiting = ui.Waiting{N: len(waiting), Oldest: time.UnixMilli(waiting[0].PutAt).In(ict)}
	}
	return q.draw(ui.PageHome, m)
}
