// Package outbox is the sổ chờ: the journal of what was captured on this
// machine. A command that Put has answered for survives a power cut, and stays
// until Compact is told that the province holds what became of it. Nothing
// else ever removes it: the journal is not replicated, and a restore of the
// register does not touch it.
//
// It must not know what a command means, who the leader is, or how anything is
// delivered. Whoever drains it (node/deliver) asks for Undecided in order of
// capture and reports back with Settle.
//
// # On disk
//
// A directory holds numbered segments, each a run of frames (frame.go): a head
// naming node and epoch, then captures and settlements. A frame is sealed
// (AES-256-GCM), carries a CRC-32C, and names the hash of the frame before it,
// across segments too. So a flipped bit costs the one record it is in, and a
// record that is missing, moved or replaced shows. Beside them, the file "mark"
// (mark.go) says how far the journal was durable when last heard of; that is
// how a lost tail shows.
//
// Only one goroutine writes (loop in commit.go); it takes all captures that are
// waiting, writes them together and pays for one fsync. A segment whose fsync
// failed is never written to again: its unconfirmed frames are written anew in
// the next segment, whose head names the last frame that counts.
//
// Opened with Config.Carrier it keeps copies of what other machines captured
// (hold.go) until they are settled, in the same format.
//
// Begin with outbox.go, then commit.go for the way in and recovery.go for the
// way back.
package outbox
