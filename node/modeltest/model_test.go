package modeltest

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// ask is what a clerk wants, as the model sees it.
type ask struct {
	kind   command.Kind
	record command.ID // made, edited, or decided about
	of     command.ID // the household or person it belongs to
	text   string     // a name or an address
	number string
	phone  string
	was    string // what the clerk saw of the field that is edited
	choice civic.Choice
}

// capture is an ask under the ID it was handed in with.
type capture struct {
	id command.ID
	by command.ID
	ask
}

type verdict struct {
	status command.Status
	code   string
}

var (
	accepted = verdict{status: command.Accepted}
	reused   = rejected("id_reused")
)

func rejected(code string) verdict { return verdict{command.Rejected, code} }
func conflict(code string) verdict { return verdict{command.Conflicted, code} }

type (
	door struct {
		Address string
		Visits  int
	}
	person struct {
		Name, Number, Disputed, Phone string
		Door, App                     command.ID
	}
	visit struct {
		Door    command.ID
		Attempt int
	}
	application struct {
		Person       command.ID
		Phone, State string
	}
	review struct {
		State  string
		Why    verdict
		Parent command.ID
		Choice civic.Choice
		Code   string
	}
)

// records are what has been agreed on, by key.
type records struct {
	Doors   map[command.ID]door
	People  map[command.ID]person
	Visits  map[command.ID]visit
	Apps    map[command.ID]application
	Merged  map[command.ID]command.ID
	Reviews map[command.ID]review
}

func newRecords() records {
	return records{map[command.ID]door{}, map[command.ID]person{}, map[command.ID]visit{},
		map[command.ID]application{}, map[command.ID]command.ID{}, map[command.ID]review{}}
}

// model is the register as it must be after some captures were agreed on.
type model struct {
	records
	known   map[command.ID]*capture
	ended   map[command.ID]verdict
	order   []command.ID // of the reviews
	revoked map[command.ID]bool
}

func newModel() *model {
	return &model{newRecords(), map[command.ID]*capture{}, map[command.ID]verdict{}, nil, map[command.ID]bool{}}
}

// agree says what becomes of a capture that is agreed on next.
func (m *model) agree(c *capture) verdict {
	if first, known := m.known[c.id]; known && first.ask != c.ask {
		return reused
	} else if known {
		return m.ended[c.id]
	}
	v, parent := m.under(c, m.judge(c))
	m.known[c.id], m.ended[c.id] = c, v
	if v != accepted {
		m.Reviews[c.id] = review{State: civic.ReviewOpen, Why: v, Parent: parent}
		m.order = append(m.order, c.id)
	}
	return v
}

func (m *model) judge(c *capture) verdict {
	if m.revoked[c.by] {
		return rejected("actor_revoked")
	}
	return m.rule(c.ask)
}

// under files what lacks something beneath the review of whoever would have
// made it; one that is still open rather than one that was set aside.
func (m *model) under(c *capture, v verdict) (verdict, command.ID) {
	if v != rejected("unknown_household") && v != rejected("unknown_resident") {
		return v, command.ID{}
	}
	lacks := c.of
	if lacks.IsZero() {
		lacks = c.record
	}
	var makers []command.ID
	for _, id := range m.order {
		made := m.known[id]
		if made.record == lacks && (made.kind == civic.KindHouseholdPut || made.kind == civic.KindResidentPut) {
			makers = append(makers, id)
		}
	}
	slices.SortFunc(makers, func(a, b command.ID) int { return slices.Compare(a[:], b[:]) })
	for _, id := range makers {
		if m.Reviews[id].State == civic.ReviewOpen {
			return conflict("parent_open"), id
		}
	}
	if len(makers) > 0 {
		return conflict("parent_set_aside"), makers[0]
	}
	return v, command.ID{}
}

// rule decides, and writes what was accepted.
func (m *model) rule(a ask) verdict {
	_, housed := m.Doors[a.of]
	who := m.follow(a.of)
	p, listed := m.People[who]
	switch a.kind {
	case civic.KindHouseholdPut:
		if d, there := m.Doors[a.record]; there && d.Address != a.text {
			return conflict("exists")
		} else if !there {
			m.Doors[a.record] = door{Address: a.text}
		}
	case civic.KindResidentPut:
		if !housed {
			return rejected("unknown_household")
		}
		if _, taken := m.holder(a.number, a.record); taken {
			return conflict("number_taken")
		}
		m.People[a.record] = person{Name: a.text, Number: a.number, Phone: a.phone, Door: a.of}
	case civic.KindVisitRecord:
		if !housed {
			return rejected("unknown_household")
		}
		d := m.Doors[a.of]
		d.Visits++
		m.Doors[a.of], m.Visits[a.record] = d, visit{a.of, d.Visits}
	case civic.KindAppSubmit:
		if !listed {
			return rejected("unknown_resident")
		}
		if !p.App.IsZero() {
			return conflict("already_submitted")
		}
		m.submit(who, a)
	case civic.KindResidentEdit, civic.KindHouseholdEdit:
		return m.edit(a, false, false)
	case civic.KindReviewResolve:
		return m.resolve(a)
	}
	return accepted
}

func (m *model) submit(who command.ID, a ask) {
	p := m.People[who]
	if first, there := m.Apps[p.App]; there {
		first.State = civic.AppDuplicate
		m.Apps[p.App] = first
	}
	p.App = a.record
	m.People[who], m.Apps[a.record] = p, application{who, a.phone, civic.AppCaptured}
}

// edit writes one field. Where a person has decided, what was seen and who the
// person turned out to be does not matter any more.
func (m *model) edit(a ask, decided, notSame bool) verdict {
	if a.kind == civic.KindHouseholdEdit {
		d, there := m.Doors[a.record]
		switch {
		case !there:
			return rejected("unknown_household")
		case d.Address != a.text && d.Address != a.was && !decided:
			return conflict("changed_meanwhile")
		}
		d.Address = a.text
		m.Doors[a.record] = d
		return accepted
	}
	who := m.follow(a.record)
	p, there := m.People[who]
	if !there {
		return rejected("unknown_resident")
	} else if who != a.record && !decided {
		return conflict("merged")
	}
	field, now := &p.Phone, a.phone
	if a.number != "" {
		field, now = &p.Number, a.number
	}
	_, taken := m.holder(a.number, who)
	switch {
	case *field == now:
		return accepted
	case *field != a.was && !decided:
		return conflict("changed_meanwhile")
	case taken && notSame:
		p.Disputed = a.number
	case taken:
		return conflict("number_taken")
	default:
		*field = now
		if a.number != "" {
			p.Disputed = ""
		}
	}
	m.People[who] = p
	return accepted
}

func (m *model) follow(id command.ID) command.ID {
	if into, merged := m.Merged[id]; merged {
		return into
	}
	return id
}

// holder is whoever else has a number.
func (m *model) holder(number string, but command.ID) (command.ID, bool) {
	for id, p := range m.People {
		if number != "" && p.Number == number && id != but {
			return id, true
		}
	}
	return command.ID{}, false
}
