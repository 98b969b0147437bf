package node

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"golang.org/x/time/rate"

	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

// porch is a machine of the cluster with a door of its own for each case, so that
// what one case leaves in the log and in memory can be told from the next.
type porch struct {
	t       *testing.T
	n       *Node // leads; holds the authority
	ca      *trust.CA
	ward    *trust.Identity // a member's
	denied  *trust.Identity // of a machine that was shut out
	door    *peer.Listener
	guests  guests
	now     atomic.Pointer[time.Time] // nil: the time it is
	said    *lines
	secrets []string // what must not be in the log
	nodes   []civic.Node
}

// lines is a log that may be read while it is written.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func (l *lines) refusals() int { return strings.Count(l.String(), "msg=\"refused") }

// listens opens the door as this machine has it, or with another identity.
func (g *porch) listens(id *trust.Identity) {
	g.said = &lines{}
	log := slog.New(slog.NewTextHandler(g.said, nil))
	var err error
	g.door, err = peer.Listen(peer.Config{Listen: "127.0.0.1:0", Identity: id, Roots: g.n.pinned, Admit: g.n.admitPeer, Now: g.n.certainly, Log: log,
		Invited: func() bool { return g.guests.invited.Open(g.guests.now()) }})
	require.NoError(g.t, err)
	invited, err := trust.LoadInvitations(g.t.TempDir()) // nobody is invited
	require.NoError(g.t, err)
	g.guests = guests{n: g.n, now: g.time, invited: invited, quiet: rate.NewLimiter(rate.Inf, 0), log: log}
	g.door.Serve(peer.Calls, serving(g.n.peerCalls()))
	g.door.Serve(peer.Join, serving(g.guests.calls()))
}

// time is by which this case's tokens run out.
func (g *porch) time() time.Time {
	if at := g.now.Load(); at != nil {
		return *at
	}
	return time.Now()
}

// prepared says that what the case needs is there: from here on nothing changes.
func (g *porch) prepared() {
	r := g.n.reg.Read()
	defer r.Close()
	g.nodes = civic.Nodes(r)
}

func (g *porch) shown(id *trust.Identity, protos ...string) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{id.TLS()}, NextProtos: protos}
}

// knock tries to get an answer out of the door; nil: it did.
func (g *porch) knock(config *tls.Config) error {
	raw, err := net.Dial("tcp", g.door.Addr())
	require.NoError(g.t, err)
	defer raw.Close()
	require.NoError(g.t, raw.SetDeadline(time.Now().Add(20*time.Second)))
	var c net.Conn = raw
	if config != nil {
		config.InsecureSkipVerify = true
		c = tls.Client(raw, config)
	}
	if _, err := io.WriteString(c, "GET "+pathHello+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return err
	}
	answer := make([]byte, 12)
	if _, err := io.ReadFull(c, answer); err != nil {
		return err
	}
	if string(answer) != "HTTP/1.1 200" {
		return fmt.Errorf("answered %q", answer)
	}
	return nil
}

// as knocks with an identity.
func as(make func(g *porch) *trust.Identity) func(*porch) error {
	return func(g *porch) error { return g.knock(g.shown(make(g), peer.Calls)) }
}

func (g *porch) issue(ca *trust.CA, node string, at time.Time) *trust.Identity {
	id, err := ca.Issue(node, at)
	require.NoError(g.t, err)
	return id
}

func (g *porch) otherCA(cluster string) *trust.CA {
	ca, err := trust.NewCA(cluster, 1, time.Now())
	require.NoError(g.t, err)
	return ca
}

// token has a machine invited, to come in by this case's door.
func (g *porch) token(node string) trust.Token {
	t, err := g.guests.invite(node, wardCode, false)
	require.NoError(g.t, err)
	t.Addrs = []string{g.door.Addr()}
	g.secrets = append(g.secrets, t.String(), base64.StdEncoding.EncodeToString(t.Secret[:]), fmt.Sprintf("%x", t.Secret))
	return t
}

func (g *porch) join(t trust.Token) error {
	dir := filepath.Join(g.t.TempDir(), "new")
	_, err := Join(g.t.Context(), joining(dir, t.String()))
	if err != nil {
		require.NoDirExists(g.t, dir, "nothing is left behind")
	}
	return err
}

// ask sends a request to join as it stands, past everything Join checks.
func (g *porch) ask(t trust.Token, method, path string, body []byte) error {
	c := peer.Stranger(nil, func(chain []*x509.Certificate) error { return foundBy(t, chain) })
	defer c.CloseIdleConnections()
	req, err := http.NewRequest(method, "https://"+g.door.Addr()+path, bytes.NewReader(body))
	require.NoError(g.t, err)
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %d %s %w", resp.StatusCode, text, err)
	}
	return nil
}

// asking sends a token with requests of the case's making.
func asking(forge func(g *porch, keys trust.JoinKeys) trust.Requests) func(*porch) error {
	return func(g *porch) error {
		t := g.token("ward-5")
		keys, err := trust.NewJoinKeys()
		require.NoError(g.t, err)
		raw, err := json.Marshal(joinRequest{Secret: t.Secret[:], Requests: forge(g, keys)})
		require.NoError(g.t, err)
		return g.ask(t, http.MethodPost, pathJoin, raw)
	}
}

func (g *porch) requests(keys trust.JoinKeys, node string) trust.Requests {
	r, err := keys.Request(node)
	require.NoError(g.t, err)
	return r
}

func (g *porch) csr(template x509.CertificateRequest, key any) []byte {
	der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
	require.NoError(g.t, err)
	return der
}

func (g *porch) announce(node string) error {
	if refused := g.n.placeMember(g.t.Context(), node, announcement{Addr: "127.0.0.1:1"}).Error; refused != nil {
		return refused
	}
	return nil
}

func (g *porch) deny(node string) {
	require.NoError(g.t, g.n.Ask(g.t.Context(), civic.KindNodeDeny, clusterCode, civic.DenyNode{ID: node, Reason: civic.DenyStolen}))
	r := g.n.reg.Read()
	defer r.Close()
	known, _ := civic.Load[civic.Node](r, civic.TypeNode, command.Key(node))
	require.True(g.t, known.Denied)
}

// selfSigned is a certificate with a member's name that nobody signed.
func (g *porch) selfSigned() *tls.Config {
	name, err := url.Parse("gocua://01CG/1/ward-1")
	require.NoError(g.t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ward-1"}, URIs: []*url.URL{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}}
	public, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(g.t, err)
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, key)
	require.NoError(g.t, err)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, NextProtos: []string{peer.Calls}}
}

func (g *porch) crowd(first string) error {
	silent := make([]net.Conn, 500)
	for i := range silent {
		c, err := net.Dial("tcp", g.door.Addr())
		require.NoError(g.t, err)
		defer c.Close()
		_, _ = io.WriteString(c, first) // one that was pushed out already is refused, too
		silent[i] = c
	}
	require.NoError(g.t, g.knock(g.shown(g.ward, peer.Calls)), "a good one comes through")
	for _, c := range silent {
		require.NoError(g.t, c.SetReadDeadline(time.Now().Add(30*time.Second)))
		_, err := io.Copy(io.Discard, c)
		if slow, ok := err.(net.Error); ok && slow.Timeout() {
			return nil
		}
	}
	return io.EOF
}

// refusals is who is turned away, a line each. quiet: the door says it to the
// caller only, or the log as often as it may (silent ones); anything else is in
// the log once.
func refusals() []struct {
	rule  string
	quiet bool
	try   func(*porch) error
} {
	past := time.Now().AddDate(-3, 0, 0)
	type r = struct {
		rule  string
		quiet bool
		try   func(*porch) error
	}
	return []r{
		{"plain TCP", false, func(g *porch) error { return g.knock(nil) }},
		{"HTTPS of a browser", false, func(g *porch) error { return g.knock(&tls.Config{NextProtos: []string{"h2", "http/1.1"}}) }},
		{"no protocol", false, func(g *porch) error { return g.knock(g.shown(g.ward)) }},
		{"a protocol of a later build", false, func(g *porch) error { return g.knock(g.shown(g.ward, "gocua-peer/2")) }},
		{"a protocol that is not served", false, func(g *porch) error { return g.knock(g.shown(g.ward, peer.Raft)) }},
		{"the province's protocol at a district", false, func(g *porch) error { return g.knock(g.shown(g.ward, peer.Upstream)) }},
		{"TLS 1.2", false, func(g *porch) error {
			c := g.shown(g.ward, peer.Calls)
			c.MaxVersion = tls.VersionTLS12
			return g.knock(c)
		}},
		{"TLS 1.0", false, func(g *porch) error {
			c := g.shown(g.ward, peer.Calls)
			c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10
			return g.knock(c)
		}},
		{"no certificate", false, func(g *porch) error { return g.knock(&tls.Config{NextProtos: []string{peer.Calls}}) }},
		{"a certificate nobody signed", false, func(g *porch) error { return g.knock(g.selfSigned()) }},
		{"another root", false, as(func(g *porch) *trust.Identity { return g.issue(g.otherCA(clusterCode), "ward-1", time.Now()) })},
		{"another root, with ours beside it", false, func(g *porch) error {
			c := g.issue(g.otherCA(clusterCode), "ward-1", time.Now()).TLS()
			c.Certificate = append(c.Certificate, g.ca.Root.Raw)
			return g.knock(&tls.Config{Certificates: []tls.Certificate{c}, NextProtos: []string{peer.Calls}})
		}},
		{"a member's certificate and more", false, func(g *porch) error {
			c := g.ward.TLS()
			c.Certificate = append(c.Certificate, g.ca.Root.Raw)
			return g.knock(&tls.Config{Certificates: []tls.Certificate{c}, NextProtos: []string{peer.Calls}})
		}},
		{"a member's certificate without its key", false, func(g *porch) error {
			c := g.ward.TLS()
			c.PrivateKey = g.denied.Key
			return g.knock(&tls.Config{Certificates: []tls.Certificate{c}, NextProtos: []string{peer.Calls}})
		}},
		{"another cluster under the same root", false, as(func(g *porch) *trust.Identity {
			return g.issue(&trust.CA{Cluster: "01BD", Generation: 1, Root: g.ca.Root, Key: g.ca.Key}, "ward-1", time.Now())
		})},
		{"a later generation", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca.NextGeneration(), "ward-1", time.Now()) })},
		{"an old generation, after a recovery", false, func(g *porch) error {
			require.NoError(g.t, g.door.Close())
			g.listens(g.issue(g.ca.NextGeneration(), "district", time.Now()))
			return g.knock(g.shown(g.ward, peer.Calls))
		}},
		{"expired", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca, "ward-1", past) })},
		{"a browser issuer", false, func(g *porch) error {
			b, err := g.ca.IssueBrowser("ward-1", nil, time.Now())
			require.NoError(g.t, err)
			return g.knock(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{b.Cert.Raw}, PrivateKey: b.Key}}, NextProtos: []string{peer.Calls}})
		}},
		{"a web certificate", false, func(g *porch) error {
			b, err := g.ca.IssueBrowser("ward-1", nil, time.Now())
			require.NoError(g.t, err)
			web, err := b.Issue(nil, nil, time.Now())
			require.NoError(g.t, err)
			return g.knock(&tls.Config{Certificates: []tls.Certificate{web}, NextProtos: []string{peer.Calls}})
		}},
		{"the root itself", false, func(g *porch) error {
			return g.knock(&tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{g.ca.Root.Raw}, PrivateKey: g.ca.Key}}, NextProtos: []string{peer.Calls}})
		}},
		{"a machine that was shut out", false, as(func(g *porch) *trust.Identity { return g.denied })},
		{"a machine nobody registered", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca, "ward-99", time.Now()) })},
		{"a second key for a member's name", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca, "ward-1", time.Now()) })},
		{"a second key for this machine's own name", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca, "district", time.Now()) })},
		{"a new key for a name that was shut out", false, as(func(g *porch) *trust.Identity { return g.issue(g.ca, g.denied.Node, time.Now()) })},
		{"500 that say nothing", true, func(g *porch) error { return g.crowd("") }},
		{"500 that stop in the middle of a greeting", true, func(g *porch) error { return g.crowd("\x16\x03\x01") }},

		{"a stranger while nobody is invited", false, func(g *porch) error {
			return g.ask(trust.Token{Root: trust.PinOf(g.ca.Root.Raw), Until: time.Now()}, http.MethodPost, pathJoin, []byte("{}"))
		}},
		{"a token with another secret", false, func(g *porch) error {
			t := g.token("ward-5")
			t.Secret[0] ^= 1
			return g.join(t)
		}},
		{"a token without a secret", false, func(g *porch) error {
			return g.ask(g.token("ward-5"), http.MethodPost, pathJoin, []byte("{}"))
		}},
		{"a token for another cluster's root", false, func(g *porch) error { // nothing is said to us
			t := g.token("ward-5")
			t.Root = trust.PinOf(g.otherCA(clusterCode).Root.Raw)
			return g.join(t)
		}},
		{"a token of another cluster, with our root", false, func(g *porch) error {
			g.token("ward-5")
			t, err := trust.NewToken("ward-5", []string{g.door.Addr()}, g.ca.Root, time.Now())
			require.NoError(g.t, err)
			return g.join(t)
		}},
		{"a token with a letter changed", true, func(g *porch) error {
			_, err := Join(g.t.Context(), joining(filepath.Join(g.t.TempDir(), "new"), g.token("ward-5").String()+"0"))
			return err
		}},
		{"a token that was used with another key", false, func(g *porch) error {
			t := g.token("ward-6")
			require.NoError(g.t, g.join(t))
			g.prepared()
			return g.join(t)
		}},
		{"a token that has run out", false, func(g *porch) error {
			t := g.token("ward-5")
			late := time.Now().Add(trust.TokenLife)
			g.now.Store(&late)
			g.token("ward-7") // which keeps the door open for strangers
			return g.join(t)
		}},
		{"a token that another one took the place of", false, func(g *porch) error {
			t := g.token("ward-5")
			g.token("ward-5")
			return g.join(t)
		}},
		{"a token for a machine shut out meanwhile", false, func(g *porch) error {
			t := g.token("ward-8")
			require.NoError(g.t, g.join(t))
			again := g.token("ward-8")
			g.deny("ward-8")
			g.prepared()
			return g.join(again)
		}},
		{"the key of a machine that was shut out, with a good token", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			keys.Node = g.denied.Key
			return g.requests(keys, "ward-5")
		})},
		{"a CSR in the name of another machine", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests { return g.requests(keys, "district") })},
		{"a CSR that names another machine beside its own", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r := g.requests(keys, "ward-5")
			r.Node = g.csr(x509.CertificateRequest{Subject: pkix.Name{CommonName: "ward-5"}, DNSNames: []string{"district"}}, keys.Node)
			return r
		})},
		{"a CSR that was changed after it was signed", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r := g.requests(keys, "ward-5")
			r.Node[len(r.Node)-1] ^= 1
			return r
		})},
		{"a CSR for another kind of key", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r := g.requests(keys, "ward-5")
			r.Node = r.Browser
			return r
		})},
		{"a CSR for a curve we do not use", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r, key := g.requests(keys, "ward-5"), (*ecdsa.PrivateKey)(nil)
			key, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
			require.NoError(g.t, err)
			r.Browser = g.csr(x509.CertificateRequest{Subject: pkix.Name{CommonName: "ward-5"}}, key)
			return r
		})},
		{"no CSR", false, asking(func(*porch, trust.JoinKeys) trust.Requests { return trust.Requests{} })},
		{"a CSR too large to read", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r := g.requests(keys, "ward-5")
			r.Node = append(r.Node, make([]byte, 3<<10)...)
			return r
		})},
		{"a request too large to read", false, asking(func(g *porch, keys trust.JoinKeys) trust.Requests {
			r := g.requests(keys, "ward-5")
			r.Node = make([]byte, maxJoin)
			return r
		})},
		{"a request that is no JSON", false, func(g *porch) error { return g.ask(g.token("ward-5"), http.MethodPost, pathJoin, []byte("let me in")) }},
		{"a request with more in it", false, func(g *porch) error {
			return g.ask(g.token("ward-5"), http.MethodPost, pathJoin, []byte(`{"secret":"","voter":true}`))
		}},
		{"another method", true, func(g *porch) error { return g.ask(g.token("ward-5"), http.MethodGet, pathJoin, nil) }},
		{"a call of members over the strangers' door", true, func(g *porch) error { return g.ask(g.token("ward-5"), http.MethodGet, pathHello, nil) }},
		{"an invitation of a name that is taken", true, func(g *porch) error {
			_, err := g.n.Invite("district", wardCode, false)
			return err
		}},
		{"an invitation of a name that was shut out", true, func(g *porch) error {
			_, err := g.n.Invite(g.denied.Node, wardCode, false)
			return err
		}},
		{"an announcement of a machine nobody registered", true, func(g *porch) error {
			return g.announce("ward-99")
		}},
		{"an announcement of a machine that was shut out", true, func(g *porch) error {
			return g.announce(g.denied.Node)
		}},
	}
}

func TestWhoeverDoesNotBelongHereIsRefused(t *testing.T) {
	n := run(t, found(t))
	ca, err := trust.LoadCA(n.cfg.Dir)
	require.NoError(t, err)
	g := &porch{t: t, n: n, ca: ca}
	for name, id := range map[string]**trust.Identity{"ward-1": &g.ward, "ward-2": &g.denied} {
		*id, err = trust.LoadIdentity(joinedBy(t, n, name, false))
		require.NoError(t, err)
	}
	g.deny("ward-2")
	rules := map[string]bool{}
	for _, c := range refusals() {
		rules[c.rule] = true
		t.Run(c.rule, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			g.t, g.secrets = t, nil
			g.now.Store(nil)
			g.listens(n.id)
			g.prepared()
			require.Error(t, c.try(g))
			was := g.nodes
			g.prepared()
			require.Equal(t, was, g.nodes, "the register is as it was")
			if !c.quiet {
				eventually(t, "a line in the log", func() bool { return g.said.refusals() > 0 })
			}
			require.NoError(t, g.door.Close())
			if !c.quiet {
				require.Equal(t, 1, g.said.refusals(), g.said.String())
			}
			require.LessOrEqual(t, g.said.refusals(), 10)
			for _, secret := range g.secrets {
				require.NotContains(t, g.said.String(), secret)
			}
			require.Eventually(t, func() bool { return leftOver(before) == nil }, patience, 10*time.Millisecond)
		})
	}
	require.GreaterOrEqual(t, len(rules), 40)
	t.Logf("%d refusals", len(rules))
	g.t = t
	g.now.Store(nil)
	g.listens(n.id)
	require.NoError(t, g.knock(g.shown(g.ward, peer.Calls)), "and a member is let in")
	require.NoError(t, g.join(g.token("ward-9")), "and who was invited")
	require.NoError(t, g.door.Close())
}
