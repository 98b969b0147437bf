package search

import (
	"bytes"
	"cmp"
	"fmt"
	"hash/maphash"
	"iter"
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
	phrase []uint32 // the name or address
	older  []uint32 // row + 1 of the next that has the same one; phrases has the first

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
		r.phrase = append(r.phrase, 0)
		r.older = append(r.older, 0)
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

// set brings a row to life. With zeros it makes it dead; the row stays, for
// others may refer to it.
func (r *rows) set(of *phrases, row, hamlet, phrase uint32) {
	r.hamlet[row] = hamlet
	if was := r.phrase[row]; was != phrase {
		r.leave(of, row, was)
		r.phrase[row] = phrase
		r.enter(of, row, phrase)
	}
}

// enter puts a row first in the list of those that have a phrase.
func (r *rows) enter(of *phrases, row, phrase uint32) {
	if phrase != 0 {
		r.older[row] = of.newest[phrase]
		of.newest[phrase] = row + 1
		of.rows[phrase]++
	}
}

func (r *rows) leave(of *phrases, row, phrase uint32) {
	if phrase == 0 {
		return
	}
	at := &of.newest[phrase]
	for *at != row+1 {
		at = &r.older[*at-1]
	}
	*at = r.older[row]
	of.rows[phrase]--
}

// having is the rows that have a phrase.
func (r *rows) having(of *phrases, phrase uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for at := of.newest[phrase]; at != 0 && yield(at-1); at = r.older[at-1] {
		}
	}
}

func (r *rows) trim() {
	r.ids, r.hamlet, r.phrase, r.older = fit(r.ids), fit(r.hamlet), fit(r.phrase), fit(r.older)
}

// fit copies a column that grew by doubling into one with little room to spare.
func fit[T any](column []T) []T {
	return append(make([]T, 0, len(column)+len(column)/50), column...)
}

// morePhones marks a phone beside which there are others; no phone is as great.
const morePhones = 1 << 63

// people are residents: rows with what else they are found by.
type people struct {
	rows
	door   []uint32 // row of the household
	birth  []uint32
	number []uint64
	phone  []uint64            // the first, or 0; with morePhones if there are further ones
	phones map[uint32][]uint64 // further ones, of the few who have them
	ends   [][]uint32          // by the last four digits of numbers and phones: rows
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

func (p *people) describe(row, door, birth uint32, number uint64, phones []uint64) {
	p.endings(row, p.forget)
	delete(p.phones, row)
	p.door[row], p.birth[row], p.number[row], p.phone[row] = door, birth, number, 0
	if len(phones) > 0 {
		p.phone[row] = phones[0]
	}
	if len(phones) > 1 {
		if p.phones == nil {
			p.phones = map[uint32][]uint64{}
		}
		p.phones[row] = slices.Clone(phones[1:])
		p.phone[row] |= morePhones
	}
	p.endings(row, p.note)
}

// endings calls f with the last four digits of each number and phone of a row.
func (p *people) endings(row uint32, f func(end uint64, row uint32)) {
	if n := p.number[row]; n != 0 {
		f(n%1e4, row)
	}
	if n := p.phone[row] &^ morePhones; n != 0 {
		f(n%1e4, row)
	}
	for _, n := range p.phones[row] {
		f(n%1e4, row)
	}
}

func (p *people) note(end uint64, row uint32) {
	if p.ends == nil {
		p.ends = make([][]uint32, 1e4)
	}
	p.ends[end] = append(p.ends[end], row)
}

func (p *people) forget(end uint64, row uint32) {
	if at := slices.Index(p.ends[end], row); at >= 0 {
		last := len(p.ends[end]) - 1
		p.ends[end][at] = p.ends[end][last]
		p.ends[end] = p.ends[end][:last]
	}
}

// fitting is the rows that any of the digits fit, in order.
func (p *people) fitting(any []*digits) (found []uint32) {
	for _, d := range any {
		if end, ok := d.end(); ok && p.ends != nil {
			for _, row := range p.ends[end] {
				if fit, _ := d.person(p, row); fit != noFit {
					found = append(found, row)
				}
			}
		}
		if d.year != 0 {
			for row, birth := range p.birth {
				if d.fitsBirth(birth) != noFit {
					found = append(found, uint32(row))
				}
			}
		}
		if d.fronted() {
			found = append(found, p.beginning(d)...)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// beginning is the rows with a number or phone that begins with digits.
func (p *people) beginning(d *digits) (found []uint32) {
	phones := p.phone[:len(p.number)]
	for row, number := range p.number {
		if d.number12.has(number) || d.beginsPhone(phones[row]&^morePhones) {
			found = append(found, uint32(row))
		}
	}
	for row, more := range p.phones {
		if slices.ContainsFunc(more, d.beginsPhone) {
			found = append(found, row)
		}
	}
	return found
}

func (p *people) trim() {
	p.rows.trim()
	p.door, p.birth, p.number, p.phone = fit(p.door), fit(p.birth), fit(p.number), fit(p.phone)
	for end, rows := range p.ends {
		p.ends[end] = fit(rows)
	}
}
