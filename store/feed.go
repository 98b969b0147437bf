package store

import (
	"encoding/binary"
	"fmt"
	"iter"

	"gocua/store/command"
)

// FeedItem is one change that was agreed on.
type FeedItem = command.FeedItem

// Feed yields what was agreed after a place, oldest first; after 0 is the
// beginning. Nothing is ever trimmed.
func (r *Reader) Feed(after uint64) iter.Seq[FeedItem] {
	return func(yield func(FeedItem) bool) {
		if after >= r.place.FeedHead {
			return
		}
		next := after + 1
		for item := range r.items([]byte{prefixFeed}, feedKey(next)) {
			f, err := decodeFeed(item.Key(), r.value(item))
			if err == nil && f.Seq != next {
				err = fmt.Errorf("%w: the feed has no place %d", ErrDamaged, next)
			}
			if err != nil {
				r.fail(err)
				return
			}
			if !yield(f) {
				return
			}
			next++
		}
		if next != r.place.FeedHead+1 {
			r.fail(fmt.Errorf("%w: the feed ends at %d", ErrDamaged, next-1))
		}
	}
}

// History yields what was agreed about one record, oldest first.
func (r *Reader) History(t command.RecordType, key command.Key) iter.Seq[FeedItem] {
	return func(yield func(FeedItem) bool) {
		for item := range r.items(historyPrefix(t, key), nil) {
			k := item.Key()
			at := append([]byte{prefixFeed}, k[len(k)-8:]...)
			f, err := decodeFeed(at, r.get(at))
			if err != nil {
				r.fail(err)
				return
			}
			if !yield(f) {
				return
			}
		}
	}
}

func encodeFeed(f FeedItem) []byte {
	b := make([]byte, 0, 40+len(f.Change.Key)+len(f.Change.Value))
	b = binary.BigEndian.AppendUint64(b, f.Index)
	b = binary.BigEndian.AppendUint64(b, uint64(f.At))
	b = append(b, f.Command[:]...)
	b = append(b, byte(f.Change.Type), byte(f.Change.Op))
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.Change.Key)))
	b = append(b, f.Change.Key...)
	return append(b, f.Change.Value...)
}

func decodeFeed(key, b []byte) (f FeedItem, err error) {
	const head = 8 + 8 + 16 + 1 + 1 + 2
	if len(key) != 9 || len(b) < head || len(b) < head+int(binary.BigEndian.Uint16(b[head-2:])) {
		return f, fmt.Errorf("%w: a feed item of %d bytes", ErrDamaged, len(b))
	}
	end := head + int(binary.BigEndian.Uint16(b[head-2:]))
	f = FeedItem{
		Seq:     binary.BigEndian.Uint64(key[1:]),
		Index:   binary.BigEndian.Uint64(b),
		At:      int64(binary.BigEndian.Uint64(b[8:])),
		Command: command.ID(b[16:32]),
		Change:  command.Change{Type: command.RecordType(b[32]), Op: command.Op(b[33]), Key: command.Key(b[head:end])},
	}
	if end < len(b) {
		f.Change.Value = b[end:]
	}
	return f, nil
}
