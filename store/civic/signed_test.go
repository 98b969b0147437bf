package civic

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"math/big"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority is a root that issues certificates to machines.
type authority struct {
	t    *testing.T
	root *x509.Certificate
	key  *ecdsa.PrivateKey
}

// speaker is a machine with its certificate.
type speaker struct {
	cert []byte
	key  ed25519.PrivateKey
}

func certificate(ca bool, names ...string) *x509.Certificate {
	c := &x509.Certificate{SerialNumber: big.NewInt(7), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1, 0), // long expired
		IsCA: ca, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	for _, name := range names {
		c.URIs = append(c.URIs, &url.URL{Scheme: "gocua", Opaque: name})
	}
	return c
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	der, err := x509.CreateCertificate(rand.Reader, certificate(true), certificate(true), key.Public(), key)
	require.NoError(t, err)
	root, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return authority{t, root, key}
}

// issue makes a machine with these names in its certificate.
func (a authority) issue(ca bool, names ...string) speaker {
	a.t.Helper()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, 32))
	cert, err := x509.CreateCertificate(rand.Reader, certificate(ca, names...), a.root, key.Public(), a.key)
	require.NoError(a.t, err)
	return speaker{cert, key}
}

// sign signs as node/trust does; what is written here is what is signed.
func (a speaker) sign(purpose string, data []byte) Signed {
	message := append([]byte("gocua signature\x00"+itoa(len(purpose))+":"+purpose), data...)
	return Signed{Data: data, Sig: ed25519.Sign(a.key, message), Cert: a.cert}
}

func TestAReceiptCountsIfThePinnedProvinceSignedIt(t *testing.T) {
	h := founded(t)
	province := newAuthority(t)
	own := province.issue(false, "//01/1/province")
	pin, err := json.Marshal(map[string]any{"code": "01", "name": "TP Hà Nội", "root": province.root.Raw, "peers": []string{"x:1"}})
	require.NoError(t, err)
	h.accept(KindSettingPut, PutSetting{Key: SettingProvince, Value: pin}, byMachine(office))
	h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
	p := receipt(1, "h1")
	data, err := json.Marshal(p.Receipt)
	require.NoError(t, err)
	other := p.Receipt
	other.Refused = []RefusedItem{{Type: TypeUnit, Key: ward, Code: "bad_text"}}
	otherData, err := json.Marshal(other)
	require.NoError(t, err)

	changed := own.sign("receipt", data)
	changed.Sig[0] ^= 1
	for rule, s := range map[string]Signed{
		"nothing at all":                     {},
		"a certificate that is none":         {Data: data, Sig: changed.Sig, Cert: []byte("cert")},
		"another root's machine":             newAuthority(t).issue(false, "//01/1/province").sign("receipt", data),
		"another purpose":                    own.sign("parcel", data),
		"a signature with one bit changed":   changed,
		"a receipt that says something else": own.sign("receipt", otherData),
		"no receipt":                         own.sign("receipt", []byte("data")),
		"an issuer of certificates":          province.issue(true, "//01/1/province").sign("receipt", data),
		"a machine of another cluster":       province.issue(false, "//01CG/1/district").sign("receipt", data),
		"a certificate of two names":         province.issue(false, "//01/1/a", "//01/1/b").sign("receipt", data),
		"a certificate without a name":       province.issue(false).sign("receipt", data),
	} {
		p.Signed = s
		d := h.refuse("rejected", "bad_signature", "", KindReceipt, p)
		require.Empty(t, d.Changes, rule)
	}
	p.Signed = own.sign("receipt", data)
	h.accept(KindReceipt, p)
}
