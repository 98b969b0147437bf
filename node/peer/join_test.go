package peer

import (
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
)

// stranger is a client that trusts a root, closed when the test ends.
func stranger(t *testing.T, root *x509.Certificate) *http.Client {
	c := Stranger(nil, func(chain []*x509.Certificate) error {
		if len(chain) != 2 || !chain[1].Equal(root) {
			return trust.ErrUntrusted
		}
		_, err := trust.Verify(chain[:1], root, time.Now())
		return err
	})
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func TestAStrangerComesInOnlyWhileAnInvitationIsOpen(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	var invited atomic.Bool
	district := listen(t, Config{Identity: identity(t, ca, "quan"), Invited: invited.Load, Admit: func(Peer) error { return errors.New("nobody") }})
	district.Serve(Join, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := PeerFrom(r.Context())
		require.Zero(t, p.Name, "a stranger has no name")
		require.Nil(t, p.Cert)
		_, _ = io.WriteString(w, p.Proto)
	}))
	c := stranger(t, ca.Root)
	_, err := get(c, district.Addr())
	require.Error(t, err)
	invited.Store(true)
	said, err := get(c, district.Addr())
	require.NoError(t, err)
	require.Equal(t, Join, said)
}

func TestAStrangerSaysNothingToADoorWithAnotherRoot(t *testing.T) {
	t.Parallel()
	ours, theirs := newCA(t, "01CG"), newCA(t, "01CG")
	var reached atomic.Int32
	imposter := listen(t, Config{Identity: identity(t, theirs, "quan"), Invited: func() bool { return true }})
	imposter.Serve(Join, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	_, err := stranger(t, ours.Root).Post("https://"+imposter.Addr()+"/", "text/plain", http.NoBody)
	require.ErrorIs(t, err, trust.ErrUntrusted)

	mixed := *identity(t, theirs, "quan") // shows our root beside a certificate of theirs
	mixed.Root = ours.Root
	liar := listen(t, Config{Identity: &mixed, Invited: func() bool { return true }})
	liar.Serve(Join, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	_, err = stranger(t, ours.Root).Post("https://"+liar.Addr()+"/", "text/plain", http.NoBody)
	require.ErrorIs(t, err, trust.ErrUntrusted)
	require.Zero(t, reached.Load())
}

func TestWhoIsShutOutIsCutOffAtOnceInBothDirections(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	var denied atomic.Bool
	admit := func(p Peer) error {
		if denied.Load() && p.Node == "phuong-1" {
			return errors.New("shut out")
		}
		return nil
	}
	district := listen(t, Config{Identity: identity(t, ca, "quan"), Admit: admit})
	ward := listen(t, Config{Identity: identity(t, ca, "phuong-1")})
	other := listen(t, Config{Identity: identity(t, ca, "phuong-2")})
	at, from, beside := district.Stream(), ward.Stream(), other.Stream()
	inward, err := from.Dial("", district.Addr(), time.Second)
	require.NoError(t, err)
	defer inward.Close()
	accepted, err := at.Accept()
	require.NoError(t, err)
	defer accepted.Close()
	outward, err := at.Dial("", ward.Addr(), time.Second)
	require.NoError(t, err)
	defer outward.Close()
	good, err := at.Dial("", other.Addr(), time.Second)
	require.NoError(t, err)
	defer good.Close()

	district.Recheck()
	_, err = outward.Write([]byte("x"))
	require.NoError(t, err, "nothing has changed")
	denied.Store(true)
	district.Recheck()
	for _, c := range []io.Reader{inward, outward} {
		_, err = c.Read(make([]byte, 1))
		require.Error(t, err)
	}
	_, err = good.Write([]byte("x"))
	require.NoError(t, err)
	in, err := beside.Accept()
	require.NoError(t, err)
	defer in.Close()
	_, err = io.ReadFull(in, make([]byte, 1))
	require.NoError(t, err, "the others stay")
	_, err = at.Dial("", ward.Addr(), time.Second)
	require.Error(t, err)
}

func TestARenewedCertificateIsShownFromThenOn(t *testing.T) {
	t.Parallel()
	ca := newCA(t, "01CG")
	district, ward := identity(t, ca, "quan"), identity(t, ca, "phuong-1")
	door := listen(t, Config{Identity: district})
	door.Serve(Calls, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, _ := PeerFrom(r.Context())
		_, _ = io.WriteString(w, p.Cert.SerialNumber.String())
	}))
	caller := listen(t, Config{Identity: ward})
	said, err := get(caller.Client(Calls, Expect{}), door.Addr())
	require.NoError(t, err)
	require.Equal(t, ward.Cert.SerialNumber.String(), said)
	fresh := identity(t, ca, "phuong-1")
	caller.Renew(fresh)
	said, err = get(caller.Client(Calls, Expect{}), door.Addr())
	require.NoError(t, err)
	require.Equal(t, fresh.Cert.SerialNumber.String(), said)
}
