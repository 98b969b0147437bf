package peer

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
)

// knock tries to get one byte of an answer out of a door.
func knock(t *testing.T, addr string, config *tls.Config) error {
	t.Helper()
	raw, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer raw.Close()
	require.NoError(t, raw.SetDeadline(time.Now().Add(4*time.Second)))
	var c net.Conn = raw
	if config != nil {
		config.InsecureSkipVerify = true
		c = tls.Client(raw, config)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return err
	}
	answer := make([]byte, 12)
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if config == nil && answer[0] == 21 { // a TLS alert in answer to plain text
		return io.EOF
	}
	require.Equal(t, "HTTP/1.1 200", string(answer))
	return nil
}

func TestWhoIsNotOneOfUsGetsNoAnswer(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	district := listen(t, Config{Identity: identity(t, ca, "quan")})
	var reached atomic.Int32
	district.Serve(Calls, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))

	with := func(id *trust.Identity, protos ...string) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{id.TLS()}, NextProtos: protos}
	}
	ours := identity(t, ca, "phuong-1")
	nextDoor := &trust.CA{Cluster: "01BD", Generation: 1, Root: ca.Root, Key: ca.Key}
	past := time.Now().AddDate(-3, 0, 0)
	old, err := (&trust.CA{Cluster: "01CG", Generation: 1, Root: ca.Root, Key: ca.Key}).Issue("phuong-1", past)
	require.NoError(t, err)
	browser, err := ca.IssueBrowser("phuong-1", nil, time.Now())
	require.NoError(t, err)
	web, err := browser.Issue(nil, nil, time.Now())
	require.NoError(t, err)
	tls12 := with(ours, Calls)
	tls12.MaxVersion = tls.VersionTLS12
	swapped := ours.TLS()
	swapped.PrivateKey = identity(t, ca, "phuong-2").Key
	twoInOne := ours.TLS()
	twoInOne.Certificate = append(twoInOne.Certificate, ca.Root.Raw)

	for name, config := range map[string]*tls.Config{
		"plain TCP":                   nil,
		"no certificate":              {NextProtos: []string{Calls}},
		"another root":                with(identity(t, newCA(t, "01CG"), "phuong-1"), Calls),
		"another cluster, same root":  with(identity(t, nextDoor, "phuong-1"), Calls),
		"another generation":          with(identity(t, ca.NextGeneration(), "phuong-1"), Calls),
		"an expired certificate":      with(old, Calls),
		"a web certificate":           {Certificates: []tls.Certificate{web}, NextProtos: []string{Calls}},
		"a certificate and more":      {Certificates: []tls.Certificate{twoInOne}, NextProtos: []string{Calls}},
		"somebody else's key":         {Certificates: []tls.Certificate{swapped}, NextProtos: []string{Calls}},
		"TLS 1.2":                     tls12,
		"no protocol":                 with(ours),
		"a strange protocol":          with(ours, "http/1.1"),
		"a protocol not served":       with(ours, Raft),
		"the province's door, no pin": with(ours, Upstream),
	} {
		t.Run(name, func(t *testing.T) {
			require.Error(t, knock(t, district.Addr(), config))
			require.Zero(t, reached.Load())
		})
	}
	require.NoError(t, knock(t, district.Addr(), with(ours, "http/1.1", Calls)), "and one of us does")
	require.EqualValues(t, 1, reached.Load())
}

func TestWeSayNothingToWhoIsNotOneOfUs(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	ward := listen(t, Config{Identity: identity(t, ca, "phuong-1")})
	nextDoor := &trust.CA{Cluster: "01BD", Generation: 1, Root: ca.Root, Key: ca.Key}
	expired, err := ca.Issue("quan", time.Now().AddDate(-3, 0, 0))
	require.NoError(t, err)

	for name, c := range map[string]struct {
		id   *trust.Identity
		want error
	}{
		"another root":       {identity(t, newCA(t, "01CG"), "quan"), trust.ErrUntrusted},
		"another cluster":    {identity(t, nextDoor, "quan"), trust.ErrOtherCluster},
		"another generation": {identity(t, ca.NextGeneration(), "quan"), trust.ErrGeneration},
		"expired":            {expired, trust.ErrExpired},
	} {
		t.Run(name, func(t *testing.T) {
			other := listen(t, Config{Identity: c.id})
			other.Serve(Calls, http.HandlerFunc(whoami))
			other.Stream()
			_, err := get(ward.Client(Calls, Expect{}), other.Addr())
			require.ErrorIs(t, err, c.want)
			_, err = ward.dial(t.Context(), Raft, other.Addr(), Expect{})
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestAServerWithoutOurProtocolIsRefused(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	ward := listen(t, Config{Identity: identity(t, ca, "phuong-1")})
	web, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{identity(t, ca, "quan").TLS()}})
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := web.Accept()
		if err == nil {
			_ = c.(*tls.Conn).Handshake()
			c.Close()
		}
	}()
	_, err = ward.dial(t.Context(), Calls, web.Addr().String(), Expect{})
	require.ErrorIs(t, err, ErrNoProtocol)
	require.NoError(t, web.Close())
	<-done
}

func TestSilentConnectionsAreCutAndKeepNobodyOut(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	district.Serve(Calls, http.HandlerFunc(whoami))
	silent := make([]net.Conn, 200)
	for i := range silent {
		c, err := net.Dial("tcp", district.Addr())
		require.NoError(t, err)
		defer c.Close()
		silent[i] = c
	}
	began := time.Now()
	_, err := get(ward.Client(Calls, Expect{}), district.Addr())
	require.NoError(t, err)
	require.Less(t, time.Since(began), 2*time.Second)
	for _, c := range silent {
		require.NoError(t, c.SetReadDeadline(began.Add(handshakeIdle+3*time.Second)))
		_, err := c.Read(make([]byte, 1))
		require.Error(t, err)
		require.NotErrorIs(t, err, errTimeout, "the door hung up, not we")
	}
}

func TestOnePeerHoldsABoundedNumberOfConnections(t *testing.T) {
	t.Parallel()
	district, ward := pair(t)
	layer, from := district.Stream(), ward.Stream()
	var ends []net.Conn
	for range maxPerPeer + 1 {
		out, err := from.Dial("", district.Addr(), time.Second)
		require.NoError(t, err)
		in, err := layer.Accept()
		require.NoError(t, err)
		ends = append(ends, out, in)
	}
	_, err := ends[0].Read(make([]byte, 1))
	require.Error(t, err, "the oldest makes room")
	_, err = ends[2].Write([]byte("x"))
	require.NoError(t, err)
	_, err = io.ReadFull(ends[3], make([]byte, 1))
	require.NoError(t, err, "the next oldest stays")
	for _, c := range ends {
		c.Close()
	}
}
