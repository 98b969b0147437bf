package web

import (
	"gocua/ui"
	"gocua/ui/sample"
)

// parts shows every part of the pages in every state, with invented content,
// for whoever works on them.
func (s *site) parts(q *request) error {
	return q.draw(ui.PageParts, sample.Parts(q.shell("")))
}
