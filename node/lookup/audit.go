package lookup

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocua/store/civic"
	"gocua/store/command"
)

// Kinds of lines of the audit log.
const (
	AuditChanges = "changes"
	AuditLooks   = "looks"
	AuditSignIns = "signins"
)

// AuditFilter says which lines of the audit log are asked for. Zero fields ask
// for all.
type AuditFilter struct {
	Officer  command.ID
	Type     command.RecordType // with Key: what was done about one record
	Key      command.Key
	From, To int64  // ms since 1970 UTC, To exclusive
	Hours    [2]int // of the day at UTC+7, from and before; 19 to 6 goes over midnight; equal: all
	Kind     string
	Command  command.Kind // of changes: this kind only
	Units    []string
	After    string // cursor
	Limit    int
}

// AuditLine is one thing somebody did: changed, looked at, or came in (một dòng
// nhật ký). It names records by their IDs and holds nothing of what they say.
type AuditLine struct {
	At      int64
	Officer command.ID // zero: the machine itself, or nobody known
	By      string     // the officer's name
	Node    string
	Unit    string
	Kind    string         // of a command; empty: a look
	Status  command.Status // of a command
	Code    string         // why it was not accepted
	Act     command.LookAct
	Query   string // which list, which field
	Type    command.RecordType
	Key     command.Key
	Count   int
	Reason  string
}

// AuditPage is one page of the audit log, newest first.
type AuditPage struct {
	Lines []AuditLine
	Next  string // cursor; empty: this is the last
}

// mostRead is how many entries one request looks through: with a narrow filter a
// page may then be short, and the next goes on from there.
const mostRead = 20_000

// Audit lists what was decided and who looked, newest first. Looks are those the
// cluster has merged: of a machine that is cut off they come when it is back.
func Audit(src Source, chain Chain, table *command.Table, f AuditFilter) (AuditPage, error) {
	at, err := parseAuditCursor(src, chain, f)
	if err != nil {
		return AuditPage{}, err
	}
	a := &auditor{src: src, chain: chain, table: table, f: f, units: map[string]bool{}, names: map[command.ID]string{}, budget: mostRead}
	for _, u := range f.Units {
		a.units[u] = true
	}
	changes, looks := a.changes(at.seq), a.looks(at)
	var page AuditPage
	for len(page.Lines) < f.Limit {
		c, l := changes.peek(), looks.peek()
		switch {
		case a.budget <= 0 && (c == nil || l == nil): // what was not looked at may come before the rest
			page.Next = a.goOn(at).String()
			return page, nil
		case c == nil && l == nil:
			return page, nil
		case l == nil || c != nil && c.line.At >= l.line.At:
			page.Lines = append(page.Lines, a.named(c.line))
			at.seq = c.seq
			changes.drop()
		default:
			page.Lines = append(page.Lines, a.named(l.line))
			at.at, at.key, at.i = l.line.At, l.page, l.i
			looks.drop()
		}
	}
	if changes.peek() != nil || looks.peek() != nil {
		page.Next = at.String()
	}
	return page, nil
}

// auditor answers one request.
type auditor struct {
	src    Source
	chain  Chain
	table  *command.Table
	f      AuditFilter
	units  map[string]bool
	names  map[command.ID]string
	budget int

	seq uint64 // the chain was looked through down to here
	day string // the day of looks that comes next
}

// goOn is the place to go on from when nothing more may be looked at now.
func (a *auditor) goOn(at auditCursor) auditCursor {
	if a.seq > 0 {
		at.seq = min(at.seq, a.seq)
	}
	if day, err := time.Parse(time.DateOnly, a.day); err == nil {
		if end := day.Add(17*time.Hour).UnixMilli() - 1; at.at == 0 || end < at.at { // its last moment at UTC+7
			at.at, at.key, at.i = end, "~", 0
		}
	}
	return at
}

// found is a line and where it stands.
type found struct {
	line AuditLine
	seq  uint64 // of the chain
	page command.Key
	i    int
}

// stream hands out lines one by one, newest first.
type stream struct {
	next func() *found
	head *found
	done bool
}

func (s *stream) peek() *found {
	if s.head == nil && !s.done {
		s.head = s.next()
		s.done = s.head == nil
	}
	return s.head
}

func (s *stream) drop() { s.head = nil }

// fits reports whether a line is asked for, whatever else is.
func (a *auditor) fits(l AuditLine) bool {
	f := a.f
	if !f.Officer.IsZero() && l.Officer != f.Officer || f.From > 0 && l.At < f.From || f.To > 0 && l.At >= f.To || len(a.units) > 0 && !a.units[l.Unit] {
		return false
	}
	if from, to := f.Hours[0], f.Hours[1]; from != to {
		hour := time.UnixMilli(l.At).UTC().Add(7 * time.Hour).Hour()
		if from < to && (hour < from || hour >= to) || from > to && hour < from && hour >= to {
			return false
		}
	}
	return true
}

// changes are the entries of the chain before a place.
func (a *auditor) changes(before uint64) *stream {
	if a.f.Kind != "" && a.f.Kind != AuditChanges {
		return &stream{done: true}
	}
	if a.f.Key != "" {
		return a.changesOf(before)
	}
	seq := before
	return &stream{next: func() *found {
		for seq > 1 && a.budget > 0 {
			seq--
			a.budget--
			a.seq = seq
			e, ok := a.chain.AuditEntry(seq)
			if !ok || a.f.From > 0 && e.At < a.f.From {
				return nil
			}
			if x := a.change(e); x != nil {
				return x
			}
		}
		return nil
	}}
}

// changesOf are the entries that changed one record.
func (a *auditor) changesOf(before uint64) *stream {
	var list []*found
	for item := range a.src.History(a.f.Type, a.f.Key) {
		e, ok := a.chain.AuditOf(item.Index, item.Command)
		if !ok || e.Seq >= before {
			continue
		}
		if x := a.change(e); x != nil {
			list = append(list, x)
		}
	}
	slices.Reverse(list)
	return streamOf(list)
}

func streamOf(list []*found) *stream {
	return &stream{next: func() *found {
		if len(list) == 0 {
			return nil
		}
		x := list[0]
		list = list[1:]
		return x
	}}
}

func (a *auditor) change(e command.AuditEntry) *found {
	spec, _ := a.table.Kind(e.Kind)
	l := AuditLine{At: e.At, Officer: e.By.Officer, Node: e.By.Node, Unit: e.Unit, Kind: spec.Name, Status: e.Status, Code: e.Code,
		Type: e.Type, Key: e.Key, Count: int(e.Changes)}
	if spec.System || a.f.Command != 0 && e.Kind != a.f.Command || !a.fits(l) { // what machines settle among themselves is not anybody's doing
		return nil
	}
	return &found{line: l, seq: e.Seq}
}

// looks are the merged looks before a place, day by day.
func (a *auditor) looks(at auditCursor) *stream {
	if a.f.Kind == AuditChanges {
		return &stream{done: true}
	}
	days := a.lookDays()
	var order []string
	for day := range days {
		order = append(order, day)
	}
	slices.Sort(order)
	var ready []*found
	return &stream{next: func() *found {
		for len(ready) == 0 {
			a.day = ""
			if len(order) == 0 {
				return nil
			}
			day := order[len(order)-1]
			if a.day = day; a.budget <= 0 {
				return nil
			}
			order = order[:len(order)-1]
			if at.at > 0 && day > civic.DayOf(at.at) {
				continue
			}
			ready = a.looksOn(day, days[day], at)
		}
		x := ready[0]
		ready = ready[1:]
		return x
	}}
}

// lookDays are the pages that hold looks that may be asked for, by day.
func (a *auditor) lookDays() map[string][]command.Key {
	ix, prefix := civic.LooksByDay, ""
	switch {
	case a.f.Key != "":
		ix, prefix = civic.LooksByRecord, civic.TermPrefix(strconv.Itoa(int(a.f.Type)), string(a.f.Key))
	case !a.f.Officer.IsZero():
		ix, prefix = civic.LooksByOfficer, civic.TermPrefix(a.f.Officer.String())
	}
	days := map[string][]command.Key{}
	for term, key := range a.src.Scan(ix, prefix) {
		parts := civic.TermParts(term)
		day := parts[len(parts)-1]
		if (a.f.From == 0 || day >= civic.DayOf(a.f.From)) && (a.f.To == 0 || day <= civic.DayOf(a.f.To)) {
			days[day] = append(days[day], key)
		}
	}
	return days
}

func (a *auditor) looksOn(day string, keys []command.Key, at auditCursor) (list []*found) {
	for _, key := range keys {
		p, _ := civic.Load[civic.Looks](a.src, civic.TypeLooks, key)
		a.budget -= len(p.Looks)
		for i, l := range p.Looks {
			x := &found{page: key, i: i, line: AuditLine{At: l.At, Officer: l.Officer, Node: p.Node, Unit: a.placeOf(l, p.Node), Act: l.Act, Query: l.Query,
				Type: l.Type, Key: l.Key, Count: l.Count, Reason: l.Reason}}
			if civic.DayOf(l.At) == day && a.asked(l) && a.fits(x.line) && (at.at == 0 || x.before(at)) {
				list = append(list, x)
			}
		}
	}
	slices.SortFunc(list, func(x, y *found) int {
		return cmp.Or(cmp.Compare(y.line.At, x.line.At), strings.Compare(string(y.page), string(x.page)), cmp.Compare(y.i, x.i))
	})
	return list
}

// placeOf is the unit a look concerns; of one that concerns none, the machine's.
func (a *auditor) placeOf(l command.Look, node string) string {
	if l.Unit != "" {
		return l.Unit
	}
	n, _ := civic.Load[civic.Node](a.src, civic.TypeNode, command.Key(node))
	return n.Unit
}

func (a *auditor) asked(l command.Look) bool {
	door := slices.Contains([]command.LookAct{command.LookSignIn, command.LookFailed, command.LookSignOut, command.LookKill, command.LookSecond}, l.Act)
	return (a.f.Kind == "" || door == (a.f.Kind == AuditSignIns)) && (a.f.Key == "" || l.Type == a.f.Type && l.Key == a.f.Key)
}

// before reports whether a look comes after a place in the list, which is older.
func (x *found) before(at auditCursor) bool {
	return cmp.Or(cmp.Compare(x.line.At, at.at), strings.Compare(string(x.page), string(at.key)), cmp.Compare(x.i, at.i)) < 0
}

func (a *auditor) named(l AuditLine) AuditLine {
	if l.Officer.IsZero() {
		return l
	}
	name, known := a.names[l.Officer]
	if !known {
		o, _ := civic.Load[civic.Officer](a.src, civic.TypeOfficer, civic.KeyOf(l.Officer))
		name = o.Name
		a.names[l.Officer] = name
	}
	l.By = name
	return l
}

// auditCursor is how far both lists were shown.
type auditCursor struct {
	seq uint64 // changes from here on were
	at  int64  // looks from here on were; 0: none
	i   int
	key command.Key
}

func (c auditCursor) String() string { return fmt.Sprintf("%d.%d.%d.%s", c.seq, c.at, c.i, c.key) }

func parseAuditCursor(src Source, chain Chain, f AuditFilter) (c auditCursor, err error) {
	c.seq = src.Position().Audit.Seq + 1
	if f.To > 0 {
		c.seq = chain.AuditSince(f.To)
	}
	if f.After == "" {
		return c, nil
	}
	parts := strings.SplitN(f.After, ".", 4)
	if len(parts) == 4 {
		var wrong [3]error
		c.seq, wrong[0] = strconv.ParseUint(parts[0], 10, 64)
		c.at, wrong[1] = strconv.ParseInt(parts[1], 10, 64)
		c.i, wrong[2] = strconv.Atoi(parts[2])
		c.key = command.Key(parts[3])
		if wrong == [3]error{} {
			return c, nil
		}
	}
	return c, command.Errorf(command.Invalid, "bad_cursor", "there is no such place in the list")
}

// OfficerAsked finds the officer of a filter, by ID or user name.
func OfficerAsked(src Source, text string) (command.ID, error) {
	if text == "" {
		return command.ID{}, nil
	}
	if id, err := command.ParseID(text); err == nil {
		return id, nil
	}
	o, ok := civic.OfficerNamed(src, strings.ToLower(strings.TrimSpace(text)))
	if !ok {
		return command.ID{}, command.InvalidField("/officer", "unknown_officer", "there is no such officer")
	}
	return o.ID, nil
}

// RecordAsked finds the record of a filter by its ID: a resident, else a
// household, else whatever else the audit log may name.
func RecordAsked(src Source, text string) (command.RecordType, command.Key, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, "", nil
	}
	for _, t := range []command.RecordType{civic.TypeResident, civic.TypeHousehold, civic.TypeReview, civic.TypeApplication, civic.TypeVisit, civic.TypeActivation, civic.TypeOfficer} {
		if key, ok := civic.Resolve(src, t, text); ok {
			return t, key, nil
		}
	}
	return 0, "", command.InvalidField("/record", "not_found", "there is nothing by that ID")
}
