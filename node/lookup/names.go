package lookup

import (
	"slices"

	"gocua/store/civic"
	"gocua/store/command"
)

// HamletNames finds the hamlets of a unit by the names people write, and by code. Of
// a ward that was merged those are meant that came from there: a list of the old ward
// may be read when the new one has two hamlets of a name. A name that two have is
// found with the old ward's name behind it only ("Tổ 1, Phường Mai Dịch").
func HamletNames(v command.View, unit string) map[string]string {
	names, twice := map[string]string{}, map[string]bool{}
	name := func(s, code string) {
		if other, taken := names[s]; taken && other != code {
			twice[s] = true
		}
		names[s] = code
	}
	merged := civic.Standing(v, unit) != unit
	for _, code := range civic.Subtree(v, unit) {
		u, ok := civic.FindUnit(v, code)
		if !ok || u.Kind != civic.UnitHamlet {
			continue
		}
		from := u.CameFrom(v)
		if merged && !slices.Contains(from, unit) {
			continue
		}
		name(u.Name, code)
		name(u.Code, code)
		for _, ward := range from {
			if w, ok := civic.FindUnit(v, ward); ok {
				name(u.Name+", "+w.Name, code)
			}
		}
	}
	for s := range twice {
		delete(names, s)
	}
	return names
}
