package node

import (
	"crypto/x509"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/peer"
	"gocua/node/trust"
)

func TestCertificatesAreRenewedForTheKeysThatAreThereBeforeTheyEnd(t *testing.T) {
	t.Parallel()
	clock := &offClock{}
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	district := run(t, openWith(t, dir, clock))
	ward := joined(t, district, "ward-1", false, &offClock{})
	was := ward.identity()
	renewed, err := ward.renewIfDue(t.Context())
	require.NoError(t, err)
	require.False(t, renewed, "it is too soon")

	eventually(t, "the ward to be heard", func() bool { return district.Status(false).Members[1].LastContact >= 0 })
	clock.off.Store(int64(500 * 24 * time.Hour))
	eventually(t, "somebody to say that the time is right", func() bool { return district.confirmClock() == nil })
	hamlets(t, district, 1, 1, "a year and a half later")
	eventually(t, "the ward to hear what time it is", func() bool { return was.Due(ward.certainly()) })

	for _, n := range []*Node{ward, district} {
		old := n.identity()
		renewed, err = n.renewIfDue(t.Context())
		require.NoError(t, err)
		require.True(t, renewed)
		id := n.identity()
		require.Equal(t, old.Key, id.Key)
		require.Equal(t, old.Name, id.Name)
		require.Greater(t, id.Cert.NotAfter.Sub(old.Cert.NotAfter), 498*24*time.Hour, "the 500 days that have passed, less a leap day and an hour for the clock")
		kept, err := trust.LoadIdentity(n.cfg.Dir)
		require.NoError(t, err)
		require.Equal(t, id.Cert.Raw, kept.Cert.Raw)
		issuer, err := trust.LoadBrowserIssuer(n.cfg.Dir)
		require.NoError(t, err)
		require.Greater(t, issuer.Cert.NotAfter.Sub(old.Cert.NotAfter), 498*24*time.Hour)
		renewed, err = n.renewIfDue(t.Context())
		require.NoError(t, err)
		require.False(t, renewed, "once")
	}

	var shown *x509.Certificate
	look := peer.Config{Listen: "127.0.0.1:0", Identity: district.identity(), Now: district.certainly,
		Admit: func(p peer.Peer) error { shown = p.Cert; return nil }}
	door, err := peer.Listen(look)
	require.NoError(t, err)
	defer func() { require.NoError(t, door.Close()) }()
	resp, err := door.Client(peer.Calls, peer.Expect{Node: "ward-1"}).Get("https://" + ward.PeerAddr() + pathHello)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, ward.identity().Cert.Raw, shown.Raw, "without a restart")
}
