package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestAMachineThatWasShutOutSignsNothingAnyMore(t *testing.T) {
	h := founded(t)
	home := h.household(hamlet, "Số 21")
	h.accept(KindVisitRecord, knock(home, "will_come"), on(wardPC))
	h.accept(KindNodeDeny, DenyNode{ID: wardPC, Reason: DenyStolen}, as(RoleAdmin), forUnit(cluster), on(office))
	was := must[Node](h, TypeNode, wardPC)
	require.Equal(t, Node{ID: wardPC, Unit: ward, Key: publicKey(wardPC), Denied: true, Reason: DenyStolen}, was, "its key stays: what it signed before can be checked")
	h.refuse(command.Rejected, "denied_node", "", KindVisitRecord, knock(home, "will_come"), on(wardPC))
	h.refuse(command.Rejected, "denied_node", "", KindNodePut, PutNode{ID: wardPC, Unit: ward, Key: publicKey(wardPC)}, byMachine(wardPC))

	h.accept(KindNodeDeny, DenyNode{ID: wardPC, Reason: DenyStolen}, byMachine(office))
	require.Equal(t, was, must[Node](h, TypeNode, wardPC), "the same again changes nothing")
	h.accept(KindNodeDeny, DenyNode{ID: wardPC, Reason: DenyRetired}, byMachine(office))
	require.Equal(t, DenyRetired, must[Node](h, TypeNode, wardPC).Reason, "it was found again")
}

func TestAMachineIsShutOutForAllByWhoActsForAll(t *testing.T) {
	h := founded(t)
	h.accept(KindNodePut, PutNode{ID: wardPC, Unit: ward, Key: publicKey(wardPC), Voter: true}, byMachine(office))
	for name, c := range map[string]struct {
		body DenyNode
		code string
		at   string
		opts []option
	}{
		"by a ward's machine":            {DenyNode{ward2PC, DenyStolen}, "outside_unit", "", []option{byMachine(wardPC)}},
		"by an administrator at a ward":  {DenyNode{ward2PC, DenyStolen}, "outside_unit", "", []option{as(RoleAdmin), forUnit(cluster), on(wardPC)}},
		"by somebody who is none":        {DenyNode{ward2PC, DenyStolen}, "role", "", []option{as(RoleLeader), forUnit(cluster), on(office)}},
		"a machine that is not there":    {DenyNode{"may-khac", DenyStolen}, "no_such_node", "/id", []option{byMachine(office)}},
		"the machine it is asked for on": {DenyNode{office, DenyStolen}, "own_machine", "/id", []option{byMachine(office)}},
	} {
		t.Run(name, func(t *testing.T) {
			h.refuse(command.Rejected, c.code, c.at, KindNodeDeny, c.body, c.opts...)
		})
	}
	for _, p := range []DenyNode{{"", DenyStolen}, {wardPC, ""}, {wardPC, "Nguyễn Văn A mang về nhà"}} {
		require.NotNil(t, p.Check(), "%v", p)
	}
	h.accept(KindNodeDeny, DenyNode{ID: wardPC, Reason: DenyBroken}, byMachine(office))
	require.False(t, must[Node](h, TypeNode, wardPC).Voter)
}

// TestAWardDoesNotShutOutByAnotherWord: whoever holds one PC of a ward could have shut
// out, re-keyed or taken the vote of the other by announcing it anew.
func TestAWardDoesNotShutOutByAnotherWord(t *testing.T) {
	h := founded(t)
	second := PutNode{ID: "may-163b", Unit: ward, Key: publicKey("may-163b"), Voter: true}
	h.accept(KindNodePut, second, byMachine(office))
	for name, change := range map[string]func(*PutNode){
		"shut out":         func(p *PutNode) { p.Denied, p.Reason = true, DenyStolen },
		"taken out":        func(p *PutNode) { p.Gone = true },
		"without its vote": func(p *PutNode) { p.Voter = false },
		"with another key": func(p *PutNode) { p.Key = publicKey(wardPC) },
	} {
		t.Run(name, func(t *testing.T) {
			p := second
			change(&p)
			h.refuse(command.Rejected, "outside_unit", "", KindNodePut, p, byMachine(wardPC))
			h.refuse(command.Rejected, "outside_unit", "", KindNodePut, p, as(RoleAdmin), forUnit(ward), on(wardPC))
		})
	}
	require.Equal(t, Node(second), must[Node](h, TypeNode, command.Key(second.ID)))
}
