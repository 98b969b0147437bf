package node

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
)

// gate is the province's end of the line at a real province, with a cluster
// played by the test.
type gate struct {
	t        testing.TB
	n        *Node
	cluster  *trust.Identity // who calls, and signs
	receiver *upstream.Receiver
	server   *httptest.Server
	log      *logged
}

func newGate(t *testing.T) *gate {
	t.Helper()
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "province")
	require.NoError(t, Init(foundingProvince(dir)))
	g := &gate{t: t, n: quietly(t, open(t, dir)), cluster: machineOf(t, clusterCode, "district"), log: &logged{}}
	g.receiver = &upstream.Receiver{Store: g.n.reg, Identity: g.n.id, Propose: g.n.propose, Log: g.log.logger(),
		Caller: func(*http.Request) (*x509.Certificate, trust.Name, bool) { return g.cluster.Cert, g.cluster.Name, true }}
	g.server = httptest.NewServer(g.receiver)
	t.Cleanup(g.server.Close)
	g.enroll(1)
	return g
}

func machineOf(t testing.TB, cluster, node string) *trust.Identity {
	t.Helper()
	ca, err := trust.NewCA(cluster, 1, time.Now())
	require.NoError(t, err)
	id, err := ca.Issue(node, time.Now())
	require.NoError(t, err)
	return id
}

func (g *gate) enroll(generation int) {
	g.t.Helper()
	require.NoError(g.t, g.n.Enroll(g.t.Context(), Card{Tier: civic.TierCluster, Code: clusterCode, Name: "Cụm Cầu Giấy", Generation: generation, Root: g.cluster.Root.Raw}))
}

func (g *gate) post(p civic.ReceiveParcel) (civic.Signed, uint64, error) {
	return upstream.Post(g.t.Context(), g.server.Client(), g.server.URL, p)
}

// refused posts a parcel that must be turned away.
func (g *gate) refused(p civic.ReceiveParcel) (code string, last uint64) {
	g.t.Helper()
	_, last, err := g.post(p)
	var known *command.Error
	require.ErrorAs(g.t, err, &known)
	return known.Code, last
}

func (g *gate) cl() civic.Cluster {
	r := g.n.reg.Read()
	defer r.Close()
	c, ok := civic.Load[civic.Cluster](r, civic.TypeCluster, clusterCode)
	require.True(g.t, ok)
	return c
}

// parcel is one ward of that name.
func parcel(seq uint64, name string, prev civic.ParcelBody) civic.ParcelBody {
	value, err := json.Marshal(civic.Unit{Code: wardCode, Name: name, Kind: civic.UnitWard, Parent: clusterCode})
	if err != nil {
		panic(err)
	}
	b := civic.ParcelBody{Cluster: clusterCode, Generation: 1, Lane: command.Routine, Seq: seq, From: prev.To, To: prev.To + 5,
		Items: []civic.ParcelItem{{Change: command.Change{Type: civic.TypeUnit, Key: wardCode, Op: command.Put, Value: value}, Commands: []command.ID{command.DerivedID(name)}, At: 1}}}
	if seq > 1 {
		b.Prev = prev.Hash()
	}
	return b
}

func (g *gate) signed(b civic.ParcelBody) civic.ReceiveParcel {
	return civic.ReceiveParcel{Parcel: b, Node: g.cluster.Node, Sig: g.cluster.Sign("parcel", b.Canonical())}
}

func TestAParcelThatComesAgainGetsTheSameReceipt(t *testing.T) {
	g := newGate(t)
	first := parcel(1, "Mai Dịch", civic.ParcelBody{})
	var data []byte
	for range 3 {
		receipt, _, err := g.post(g.signed(first))
		require.NoError(t, err)
		if data == nil {
			data = receipt.Data
		}
		require.Equal(t, string(data), string(receipt.Data))
		require.NoError(t, trust.CheckSignature(g.n.id.Cert, "receipt", receipt.Data, receipt.Sig))
	}
	var receipt civic.Receipt
	require.NoError(t, json.Unmarshal(data, &receipt))
	require.Equal(t, civic.Receipt{Cluster: clusterCode, Lane: command.Routine, Seq: 1, Hash: first.Hash(), At: receipt.At, Count: 1}, receipt)
	require.EqualValues(t, 1, g.cl().Lane(command.Routine).Records)

	second := parcel(2, "Mai Dịch 2", first)
	_, _, err := g.post(g.signed(second))
	require.NoError(t, err)
	again, _, err := g.post(g.signed(first)) // also after the next one
	require.NoError(t, err)
	require.Equal(t, string(data), string(again.Data))
	require.EqualValues(t, 2, g.cl().Lane(command.Routine).Seq)
}

func TestAParcelOutOfTheRowIsToldWhereTheRowEnds(t *testing.T) {
	g := newGate(t)
	first := parcel(1, "a", civic.ParcelBody{})
	second := parcel(2, "b", first)
	third := parcel(3, "c", second)
	code, last := g.refused(g.signed(third))
	require.Equal(t, "parcel_gap", code)
	require.Zero(t, last)
	for _, p := range []civic.ParcelBody{first, second, third} { // the one refused before is taken in its turn
		_, _, err := g.post(g.signed(p))
		require.NoError(t, err)
	}
	code, last = g.refused(g.signed(parcel(9, "d", third)))
	require.Equal(t, "parcel_gap", code)
	require.EqualValues(t, 3, last)
}

func TestTheSameNumberWithOtherContentRaisesTheAlarmAndChangesNothing(t *testing.T) {
	g := newGate(t)
	first, other := parcel(1, "one", civic.ParcelBody{}), parcel(1, "another", civic.ParcelBody{})
	_, _, err := g.post(g.signed(first))
	require.NoError(t, err)
	for range 3 {
		code, _ := g.refused(g.signed(other))
		require.Equal(t, "fork", code)
	}
	fork := g.cl().Fork
	require.NotNil(t, fork)
	require.Equal(t, civic.Fork{Lane: command.Routine, Seq: 1, Hash: other.Hash(), At: fork.At}, *fork)
	require.Equal(t, first.Hash(), g.cl().Lane(command.Routine).Hash)
	receipt, _, err := g.post(g.signed(first))
	require.NoError(t, err, "the one that was taken keeps its receipt")
	require.Contains(t, string(receipt.Data), `"seq":1`)
}

func TestOnlyTheMachineThatSignedAParcelMayBringIt(t *testing.T) {
	g := newGate(t)
	own := parcel(1, "a", civic.ParcelBody{})
	elsewhere := own
	elsewhere.Cluster = "01BD"
	changed := g.signed(own)
	changed.Parcel.Items = parcel(1, "b", civic.ParcelBody{}).Items
	renamed := g.signed(own)
	renamed.Node = "ward-1"
	stranger := machineOf(t, clusterCode, "district")
	for rule, p := range map[string]civic.ReceiveParcel{
		"of another cluster":            g.signed(elsewhere),
		"changed on the way":            changed,
		"in the name of another":        renamed,
		"without a signature":           {Parcel: own, Node: "district"},
		"signed with another's key":     {Parcel: own, Node: "district", Sig: stranger.Sign("parcel", own.Canonical())},
		"signed for some other purpose": {Parcel: own, Node: "district", Sig: g.cluster.Sign("receipt", own.Canonical())},
	} {
		t.Run(rule, func(t *testing.T) {
			code, _ := g.refused(p)
			require.Equal(t, "bad_signature", code)
		})
	}
	require.Empty(t, g.cl().Lanes)
	g.receiver.Caller = func(*http.Request) (*x509.Certificate, trust.Name, bool) { return nil, trust.Name{}, false }
	code, _ := g.refused(g.signed(own))
	require.Equal(t, "unknown_caller", code)
}

func TestWhatIsNoParcelIsRefusedCheaply(t *testing.T) {
	g := newGate(t)
	zip := func(raw []byte) []byte {
		enc, err := zstd.NewWriter(nil)
		require.NoError(t, err)
		return enc.EncodeAll(raw, nil)
	}
	for rule, body := range map[string][]byte{
		"nothing":    nil,
		"not packed": []byte(`{"parcel":{}}`),
		"not JSON":   zip([]byte("hello")),
		"a bomb":     zip(make([]byte, 20<<20)),
	} {
		t.Run(rule, func(t *testing.T) {
			resp, err := http.Post(g.server.URL+upstream.PathParcel, "application/json", bytes.NewReader(body))
			require.NoError(t, err)
			defer resp.Body.Close()
			require.Equal(t, http.StatusBadRequest, resp.StatusCode)
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			require.Contains(t, string(text), `"malformed"`)
		})
	}
}

func TestAParcelRefusedForItsGenerationIsTakenOnceThatIsPutRight(t *testing.T) {
	g := newGate(t)
	second, err := trust.NewCA(clusterCode, 2, time.Now())
	require.NoError(t, err)
	g.cluster, err = second.Issue("district", time.Now())
	require.NoError(t, err)
	ahead := parcel(1, "a", civic.ParcelBody{})
	ahead.Generation = 2
	p := g.signed(ahead)
	code, _ := g.refused(p)
	require.Equal(t, "generation", code)
	g.enroll(2)
	_, _, err = g.post(p)
	require.NoError(t, err)
}

func TestAMachineLeftBehindByARecoverySpeaksForItsOldGenerationOnly(t *testing.T) {
	g := newGate(t)
	g.enroll(2) // the cluster was rebuilt; the machine's certificate is of the first generation and still holds
	p := parcel(1, "a", civic.ParcelBody{})
	p.Generation = 2
	code, _ := g.refused(g.signed(p))
	require.Equal(t, "generation", code)
	require.Empty(t, g.cl().Lanes)
}

func TestAProvinceThatCannotAgreeSaysSoToEveryoneAndLogsItOnce(t *testing.T) {
	g := newGate(t)
	agree := g.receiver.Propose
	g.receiver.Propose = func(context.Context, command.Kind, command.ID, any) (command.Outcome, error) {
		return command.Outcome{}, errors.New("no majority")
	}
	p := g.signed(parcel(1, "a", civic.ParcelBody{}))
	for range 5 {
		code, _ := g.refused(p)
		require.Equal(t, "not_agreed", code)
	}
	require.Equal(t, 1, g.log.count("level=WARN"))
	g.receiver.Propose = agree
	_, _, err := g.post(p)
	require.NoError(t, err)
}
