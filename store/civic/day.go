package civic

import "gocua/store/command"

// Day is how far the calendar has been opened (ngày làm việc): what follows from
// a date alone happens when the date is opened, not when somebody's clock says so.
type Day struct {
	Date  string `json:"date"` // YYYY-MM-DD, Vietnam time
	Pages int    `json:"pages"`
	Done  bool   `json:"done,omitempty"` // nothing more follows from this day
	At    int64  `json:"at"`             // agreed time of the last page, ms
}

// dayKey names the one Day there is: the last that was opened.
const dayKey command.Key = "last"

// LoadDay reads the last day opened; its zero value before the first.
func LoadDay(v command.View) Day {
	d, _ := Load[Day](v, TypeDay, dayKey)
	return d
}

// Next is the page that opens more, up to a day ("YYYY-MM-DD"); ok is false when
// that day is open already. Missed days are opened one by one, in order.
func (d Day) Next(today string) (next OpenDay, ok bool) {
	switch {
	case d.Date == "":
		return OpenDay{Date: today}, true
	case !d.Done:
		return OpenDay{Date: d.Date, Page: d.Pages}, true
	case d.Date >= today:
		return OpenDay{}, false
	}
	return OpenDay{Date: dayAfter(d.Date)}, true
}

// OpenDay opens a day, page by page; the last page closes it. The leader proposes
// it; proposing a page twice is harmless, for it is opened once.
type OpenDay struct {
	Date string `json:"date"`
	Page int    `json:"page,omitempty"` // from 0
}

// What one page may do, so that any page fits a command's effect.
const (
	pagePeople = 200
	pageBytes  = command.MaxEffect / 2 // of changed residents, before the last one
)

func (p OpenDay) Check() *command.Error {
	if !validDay(p.Date) {
		return command.InvalidField("/date", "bad_day", "a day is YYYY-MM-DD")
	}
	return nil
}

func (p OpenDay) Decide(v command.View, e command.Envelope) command.Decision {
	last := LoadDay(v)
	next, more := last.Next(DayOf(v.Now()))
	switch {
	case p.Date > DayOf(v.Now()):
		return command.Reject(command.Errorf(command.Conflicting, "day_ahead", "it is not %s yet", p.Date))
	case last.Date != "" && (!more || p != next), last.Date == "" && p.Page != 0:
		return command.Reject(command.Errorf(command.Conflicting, "day_order", "page %d of %s is not the next to be opened", p.Page, p.Date))
	}
	changes, done := comeOfAge(v, e, p.Date)
	opened := Day{Date: p.Date, Pages: p.Page + 1, Done: done, At: v.Now()}
	return command.Accept(append(changes, put(TypeDay, dayKey, opened))...)
}

// comeOfAge makes those count who are of age on a day and were not when they were
// last looked at; done: that is everybody. The province leaves its clusters'
// people to them.
func comeOfAge(v command.View, e command.Envelope, date string) (changes []command.Change, done bool) {
	if who, _ := WhoseRegister(v); who.Tier == TierProvince {
		return nil, true
	}
	size := 0
	for day, key := range v.Scan(ResidentByComing, "") {
		if day > date {
			break
		}
		if len(changes) == pagePeople || size > pageBytes {
			return changes, false
		}
		r, ok := Load[Resident](v, TypeResident, key)
		if !ok {
			continue
		}
		r.Eligible, r.Rev = true, e.ID
		c := put(TypeResident, key, r)
		changes, size = append(changes, c), size+len(c.Value)
	}
	return changes, true
}
