package search

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// maxWords is how many words of a name or address count; more are passed over.
const maxWords = 24

// recordID is a key, packed: the ID and, at the province, the cluster's number.
type recordID struct {
	id      command.ID
	cluster uint16
}

func (a recordID) compare(b recordID) int {
	if c := bytes.Compare(a.id[:], b.id[:]); c != 0 {
		return c
	}
	return cmp.Compare(a.cluster, b.cluster)
}

func (t *table) idOf(key command.Key) (recordID, error) {
	bare, cluster, scoped := strings.Cut(string(key), "@")
	id, err := command.ParseID(bare)
	if err != nil {
		return recordID{}, fmt.Errorf("the key of a record: %w", err)
	}
	if !scoped {
		return recordID{id: id}, nil
	}
	n := t.clusters.number(cluster)
	if n > 1<<16-1 {
		return recordID{}, fmt.Errorf("more than %d clusters", 1<<16-1)
	}
	return recordID{id: id, cluster: uint16(n)}, nil
}

func (t *table) keyOf(id recordID) command.Key {
	if id.cluster == 0 {
		return civic.KeyOf(id.id)
	}
	return civic.Scoped(civic.KeyOf(id.id), t.clusters.list[id.cluster])
}

// rows are records that have words: columns, a row for each record, in the order
// they came. A row whose hamlet is 0 is dead: deleted, or only referred to.
type rows struct {
	ids    []recordID
	hamlet []uint32
	from   []uint32 // where the row's words begin
	count  []uint8  // and how many they are
	words  []uint32 // of all rows
	wasted int      // words no row refers to

	seed  maphash.Seed
	slots []uint32 // open addressing by ID: row + 1
}

// add finds the row of a record or begins a dead one.
func (r *rows) add(id recordID) uint32 {
	if 4*len(r.ids) >= 3*len(r.slots) {
		r.rehash(max(64, 2*len(r.slots)))
	}
	slot := r.slot(id)
	if r.slots[slot] == 0 {
		r.ids = append(r.ids, id)
		r.hamlet = append(r.hamlet, 0)
		r.from = append(r.from, 0)
		r.count = append(r.count, 0)
		r.slots[slot] = uint32(len(r.ids))
	}
	return r.slots[slot] - 1
}

// slot is where the row of a record is entered, or would be.
func (r *rows) slot(id recordID) uint64 {
	mask := uint64(len(r.slots) - 1)
	at := maphash.Comparable(r.seed, id) & mask
	for r.slots[at] != 0 && r.ids[r.slots[at]-1] != id {
		at = (at + 1) & mask
	}
	return at
}

func (r *rows) rehash(size int) {
	if r.slots == nil {
		r.seed = maphash.MakeSeed()
	}
	r.slots = make([]uint32, size)
	for row, id := range r.ids {
		r.slots[r.slot(id)] = uint32(row + 1)
	}
}

// set brings a row to life with these words.
func (r *rows) set(row, hamlet uint32, words []uint32) {
	r.hamlet[row] = hamlet
	had := int(r.count[row])
	if len(words) > had {
		r.wasted += had
		r.from[row] = uint32(len(r.words))
		r.words = append(r.words, words...)
	} else {
		r.wasted += had - len(words)
		copy(r.words[r.from[row]:], words)
	}
	r.count[row] = uint8(len(words))
	if r.wasted > 1<<16 && 2*r.wasted > len(r.words) {
		r.compact()
	}
}

// kill makes a row dead. The row stays, for others may refer to it.
func (r *rows) kill(id recordID) {
	row := r.add(id)
	r.hamlet[row] = 0
	r.wasted += int(r.count[row])
	r.count[row] = 0
}

func (r *rows) of(row uint32) []uint32 {
	from := r.from[row]
	return r.words[from : from+uint32(r.count[row])]
}

func (r *rows) compact() {
	packed := make([]uint32, 0, len(r.words)-r.wasted)
	for row := range r.ids {
		words := r.of(uint32(row))
		r.from[row] = uint32(len(packed))
		packed = append(packed, words...)
	}
	r.words, r.wasted = packed, 0
}

func (r *rows) trim() {
	r.compact()
	r.ids, r.hamlet, r.from, r.count = fit(r.ids), fit(r.hamlet), fit(r.from), fit(r.count)
}

// fit copies a column that grew by doubling into one with little room to spare.
func fit[T any](column []T) []T {
	return append(make([]T, 0, len(column)+len(column)/50), column...)
}

// people are residents: rows with what else they are found by.
type people struct {
	rows
	door   []uint32 // row of the household
	birth  []uint32
	number []uint64
	phone  []uint64            // the first, or 0
	phones map[uint32][]uint64 // further ones, of the few who have them
}

func (p *people) add(id recordID) uint32 {
	row := p.rows.add(id)
	if int(row) == len(p.door) {
		p.door = append(p.door, 0)
		p.birth = append(p.birth, 0)
		p.number = append(p.number, 0)
		p.phone = append(p.phone, 0)
	}
	return row
}

func (p *people) kill(id recordID) {
	row := p.add(id)
	p.rows.kill(id)
	p.describe(row, 0, 0, 0, nil)
}

func (p *people) describe(row, door, birth uint32, number uint64, phones []uint64) {
	p.door[row], p.birth[row], p.number[row], p.phone[row] = door, birth, number, 0
	delete(p.phones, row)
	if len(phones) > 0 {
		p.phone[row] = phones[0]
	}
	if len(phones) > 1 {
		if p.phones == nil {
			p.phones = map[uint32][]uint64{}
		}
		p.phones[row] = slices.Clone(phones[1:])
	}
}

func (p *people) trim() {
	p.rows.trim()
	p.door, p.birth, p.number, p.phone = fit(p.door), fit(p.birth), fit(p.number), fit(p.phone)
}
