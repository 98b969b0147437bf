package node

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// foreign is a command as a newer build would have captured it here.
func foreign(n *Node, kind command.Kind, body string) command.Envelope {
	return command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: kind, By: command.Actor{Node: n.ID()}, Unit: n.Unit(),
		Origin: command.Origin{Node: n.ID()}, Body: json.RawMessage(body)}.Sign(n.id.Key)
}

func TestACommandOfANewerBuildWaitsAndStopsNeitherTheClusterNorThePages(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	hamlets(t, n, 5, 1, "before")
	later := foreign(n, civic.KindUnitPut, `{"code":"00166-6","name":"Tổ 6","kind":"hamlet","parent":"00166","colour":"red"}`)
	_, err := n.box.Put(t.Context(), func(at command.Origin) command.Envelope { later.Origin = at; return later.Sign(n.id.Key) })
	require.NoError(t, err)
	eventually(t, "the refusal to show", func() bool { return n.drain.Refused() != nil })
	require.Equal(t, later.ID, n.drain.Refused().ID)
	require.Equal(t, "unknown_kind", n.drain.Refused().Why.Code)
	_, raw := owner(t, n, control(t, n).Token, http.MethodGet, "/status", nil)
	require.Contains(t, string(raw), `"refused":{"command":"`+later.ID.String())

	require.NoError(t, n.read(func(src lookup.Source) error { // pages are drawn
		_, ok := civic.FindUnit(src, "00166-5")
		require.True(t, ok)
		return nil
	}))
	decided, err := n.capture.Submit(t.Context(), command.Actor{}, []command.Draft{draftOf(t, civic.KindUnitPut, clusterCode,
		civic.PutUnit{Code: "00166-7", Name: "Tổ 7", Kind: civic.UnitHamlet, Parent: wardCode})}, 0)
	require.NoError(t, err, "and captures are kept")
	require.Equal(t, command.Waiting, decided[0].Outcome.Status, "behind it, for nothing overtakes")
	require.NoError(t, n.raft.Err())
}

func TestTheLeaderKeepsOutOfTheLogWhatWouldStopEveryMachine(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	good := foreign(n, civic.KindUnitPut, `{"code":"00166-6","name":"Tổ 6","kind":"hamlet","parent":"00166"}`)
	stranger := machineOf(t, clusterCode, "ward-9")
	unsigned, forged, unknown := good, good, good
	unsigned.Sig = nil
	forged = forged.Sign(stranger.Key)
	unknown.By.Node, unknown.Origin.Node = "ward-9", "ward-9"
	version := good
	version.V = 2
	for rule, c := range map[string]struct {
		e    command.Envelope
		code string
	}{
		"a kind it does not know":  {foreign(n, 999, `{}`), "unknown_kind"},
		"a field it does not know": {foreign(n, civic.KindUnitPut, `{"code":"00166-6","colour":"red"}`), "unknown_kind"},
		"another type":             {foreign(n, civic.KindUnitPut, `[]`), "unknown_kind"},
		"a later format":           {version.Sign(n.id.Key), "unknown_kind"},
		"no signature":             {unsigned, "bad_signature"},
		"another's signature":      {forged, "bad_signature"},
		"nobody's machine":         {unknown.Sign(stranger.Key), "bad_signature"},
	} {
		why := n.admitCommands(t.Context(), []command.Envelope{good, c.e})
		require.NotNil(t, why, rule)
		require.Equal(t, c.code, why.Code, rule)
	}
	require.Nil(t, n.admitCommands(t.Context(), []command.Envelope{good}))
	_, err := n.sender.Send(t.Context(), deliver.Delivery{Commands: []command.Envelope{foreign(n, 999, `{}`)}})
	require.Equal(t, "unknown_kind", command.AsError(err).Code, "its own as well")
	require.NoError(t, n.raft.Err())
}
