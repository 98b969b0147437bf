package lookup

import (
	"gocua/store/civic"
	"gocua/store/command"
)

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
