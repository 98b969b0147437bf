// Package deliver takes what people capture on this machine to agreement: it
// previews a command, puts it into the outbox, sends it to the leader (here or
// over a peer), and brings the outcome back. On the leader its Batcher gathers
// what is waiting into entries.
//
// It must not know what a command means, how the register is stored, nor how
// machines agree: those come in through the small interfaces it declares.
//
// While the leader is out of reach, Handover gives copies of what waits to a
// machine nearby, whose Carrier keeps them durably and brings them to the leader;
// both go on beside Drain, for an outcome settles every copy.
//
// Begin with capture.go (what a page calls), then drain.go, send.go, batcher.go;
// handover.go and carrier.go are the two ends of carrying.
package deliver
