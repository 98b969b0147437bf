// Package voting says which machines of a cluster should vote, and which change
// of that endangers nothing. It is pure: what it judges is handed to it.
//
// It must not know how machines are measured, asked or changed.
//
// Begin with Advise; Check is asked before every change, whoever wants it.
package voting

import (
	"cmp"
	"slices"

	"gocua/store/command"
)

// Machine is one member of the cluster as the one who asks knows it.
type Machine struct {
	ID       string
	Voter    bool
	Leads    bool
	Here     bool // it answered just now
	CaughtUp bool // it has all but the last few entries
	Denied   bool // shut out: it is no candidate for anything
	Share    int  // per mille of the looks of the last 14 days at which it answered
	Looks    int  // how many looks that is
}

// What a change does.
const (
	Promote = "promote"
	Demote  = "demote"
	Remove  = "remove"
)

// Change is a wish about one machine.
type Change struct {
	Do   string
	Node string
}

// How long a machine is looked at before it is advised to vote, how often it must
// have answered, and how much better than a voter it must be to take its place:
// changing voters for a few percent would never end.
const (
	FewestLooks = 200
	LeastShare  = 600 // per mille; who is off every night and Sunday answers about 300
	Better      = 100
)

// Why an advice is given.
const (
	WhyGood      = "good"        // nothing to do
	WhyMore      = "more_voters" // enough good machines for 3 or 5
	WhyEven      = "even"        // one more stands as well as one less
	WhyBetter    = "better"      // a standby answers far more often than a voter
	WhyFewer     = "fewer"       // more voters than good machines
	WhyTooShort  = "too_short"   // not looked at long enough
	WhyUnderWay  = "under_way"   // a change is not finished
	WhyNotSafe   = "not_safe"    // too many voters are off for any change
	WhyTwoIsNone = "two"         // two voters stop when either is off
)

// Advice is the next step, one at a time.
type Advice struct {
	Voters int    `json:"voters"`
	Want   int    `json:"want"`  // how many there should be: 1, 3 or 5
	Spare  int    `json:"spare"` // how many voters more may be off
	Do     string `json:"do,omitempty"`
	Node   string `json:"node,omitempty"`
	Why    string `json:"why"`
	Even   bool   `json:"even"` // an even number of voters now
}

// Advise picks the voters there should be, by how often machines answered, and
// says the next step towards them. Steps that Check refuses are not advised.
func Advise(list []Machine) Advice {
	a := Advice{Why: WhyGood}
	on := 0
	for _, m := range list {
		if m.Voter {
			a.Voters++
			if m.Here {
				on++
			}
		}
	}
	a.Even, a.Spare = a.Voters%2 == 0, on-(a.Voters/2+1)
	best := ranked(list)
	a.Want = wanted(len(best), a.Voters)
	chosen := best[:min(a.Want, len(best))]
	for _, step := range steps(list, chosen, a.Want, a.Voters) {
		if Check(list, step) == nil {
			a.Do, a.Node, a.Why = step.Do, step.Node, reason(a, step)
			return a
		}
		a.Why = WhyNotSafe
	}
	if a.Why == WhyGood && a.Even {
		a.Why = WhyEven
		if a.Voters == 2 {
			a.Why = WhyTwoIsNone
		}
	}
	if a.Why == WhyGood && tooShort(list) && a.Voters < 5 {
		a.Why = WhyTooShort
	}
	return a
}

// ranked are the machines fit to vote, the best first. A voter counts a little
// more than it answered, so that a place is only taken by one far better.
func ranked(list []Machine) (best []Machine) {
	for _, m := range list {
		if !m.Denied && m.Looks >= FewestLooks && m.Share >= LeastShare || m.Voter && m.Looks < FewestLooks && !m.Denied {
			best = append(best, m)
		}
	}
	weight := func(m Machine) int {
		switch {
		case m.Voter && m.Looks < FewestLooks:
			return 1000 + Better // not measured yet: it stays
		case m.Voter:
			return m.Share + Better
		}
		return m.Share
	}
	slices.SortFunc(best, func(a, b Machine) int { return cmp.Or(weight(b)-weight(a), cmp.Compare(a.ID, b.ID)) })
	return best
}

// wanted is the largest of 1, 3 and 5 that there are machines for. Fewer than
// there are voters is wanted only when the number is even.
func wanted(fit, voters int) int {
	switch {
	case fit >= 5:
		return 5
	case fit >= 3:
		return 3
	case voters%2 == 1:
		return voters // nobody better is there: leave it
	}
	return max(1, voters-1)
}

// steps are the changes that lead to the chosen ones, the most urgent first.
func steps(list, chosen []Machine, want, voters int) (all []Change) {
	in := func(m Machine) bool { return slices.ContainsFunc(chosen, func(c Machine) bool { return c.ID == m.ID }) }
	var promote, demote []Change
	for _, m := range chosen {
		if !m.Voter {
			promote = append(promote, Change{Promote, m.ID})
		}
	}
	for _, m := range slices.Backward(bySharesUp(list)) {
		if m.Voter && !in(m) {
			demote = append(demote, Change{Demote, m.ID})
		}
	}
	slices.Reverse(demote) // who answers least first
	if voters > want || voters == want && len(promote) == 0 {
		return demote
	}
	return promote // one too many for a moment is safer than one too few
}

func bySharesUp(list []Machine) []Machine {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Machine) int { return cmp.Or(a.Share-b.Share, cmp.Compare(a.ID, b.ID)) })
	return list
}

func reason(a Advice, step Change) string {
	switch {
	case step.Do == Promote && a.Voters < a.Want:
		return WhyMore
	case step.Do == Promote:
		return WhyBetter
	case a.Even:
		return WhyEven
	}
	return WhyFewer
}

func tooShort(list []Machine) bool {
	return slices.ContainsFunc(list, func(m Machine) bool { return !m.Denied && m.Looks < FewestLooks })
}

// Check refuses a change after which too few voters would be there to agree, one
// that changes nothing, and one about a machine that is not there. Errors:
// unknown_node, denied_node, not_here, behind, last_voter, quorum_lost.
func Check(list []Machine, c Change) *command.Error {
	i := slices.IndexFunc(list, func(m Machine) bool { return m.ID == c.Node })
	if i < 0 {
		return command.InvalidField("/node", "unknown_node", "there is no machine %s", c.Node)
	}
	m, voters, on := list[i], 0, 0
	for _, x := range list {
		if x.Voter {
			voters++
			if x.Here {
				on++
			}
		}
	}
	switch {
	case c.Do == Promote && m.Denied:
		return command.Errorf(command.Conflicting, "denied_node", "machine %s has been shut out", c.Node)
	case c.Do == Promote && !m.Voter && !m.Here:
		return command.Errorf(command.Conflicting, "not_here", "machine %s does not answer now; a voter that is off only makes it harder to agree", c.Node)
	case c.Do == Promote && !m.Voter && !m.CaughtUp:
		return command.Errorf(command.Conflicting, "behind", "machine %s has not caught up yet", c.Node)
	case c.Do != Promote && m.Voter && voters == 1:
		return command.Errorf(command.Conflicting, "last_voter", "machine %s is the last one that votes", c.Node)
	}
	switch {
	case c.Do == Promote && !m.Voter:
		voters, on = voters+1, on+1
	case c.Do != Promote && m.Voter:
		voters--
		if m.Here {
			on--
		}
	}
	if need := voters/2 + 1; on < need {
		return command.Errorf(command.Conflicting, "quorum_lost", "afterwards %d voters would have to be there and only %d are", need, on)
	}
	return nil
}

// Warn is a code for what is awkward about the voters a change leaves; empty:
// nothing. It stands against nothing.
func Warn(list []Machine, c Change) string {
	voters := 0
	for _, m := range list {
		switch {
		case m.ID == c.Node && c.Do == Promote:
			voters++
		case m.ID != c.Node && m.Voter:
			voters++
		}
	}
	switch {
	case voters == 2:
		return WhyTwoIsNone
	case voters%2 == 0:
		return WhyEven
	}
	return ""
}
