package modeltest

import (
	"gocua/store/civic"
	"gocua/store/command"
)

// resolve is a supervisor's word on what was stopped.
func (m *model) resolve(a ask) verdict {
	r, there := m.Reviews[a.record]
	switch {
	case !there:
		return rejected("unknown_review")
	case r.State == civic.ReviewClosed && a.choice != r.Choice && !(r.Choice == civic.Followed && a.choice == civic.ChoiceTake):
		return conflict("already_resolved")
	case r.State == civic.ReviewClosed:
		return accepted
	}
	late := m.known[a.record].ask
	switch {
	case a.choice == civic.ChoiceKeep:
		r.Code = m.keep(late, r.Why)
	case a.choice == civic.ChoiceNotSame && r.Why.code != "number_taken", late.kind == civic.KindReviewResolve:
		return rejected("not_this_choice")
	default:
		if v := m.take(late, a.choice == civic.ChoiceNotSame); v != accepted {
			return rejected(v.code)
		}
		if _, merged := m.Merged[late.record]; merged && late.kind == civic.KindResidentPut {
			r.Code = civic.CodeMerged
		}
	}
	r.State, r.Choice = civic.ReviewClosed, a.choice
	m.Reviews[a.record] = r
	m.followers(a.record)
	return accepted
}

// keep says how the agreed side stands for what is set aside.
func (m *model) keep(late ask, why verdict) string {
	_, house := m.Doors[late.record]
	_, body := m.People[m.follow(late.record)]
	holder, taken := m.holder(late.number, late.record)
	switch {
	case late.kind == civic.KindHouseholdPut && house, late.kind == civic.KindResidentPut && body:
		return civic.CodeAgreed
	case late.kind == civic.KindResidentPut && taken && why.code == "number_taken":
		m.Merged[late.record] = holder
		return civic.CodeMerged
	}
	return civic.CodeSetAside
}

// take has the late side go in against what stopped it.
func (m *model) take(late ask, notSame bool) verdict {
	switch late.kind {
	case civic.KindHouseholdPut:
		d := m.Doors[late.record]
		d.Address = late.text
		m.Doors[late.record] = d
	case civic.KindResidentPut:
		return m.goIn(late, notSame)
	case civic.KindAppSubmit:
		who := m.follow(late.of)
		if _, there := m.People[who]; !there {
			return rejected("unknown_resident")
		}
		m.submit(who, late)
	case civic.KindResidentEdit, civic.KindHouseholdEdit:
		return m.edit(late, true, notSame)
	default:
		return m.rule(late)
	}
	return accepted
}

func (m *model) goIn(late ask, notSame bool) verdict {
	if _, there := m.Doors[late.of]; !there {
		return rejected("unknown_household")
	}
	p := person{Name: late.text, Number: late.number, Phone: late.phone, Door: late.of}
	holder, taken := m.holder(late.number, late.record)
	switch {
	case taken && notSame:
		p.Number, p.Disputed = "", late.number
		m.People[late.record] = p
	case taken:
		into := m.People[holder]
		p.Disputed, p.App = into.Disputed, into.App
		m.People[holder], m.Merged[late.record] = p, holder
	default:
		m.People[late.record] = p
	}
	return accepted
}

// followers decides again what waited for a review that is closed now, in the
// order in which it was agreed, and what waited for that.
func (m *model) followers(top command.ID) {
	seen := map[command.ID]bool{top: true}
	for below := []command.ID{top}; len(below) > 0; below = below[1:] {
		var waiting []command.ID
		for _, id := range m.order {
			if m.Reviews[id].Parent == below[0] && !seen[id] {
				waiting = append(waiting, id)
			}
		}
		for _, id := range waiting {
			r := m.Reviews[id]
			if r.State == civic.ReviewOpen && r.Why.code == "parent_open" {
				if v, parent := m.under(m.known[id], m.judge(m.known[id])); v == accepted {
					r.State, r.Choice = civic.ReviewClosed, civic.Followed
				} else {
					r.Why, r.Parent = v, parent
				}
				m.Reviews[id] = r
			}
			if r.State == civic.ReviewClosed {
				seen[id] = true
				below = append(below, id)
			}
		}
	}
}
