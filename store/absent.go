package store

import (
	"hash/maphash"
	"strings"
	"sync"
	"sync/atomic"

	"gocua/store/command"
)

// absent knows, of most records and terms that are not in a volume, that they are
// not: a list of strangers asks for each of them before it puts them there, and
// a look into Badger for what is not there costs more than writing it. It never
// says so of what is there; it may be unsure of anything.
//
// It is filled from the volume the first time a command changes many records at
// once, beside the work, and knows nothing until that is done.
type absent struct {
	asked atomic.Bool
	ready atomic.Bool

	mu     sync.RWMutex
	seed   maphash.Seed
	blooms []*bloom
}

// many is the number of changes that make a command one of a list.
const many = 50

// separator ends a part of a term; what is asked for up to one is remembered too.
const separator = '\x1f'

// bloom is a set of hashes that forgets none and makes up about one in five hundred:
// what is made up by any of several costs a look into a register of many tables.
// The bits of a hash stand in one block, one in each word of it: a block is a line
// of the processor's cache, and eight of those cost more than all else here.
type bloom struct {
	blocks []block
	added  int
	room   int
}

type block [8]uint64

const (
	firstRoom = 1 << 16 // hashes in the first bloom; each next holds twice as many
	bitsEach  = 14
)

func newBloom(room int) *bloom {
	return &bloom{blocks: make([]block, room*bitsEach/64/len(block{})), room: room}
}

// block is where a hash belongs, by its upper half; the lower tells the bits.
func (b *bloom) block(hash uint64) *block { return &b.blocks[(hash>>32)*uint64(len(b.blocks))>>32] }

func (b *bloom) add(hash uint64) {
	block, fresh := b.block(hash), false
	for i := range block {
		bit := uint64(1) << (hash >> (5 * i) % 64)
		fresh = fresh || block[i]&bit == 0
		block[i] |= bit
	}
	if fresh {
		b.added++
	}
}

func (b *bloom) has(hash uint64) bool {
	block := b.block(hash)
	for i := range block {
		if block[i]&(1<<(hash>>(5*i)%64)) == 0 {
			return false
		}
	}
	return true
}

func newAbsent() *absent { return &absent{seed: maphash.MakeSeed()} }

// sure reports whether nothing in the volume has this key: a record's, a whole
// term's without the record it finds, or the beginning of one up to a separator.
func (a *absent) sure(key string) bool {
	if !a.ready.Load() {
		return false
	}
	hash := maphash.String(a.seed, key)
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, b := range a.blooms {
		if b.has(hash) {
			return false
		}
	}
	return true
}

// wrote remembers the keys of a transaction that is about to be committed.
func (a *absent) wrote(keys writes) {
	if !a.asked.Load() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for k, v := range keys {
		if v != nil {
			a.add(k)
		}
	}
}

// there remembers one key that was found.
func (a *absent) there(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.add(key)
}

// add remembers a key of the database that is there, or will be in a moment. The
// caller holds mu.
func (a *absent) add(key string) {
	switch key[0] {
	case prefixRecord:
		a.note(key)
	case prefixTerm:
		term, _, _ := strings.Cut(key[2:], "\x00")
		whole := key[:2+len(term)]
		a.note(whole)
		for i := 2; i < len(whole); i++ {
			if whole[i] == separator {
				a.note(whole[:i+1])
			}
		}
	}
}

func (a *absent) note(key string) {
	hash := maphash.String(a.seed, key)
	if n := len(a.blooms); n == 0 {
		a.blooms = append(a.blooms, newBloom(firstRoom))
	} else if last := a.blooms[n-1]; last.added >= last.room {
		a.blooms = append(a.blooms, newBloom(2*last.room))
	}
	a.blooms[len(a.blooms)-1].add(hash)
}

// learn begins to fill it, once. The caller holds Store.writing: what is committed
// later is added by commit, what was before is read here.
func (s *Store) learn(vol *volume) {
	if !vol.absent.asked.CompareAndSwap(false, true) {
		return
	}
	r := s.Read()
	if r.Err() != nil || r.vol != vol {
		r.Close()
		return // nobody writes any more, or to another volume
	}
	go func() {
		defer r.Close()
		for _, prefix := range []byte{prefixRecord, prefixTerm} {
			for item := range r.items([]byte{prefix}, nil) {
				if vol.leaving() {
					return
				}
				vol.absent.there(string(item.Key()))
			}
		}
		vol.absent.ready.Store(r.Err() == nil)
	}()
}

// Lacks reports whether for certain no record carries exactly this term of an
// index. It may be unsure of any.
func (r *Reader) Lacks(ix command.Index, term string) bool {
	return r.vol != nil && r.vol.absent.sure(termPrefix(ix, term))
}

// Lacks is what it is for a Reader, the layer's own records counted in.
func (l *Layer) Lacks(ix command.Index, term string) bool {
	base, able := l.base.(interface {
		Lacks(command.Index, string) bool
	})
	if !able || !base.Lacks(ix, term) {
		return false
	}
	exactly := walk{ix: ix, prefix: term + "\x00"}
	_, mine := l.nextTerm(exactly, exactly.start())
	return !mine
}
