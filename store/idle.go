package store

import (
	"sync"

	"github.com/dgraph-io/badger/v4"

	"gocua/store/command"
)

// idle are the iterators over indexes that a reader has opened and is not using
// just now. Opening one costs far more than a seek, and a page over the hamlets of
// a cluster seeks hundreds of times.
type idle struct {
	mu   sync.Mutex
	free map[lane][]*badger.Iterator
}

// lane is an index in one direction.
type lane struct {
	ix   command.Index
	back bool
}

// take returns an iterator over the walk's index that nobody else uses.
func (d *idle) take(txn *badger.Txn, w walk) *badger.Iterator {
	d.mu.Lock()
	defer d.mu.Unlock()
	of := lane{w.ix, w.back}
	if free := d.free[of]; len(free) > 0 {
		it := free[len(free)-1]
		d.free[of] = free[:len(free)-1]
		return it
	}
	return txn.NewIterator(badger.IteratorOptions{Prefix: []byte(termPrefix(w.ix, "")), Reverse: w.back})
}

func (d *idle) give(w walk, it *badger.Iterator) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.free == nil {
		d.free = map[lane][]*badger.Iterator{}
	}
	of := lane{w.ix, w.back}
	d.free[of] = append(d.free[of], it)
}

// close ends them all; none may be in use.
func (d *idle) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, free := range d.free {
		for _, it := range free {
			it.Close()
		}
	}
	d.free = nil
}
