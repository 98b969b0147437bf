// Package archtest holds the rules of the architecture as tests: which package
// may import which, who may touch Badger, Raft, Fiber and the clock, how long a
// file may be. A rule that is only written down is broken within a month.
//
// It must not know what any package does, only how it is put together: it reads
// the tree with go list and go/parser, and runs nothing of it.
//
// Begin with table_test.go, the decisions as data; rules_test.go lists the rules
// and runs them over the tree; broken_test.go shows each of them red once.
package archtest
