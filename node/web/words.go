package web

import (
	"strconv"
	"strings"
	"time"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
	"gocua/ui"
	"gocua/ui/messages"
)

// How records are named and pointed to, alike on every page. Numbers and phones
// leave this file masked.

func residentHref(key command.Key) string { return "/nhan-khau/" + string(key) }

func householdHref(key command.Key) string { return "/ho/" + string(key) }

func hamletLink(u civic.Unit) ui.Link {
	return ui.Link{Text: u.Name, Href: listing{hamlet: u.Code}.href()}
}

// join writes what is known side by side: "1958 · nữ · chủ hộ".
func join(parts ...string) string {
	known := parts[:0:0]
	for _, p := range parts {
		if p != "" {
			known = append(known, p)
		}
	}
	return strings.Join(known, " · ")
}

func year(b civic.Birth) string {
	if y := b.Year(); y > 0 {
		return strconv.Itoa(y)
	}
	return ""
}

// birthShown is a date of birth as people read it: "17/03/1955", "năm 1955".
func birthShown(b civic.Birth) string {
	switch {
	case b == "":
		return "chưa rõ ngày sinh"
	case len(b) == 4:
		return "năm " + b.Show()
	}
	return b.Show()
}

// standing is who somebody is in the household.
func standing(p lookup.Person) string {
	relation := p.Resident.Relation
	if !p.Resident.ListedIn.IsZero() || relation == roster.Head && p.Household != nil && !p.Household.Head.IsZero() {
		relation = "" // of another household, or of who headed this one
	}
	if relation == roster.Head || p.Household != nil && p.Household.Head == p.Resident.ID {
		return "chủ hộ"
	}
	return strings.ToLower(relation)
}

func firstPhone(r civic.Resident) string {
	if len(r.Phones) == 0 {
		return ""
	}
	return ui.MaskPhone(r.Phones[0])
}

func chipOf(p lookup.Person) ui.Chip { return ui.BucketChip(string(p.Bucket)) }

// because says why somebody stands where they do, or since when.
func because(p lookup.Person) string {
	r := p.Resident
	switch p.Bucket {
	case civic.Activated:
		return "từ " + shortDay(r.Progress.Activated)
	case civic.L1Submitted:
		return "từ " + shortDay(r.Progress.Captured)
	case civic.Excluded:
		if r.Progress.Excluded == "" {
			return "Chưa đủ 14 tuổi"
		}
	}
	return ""
}

func memberOf(p lookup.Person, current command.Key) ui.Member {
	return ui.Member{Href: residentHref(p.Key), Name: ui.PersonName(p.Resident.Name), Year: year(p.Resident.Birth),
		About: join(messages.Sex(p.Resident.Sex), standing(p)), Chip: chipOf(p), Phone: firstPhone(p.Resident),
		Current: p.Key == current, Pencil: p.Pending}
}

func membersOf(people []lookup.Person, current command.Key) (list []ui.Member) {
	for _, p := range people {
		list = append(list, memberOf(p, current))
	}
	return list
}

func subjectOf(p lookup.Person) ui.Subject {
	return ui.Subject{Name: p.Resident.Name, Href: residentHref(p.Key), Hamlet: p.Unit.Name,
		About: join(birthShown(p.Resident.Birth), messages.Sex(p.Resident.Sex)), Chip: chipOf(p), Note: because(p)}
}

// attempt is the tag of the n-th visit to a door, and whether it is a warning.
func attempt(n int) (tag string, late bool) {
	if n < 2 {
		return "", false
	}
	return "lần " + itoa(n), n >= 3
}

// when is "09/08 19:52", with the year if it is another.
func when(ms int64) string {
	t := moment(ms)
	switch {
	case ms == 0:
		return ""
	case t.Year() != time.Now().In(ict).Year():
		return t.Format("02/01/2006 15:04")
	}
	return t.Format("02/01 15:04")
}

// shortDay turns "2026-08-09" into "09/08", with the year if it is another.
func shortDay(iso string) string {
	t, err := time.Parse(time.DateOnly, iso)
	switch {
	case err != nil:
		return iso
	case t.Year() != time.Now().In(ict).Year():
		return t.Format("02/01/2006")
	}
	return t.Format("02/01")
}

// today is the day it is here, as the register writes days.
func today() string { return civic.DayOf(time.Now().UnixMilli()) }

// readDay turns a day as people write it (17/03/1955, 17.3.1955, 17031955, or a
// year alone) into the form of the register. What it cannot read comes back as
// it is, for the rules to refuse.
func readDay(typed string) string {
	typed = strings.TrimSpace(typed)
	parts := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune("/.- ", r) })
	if len(parts) == 1 && len(typed) == 8 {
		parts = []string{typed[:2], typed[2:4], typed[4:]}
	}
	if len(parts) != 3 || len(parts[2]) != 4 {
		return typed
	}
	d, errD := strconv.Atoi(parts[0])
	m, errM := strconv.Atoi(parts[1])
	y, errY := strconv.Atoi(parts[2])
	if errD != nil || errM != nil || errY != nil {
		return typed
	}
	if day, ok := civic.DateOf(y, m, d); ok {
		return day
	}
	return typed
}

// shortUnit is a unit's name where there is little room: "P. Dịch Vọng Hậu".
func shortUnit(name string) string {
	if rest, ok := strings.CutPrefix(name, "Phường "); ok {
		return "P. " + rest
	}
	return name
}

// lower makes a phrase go on in the middle of a sentence.
func lower(s string) string {
	for i, r := range s {
		if i == 0 {
			return strings.ToLower(string(r)) + s[len(string(r)):]
		}
	}
	return s
}
