package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gocua/store/frame"
)

// mark says how far a journal was durable. It is written after the looks are,
// so a journal that is shorter was cut.
type mark struct {
	Node  string `json:"node"`
	Life  int64  `json:"life"` // ms, when the journal was begun
	Acked uint64 `json:"acked"`
	Hash  []byte `json:"hash"` // of the chain up to there
}

func (m mark) hash() frame.Hash {
	if len(m.Hash) != len(frame.Hash{}) {
		return frame.Hash{}
	}
	return frame.Hash(m.Hash)
}

const (
	markFile = "mark"
	slotSize = 512 // one of two: a power cut while one is written leaves the other
)

// readMark returns the younger of the two slots that is whole.
func readMark(dir string, seal frame.Sealer) (m mark, generation uint64, found bool, err error) {
	b, err := os.ReadFile(filepath.Join(dir, markFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, 0, false, nil
	}
	if err != nil {
		return m, 0, false, fmt.Errorf("looks: %w", err)
	}
	for at := 0; at < len(b); at += slotSize {
		f, ok := layout.Decode(b[at:], int64(at))
		if !ok || f.Kind != kindMark || found && f.Seq < generation {
			continue
		}
		var one mark
		if plain, err := seal.Open(0, f); err == nil && json.Unmarshal(plain, &one) == nil {
			m, generation, found = one, f.Seq, true
		}
	}
	return m, generation, found, nil
}

// writeMark writes the other slot. It is durable after the file's next sync.
func writeMark(f *os.File, seal frame.Sealer, generation uint64, m mark) error {
	plain, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("looks: %w", err)
	}
	raw := seal.Encode(0, kindMark, generation, frame.Hash{}, plain)
	slot := make([]byte, slotSize)
	if copy(slot, raw) < len(raw) {
		return errors.New("looks: a mark that does not fit its slot")
	}
	if _, err := f.WriteAt(slot, int64(generation%2)*slotSize); err != nil {
		return fmt.Errorf("looks: writing the mark: %w", err)
	}
	return nil
}
