package node

import (
	"math"
	"slices"

	"gocua/store/civic"
	"gocua/store/search"
)

// findOld finds the people who had an old identity card (số CMND cũ) of the number
// that was typed, and nothing else was: from the register, since few have one and
// nobody types part of it.
func (n *Node) findOld(q search.Query) (res search.Result) {
	number, err := civic.ParseOldNumber(q.Text)
	if err != nil || q.Only != 0 && q.Only != civic.TypeResident {
		return res
	}
	r := n.reg.Read()
	defer r.Close()
	for _, key := range civic.ByOld(r, number) {
		p, ok := civic.Load[civic.Resident](r, civic.TypeResident, key)
		if ok && (q.Units == nil || slices.Contains(q.Units, p.Hamlet)) {
			res.Hits = append(res.Hits, search.Hit{Type: civic.TypeResident, Key: key, Hamlet: p.Hamlet, Rank: math.MaxUint32, By: search.ByNumber})
		}
	}
	res.Total = len(res.Hits)
	return res
}
