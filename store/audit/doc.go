// Package audit is the journal of who looked at whom on this machine, and the
// chain that binds it (nhật ký lượt xem). It is appended to and never changed;
// what the cluster holds a merged copy of may be let go, a segment at a time.
//
// It must not know what the records are that are looked at, nor how its looks
// reach the other machines.
//
// A directory holds segments (segment.go), each a run of sealed frames: a head,
// then looks. The hash in each frame covers all looks before it, as plain text,
// so that whoever holds the merged copy computes the same chain. The mark
// (mark.go) says how far the journal was durable: what is shorter was cut.
//
// Begin with journal.go; verify.go finds what was altered.
package audit
