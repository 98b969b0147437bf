package store

import "fmt"

// Loose is how many tables on the disk are in no order among each other yet: each
// scan looks into all of them beside those that are. It is 0 of a register that has
// no others, as there is nothing to sort them in among, and of one that is closed.
func (s *Store) Loose() int {
	vol, err := s.holdCurrent()
	if err != nil {
		return 0
	}
	defer vol.release()
	levels := vol.db.Levels()
	for _, below := range levels[1:] {
		if below.NumTables > 0 {
			return levels[0].NumTables
		}
	}
	return 0
}

// Tidy sorts what is loose in among the rest, without changing anything the register
// says. It writes all of the register once, seconds for one of a district, and Close
// waits for it; what is applied meanwhile is not tidied, so call it when little is. It
// takes some 500 MB for 300,000 residents: no machine at work calls it (DESIGN.md, 57).
func (s *Store) Tidy() error {
	vol, err := s.holdCurrent()
	if err != nil {
		return err
	}
	defer vol.release()
	if err := vol.db.Flatten(1); err != nil {
		return fmt.Errorf("tidying the register: %w", err)
	}
	return nil
}
