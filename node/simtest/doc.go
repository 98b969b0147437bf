// Package simtest lets whole machines live through a day in seconds: five of
// them and a province, each opened by node.Open as `gocua serve` does, with its
// register, log, outbox, certificates and door on a disk of its own. Only time
// and the cables are played (testing/synctest, raft/rafttest), and there are no
// pages: people sit down at node.Desk.
//
// It must not know how anything is done: what has to become of each capture is
// written down by hand when it is made (ledger_test.go), and looked for at the
// end on the disks of the machines, once all are off (check_test.go). Begin with
// story_test.go.
//
// A seed fixes the story, not how goroutines interleave: a failure may need its
// seed to be repeated some times (GOCUA_SEED).
package simtest
