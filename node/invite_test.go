package node

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

// TestWhoLostTheAnswerIsLetInAgainAsItStands: the token serves its key for half an
// hour, so that a lost answer can be asked for. What was agreed on the machine since
// is not undone by that.
func TestWhoLostTheAnswerIsLetInAgainAsItStands(t *testing.T) {
	n := run(t, found(t))
	token, err := n.Invite("ward-1", wardCode, true)
	require.NoError(t, err)
	keys, err := trust.NewJoinKeys()
	require.NoError(t, err)
	requests, err := keys.Request("ward-1")
	require.NoError(t, err)
	raw, err := json.Marshal(joinRequest{Secret: token.Secret[:], Requests: requests})
	require.NoError(t, err)
	known := func() civic.Node {
		r := n.reg.Read()
		defer r.Close()
		m, _ := civic.Load[civic.Node](r, civic.TypeNode, command.Key("ward-1"))
		return m
	}
	_, err = n.guests.letIn(t.Context(), bytes.NewReader(raw))
	require.NoError(t, err)
	require.True(t, known().Voter)
	require.NoError(t, n.Ask(t.Context(), civic.KindNodeVote, clusterCode, civic.VoteNode{Node: "ward-1"}))
	require.False(t, known().Voter)

	again, err := n.guests.letIn(t.Context(), bytes.NewReader(raw))
	require.NoError(t, err)
	_, _, err = keys.Take(again.Grant, token.Root, "ward-1", token.Issued())
	require.NoError(t, err, "it has its certificates")
	require.False(t, known().Voter, "and not the vote that was taken from it")
}

// TestOnlyNamesTheRegisterTakesAreInvited: the token would be used up by a machine
// that the register then refuses.
func TestOnlyNamesTheRegisterTakesAreInvited(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	for _, name := range []string{"", "w", "Ward-1", "ward.1", "-ward", "ward_1", "a-ward-with-a-name-of-25ch"} {
		_, err := first.Invite(name, wardCode, false)
		require.ErrorContains(t, err, "cannot be the name of a machine", name)
	}
	for _, name := range []string{"w1", "a-ward-with-a-name-of-24"} {
		_, err := first.Invite(name, wardCode, false)
		require.NoError(t, err, name)
	}
}
