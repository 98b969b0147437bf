package node

import (
	"slices"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
)

// findAgreed searches what is agreed. For some seconds after start, while the
// names are being read, it finds who has a whole number or phone (tra đúng số),
// and says how far the names are.
func (n *Node) findAgreed(q search.Query) search.Result {
	built, read := n.found.Built()
	if built {
		n.catchUp()
		return n.found.Search(q)
	}
	r := n.reg.Read()
	defer r.Close()
	res := search.Result{}
	if few, err := search.Of(holders(r, q.Text)); err == nil { // else a record cannot be read: it is not found by its name later either
		res = few.Search(q)
	}
	res.Building = &search.Building{Read: read}
	for _, people := range r.Tallies(civic.CountPeople, "") {
		res.Building.Of += int(people)
	}
	return res
}

// mostHolders bounds how many records with one phone are looked at.
const mostHolders = 50

// holders are the records of those who have a number or phone of a text, with
// their households, for a small index of their own: it sees to the rest of what
// was typed, and to who may be shown.
func holders(r *store.Reader, text string) (found []command.Change) {
	numbers, phones := search.WholeNumbers(text)
	var keys []command.Key
	for _, number := range numbers {
		if key, ok := civic.ByNumber(r, number); ok {
			keys = append(keys, key)
		}
	}
	for _, phone := range phones {
		for t, key := range r.Scan(civic.ResidentByPhone, phone) {
			if t != phone || len(keys) == mostHolders {
				break
			}
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		p, _ := civic.Load[civic.Resident](r, civic.TypeResident, key)
		home := civic.Sibling(key, p.Household.String())
		if value := r.Get(civic.TypeHousehold, home); value != nil {
			found = append(found, command.Change{Type: civic.TypeHousehold, Key: home, Op: command.Put, Value: value})
		}
		found = append(found, command.Change{Type: civic.TypeResident, Key: key, Op: command.Put, Value: r.Get(civic.TypeResident, key)})
	}
	return found
}
