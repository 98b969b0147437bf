package store

import (
	"encoding/binary"
	"fmt"
	"iter"
	"slices"

	"gocua/store/command"
)

// FeedItem is one change that was agreed on.
type FeedItem = command.FeedItem

// pageSize is how many changes of one command are kept under one key: what a list
// puts into the feed are hundreds, and each key costs more than what it holds. It
// stays small because a history is read place by place.
const pageSize = 16

// Feed yields what was agreed after a place, oldest first; after 0 is the
// beginning. Nothing is ever trimmed.
func (r *Reader) Feed(after uint64) iter.Seq[FeedItem] {
	return func(yield func(FeedItem) bool) {
		if after >= r.place.FeedHead {
			return
		}
		next := after + 1
		for item := range r.items([]byte{prefixFeed}, feedKey(next-min(next-1, pageSize-1))) { // no page that holds it begins before
			for f, err := range feedItems(item.Key(), r.value(item)) {
				if err == nil && f.Seq > next {
					err = fmt.Errorf("%w: the feed has no place %d", ErrDamaged, next)
				}
				if err != nil {
					r.fail(err)
					return
				}
				if f.Seq < next {
					continue
				}
				if !yield(f) {
					return
				}
				next++
			}
		}
		if next != r.place.FeedHead+1 {
			r.fail(fmt.Errorf("%w: the feed ends at %d", ErrDamaged, next-1))
		}
	}
}

// feedPages yields what is kept of the changes of one command, from a place on:
// key and value of each page, each item behind its length in 4 bytes.
func feedPages(from uint64, of FeedItem, changes []command.Change) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		for page := range slices.Chunk(changes, pageSize) {
			size := 0
			for _, c := range page {
				size += 4 + feedHead + len(c.Key) + len(c.Value)
			}
			b := make([]byte, 0, size)
			for _, c := range page {
				of.Change = c
				b = appendFeed(b, of)
			}
			if !yield(from, b) {
				return
			}
			from += uint64(len(page))
		}
	}
}

// feedItems yields what a page holds, and an error where it cannot be read.
func feedItems(key, page []byte) iter.Seq2[FeedItem, error] {
	return func(yield func(FeedItem, error) bool) {
		if len(key) != 9 || len(page) == 0 {
			yield(FeedItem{}, fmt.Errorf("%w: a page of the feed of %d bytes", ErrDamaged, len(page)))
			return
		}
		for seq := binary.BigEndian.Uint64(key[1:]); len(page) > 0; seq++ {
			n := frameLen(page)
			if n < 0 {
				yield(FeedItem{}, fmt.Errorf("%w: the feed breaks off at %d", ErrDamaged, seq))
				return
			}
			f, err := decodeFeed(seq, page[4:n:n])
			if !yield(f, err) || err != nil {
				return
			}
			page = page[n:]
		}
	}
}

// frameLen is how long the first item of a page is with its length, or -1.
func frameLen(page []byte) int {
	if len(page) < 4 || uint64(len(page)-4) < uint64(binary.BigEndian.Uint32(page)) {
		return -1
	}
	return 4 + int(binary.BigEndian.Uint32(page))
}

// places counts the items of a page.
func places(page []byte) (n uint64) {
	for size := frameLen(page); size > 0; size = frameLen(page) {
		page = page[size:]
		n++
	}
	return n
}

const feedHead = 8 + 8 + 16 + 1 + 1 + 2

// appendFeed puts one item behind those of a page.
func appendFeed(b []byte, f FeedItem) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(feedHead+len(f.Change.Key)+len(f.Change.Value)))
	b = binary.BigEndian.AppendUint64(b, f.Index)
	b = binary.BigEndian.AppendUint64(b, uint64(f.At))
	b = append(b, f.Command[:]...)
	b = append(b, byte(f.Change.Type), byte(f.Change.Op))
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.Change.Key)))
	b = append(b, f.Change.Key...)
	return append(b, f.Change.Value...)
}

func decodeFeed(seq uint64, b []byte) (f FeedItem, err error) {
	const head = feedHead
	if len(b) < head || len(b) < head+int(binary.BigEndian.Uint16(b[head-2:])) {
		return f, fmt.Errorf("%w: a feed item of %d bytes", ErrDamaged, len(b))
	}
	end := head + int(binary.BigEndian.Uint16(b[head-2:]))
	f = FeedItem{
		Seq:     seq,
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
