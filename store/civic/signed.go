package civic

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"strings"

	"gocua/store/command"
)

// Signed is bytes with the signature of a machine and its certificate, so that
// a third party can check it later.
type Signed struct {
	Data []byte `json:"data"`
	Sig  []byte `json:"sig"`
	Cert []byte `json:"cert"` // DER, chains to the signer's pinned root
}

// SettingProvince holds where the cluster's records go and whose receipts count.
const SettingProvince = "province"

// receiptHolds reports whether a receipt is what a machine of the pinned
// province signed. Every machine checks it: whoever proposes receipts could
// otherwise call sent what the province never had. A register that has pinned no
// province has nothing to check against.
func receiptHolds(v command.View, r Receipt, s Signed) bool {
	to, pinned := LoadSetting[struct {
		Code string
		Root []byte
	}](v, SettingProvince)
	if !pinned {
		return true
	}
	var told Receipt
	return s.holds("receipt", to.Code, to.Root) && json.Unmarshal(s.Data, &told) == nil && bytes.Equal(inJSON(told), inJSON(r))
}

// holds reports whether the bytes were signed for a purpose by a machine whose
// certificate was issued by the pinned root of a cluster. What makes a signature
// is decided in node/trust. Time is left out: a receipt given once holds for ever.
func (s Signed) holds(purpose, cluster string, root []byte) bool {
	issuer, err := x509.ParseCertificate(root)
	if err != nil {
		return false
	}
	cert, err := x509.ParseCertificate(s.Cert)
	if err != nil || cert.IsCA || len(cert.URIs) != 1 || cert.CheckSignatureFrom(issuer) != nil {
		return false
	}
	key, ok := cert.PublicKey.(ed25519.PublicKey)
	message := append(fmt.Appendf(nil, "gocua signature\x00%d:%s", len(purpose), purpose), s.Data...)
	return ok && strings.HasPrefix(cert.URIs[0].String(), "gocua://"+cluster+"/") && ed25519.Verify(key, message, s.Sig)
}

func inJSON(r Receipt) []byte {
	b, err := json.Marshal(r)
	if err != nil {
		panic("civic: a receipt that cannot be encoded: " + err.Error())
	}
	return b
}
