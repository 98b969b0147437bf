// Package raft is agreement on bytes: a few machines agree on one order of
// entries, and each hands them, in that order, to its Machine. It opens and
// recovers a node's part of a cluster, proposes entries, offers a barrier for
// reads that must be current, and changes the membership.
//
// It must not know what an entry means, how the Machine stores anything, how
// peers are authenticated (the StreamLayer it is given does that), nor who may
// ask for what. It imports nothing of ours; nothing else of ours imports
// hashicorp/raft or raft-boltdb.
//
// Begin with raft.go (life cycle), then machine.go (the contract of what is
// agreed on), propose.go and boot.go. DESIGN.md says why it is so.
package raft
