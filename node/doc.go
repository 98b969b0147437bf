// Package node is the machine: it opens the register, the outbox, the door for
// other machines, agreement and the pages, joins them, and closes them in order.
// It is the only place that sees everything.
//
// It must not hold rules of the domain (store/civic), nor know how a page looks
// (ui) or a connection is secured (node/peer): it wires.
//
// Begin with config.go and node.go; setup.go makes a machine's directory,
// machine.go is where agreement meets the register.
package node
