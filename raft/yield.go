package raft

// Yield has another voter lead, if this node leads and there is one that can
// take over within two seconds or an election's time. It is for a node that
// lives and may vote but cannot apply for now, such as one whose disk is full:
// everybody would wait for what it alone is asked to answer.
func (r *Raft) Yield() { r.handOver() }
