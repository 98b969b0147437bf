package trust

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newToken(t *testing.T, ca *CA, addrs ...string) Token {
	t.Helper()
	token, err := NewToken("phuong-1", addrs, ca.Root, noon)
	require.NoError(t, err)
	return token
}

func newKeys(t *testing.T) JoinKeys {
	t.Helper()
	k, err := NewJoinKeys()
	require.NoError(t, err)
	return k
}

func request(t *testing.T, k JoinKeys, node string) Requests {
	t.Helper()
	r, err := k.Request(node)
	require.NoError(t, err)
	return r
}

func TestATokenIsShortEnoughToTypeAndReadHoweverItIsSpaced(t *testing.T) {
	token := newToken(t, newCA(t, "01CG"), "10.0.0.5:8790")
	text := token.String()
	require.Regexp(t, `^([0-9A-HJKMNP-TV-Z]{4}-){22}[0-9A-HJKMNP-TV-Z]{1,4}$`, text)
	require.Equal(t, noon, token.Issued())
	for _, typed := range []string{text, " " + text + "\n", strings.ToLower(text), strings.ReplaceAll(text, "-", ""), strings.ReplaceAll(text, "-", " "),
		strings.NewReplacer("0", "o", "1", "I").Replace(text), strings.NewReplacer("0", "O", "1", "l").Replace(text), text[:40] + "\r\n" + text[40:]} {
		got, err := ParseToken(typed)
		require.NoError(t, err)
		require.Equal(t, token, got)
	}
}

func TestOneWrongLetterInATokenIsNoticed(t *testing.T) {
	text := newToken(t, newCA(t, "01CG"), "may-chu.lan:8790", "[fd00::5]:8790").String()
	for i, c := range text {
		wrong := "7"
		if c == '7' {
			wrong = "8"
		}
		if c == '-' {
			continue
		}
		_, err := ParseToken(text[:i] + wrong + text[i+1:])
		require.Error(t, err, "letter %d", i)
		require.NotContains(t, err.Error(), text[:9], "an error shows nothing of it")
	}
	_, err := ParseToken(text[:len(text)-5])
	require.Error(t, err, "cut off")
	_, err = ParseToken(strings.Repeat("0", maxTokenText+1))
	require.Error(t, err)
}

func TestATokenNamesAddressesThatCanBeCalled(t *testing.T) {
	ca := newCA(t, "01CG")
	for _, addrs := range [][]string{nil, {"10.0.0.5"}, {":8790"}, {"10.0.0.5:0"}, {"10.0.0.5:http"}, {"10.0.0.5:70000"}} {
		_, err := NewToken("phuong-1", addrs, ca.Root, noon)
		require.Error(t, err, "%v", addrs)
	}
	_, err := NewToken("Phường 1", []string{"10.0.0.5:1"}, ca.Root, noon)
	require.Error(t, err)
}

func invited(t *testing.T, dir string, token Token) *Invitations {
	t.Helper()
	i, err := LoadInvitations(dir)
	require.NoError(t, err)
	require.NoError(t, i.Add(token, Invited{Unit: "00163", Voter: true}, noon))
	return i
}

func TestATokenIsGoodForOneKeyAndForHalfAnHour(t *testing.T) {
	dir, token := t.TempDir(), newToken(t, newCA(t, "01CG"), "10.0.0.5:1")
	i := invited(t, dir, token)
	first, second := newKeys(t).Node.Public().(ed25519.PublicKey), newKeys(t).Node.Public().(ed25519.PublicKey)
	late := noon.Add(TokenLife - time.Second)

	_, err := i.Claim(make([]byte, secretSize), first, noon)
	require.ErrorIs(t, err, ErrTokenUnknown)
	_, err = i.Find(token.Secret[:], noon.Add(TokenLife))
	require.ErrorIs(t, err, ErrTokenExpired)
	got, err := i.Claim(token.Secret[:], first, late)
	require.NoError(t, err)
	require.Equal(t, Invited{Node: "phuong-1", Unit: "00163", Voter: true, Until: noon.Add(TokenLife), Key: KeyFingerprint(first), Used: late}, got)

	again, err := LoadInvitations(dir)
	require.NoError(t, err)
	for _, i := range []*Invitations{i, again} {
		_, err = i.Claim(token.Secret[:], second, late)
		require.ErrorIs(t, err, ErrTokenUsed, "also after a restart")
		_, err = i.Claim(token.Secret[:], first, late)
		require.NoError(t, err, "whose answer was lost")
		_, err = i.Claim(token.Secret[:], first, noon.Add(TokenLife))
		require.ErrorIs(t, err, ErrTokenExpired)
	}
}

func TestAnInvitationIsKeptWithoutItsSecretAndForADay(t *testing.T) {
	dir, token := t.TempDir(), newToken(t, newCA(t, "01CG"), "10.0.0.5:1")
	i := invited(t, dir, token)
	kept, err := os.ReadFile(filepath.Join(dir, invitationsFile))
	require.NoError(t, err)
	require.NotContains(t, string(kept), token.String())
	require.NotContains(t, strings.ToUpper(string(kept)), crockford.EncodeToString(token.Secret[:]))
	require.Contains(t, string(kept), hashed(token.Secret[:]))
	require.Equal(t, []Invited{{Node: "phuong-1", Unit: "00163", Voter: true, Until: noon.Add(TokenLife)}}, i.List(noon))

	require.True(t, i.Open(noon))
	require.False(t, i.Open(noon.Add(TokenLife)))
	require.Len(t, i.List(noon.Add(shownFor)), 1)
	require.Empty(t, i.List(noon.Add(TokenLife+shownFor+time.Second)))
}

func TestTheLastInvitationOfANodeIsTheOneThatHolds(t *testing.T) {
	ca := newCA(t, "01CG")
	lost, token := newToken(t, ca, "10.0.0.5:1"), newToken(t, ca, "10.0.0.5:1")
	i := invited(t, t.TempDir(), lost)
	require.NoError(t, i.Add(token, Invited{Unit: "00163"}, noon))
	key := newKeys(t).Node.Public().(ed25519.PublicKey)
	_, err := i.Claim(lost.Secret[:], key, noon)
	require.ErrorIs(t, err, ErrTokenUnknown)
	_, err = i.Claim(token.Secret[:], key, noon)
	require.NoError(t, err)
}

func TestWhatIsGrantedIsTakenByWhoAskedOnly(t *testing.T) {
	ca, keys := newCA(t, "01CG").NextGeneration(), newKeys(t)
	g, err := ca.Grant(request(t, keys, "phuong-1"), "phuong-1", []string{"may-chu"}, noon)
	require.NoError(t, err)
	root := PinOf(ca.Root.Raw)
	id, browser, err := keys.Take(g, root, "phuong-1", noon)
	require.NoError(t, err)
	require.Equal(t, Name{"01CG", 2, "phuong-1"}, id.Name)
	require.Equal(t, keys.Node, id.Key)
	_, err = browser.Issue([]string{"may-chu"}, []net.IP{net.ParseIP("10.0.0.7")}, noon)
	require.NoError(t, err)

	dir := t.TempDir()
	require.NoError(t, id.Save(dir))
	require.NoError(t, browser.Save(dir))
	_, err = LoadIdentity(dir)
	require.NoError(t, err)

	other, err := newCA(t, "01CG").Grant(request(t, keys, "phuong-1"), "phuong-1", nil, noon)
	require.NoError(t, err)
	mixed := g
	mixed.Browser = other.Browser
	for name, c := range map[string]struct {
		keys JoinKeys
		g    Grant
		node string
		now  time.Time
	}{
		"another root":            {keys, other, "phuong-1", noon},
		"another node":            {keys, g, "phuong-2", noon},
		"another key":             {newKeys(t), g, "phuong-1", noon},
		"a foreign issuer":        {keys, mixed, "phuong-1", noon},
		"nothing":                 {keys, Grant{}, "phuong-1", noon},
		"no browser issuer":       {keys, Grant{Cert: g.Cert, Root: g.Root}, "phuong-1", noon},
		"one that has run out":    {keys, g, "phuong-1", noon.AddDate(nodeYears, 0, 1)},
		"the root in its place":   {keys, Grant{Cert: g.Root, Browser: g.Browser, Root: g.Root}, "phuong-1", noon},
		"the issuer in its place": {keys, Grant{Cert: g.Browser, Browser: g.Browser, Root: g.Root}, "phuong-1", noon},
	} {
		_, _, err := c.keys.Take(c.g, root, c.node, c.now)
		require.Error(t, err, name)
	}
}

func TestARequestAsksForItsOwnKeyAndItsOwnName(t *testing.T) {
	ca, keys := newCA(t, "01CG"), newKeys(t)
	good := request(t, keys, "phuong-1")
	of := func(template x509.CertificateRequest, key any) []byte {
		der, err := x509.CreateCertificateRequest(rand.Reader, &template, key)
		require.NoError(t, err)
		return der
	}
	named := x509.CertificateRequest{Subject: pkix.Name{CommonName: "phuong-1"}}
	district, err := url.Parse("gocua://01CG/1/quan")
	require.NoError(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	forged := append([]byte(nil), good.Node...)
	forged[len(forged)-1] ^= 1
	swapped := newKeys(t)
	for name, r := range map[string]Requests{
		"nothing":                      {},
		"no browser issuer":            {Node: good.Node},
		"no CSR":                       {Node: []byte("a certificate, please"), Browser: good.Browser},
		"another node's name":          request(t, keys, "quan"),
		"a name beside its own":        {of(x509.CertificateRequest{Subject: named.Subject, DNSNames: []string{"quan"}}, keys.Node), good.Browser},
		"a node URI of its own making": {of(x509.CertificateRequest{Subject: named.Subject, URIs: []*url.URL{district}}, keys.Node), good.Browser},
		"an address":                   {of(x509.CertificateRequest{Subject: named.Subject, IPAddresses: []net.IP{{10, 0, 0, 1}}}, keys.Node), good.Browser},
		"more in its subject":          {of(x509.CertificateRequest{Subject: pkix.Name{CommonName: "phuong-1", Organization: []string{"x"}}}, keys.Node), good.Browser},
		"a signature that is forged":   {forged, good.Browser},
		"too large":                    {append(append([]byte(nil), good.Node...), make([]byte, maxRequest)...), good.Browser},
		"the wrong kind of key":        {of(named, keys.Browser), good.Browser},
		"the wrong curve":              {good.Node, of(named, p384)},
		"the kinds swapped":            {good.Browser, good.Node},
		"a browser name":               {good.Node, request(t, swapped, "quan").Browser},
	} {
		_, err := ca.Grant(r, "phuong-1", nil, noon)
		require.ErrorIs(t, err, ErrRequest, name)
	}
	_, err = ca.Grant(good, "phuong-1", nil, noon)
	require.NoError(t, err)
}

func TestAKeysFingerprintIsFourGroups(t *testing.T) {
	a, b := newKeys(t).Node.Public().(ed25519.PublicKey), newKeys(t).Node.Public().(ed25519.PublicKey)
	require.Regexp(t, `^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$`, KeyFingerprint(a))
	require.NotEqual(t, KeyFingerprint(a), KeyFingerprint(b))
}
