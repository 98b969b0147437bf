package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// ParkedUnder lists at most limit of the records the province refused that are
// listed in a unit or below it, unit by unit; for the whole register all of them,
// also those that lie in no unit.
func ParkedUnder(src Source, unit string, limit int) (list []civic.Parked) {
	if who, ok := civic.WhoseRegister(src); ok && who.Code == unit {
		return Parked(src, limit)
	}
	for _, code := range civic.Subtree(src, unit) {
		for _, key := range src.Scan(civic.ParkedByUnit, civic.TermPrefix(code)) {
			if len(list) == limit {
				return list
			}
			if p, ok := civic.Load[civic.Parked](src, civic.TypeParked, key); ok {
				list = append(list, p)
			}
		}
	}
	return list
}

// parkedOf finds a change of a command that is held up at the province.
func parkedOf(src Source, out command.Outcome) (civic.Parked, bool) {
	if out.FeedTo == 0 || !anyParked(src) {
		return civic.Parked{}, false
	}
	for item := range src.Feed(out.FeedFrom - 1) {
		if item.Seq > out.FeedTo {
			break
		}
		if p, ok := civic.ParkedAt(src, item.Change.Type, item.Change.Key, item.Seq); ok {
			return p, true
		}
	}
	return civic.Parked{}, false
}

func anyParked(src Source) bool {
	for range src.Scan(civic.ParkedBySeq, "") {
		return true
	}
	return false
}
