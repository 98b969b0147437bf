package raft

import (
	"time"

	hraft "github.com/hashicorp/raft"
)

// circle notices a node that installs one snapshot again and again (raft#697):
// its own log, of a time when it led and was cut off, reaches beyond the
// snapshot, and the library keeps believing in that log's end. Usually the
// contradiction can be seen; counting is for what nobody has thought of.
type circle struct {
	index uint64
	since []time.Time // of the last installs of that index
}

// installs of one snapshot within a time that are one too many.
const (
	circleInstalls = 3
	circleWithin   = time.Minute
)

// installed notes a snapshot and reports whether this node goes in circles. lib
// has not forgotten its log yet; it may be nil, at the very start.
func (c *circle) installed(now time.Time, index uint64, lib *hraft.Raft, contradicts bool) bool {
	if c.index != index {
		c.index, c.since = index, nil
	}
	c.since = append(c.since, now)
	for now.Sub(c.since[0]) > circleWithin {
		c.since = c.since[1:]
	}
	return contradicts || lib != nil && lib.LastIndex() > index || len(c.since) > circleInstalls
}
