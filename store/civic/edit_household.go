package civic

import "gocua/store/command"

// EditHousehold changes fields of a household.
type EditHousehold struct {
	ID    command.ID `json:"id"`
	Edits []Edit     `json:"edits"`
}

func householdFields() map[string]field[Household] {
	return map[string]field[Household]{
		"hamlet":  {text(cleanHamlet), func(h *Household) any { return h.Hamlet }, func(h *Household, x any) { h.Hamlet = x.(string) }},
		"address": {text(cleanAddress), func(h *Household) any { return h.Address }, func(h *Household, x any) { h.Address = x.(string) }},
		"head":    {refersTo("resident"), func(h *Household) any { return h.Head }, func(h *Household, x any) { h.Head = x.(command.ID) }},
	}
}

func (p EditHousehold) Check() *command.Error {
	if p.ID.IsZero() {
		return command.InvalidField("/id", "required", "the household has no ID")
	}
	return checkEdits("household", householdFields(), p.Edits)
}

func (p EditHousehold) Decide(v command.View, e command.Envelope) command.Decision {
	return p.write(v, e, false)
}

// overrule writes the late values whatever the officer saw.
func (p EditHousehold) overrule(v command.View, e command.Envelope, _ ruling) command.Decision {
	return p.write(v, e, true)
}

func (p EditHousehold) write(v command.View, e command.Envelope, decided bool) command.Decision {
	before, err := householdIn(v, p.ID, e.Unit, "/id")
	if err != nil {
		return stop(err)
	}
	h := before
	changed, err := applyEdits(householdFields(), p.Edits, &h, decided)
	if err != nil {
		return stop(err)
	}
	if len(changed) == 0 {
		return command.Accept()
	}
	if h.Hamlet != before.Hamlet {
		if err := hamletIn(v, h.Hamlet, e.Unit); err != nil {
			return stop(err)
		}
	}
	return command.Accept(h.become(v, e, before)...)
}

// become changes a household; where it moves, its people move with it.
func (h Household) become(v command.View, e command.Envelope, before Household) []command.Change {
	h.Head, h.Rev = Follow(v, h.Head), e.ID
	h = h.formerly(v, before)
	if h.Hamlet == before.Hamlet {
		return []command.Change{put(TypeHousehold, KeyOf(h.ID), h)}
	}
	if crossed(v, before.Hamlet, h.Hamlet) {
		h.Left = before.Hamlet
	}
	changes := []command.Change{put(TypeHousehold, KeyOf(h.ID), h)}
	for _, key := range Members(v, KeyOf(h.ID)) {
		if r, ok := Load[Resident](v, TypeResident, key); ok {
			r.list(v, h.Hamlet)
			r.Rev = e.ID
			changes = append(changes, put(TypeResident, key, r))
		}
	}
	return changes
}

func cleanHamlet(code string) (string, *command.Error) {
	if code == "" {
		return "", command.InvalidField("", "required", "choose the hamlet")
	}
	if len(code) > maxCode {
		return "", command.InvalidField("", "too_long", "no unit has such a long code")
	}
	return code, nil
}

func cleanAddress(raw string) (string, *command.Error) {
	address := CleanText(raw)
	switch {
	case address == "":
		return "", command.InvalidField("", "required", "the address is empty")
	case len(raw) > maxAddress:
		return "", command.InvalidField("", "too_long", "the address is longer than %d bytes", maxAddress)
	}
	return address, nil
}

// maxCode bounds what is to be the code of a unit, in bytes; none is as long.
const maxCode = 64
