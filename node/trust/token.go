package trust

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// TokenLife is how long an invitation holds (lời mời, 30 phút).
const TokenLife = 30 * time.Minute

const (
	tokenVersion = 1
	secretSize   = 16 // 128 bits: nobody guesses it in half an hour
	pinSize      = 16
	checkSize    = 3 // finds what was typed wrong; it protects nothing
	maxAddrs     = 4
	maxTokenText = 1024
)

// Pin is a certificate a machine expects to find: the first 128 bits of its
// SHA-256. Nobody makes another certificate with the same ones.
type Pin [pinSize]byte

// PinOf is the pin of a certificate, DER.
func PinOf(der []byte) Pin {
	sum := sha256.Sum256(der)
	return Pin(sum[:pinSize])
}

// Token is what the person who invites hands to the person who joins: which
// machine the new one becomes, where the cluster is, the one secret that lets it
// in, and the root it must find there before it says the secret. It holds no key,
// serves once, and for half an hour.
type Token struct {
	Node   string
	Addrs  []string // host:port of the inviting machine, most likely first; 1 to 4
	Secret [secretSize]byte
	Root   Pin       // of the cluster's root
	Until  time.Time // whole minutes; the inviting machine decides
}

// NewToken makes a token with a secret of its own, for whoever finds root at one
// of addrs.
func NewToken(node string, addrs []string, root *x509.Certificate, now time.Time) (Token, error) {
	t := Token{Node: node, Addrs: addrs[:min(len(addrs), maxAddrs)], Root: PinOf(root.Raw), Until: now.Add(TokenLife).Truncate(time.Minute)}
	rand.Read(t.Secret[:]) // never fails
	return t, t.check()
}

func (t Token) check() error {
	if err := (Name{"x", 1, t.Node}).Check(); err != nil {
		return err
	}
	if len(t.Addrs) == 0 || len(t.Addrs) > maxAddrs {
		return fmt.Errorf("a token names %d addresses, want 1 to %d", len(t.Addrs), maxAddrs)
	}
	for _, a := range t.Addrs {
		host, port, err := net.SplitHostPort(a)
		if n, wrong := strconv.ParseUint(port, 10, 16); err != nil || wrong != nil || n == 0 || host == "" || len(host) > 200 {
			return fmt.Errorf("%q is no address another machine can call", a)
		}
	}
	return nil
}

// Issued is when the token was made, to the minute: a time that has certainly
// come, whatever the clock of the machine that joins says.
func (t Token) Issued() time.Time { return t.Until.Add(-TokenLife) }

// String writes the token as it is copied or typed: groups of four without the
// letters people mistake for digits. It holds the secret; never log it.
func (t Token) String() string {
	b := append([]byte{tokenVersion}, t.Secret[:]...)
	b = append(b, t.Root[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(t.Until.Unix()/60))
	b = appendText(b, t.Node)
	b = append(b, byte(len(t.Addrs)))
	for _, a := range t.Addrs {
		if at, err := netip.ParseAddrPort(a); err == nil && at.Addr().Is4() {
			four := at.Addr().As4()
			b = binary.BigEndian.AppendUint16(append(append(b, 0), four[:]...), at.Port())
		} else {
			b = appendText(b, a)
		}
	}
	sum := sha256.Sum256(b)
	return inFours(crockford.EncodeToString(append(b, sum[:checkSize]...)))
}

// errToken says nothing of what was read: it may be a secret.
var errToken = errors.New("this is not a token of gocua invite, or a letter of it is wrong")

// ParseToken reads what String wrote, however it was spaced, and with O and I for
// 0 and 1.
func ParseToken(text string) (Token, error) {
	if len(text) > maxTokenText {
		return Token{}, errToken
	}
	text = strings.NewReplacer("-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.Join(strings.Fields(text), "")))
	b, err := crockford.DecodeString(text)
	if err != nil || len(b) < checkSize+1 || crockford.EncodeToString(b) != text {
		return Token{}, errToken
	}
	b, check := b[:len(b)-checkSize], b[len(b)-checkSize:]
	if sum := sha256.Sum256(b); !bytes.Equal(sum[:checkSize], check) {
		return Token{}, errToken
	}
	if b[0] != tokenVersion {
		return Token{}, errors.New("the token is of another version of this program")
	}
	r := tokenReader{b: b[1:]}
	var t Token
	copy(t.Secret[:], r.take(secretSize))
	copy(t.Root[:], r.take(pinSize))
	t.Until = time.Unix(60*int64(r.number(4)), 0).UTC()
	t.Node = r.text()
	for range r.number(1) {
		t.Addrs = append(t.Addrs, r.addr())
	}
	if r.short || len(r.b) > 0 || t.check() != nil {
		return Token{}, errToken
	}
	return t, nil
}

func appendText(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }

// tokenReader reads the parts of a token and remembers when there were too few.
type tokenReader struct {
	b     []byte
	short bool
}

func (r *tokenReader) take(n int) []byte {
	if r.short = r.short || len(r.b) < n; r.short {
		return make([]byte, n)
	}
	part := r.b[:n]
	r.b = r.b[n:]
	return part
}

func (r *tokenReader) number(size int) (n uint32) {
	for _, b := range r.take(size) {
		n = n<<8 | uint32(b)
	}
	return n
}

func (r *tokenReader) text() string { return string(r.take(int(r.number(1)))) }

// addr reads an address: an IPv4 one with its port after a zero, else as text.
func (r *tokenReader) addr() string {
	length := r.number(1)
	if length > 0 {
		return string(r.take(int(length)))
	}
	four := [4]byte(r.take(4))
	return netip.AddrPortFrom(netip.AddrFrom4(four), uint16(r.number(2))).String()
}
