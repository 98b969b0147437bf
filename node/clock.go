package node

import (
	"slices"
	"time"
)

// clocks is what is known of everybody's time at one moment, in ms since 1970
// UTC: this machine's own, and the others' as last heard, gone on since.
type clocks struct {
	own    int64
	votes  bool    // whether this machine has a vote, so that its clock counts
	voters []int64 // other machines with a vote that were heard
	others []int64 // standbys that were heard: they can witness, not decide
	deaf   bool    // somebody will be heard who has not been yet
	floor  int64   // the time the cluster last agreed on; 0: it has never agreed on one
}

// verdict says how far the time that clocks lead to can be believed.
type verdict uint8

const (
	timeGood     verdict = iota
	timeHeld             // it would jump ahead of every clock but one: that waits for a person
	timeUnjudged         // it jumped, and there was nobody to compare with
)

// farJump is how far the agreed time may go on at once, ms, before somebody else
// must have it too.
const farJump = int64(24 * time.Hour / time.Millisecond)

// agree is the time the cluster goes by: the median of the voters' clocks, never
// going back. While a jump is held, time goes on as far as the others support it.
func (c clocks) agree() (at int64, v verdict) {
	at = max(c.median(), c.floor)
	switch witnesses := slices.Concat(c.voters, c.others); {
	case c.floor == 0 || at <= c.floor+farJump || c.witnessed(at):
		return at, timeGood
	case len(witnesses) > 0:
		return max(c.floor, slices.Max(witnesses)), timeHeld
	case c.deaf: // in a moment: without a second voter nothing is agreed
		return c.floor, timeHeld
	}
	return at, timeUnjudged
}

// witnessed reports whether another clock has all but come to a time.
func (c clocks) witnessed(at int64) bool {
	return slices.ContainsFunc(slices.Concat(c.voters, c.others), func(ms int64) bool { return ms >= at-farJump })
}

// median is that of the voters' clocks, the earlier of two. A clock far behind
// what was agreed already is wrong for certain and does not count.
func (c clocks) median() int64 {
	counted := slices.Clone(c.voters)
	if c.votes || len(counted) == 0 {
		counted = append(counted, c.own)
	}
	counted = slices.DeleteFunc(counted, func(ms int64) bool { return ms < c.floor-farJump })
	if len(counted) == 0 {
		return c.floor
	}
	slices.Sort(counted)
	return counted[(len(counted)-1)/2]
}
