package node

import (
	"gocua/node/lookup"
	"gocua/node/peer"
)

// Sim puts a machine into a simulation, where hours pass in no time. Everything
// is as it is in an office but two things that keep to the time outside: it
// serves no pages, and its register does not look twenty times a second whether
// the files on the disk want tidying.
type Sim struct {
	Net peer.Network
}

// Desk is the machine as its pages and programs see it. Where there are no pages
// one sits down here.
func (n *Node) Desk() lookup.Machine { return n.desk() }
