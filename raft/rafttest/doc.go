// Package rafttest runs clusters in one process, for the tests of any package:
// a Network in memory whose links can be cut, healed and throttled, Nodes that
// can be stopped and started again, a Machine that only remembers, and checks
// that all logs and machines agree. Everything works in real time and inside a
// testing/synctest bubble, where days pass in seconds.
//
// It must not know what entries mean. Begin with cluster.go.
package rafttest
