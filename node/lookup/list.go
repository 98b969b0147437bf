package lookup

import (
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
)

// spot is where a record stands in a list: by what the list is sorted by, then
// by key, so that no two records share a spot.
type spot struct {
	by     string
	key    command.Key
	past   bool // only how far a part was read: whoever stands there is not asked for
	unsure bool // whether they are asked for has to be looked up
}

func (a spot) compare(b spot) int {
	if c := strings.Compare(a.by, b.by); c != 0 {
		return c
	}
	return strings.Compare(string(a.key), string(b.key))
}

// cut turns one spot more than a page holds into the page and its cursor: the
// key of its last record. A key says nothing about anybody, so it may stand in
// an address.
func cut(found []spot, limit int) (keys []command.Key, next string) {
	if len(found) > limit {
		found = found[:limit]
		next = string(found[limit-1].key)
	}
	for _, s := range found {
		keys = append(keys, s.key)
	}
	return keys, next
}

// badCursor is the answer to a cursor that leads nowhere: of another list, or
// of a record that waited here and was not agreed to.
func badCursor() *command.Error {
	return command.InvalidField("/cursor", "bad_cursor", "this place in the list no longer exists; begin again")
}

// Pending reports whether what a record says waits on this machine: rev is the
// command that last changed it. A preview has no place in the agreed order.
func Pending(src Source, rev command.ID) bool {
	out, ok := src.Outcome(rev)
	return ok && out.Index == 0
}

// OfficerName is what to call an officer; empty if nobody is known by that ID.
// Officers stay in their cluster, so the province knows only its own.
func OfficerName(src Source, id command.ID) string {
	o, _ := civic.Load[civic.Officer](src, civic.TypeOfficer, civic.KeyOf(id))
	return o.Name
}
