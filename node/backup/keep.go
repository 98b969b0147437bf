package backup

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// How many backups are kept: of the last days, weeks and months that have any.
const (
	keepDaily   = 7
	keepWeekly  = 4
	keepMonthly = 12
)

const (
	nameSuffix = ".gocua"
	nameTime   = "20060102-150405"
)

// vietnam is where days begin and end: UTC+7, without summer time.
func vietnam() *time.Location { return time.FixedZone("UTC+7", 7*60*60) }

// Name is the name of a backup in its directory.
func Name(node string, at time.Time) string {
	return node + "-" + at.In(vietnam()).Format(nameTime) + nameSuffix
}

// named reads when a backup of the machine was made from its name.
func named(node, name string) (at time.Time, ok bool) {
	text, mine := strings.CutPrefix(name, node+"-")
	text, whole := strings.CutSuffix(text, nameSuffix)
	if !mine || !whole {
		return at, false
	}
	at, err := time.ParseInLocation(nameTime, text, vietnam())
	return at, err == nil
}

// early is how far a clock that goes right may be ahead of itself later.
const early = time.Hour

// Ahead tells whether a backup bears a time that is yet to come: a clock was
// wrong when it was made, or is now. What it holds may be good all the same.
func Ahead(made, now time.Time) bool { return made.After(now.Add(early)) }

// Superfluous are those of the backups that need not be kept: the last one of
// each of the last seven days, four weeks and twelve months that have one stays,
// so the newest always does.
func Superfluous(made []time.Time) (drop []time.Time) {
	made = slices.SortedFunc(slices.Values(made), func(a, b time.Time) int { return b.Compare(a) })
	keep := map[int]bool{}
	for _, rule := range []struct {
		count int
		of    func(time.Time) string
	}{
		{keepDaily, func(t time.Time) string { return t.Format(time.DateOnly) }},
		{keepWeekly, func(t time.Time) string { y, w := t.ISOWeek(); return fmt.Sprint(y, "-", w) }},
		{keepMonthly, func(t time.Time) string { return t.Format("2006-01") }},
	} {
		last, kept := "", 0
		for i, t := range made {
			if span := rule.of(t.In(vietnam())); span != last && kept < rule.count {
				keep[i], last = true, span
				kept++
			}
		}
	}
	for i, t := range made {
		if !keep[i] {
			drop = append(drop, t)
		}
	}
	return drop
}

// Tidy removes from a directory the backups of the machine that need not be
// kept, and drafts that a power cut left. Files of other names are not touched,
// nor those that are ahead of time: they stay, and take nobody's place.
func Tidy(dir, node string, now time.Time) error {
	held, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	var made []time.Time
	for _, f := range held {
		if at, ok := named(node, f.Name()); ok && !Ahead(at, now) {
			made = append(made, at)
		}
		if _, draft := named(node, strings.TrimSuffix(f.Name(), draftSuffix)); draft && strings.HasSuffix(f.Name(), draftSuffix) {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return fmt.Errorf("backup: %w", err)
			}
		}
	}
	for _, at := range Superfluous(made) {
		if err := os.Remove(filepath.Join(dir, Name(node, at))); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	return nil
}

// Due tells whether the nightly backup is to be made: the last moment it was
// planned for has passed, and none has been made since. A machine that was off
// at night makes up for it when it is started, and one that is ahead of time
// counts as none. at is the time of day in UTC+7.
func Due(last, now time.Time, at time.Duration) bool {
	local := now.In(vietnam())
	planned := time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, vietnam()).Add(at)
	if planned.After(now) {
		planned = planned.AddDate(0, 0, -1)
	}
	return last.Before(planned) || Ahead(last, now)
}
