// Package search finds people and doors by what somebody at a counter types:
// words of a name in any order and without tones, the beginning of a word, a
// year of birth, a phone, a personal number or its last digits, words of an
// address. It keeps names and digits of the register in memory, about 90 bytes
// a resident, filled from the register at start and kept in step by the feed.
//
// It must not know who is asking (the caller passes the hamlets somebody may
// see), how the register is stored (it reads a Source) or how a hit is shown: it
// returns keys, and the records behind them are read from the register.
//
// A search looks at every row. That is quick because a row is a few numbers: each
// different word of the register is written once, in a dictionary; what somebody
// typed is compared with the dictionary, and rows only with the outcome.
//
// Begin with index.go, then query.go and match.go.
package search
