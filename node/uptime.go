package node

import (
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"time"

	"gocua/raft"
	"gocua/store/civic"
)

// uptimeFile keeps how often the other machines answered this one, by day. It is
// never agreed on: each machine has its own view of the lines, and the one that is
// asked for advice goes by what it saw itself. Losing it costs two weeks of looking.
const uptimeFile = "uptime.json"

const (
	uptimeDays  = 14
	uptimeSaved = 30 * time.Minute // and whenever the machine stops; each time waits for the disk
)

// uptime counts looks.
type uptime struct {
	mu    sync.Mutex
	read  bool
	days  map[string]map[string]looks // by machine, by day
	saved time.Time
}

type looks struct {
	Of   int `json:"of"`
	Seen int `json:"seen"`
}

// measure notes who answered the greeting that was just made. A machine that hears
// nobody, and does not lead, is cut off itself: it says nothing about the others.
func (n *Node) measure(members []raft.Member) {
	now, answered, any := n.cfg.Clock(), map[string]bool{}, false
	for _, m := range members {
		if m.ID == n.id.Node {
			continue
		}
		h, ok := n.near.of(m.ID)
		answered[m.ID] = ok && now.Sub(h.at) < n.newsFor()
		any = any || answered[m.ID]
	}
	if _, _, self := n.Leader(); !any && !self {
		return
	}
	n.uptime.load(n.path(uptimeFile))
	n.uptime.note(civic.DayOf(now.UnixMilli()), answered)
	if n.uptime.due(now) {
		n.uptime.save(n.path(uptimeFile), n.log)
	}
}

func (u *uptime) note(day string, answered map[string]bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for node, yes := range answered {
		if u.days[node] == nil {
			u.days[node] = map[string]looks{}
		}
		l := u.days[node][day]
		l.Of++
		if yes {
			l.Seen++
		}
		u.days[node][day] = l
	}
}

// share is how many of a thousand looks of the last 14 days a machine answered,
// and how many looks that were.
func (u *uptime) share(node string, now time.Time) (perMille, of int) {
	u.mu.Lock()
	defer u.mu.Unlock()
	first, seen := firstDay(now), 0
	for day, l := range u.days[node] {
		if day >= first {
			of, seen = of+l.Of, seen+l.Seen
		}
	}
	if of == 0 {
		return 0, 0
	}
	return seen * 1000 / of, of
}

func firstDay(now time.Time) string {
	return civic.DayOf(now.AddDate(0, 0, 1-uptimeDays).UnixMilli())
}

func (u *uptime) due(now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if now.Sub(u.saved) < uptimeSaved {
		return false
	}
	u.saved = now
	first := firstDay(now)
	for node, days := range u.days {
		for day := range days {
			if day < first {
				delete(days, day)
			}
		}
		if len(days) == 0 {
			delete(u.days, node)
		}
	}
	return true
}

// load reads the file once. What cannot be read is measured anew.
func (u *uptime) load(path string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.read {
		return
	}
	u.read, u.days = true, map[string]map[string]looks{}
	if raw, err := os.ReadFile(path); err == nil && json.Unmarshal(raw, &u.days) != nil || u.days == nil {
		u.days = map[string]map[string]looks{}
	}
}

func (u *uptime) save(path string, log *slog.Logger) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if !u.read {
		return
	}
	raw, err := json.Marshal(u.days)
	if err == nil {
		err = replaceFile(path, raw)
	}
	if err != nil {
		log.Warn("how often the other machines answered could not be kept", "error", err)
	}
}
