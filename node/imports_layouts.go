package node

import (
	"errors"
	"os"
	"slices"

	"gocua/node/lookup"
	"gocua/store/roster"
)

// layouts remember how lists with certain titles were read last (mẫu danh sách).
// They are of this machine alone: whoever imports a ward's lists sits there, a
// wrong guess costs one choice, and the register would have to keep them for ever.
type layouts struct {
	keep drawer
	path string
	list []layoutMemory // the latest last
}

type layoutMemory struct {
	Layout string              `json:"layout"`
	Choice lookup.ImportChoice `json:"choice"`
}

// mostLayouts is how many are remembered.
const mostLayouts = 200

func openLayouts(keep drawer, path string) (*layouts, error) {
	l := &layouts{keep: keep, path: path}
	if err := keep.readJSON(path, &l.list); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	return l, nil
}

// remember keeps what somebody decided that the reader had not found by itself.
// Titles and sheet are of one file; hamlets are of one list.
func (l *layouts) remember(s roster.Survey, c lookup.ImportChoice) error {
	l.list = slices.DeleteFunc(l.list, func(m layoutMemory) bool { return m.Layout == s.Layout })
	if c.Columns != nil || c.Dates != "" || c.Encoding != "" {
		keep := lookup.ImportChoice{Encoding: c.Encoding, Dates: c.Dates}
		for _, col := range c.Columns {
			keep.Columns = append(keep.Columns, roster.Column{Index: col.Index, Field: col.Field})
		}
		l.list = append(l.list, layoutMemory{s.Layout, keep})
		l.list = l.list[max(0, len(l.list)-mostLayouts):]
	}
	return l.keep.writeJSON(l.path, l.list)
}

// recall finds what was decided about the last list with these titles.
func (l *layouts) recall(s roster.Survey) (lookup.ImportChoice, bool) {
	for _, m := range l.list {
		at := s.Titles
		if s.Code != "" { // the reader found no titles; somebody once showed it some
			at = 0
			for i, layout := range s.TopLayouts {
				if layout == m.Layout {
					at = s.Top[i].Line
				}
			}
		}
		if at == 0 || s.Code == "" && m.Layout != s.Layout {
			continue
		}
		c := m.Choice
		if c.Columns = slices.Clone(c.Columns); c.Columns != nil {
			c.Titles = at
		}
		return c, true
	}
	return lookup.ImportChoice{}, false
}
