package store

// lastSums are the tallies as the last transactions left them: every page of a list adds
// to the same few dozen, and looking one up in a large register costs as much as
// writing it. They hold for one state of one volume; whatever else wrote there
// (a restore, a rebuild, another process before this one) is noticed by that.
// Whoever holds Store.writing may use them.
type lastSums struct {
	at   moment
	sums map[string][]byte // nil: not kept, which is 0
}

const talliesInMemory = 10_000 // about 1 MB

// of are the tallies known of the register as the reader sees it.
func (t *lastSums) of(r *Reader) map[string][]byte {
	if t.at != r.moment() || len(t.sums) > talliesInMemory {
		t.at, t.sums = r.moment(), map[string][]byte{}
	}
	return t.sums
}

// wrote takes in what a chunk has committed.
func (t *lastSums) wrote(c *chunk) {
	for k, v := range c.keys {
		if k[0] == prefixTally {
			t.sums[k] = v
		}
	}
	t.at = moment{c.reader.vol, c.place.Txn}
}
