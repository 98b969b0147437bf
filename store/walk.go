package store

import (
	"iter"

	"gocua/store/command"
)

// walk is a way through the terms of an index that begin with a prefix: from
// behind a place on, or back from before it.
type walk struct {
	ix     command.Index
	prefix string
	at     command.Place // the zero one: from the edge
	back   bool
}

// under is what every term key of the walk begins with.
func (w walk) under() string { return termPrefix(w.ix, w.prefix) }

// start is a key no record has, at which the walk begins: it lies between the
// terms of the place and what is walked. A term key ends in the type of its
// record, which 0xff is above and nothing is below.
func (w walk) start() string {
	switch {
	case w.at == (command.Place{}) && w.back:
		return w.under() + "\xff" // no term holds that byte: it is none of UTF-8
	case w.at == (command.Place{}):
		return w.under()
	}
	x := termKey(w.ix, w.at.Term, 0, w.at.Key)
	x = x[:len(x)-1]
	if w.back {
		return x
	}
	return x + "\xff"
}

// sooner reports whether the walk meets x before y.
func (w walk) sooner(x, y string) bool {
	if w.back {
		return x > y
	}
	return x < y
}

// past is where to look for what follows x.
func (w walk) past(x string) string {
	if w.back {
		return x
	}
	return x + "\x00"
}

// beyond leaves out what lies on the near side of the place.
func (w walk) beyond(all iter.Seq[string]) iter.Seq[string] {
	start := w.start()
	return func(yield func(string) bool) {
		for x := range all {
			if w.sooner(start, x) && !yield(x) {
				return
			}
		}
	}
}

var (
	_ command.Seeker = (*Reader)(nil)
	_ command.Seeker = (*Layer)(nil)
)
