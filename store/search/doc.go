// Package search finds people and doors by what somebody at a counter types:
// words of a name in any order and without tones, the beginning of a word, a
// year of birth, a phone, a personal number or its last digits, words of an
// address. It keeps names and digits of the register in memory, about 100 bytes
// a resident, filled from the register at start and kept in step by the feed.
//
// It must not know who is asking (the caller passes the hamlets somebody may
// see), how the register is stored (it reads a Source) or how a hit is shown: it
// returns keys, and the records behind them are read from the register.
//
// Each different word of the register is written once, in a dictionary, and each
// different name and address once, as its words. What somebody typed is compared
// with the dictionary; from the words that answer a search goes to the names that
// have them, and from these to the rows. Rows are a few numbers each.
//
// What finds less than a page is followed by guesses at what was meant (guess.go):
// one slip of the hand, what sounds alike, Telex keys, words without a space.
// testdata/golden.csv holds what clerks type and whom they mean; it was written by
// testdata/golden before the search was, and does not change.
//
// Begin with index.go, then query.go, search.go and match.go.
package search
