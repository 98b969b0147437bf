package node

import (
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"gocua/store/civic"
	"gocua/store/roster"
)

// shelf keeps the pages of a list between reading it and sending them, so that a
// list of hundreds of thousands is unpacked once. They are pressed, in memory:
// the disk holds the list itself, sealed.
type shelf struct {
	press *zstd.Encoder
	pages [][]byte
}

func newShelf() (*shelf, error) {
	press, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, fmt.Errorf("node: imports: %w", err)
	}
	return &shelf{press: press}, nil
}

func (s *shelf) put(p roster.Page) error {
	page := civic.RosterPage{Page: p.Number, Rows: make([]civic.RosterRow, len(p.Rows))}
	for i, row := range p.Rows {
		page.Rows[i] = civic.RosterRow(row)
	}
	raw, err := json.Marshal(page)
	if err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	s.pages = append(s.pages, s.press.EncodeAll(raw, nil))
	return nil
}

// each hands the pages over in the order they were put in, without file and unit;
// an error of take ends it.
func (s *shelf) each(take func(civic.RosterPage) error) error {
	unpress, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("node: imports: %w", err)
	}
	defer unpress.Close()
	for i, pressed := range s.pages {
		s.pages[i] = nil
		raw, err := unpress.DecodeAll(pressed, nil)
		if err != nil {
			return fmt.Errorf("node: imports: %w", err)
		}
		var p civic.RosterPage
		if !p.ReadPlain(raw) {
			p = civic.RosterPage{}
			if err := json.Unmarshal(raw, &p); err != nil {
				return fmt.Errorf("node: imports: %w", err)
			}
		}
		if err := take(p); err != nil {
			return err
		}
	}
	return nil
}
