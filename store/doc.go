// Package store keeps the register (sổ cái): everything the cluster has agreed
// on, as records, and with them the feed of what changed, the outcome of every
// command, indexes, tallies and a chain of digests by which nodes compare
// themselves. Store.Apply is the only way anything is written, and it writes
// what one command did in one Badger transaction together with how far the
// agreed order has been applied.
//
// It must not know the domain: kinds, records and rules come in the
// command.Table. It must not know how entries are agreed on, nor read a clock.
// It is the only package that imports Badger, and no Badger type leaves it.
//
// Begin with keys.go (what is in the database), then apply.go and chunk.go
// (writing), reader.go (reading), snapshot.go and restore.go. DESIGN.md says
// why.
package store
