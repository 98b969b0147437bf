package raft

// HoldRepairs keeps this node from being started anew, as if nobody watched,
// until what it returns is called.
func (r *Raft) HoldRepairs() (release func()) {
	r.turn <- struct{}{}
	return func() { <-r.turn }
}
