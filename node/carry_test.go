package node

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

func TestOnlyWhatPeopleAskedForAndAMemberSignedIsCarried(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	ward, err := trust.LoadIdentity(joinedBy(t, n, "ward-1", false))
	require.NoError(t, err)
	seq := uint64(0)
	asked := func(kind command.Kind, body any, key *trust.Identity) command.Envelope {
		raw, err := json.Marshal(body)
		require.NoError(t, err)
		seq++
		return command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: kind, CapturedAt: 1_767_225_600_000,
			By: command.Actor{Node: "ward-1"}, Unit: wardCode, Origin: command.Origin{Node: "ward-1", Epoch: 1, Seq: seq}, Body: raw}.Sign(key.Key)
	}
	hamlet := func(key *trust.Identity) command.Envelope {
		return asked(civic.KindUnitPut, civic.PutUnit{Code: wardCode + "-7", Name: "Tổ 7", Kind: civic.UnitHamlet, Parent: wardCode}, key)
	}
	take := func(e command.Envelope) (deliver.Kept, *command.Error) {
		return n.carrier.Take(t.Context(), "ward-1", deliver.Hand{Commands: []command.Envelope{e}})
	}
	changed := hamlet(ward)
	changed.CapturedAt++
	for rule, c := range map[string]struct {
		e    command.Envelope
		code string
	}{
		"signed by another machine": {hamlet(n.id), "bad_signature"},
		"changed on the way":        {changed, "bad_signature"},
		"what only machines ask":    {asked(civic.KindMark, civic.MarkDigest{}, ward), "machine_only"},
		"a kind not known here":     {asked(60_000, struct{}{}, ward), "unknown_kind"},
	} {
		_, err := take(c.e)
		require.NotNil(t, err, rule)
		require.Equal(t, c.code, err.Code, rule)
		require.Empty(t, n.Status(false).Carried, rule)
	}
	kept, refused := take(hamlet(ward))
	require.Nil(t, refused)
	require.Len(t, kept.Decided, 1, "this machine leads: it is decided at once")

	must(t, n, command.ID{}, draftOf(t, civic.KindNodePut, clusterCode,
		civic.PutNode{ID: "ward-1", Unit: wardCode, Key: publicKey(ward), Denied: true}))
	_, refused = take(hamlet(ward))
	require.NotNil(t, refused)
	require.Equal(t, "bad_signature", refused.Code)
	require.Empty(t, n.Status(false).Carried)
}
