package command

import "iter"

// View is everything a rule may look at. It is a fixed point in the agreed
// order (or that plus what waits on this machine): reading it twice gives the
// same answer. A disk error ends the read as "absent" and is reported to the
// caller of the rule by whoever made the view; rules do not handle it.
type View interface {
	// Get returns the record's value, or nil. The caller must not change it.
	Get(t RecordType, key Key) []byte
	// Scan yields the keys of the records that carry a term of the index with
	// this prefix, in the order of (term, key).
	Scan(ix Index, prefix string) iter.Seq2[string, Key]
	// Outcome returns what became of a command.
	Outcome(id ID) (Outcome, bool)
	// Now is the agreed time, ms since 1970 UTC.
	Now() int64
	// Level is the feature level all voters know.
	Level() int
}

// Place is where a record stands in an index: by a term, then by key. The zero
// Place is the edge a walk begins at.
type Place struct {
	Term string
	Key  Key
}

// Seeker is a view whose indexes can be entered anywhere. What lies before the
// place is not read, so a page deep in a list costs what the first one does.
type Seeker interface {
	// ScanFrom yields what Scan does, from behind a place on.
	ScanFrom(ix Index, prefix string, after Place) iter.Seq2[string, Key]
	// ScanBack yields what Scan does, from before a place back to the beginning,
	// the last first.
	ScanBack(ix Index, prefix string, before Place) iter.Seq2[string, Key]
}

// Lacks reports whether a view says for certain that no record carries exactly
// this term. A view need not be able to: a Scan that finds nothing says the same.
func Lacks(v View, ix Index, term string) bool {
	sure, able := v.(interface{ Lacks(Index, string) bool })
	return able && sure.Lacks(ix, term)
}

// Index numbers an index. Numbers are local to a build: indexes are derived
// and rebuilt when their declaration changes.
type Index uint8

// Tally numbers a running count. Derived, like an index.
type Tally uint8

// Derived collects what follows from one record: the terms by which it is
// found and the counts it adds to. The same record must always derive the same.
type Derived struct {
	Terms  []Term
	Counts []Count
}

// Term is one way to find a record.
type Term struct {
	Index Index
	Value string
}

// Count is what one record adds to a tally under a key.
type Count struct {
	Tally Tally
	Key   string
	N     int64
}

// Find adds a term.
func (d *Derived) Find(ix Index, value string) { d.Terms = append(d.Terms, Term{ix, value}) }

// Count adds to a tally.
func (d *Derived) Count(t Tally, key string, n int64) {
	d.Counts = append(d.Counts, Count{t, key, n})
}
