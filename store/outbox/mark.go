package outbox

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// mark is what must be known to notice that the journal is shorter than it
// was. It is written after each fsync of the journal and synced a little later
// (lazily), so it may lag behind the journal but never claims too much.
type mark struct {
	Node     string `json:"node"`
	Epoch    uint32 `json:"epoch"`
	Acked    uint64 `json:"acked"`    // highest seq a Put has answered for
	Segment  uint64 `json:"segment"`  // the journal is durable up to
	Size     int64  `json:"size"`     // this byte of this segment
	First    uint64 `json:"first"`    // first segment that counts
	FirstSeq uint64 `json:"firstSeq"` // first capture that must be in it
}

const (
	markName = "mark"
	slotSize = 4096 // bytes: two slots never share a sector
)

// markFile keeps two slots and writes one of them until it is synced, then the
// other: whatever happens during a write, the last synced mark is readable.
type markFile struct {
	f          *os.File
	seal       sealer
	disk       disk
	generation uint64
	slot       int64
	dirty      bool
}

// readMark returns the newest readable mark. Found is false when there is
// none; refused counts slots that are whole but do not open with this key.
func readMark(dir string, seal sealer) (m mark, generation uint64, found bool, refused int, err error) {
	b, err := os.ReadFile(filepath.Join(dir, markName))
	if os.IsNotExist(err) {
		return mark{}, 0, false, 0, nil
	}
	if err != nil {
		return mark{}, 0, false, 0, fmt.Errorf("outbox: reading the mark: %w", err)
	}
	for slot := 0; slot < 2 && len(b) > slot*slotSize; slot++ {
		f, ok := decode(b[slot*slotSize:], 0)
		if !ok || f.kind != kindMark || found && f.seq <= generation {
			continue
		}
		plain, err := seal.open(0, f)
		if err != nil {
			refused++
			continue
		}
		var read mark
		if err := json.Unmarshal(plain, &read); err != nil {
			continue
		}
		m, generation, found = read, f.seq, true
	}
	return m, generation, found, refused, nil
}

// openMark opens the file for writing. The slot that held the given
// generation is written last.
func openMark(dir string, seal sealer, d disk, generation uint64) (*markFile, error) {
	f, err := os.OpenFile(filepath.Join(dir, markName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("outbox: opening the mark: %w", err)
	}
	next := generation + 1
	return &markFile{f: f, seal: seal, disk: d, generation: next, slot: int64(next % 2)}, nil
}

func (mf *markFile) write(m mark) error {
	plain, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("outbox: encoding the mark: %w", err)
	}
	b := make([]byte, slotSize) // whole slots: writing one never takes new space
	if n := copy(b, mf.seal.encode(0, kindMark, mf.generation, hash{}, plain)); n == slotSize {
		return fmt.Errorf("outbox: a mark of %d bytes does not fit", len(plain))
	}
	if _, err := mf.disk.write(mf.f, b, mf.slot*slotSize); err != nil {
		return fmt.Errorf("outbox: writing the mark: %w", err)
	}
	mf.dirty = true
	return nil
}

func (mf *markFile) sync() error {
	if !mf.dirty {
		return nil
	}
	if err := mf.disk.sync(mf.f); err != nil {
		return fmt.Errorf("outbox: syncing the mark: %w", err)
	}
	mf.dirty = false
	mf.generation++
	mf.slot = int64(mf.generation % 2)
	return nil
}
