package roster

import (
	"encoding/json"

	"gocua/store/civic"
)

// Row is one line of a list, repaired.
type Row struct {
	Line         int         `json:"line"` // in the file, from 1
	Number       string      `json:"number,omitempty"`
	Name         string      `json:"name"`
	Birth        civic.Birth `json:"birth,omitempty"`
	Sex          string      `json:"sex,omitempty"`   // "male", "female"
	Phone        string      `json:"phone,omitempty"` // E.164
	Address      string      `json:"address,omitempty"`
	Hamlet       string      `json:"hamlet,omitempty"`       // its code
	HouseholdRef string      `json:"householdRef,omitempty"` // the list's own number of the household
	Relation     string      `json:"relation,omitempty"`     // to the head; Head for the head
	Ethnic       string      `json:"ethnic,omitempty"`
	OldNumber    string      `json:"oldNumber,omitempty"` // of an old identity card, 9 digits
}

// Head is the relation of the head of a household (chủ hộ).
const Head = "head"

// Page is a run of rows small enough for one command.
type Page struct {
	Number int // from 1
	Rows   []Row
}

// Bounds of a page, well inside those of a page command: the envelope and the
// changes the rows make need room too.
const (
	MaxRows      = 100
	MaxPageBytes = 40 << 10 // of the rows as JSON
)

// pager gathers rows into pages.
type pager struct {
	emit  func(Page) error
	page  Page
	bytes int
	pages int
}

func (p *pager) add(r Row) error {
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if len(p.page.Rows) == MaxRows || p.bytes+len(b)+1 > MaxPageBytes {
		if err := p.flush(); err != nil {
			return err
		}
	}
	p.page.Rows = append(p.page.Rows, r)
	p.bytes += len(b) + 1
	return nil
}

func (p *pager) flush() error {
	if len(p.page.Rows) == 0 {
		return nil
	}
	p.pages++
	p.page.Number = p.pages
	full := p.page
	p.page, p.bytes = Page{}, 2
	return p.emit(full)
}
