package peer

import (
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"gocua/node/trust"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newCA(t testing.TB, cluster string) *trust.CA {
	t.Helper()
	ca, err := trust.NewCA(cluster, 1, time.Now())
	require.NoError(t, err)
	return ca
}

func identity(t testing.TB, ca *trust.CA, node string) *trust.Identity {
	t.Helper()
	id, err := ca.Issue(node, time.Now())
	require.NoError(t, err)
	return id
}

// listen opens a door that is shut when the test ends.
func listen(t testing.TB, cfg Config) *Listener {
	t.Helper()
	cfg.Listen = "127.0.0.1:0"
	cfg.Log = slog.New(slog.DiscardHandler)
	l, err := Listen(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	return l
}

// pair is two nodes of one cluster, each with a switch.
func pair(t testing.TB) (district, ward *Listener) {
	t.Helper()
	ca := newCA(t, "01CG")
	return listen(t, Config{Identity: identity(t, ca, "quan"), Link: &Link{}}),
		listen(t, Config{Identity: identity(t, ca, "phuong-1"), Link: &Link{}})
}

// whoami answers with the caller's name.
func whoami(w http.ResponseWriter, r *http.Request) {
	p, _ := PeerFrom(r.Context())
	_, _ = io.WriteString(w, p.Proto+" "+p.String())
}

// get makes one call and returns the answer.
func get(c *http.Client, addr string) (string, error) {
	res, err := c.Get("https://" + addr + "/")
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

func TestACallBringsTheCallersNameAndReusesItsConnection(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	addrs := map[string]bool{}
	district.Serve(Calls, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, ok := PeerFrom(r.Context())
		require.True(t, ok)
		require.Equal(t, r.RemoteAddr, p.Addr)
		require.Equal(t, "phuong-1", p.Cert.DNSNames[0])
		addrs[p.Addr] = true
		whoami(w, r)
	}))
	client := ward.Client(Calls, Expect{Node: "quan"})
	for range 3 {
		answer, err := get(client, district.Addr())
		require.NoError(t, err)
		require.Equal(t, "gocua-peer/1 gocua://01CG/1/phuong-1", answer)
	}
	require.Len(t, addrs, 1)
	require.Positive(t, district.Traffic(Calls).In)
	require.Equal(t, ward.Traffic(Calls).Out, district.Traffic(Calls).In)
	require.Zero(t, district.Traffic(Raft))
}

func TestOneDoorTellsItsProtocolsApart(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	district.Serve(Calls, http.HandlerFunc(whoami))
	layer, from := district.Stream(), ward.Stream()
	require.Equal(t, district.Addr(), layer.Addr().String())

	out, err := from.Dial("", district.Addr(), time.Second)
	require.NoError(t, err)
	defer out.Close()
	_, err = out.Write([]byte("vote"))
	require.NoError(t, err)
	in, err := layer.Accept()
	require.NoError(t, err)
	defer in.Close()
	got := make([]byte, 4)
	_, err = io.ReadFull(in, got)
	require.NoError(t, err)
	require.Equal(t, "vote", string(got))

	answer, err := get(ward.Client(Calls, Expect{}), district.Addr())
	require.NoError(t, err)
	require.Equal(t, "gocua-peer/1 gocua://01CG/1/phuong-1", answer)
}

func TestOthersAreToldTheAdvertisedAddress(t *testing.T) {
	t.Parallel()
	l := listen(t, Config{Identity: identity(t, newCA(t, "01CG"), "quan"), Advertise: "192.168.1.7:8443"})
	require.Equal(t, "192.168.1.7:8443", l.Addr())
	require.Equal(t, "192.168.1.7:8443", l.Stream().Addr().String())
}

func TestTheLineToTheProvinceTrustsPinnedRootsOnBothSides(t *testing.T) {
	t.Parallel()
	pin := func(cas ...*trust.CA) func(string) *x509.Certificate {
		return func(cluster string) *x509.Certificate {
			for _, ca := range cas {
				if ca.Cluster == cluster {
					return ca.Root
				}
			}
			return nil
		}
	}
	cauGiay, baDinh, hanoi := newCA(t, "01CG"), newCA(t, "01BD"), newCA(t, "01")
	falseProvince := newCA(t, "01")
	province := listen(t, Config{Identity: identity(t, hanoi, "tinh"), Roots: pin(cauGiay)})
	province.Serve(Upstream, http.HandlerFunc(whoami))

	t.Run("an enrolled cluster, also after a recovery", func(t *testing.T) {
		cluster := listen(t, Config{Identity: identity(t, cauGiay.NextGeneration(), "quan"), Roots: pin(hanoi)})
		answer, err := get(cluster.Client(Upstream, Expect{Cluster: "01"}), province.Addr())
		require.NoError(t, err)
		require.Equal(t, "gocua-upstream/1 gocua://01CG/2/quan", answer)
	})
	t.Run("a cluster nobody enrolled", func(t *testing.T) {
		cluster := listen(t, Config{Identity: identity(t, baDinh, "quan"), Roots: pin(hanoi)})
		_, err := get(cluster.Client(Upstream, Expect{Cluster: "01"}), province.Addr())
		require.ErrorContains(t, err, "tls: ")
	})
	t.Run("a province that is not the pinned one", func(t *testing.T) {
		cluster := listen(t, Config{Identity: identity(t, cauGiay, "quan"), Roots: pin(falseProvince)})
		_, err := get(cluster.Client(Upstream, Expect{Cluster: "01"}), province.Addr())
		require.ErrorIs(t, err, trust.ErrUntrusted)
	})
	t.Run("a pinned cluster in the place of the province", func(t *testing.T) {
		cluster := listen(t, Config{Identity: identity(t, cauGiay, "quan"), Roots: pin(hanoi, baDinh)})
		_, err := get(cluster.Client(Upstream, Expect{Cluster: "01BD"}), province.Addr())
		require.ErrorIs(t, err, trust.ErrOtherCluster)
	})
	t.Run("the pin opens nothing else", func(t *testing.T) {
		cluster := listen(t, Config{Identity: identity(t, cauGiay, "quan"), Roots: pin(hanoi)})
		_, err := get(cluster.Client(Calls, Expect{}), province.Addr())
		require.Error(t, err)
	})
}

func TestThePeerMustBeTheOneExpectedAndAdmitted(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	denied := func(p Peer) error {
		if p.Node == "phuong-2" {
			return io.ErrNoProgress // any error will do
		}
		return nil
	}
	district := listen(t, Config{Identity: identity(t, ca, "quan"), Admit: denied})
	district.Serve(Calls, http.HandlerFunc(whoami))
	ward := listen(t, Config{Identity: identity(t, ca, "phuong-1"), Admit: denied})
	stolen := listen(t, Config{Identity: identity(t, ca, "phuong-2")})
	stolen.Serve(Calls, http.HandlerFunc(whoami))

	_, err := get(ward.Client(Calls, Expect{Node: "phuong-9"}), district.Addr())
	require.ErrorIs(t, err, ErrOtherNode)
	_, err = get(ward.Client(Calls, Expect{Cluster: "01BD"}), district.Addr())
	require.ErrorIs(t, err, trust.ErrOtherCluster)
	_, err = get(stolen.Client(Calls, Expect{}), district.Addr())
	require.ErrorContains(t, err, "tls: ", "a denied node calls")
	_, err = get(ward.Client(Calls, Expect{}), stolen.Addr())
	require.ErrorIs(t, err, io.ErrNoProgress, "a denied node is called")
	district.Stream()
	_, err = ward.Stream().Dial("phuong-9", district.Addr(), time.Second)
	require.ErrorIs(t, err, ErrOtherNode, "agreement counts who answers, so another one must not")
}

func TestALayerClosedForARestartMayBeOpenedAgain(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	from := ward.Stream()
	for range 2 {
		layer := district.Stream()
		out, err := from.Dial("", district.Addr(), time.Second)
		require.NoError(t, err)
		in, err := layer.Accept()
		require.NoError(t, err)
		require.NoError(t, layer.Close())
		_, err = in.Read(make([]byte, 1))
		require.Equal(t, io.EOF, err, "its connections are closed with it, and that is no fault")
		_, err = out.Read(make([]byte, 1))
		require.Error(t, err)
		require.Error(t, in.Close()) // killed: there is nobody to say goodbye to
		out.Close()
		_, err = layer.Accept()
		require.ErrorContains(t, err, "closed")
	}
	out, err := from.Dial("", district.Addr(), time.Second)
	require.ErrorContains(t, err, "tls: ", "between the two nothing is served")
	require.Nil(t, out)
}

func TestACleanGoodbyeIsTheEndOfTheStream(t *testing.T) {
	t.Parallel()
	out, in := streams(t)
	_, err := out.Write([]byte("last words"))
	require.NoError(t, err)
	require.NoError(t, out.Close())
	got, err := io.ReadAll(in)
	require.NoError(t, err)
	require.Equal(t, "last words", string(got))
}

func TestPlainHTTPIsNeverSpoken(t *testing.T) {
	t.Parallel()
	_, ward := pair(t)
	_, err := ward.Client(Calls, Expect{}).Get("http://127.0.0.1:1/")
	require.True(t, err != nil && strings.Contains(err.Error(), "https only"))
}
