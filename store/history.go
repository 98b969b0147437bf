package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"gocua/store/command"
)

// birth is where in the feed a record began to be, as it stands before the record's
// value: seq(8) and how far into its page that is (1). Most records of a list are
// never changed again, and a key of history for each would be one in eight of all
// keys; so the birth of a record that stands has none. It gets one when the record
// is deleted.
type birth []byte

const birthSize = 8 + 1

func newBirth(seq uint64, back int) birth {
	return append(binary.BigEndian.AppendUint64(make([]byte, 0, birthSize), seq), byte(back))
}

func (b birth) seq() uint64 { return binary.BigEndian.Uint64(b) }

// key and value are what history has of the birth once the record is gone.
func (b birth) key(t command.RecordType, k command.Key) []byte { return historyKey(t, k, b.seq()) }
func (b birth) back() []byte                                   { return b[8:birthSize] }

// splitRecord takes apart what is kept of a record.
func splitRecord(kept []byte) (birth, []byte, error) {
	if len(kept) <= birthSize {
		return nil, nil, fmt.Errorf("%w: a record of %d bytes", ErrDamaged, len(kept))
	}
	return birth(kept[:birthSize:birthSize]), kept[birthSize:], nil
}

// History yields what was agreed about one record, oldest first.
func (r *Reader) History(t command.RecordType, key command.Key) iter.Seq[FeedItem] {
	return func(yield func(FeedItem) bool) {
		var born []byte // as a key of history, until it was told of
		var back []byte
		if b, _ := r.record(t, key); b != nil {
			born, back = b.key(t, key), b.back()
		}
		tell := func(history, back []byte) bool {
			f, err := r.feedAt(history, back)
			if err != nil {
				r.fail(err)
				return false
			}
			return yield(f)
		}
		for item := range r.items(historyPrefix(t, key), nil) {
			k := item.Key()
			if born != nil && bytes.Compare(born, k) < 0 {
				if !tell(born, back) {
					return
				}
				born = nil
			}
			if !tell(k, r.value(item)) {
				return
			}
		}
		if born != nil {
			tell(born, back)
		}
	}
}

// feedAt is the place of the feed that a key of history tells of.
func (r *Reader) feedAt(history, back []byte) (FeedItem, error) {
	seq := binary.BigEndian.Uint64(history[len(history)-8:])
	if len(back) == 1 && uint64(back[0]) < seq {
		key := feedKey(seq - uint64(back[0]))
		for f, err := range feedItems(key, r.get(key)) {
			if err != nil || f.Seq == seq {
				return f, err
			}
		}
	}
	return FeedItem{}, fmt.Errorf("%w: the feed has no place %d", ErrDamaged, seq)
}

// bits is a set of places of the feed, one bit for each up to the last.
type bits []uint64

func (b bits) has(seq uint64) bool { return seq/64 < uint64(len(b)) && b[seq/64]&(1<<(seq%64)) != 0 }

func (b bits) add(seq uint64) {
	if seq/64 < uint64(len(b)) {
		b[seq/64] |= 1 << (seq % 64)
	}
}
