package nodetest

import (
	"bytes"
	"crypto/ed25519"
	"crypto/tls"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/deliver"
	"gocua/node/demo"
	"gocua/node/lookup"
	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

// identityOf is the real certificate and key of a machine.
func (s *stage) identityOf(p demo.Place) *trust.Identity {
	id, err := trust.LoadIdentity(filepath.Join(s.Dir, p.Node))
	require.NoError(s.t, err)
	return id
}

// door is where a machine listens to others.
func (s *stage) door(node string) string {
	for _, m := range s.chief.Status(false).Members {
		if m.Node == node {
			return m.Addr
		}
	}
	require.FailNow(s.t, "not a member", node)
	return ""
}

// knock is a client of the peer port with a certificate, or without one. What
// the other side's is does not matter here.
func knock(protocol string, id *trust.Identity) *http.Client {
	config := &tls.Config{MinVersion: tls.VersionTLS13, NextProtos: []string{protocol}, InsecureSkipVerify: true}
	if id != nil {
		config.Certificates = []tls.Certificate{id.TLS()}
	}
	return &http.Client{Timeout: callPatience, Transport: &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}}
}

// bring makes one call to a peer port and returns status and answer; 0: none came.
func bring(client *http.Client, method, url string, in any) (int, []byte) {
	raw, err := json.Marshal(in)
	if err != nil {
		return 0, nil
	}
	req, err := http.NewRequest(method, url, bytes.NewReader(raw))
	if err != nil {
		return 0, nil
	}
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer resp.Body.Close()
	text, _ := io.ReadAll(resp.Body)
	return resp.StatusCode, text
}

// strangers are those who knock without belonging here, as peer.csv names them.
func (s *stage) strangers() map[string]*trust.Identity {
	ca, err := trust.NewCA(s.place().Unit, 1, time.Now()) // the same names, another root
	require.NoError(s.t, err)
	foreign, err := ca.Issue(s.ward.Node, time.Now())
	require.NoError(s.t, err)
	var invited lookup.Invitation
	invite := map[string]any{"node": "may-mat", "unit": s.ward.Unit}
	require.Equal(s.t, http.StatusOK, s.Owner(s.place()).Call(http.MethodPost, "/invite", invite, &invited))
	dir := filepath.Join(s.t.TempDir(), "spare")
	_, err = node.Join(s.t.Context(), node.Joining{Dir: dir, Token: invited.Token, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN})
	require.NoError(s.t, err)
	lost, err := trust.LoadIdentity(dir)
	require.NoError(s.t, err)
	denied := civic.PutNode{ID: "may-mat", Unit: s.ward.Unit, Key: lost.Key.Public().(ed25519.PublicKey), Denied: true}
	require.Equal(s.t, http.StatusOK, s.Owner(s.place()).Call(http.MethodPost, "/ask", map[string]any{"kind": "node.put", "unit": s.place().Unit, "body": denied}, nil))
	s.Agree(time.Minute)
	return map[string]*trust.Identity{"none": nil, "foreign": foreign, "denied": lost, "province": s.identityOf(s.Province), "member": s.identityOf(s.ward)}
}

// place is the district office.
func (s *stage) place() demo.Place { return s.District.District }

func thePeerPortAnswersMembersOnly(s *stage) {
	lines := linesOf(s.t, "peer.csv")
	told, listed, checked := s.answersAt(s.place()), []string{}, 0
	who, leader := s.strangers(), s.leader()
	for _, line := range lines {
		route, at := line[1]+" "+line[2], leader
		if listed = append(listed, route); line[0] == peer.Join {
			at = s.place().Node // where the wards were invited
		}
		for i, name := range []string{"none", "foreign", "denied", "province", "member"} {
			status, text := bring(knock(line[0], who[name]), line[1], "https://"+s.door(at)+line[2]+"?index=1", map[string]any{})
			got := map[bool]string{true: "closed", false: strconv.Itoa(status)}[status == 0]
			if status == http.StatusOK {
				got = "ok"
			}
			assert.Equal(s.t, line[3+i], got, "%s %s with the certificate %s: %s", line[0], route, name, text)
			checked++
		}
	}
	for _, route := range slices.Concat(told.Peer, s.answersAt(s.Province).Upstream) {
		assert.Contains(s.t, listed, route, "not in testdata/peer.csv")
	}
	s.t.Logf("%d calls of the peer port × certificate compared", checked)
	require.GreaterOrEqual(s.t, checked, 35)
}

// leader is who leads the cluster.
func (s *stage) leader() string {
	leader := s.chief.Status(false).Leader
	require.NotEmpty(s.t, leader)
	return leader
}

// made is an envelope as ward 1's machine would make it.
func (s *stage) made(kind, unit string, officer command.ID, body any) command.Envelope {
	spec, ok := civic.Table().Named(kind)
	require.True(s.t, ok, kind)
	raw, err := json.Marshal(body)
	require.NoError(s.t, err)
	if canonical, wrong := civic.Table().Canonical(spec.Kind, raw); wrong == nil {
		raw = canonical
	}
	s.seq++
	return command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: spec.Kind, CapturedAt: time.Now().UnixMilli(),
		By: command.Actor{Officer: officer, Node: s.ward.Node}, Unit: unit, Origin: command.Origin{Node: s.ward.Node, Epoch: 999, Seq: s.seq},
		Body: raw}
}

// reply is the answer to a delivery, or to copies.
type reply struct {
	Decided []command.Decided
	Held    int
	Error   *command.Error
}

// deliver hands envelopes to the leader's peer port with ward 1's certificate.
func (s *stage) deliver(path string, list ...command.Envelope) (int, reply) {
	node := s.leader()
	if path == deliver.PathCarry { // any machine but the one they come from takes copies
		node = s.Wards[1].Node
	}
	status, text := bring(knock(peer.Calls, s.identityOf(s.ward)), http.MethodPost, "https://"+s.door(node)+path, map[string]any{"commands": list})
	require.NotZero(s.t, status)
	var r reply
	require.NoError(s.t, json.Unmarshal(text, &r), "%s", text)
	return status, r
}

// reviewed is what waits for a person of a command; intact reports whether its
// body is there as it was sent.
func (s *stage) reviewed(e command.Envelope) (code string, intact bool) {
	if s.reviews[e.ID] == nil {
		s.readReviews()
	}
	r := s.reviews[e.ID]
	if r == nil {
		return "", false
	}
	return r.Code, r.Kind == kindName(e.Kind) && whole(e.Body, r.Body)
}

// bodyShown reports whether a review tells anything of what was sent.
func (s *stage) bodyShown(id command.ID) bool {
	return strings.ContainsAny(string(s.reviews[id].Body), ":")
}

func kindName(k command.Kind) string {
	spec, _ := civic.Table().Kind(k)
	return spec.Name
}

// reviewLine is a review as the API tells it.
type reviewLine struct {
	ID   command.ID
	Code string
	Kind string
	Unit string
	Body json.RawMessage
}

// readReviews reads all reviews that are open, page by page.
func (s *stage) readReviews() {
	s.reviews = map[command.ID]*reviewLine{}
	for _, r := range openReviews(s.chief, s.place().Unit) {
		s.reviews[r.ID] = &r
	}
}

func openReviews(c *Client, unit string) (all []reviewLine) {
	c.t.Helper()
	for cursor, first := "", true; first || cursor != ""; first = false {
		var page struct {
			Items []reviewLine
			Next  string
		}
		require.Equal(c.t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/review?limit=200&unit="+unit+"&cursor="+cursor, nil, &page))
		all, cursor = append(all, page.Items...), page.Next
	}
	return all
}

// forgeries are the cases of forged.csv.
func (s *stage) forgeries() map[string]func() command.Envelope {
	x, id := s.sides[own], s.identityOf(s.ward)
	visit := func(unit string, officer command.ID) command.Envelope {
		return s.made("visit.record", unit, officer, map[string]any{"id": command.NewID(), "household": x.home, "at": time.Now().UTC().Format(time.RFC3339), "mode": "door", "outcome": "nobody_home", "note": "Phiếu gửi thẳng"})
	}
	officer := s.staff[string(civic.RoleOfficer)]
	signed := func(e command.Envelope) command.Envelope { return e.Sign(id.Key) }
	return map[string]func() command.Envelope{
		"another machine's By.node": func() command.Envelope {
			e := visit(x.unit, officer)
			e.By.Node, e.Origin.Node = s.Wards[1].Node, s.Wards[1].Node
			return signed(e)
		},
		"signed by another key": func() command.Envelope { return visit(x.unit, officer).Sign(s.identityOf(s.Wards[1]).Key) },
		"body changed after signing": func() command.Envelope {
			e := signed(visit(x.unit, officer))
			e.Body = json.RawMessage(strings.Replace(string(e.Body), "nobody_home", "will_come", 1))
			return e
		},
		"not signed": func() command.Envelope { return visit(x.unit, officer) },
		"a system kind": func() command.Envelope {
			return signed(s.made("digest.mark", s.place().Unit, command.ID{}, civic.MarkDigest{}))
		},
		"no officer and an officer's kind": func() command.Envelope { return signed(visit(x.unit, command.ID{})) },
		"an officer nobody knows":          func() command.Envelope { return signed(visit(x.unit, command.NewID())) },
		"an officer of another ward":       func() command.Envelope { return signed(visit(x.unit, s.staff["far"])) },
		"a role that may not":              func() command.Envelope { return signed(visit(x.unit, s.staff[string(civic.RoleAuditor)])) },
		"a unit outside the grant":         func() command.Envelope { return signed(visit(s.sides[other].unit, officer)) },
		"a disabled officer":               func() command.Envelope { return signed(visit(x.unit, s.staff["disabled"])) },
		"an account of above changed here": func() command.Envelope {
			return signed(s.made("officer.self", x.unit, s.staff["above"], civic.ChangeSelf{Hash: s.hash}))
		},
		"a one-time code for oneself": func() command.Envelope {
			me := s.staff[string(civic.RoleSupervisor)]
			return signed(s.made("officer.reset", x.unit, me, civic.ResetOfficer{Officer: me, Lost: civic.LostPassword, Hash: s.hash}))
		},
		"a helper capturing": func() command.Envelope { return signed(visit(x.unit, s.staff[string(civic.RoleHelper)])) },
	}
}

func forgedEnvelopesReachNoRegister(s *stage) {
	lines, cases := linesOf(s.t, "forged.csv"), s.forgeries()
	require.Len(s.t, lines, len(cases))
	visits := s.visits()
	for _, line := range lines {
		for i, path := range []string{deliver.PathDeliver, deliver.PathCarry} {
			require.NotNil(s.t, cases[line[0]], line[0])
			e := cases[line[0]]()
			status, r := s.deliver(path, e)
			if r.Error == nil { // a carrier brings it to the leader by itself, and ward 1 hears of it a little later
				Eventually(s.t, callPatience, line[0]+" to be decided", func() bool { _, ok := s.chief.Told(e.ID); return ok })
			}
			code, whole := s.reviewed(e)
			got := "refused"
			switch {
			case whole:
				got = "review"
			case code != "" && !s.bodyShown(e.ID):
				got = "told"
			}
			assert.Equal(s.t, line[1+i], got, "%s over %s: %d, review %q, %+v", line[0], path, status, code, r)
			told, known := s.chief.Told(e.ID)
			assert.False(s.t, known && told.Status == command.Accepted, "%s over %s went in", line[0], path)
			assert.Equal(s.t, got != "refused", known, "%s over %s: decided without a review, or the other way round", line[0], path)
		}
	}
	require.Equal(s.t, visits, s.visits(), "a visit went in")
	s.t.Logf("%d forged envelopes over two calls: none in the register", len(lines))
	require.GreaterOrEqual(s.t, len(lines), 14)
}

// visits is how often somebody was at the door of ward 1.
func (s *stage) visits() int {
	var h struct{ Visits []json.RawMessage }
	require.Equal(s.t, http.StatusOK, s.chief.Call(http.MethodGet, "/api/v1/households/"+s.sides[own].home.String(), nil, &h))
	return len(h.Visits)
}
