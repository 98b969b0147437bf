package web

import (
	"strings"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// liveDots is how many commands an open page may ask about at once.
const liveDots = 50

// live answers an open page: how the links stand and how far the commands it
// shows have come.
func (s *site) live(q *request) error {
	m := ui.LiveModel{Shell: q.shell("")}
	asked := strings.Split(q.Query("dots"), ",")
	err := q.read(func(src lookup.Source) error {
		for _, text := range asked[:min(liveDots, len(asked))] {
			id, err := command.ParseID(text)
			if err != nil {
				continue
			}
			if d, here, ok := s.Machine.Command(id); ok {
				dots := q.dots(src, d, here)
				dots.ID = id.String() // the page finds them by it
				m.Dots = append(m.Dots, dots)
				if d.Outcome.Kind == civic.KindAppSubmit {
					m.Tracked = append(m.Tracked, q.steps(src, id, 0))
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.draw(ui.FragmentLive, m)
}
