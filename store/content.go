package store

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"iter"
)

// Counts says how much a register holds.
type Counts struct{ Records, Outcomes, Feed, Audit uint64 }

// Content returns the digest of the audit chain, the feed, all outcomes and
// records in key order, and how many there are. It reads everything; ask Err afterwards.
func (r *Reader) Content() (digest [32]byte, counts Counts) {
	c := newContent()
	for key, value := range r.replicated() {
		c.add(key, value)
	}
	return c.sum()
}

// replicated yields all that is the register itself, in key order: the audit
// chain, the feed, outcomes, records. Key and value are valid until the next.
func (r *Reader) replicated() iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		for _, prefix := range []byte{prefixAudit, prefixFeed, prefixOutcome, prefixRecord} {
			for item := range r.items([]byte{prefix}, nil) {
				value := r.value(item)
				if value == nil || !yield(item.Key(), value) {
					return
				}
			}
		}
	}
}

// content folds keys and values into a digest.
type content struct {
	hash   hash.Hash
	counts Counts
	frame  []byte
}

func newContent() *content { return &content{hash: sha256.New()} }

func (c *content) add(key, value []byte) {
	switch key[0] {
	case prefixRecord:
		c.counts.Records++
	case prefixOutcome:
		c.counts.Outcomes++
	case prefixFeed:
		c.counts.Feed += places(value)
	case prefixAudit:
		c.counts.Audit++
	}
	c.frame = binary.BigEndian.AppendUint32(c.frame[:0], uint32(len(key)))
	c.frame = append(c.frame, key...)
	c.frame = binary.BigEndian.AppendUint32(c.frame, uint32(len(value)))
	c.hash.Write(c.frame)
	c.hash.Write(value)
}

func (c *content) sum() ([32]byte, Counts) { return [32]byte(c.hash.Sum(nil)), c.counts }
