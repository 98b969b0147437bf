package store

// lately is what the last transactions found or left in the database: every page of
// a list adds to the same few dozen tallies and asks for the same hamlets, and looking
// one up in a large register costs as much as writing it. It holds for one state of one
// volume; whatever else wrote there (a restore, a rebuild, another process before
// this one) is noticed by that. Whoever holds Store.writing may use it.
type lately struct {
	at   moment
	kept map[string][]byte // tallies and records as they are kept; nil: not there
}

const keptLately = 10_000 // keys; 1 to 4 MB

// of is what is known of the register as the reader sees it.
func (l *lately) of(r *Reader) map[string][]byte {
	if l.at != r.moment() || len(l.kept) > keptLately {
		l.at, l.kept = r.moment(), map[string][]byte{}
	}
	return l.kept
}

// wrote takes in what a chunk has committed.
func (l *lately) wrote(c *chunk) {
	for k, v := range c.keys {
		switch k[0] {
		case prefixTally:
			l.kept[k] = v
		case prefixRecord:
			if _, asked := l.kept[k]; asked {
				l.kept[k] = v
			}
		}
	}
	l.at = moment{c.reader.vol, c.place.Txn}
}
