package match

import (
	"hash/maphash"
	"strings"
)

// Who is compared with whom: two people are if they share a block. Names are
// compared by sound there, without tones, so that a mistake in them does not keep
// two apart; each mistake leaves at least one block to meet in.
//
//	a given name and a day of birth, whichever way round day and month are
//	a family name and that day: the given name may be mistyped
//	the sounds of a whole name and a year, whatever the spaces
//	a household
//	a phone
//
// The first three are kept in memory; of the others the register has indexes.
const keptBlocks = 3

// blocker hashes the blocks of people.
type blocker struct{ seed maphash.Seed }

// keys are the blocks of a person that memory keeps, 0: none.
func (h blocker) keys(words []*word, b birth) (keys [keptBlocks]uint64) {
	if len(words) == 0 {
		return keys
	}
	if b.day() != 0 {
		day := uint64(b.year())<<16 | uint64(min(b.day(), b.month()))<<8 | uint64(max(b.day(), b.month()))
		keys[0] = h.hash('g', words[len(words)-1].sound, day)
		keys[1] = h.hash('f', words[0].sound, day)
	}
	if b != 0 {
		keys[2] = h.hash('w', coarse.Replace(joined(words)), uint64(b.year()))
	}
	return keys
}

// coarse makes one of what regions confuse wherever it stands, for where a word
// ends is not known of a name written as one.
var coarse = strings.NewReplacer("ch", "ch", "tr", "ch", "ng", "n", "gi", "d", "r", "d", "s", "x", "l", "n", "c", "t", "y", "i")

func (h blocker) hash(kind byte, text string, n uint64) uint64 {
	var sum maphash.Hash
	sum.SetSeed(h.seed)
	_ = sum.WriteByte(kind) // none of these ever fails
	_, _ = sum.WriteString(text)
	for range 8 {
		_ = sum.WriteByte(byte(n))
		n >>= 8
	}
	return max(1, sum.Sum64())
}

// mostWalked is how many people of one block are looked at, the newest first: a
// list in which everybody has one name must not cost its square.
const mostWalked = 256

// chains are blocks in little memory: heads by hash, and for each row the row
// before it in the same chain. Blocks of one hash share a chain, so whoever walks
// one compares more people than need be, never fewer.
type chains struct {
	heads [keptBlocks][]uint32 // row + 1
	next  [keptBlocks][]uint32
}

const leastHeads = 1 << 14

// outgrown reports whether there are so many rows that chains have become long.
func (c *chains) outgrown() bool { return len(c.next[0]) > 4*len(c.heads[0]) }

func newChains(rows int) (c chains) {
	for i := range c.heads {
		c.heads[i] = make([]uint32, max(leastHeads, rows/2))
		c.next[i] = make([]uint32, 0, rows)
	}
	return c
}

// add enters the next row.
func (c *chains) add(keys [keptBlocks]uint64) {
	row := uint32(len(c.next[0]))
	for i, key := range keys {
		at := key % uint64(len(c.heads[i]))
		before := uint32(0)
		if key != 0 {
			before = c.heads[i][at]
			c.heads[i][at] = row + 1
		}
		c.next[i] = append(c.next[i], before)
	}
}

// walk calls f with rows that may share a block, some of them several times.
func (c *chains) walk(keys [keptBlocks]uint64, f func(row uint32)) {
	for i, key := range keys {
		if key == 0 {
			continue
		}
		row := c.heads[i][key%uint64(len(c.heads[i]))]
		for n := 0; row != 0 && n < mostWalked; n++ {
			f(row - 1)
			row = c.next[i][row-1]
		}
	}
}
