// Package deliver takes what people capture on this machine to agreement: it
// previews a command, puts it into the outbox, sends it to the leader (here or
// over a peer), and brings the outcome back. On the leader its Batcher gathers
// what is waiting into entries.
//
// It must not know what a command means, how the register is stored, nor how
// machines agree: those come in through the small interfaces it declares.
//
// Begin with capture.go (what a page calls), then drain.go, send.go, batcher.go.
package deliver
