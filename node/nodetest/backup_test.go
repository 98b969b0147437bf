package nodetest

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/backup"
	"gocua/store/civic"
	"gocua/store/command"
)

// A backup is made while an office writes things down, and then in peace. The
// machine made again from either is asked over HTTP.
func TestABackupUnderLoadIsTheRegisterAtTheIndexItNames(t *testing.T) {
	beside(t)
	d := StartDistrict(t, 60)
	public, secret, err := backup.NewKey()
	require.NoError(t, err)
	owner, desk := d.Owner(d.District), d.As(d.Wards[0], civic.RoleOfficer)
	backUp := func(name string) (made node.BackupDone) {
		o := node.BackupOrder{File: filepath.Join(t.TempDir(), name), To: []string{public}}
		require.Equal(t, http.StatusOK, owner.Call(http.MethodPost, "/backup", o, &made))
		require.True(t, made.Verified)
		return made
	}

	var before []command.ID
	for range 5 {
		k := NewCase(d.Wards[0].Unit)
		desk.Accepted(k.Forms...)
		before = append(before, k.Household)
	}
	d.Agree(callPatience)
	load, stop := context.WithCancel(t.Context())
	var writing sync.WaitGroup
	written := 0
	writing.Go(func() {
		for load.Err() == nil {
			if _, outcomes, err := desk.TrySubmit(NewCase(d.Wards[0].Unit).Forms...); err == nil {
				written += len(outcomes)
			}
		}
	})
	busy := backUp("busy.gocua")
	stop()
	writing.Wait()
	require.Positive(t, written, "something was written down meanwhile")
	content := d.Agree(callPatience)
	quiet := backUp("quiet.gocua")
	require.Greater(t, quiet.Header.Index, busy.Header.Index)
	require.Equal(t, content, quiet.Header.Content, "what all machines say they hold")
	require.NotEqual(t, busy.Header.Content, quiet.Header.Content)

	for _, made := range []node.BackupDone{busy, quiet} {
		c := SignInAs(t, d.again(t, made, secret).URL(), d.user(d.District, civic.RoleSupervisor))
		for _, id := range before {
			require.True(t, c.Exists("/api/v1/households/"+id.String()))
		}
	}
}

// The whole cluster is lost a day after its backup, and made again from it. The
// province has what was agreed on that day, and goes on with the new generation only.
func TestADistrictMadeAgainFromABackupDeliversToItsProvinceAgain(t *testing.T) {
	d := StartDistrict(t, 60)
	public, secret, err := backup.NewKey()
	require.NoError(t, err)
	ward, desk, province := d.Wards[0], d.As(d.Wards[0], civic.RoleOfficer), d.As(d.Province, civic.RoleProvince)
	there := func(k Case) bool { return k.SeenAt(province)["household.put"] == 1 }
	capture := func(c *Client) Case {
		k := NewCase(ward.Unit)
		c.Accepted(k.Forms...)
		return k
	}
	capture(desk)
	d.Agree(callPatience)
	var made node.BackupDone
	require.Equal(t, http.StatusOK, d.Owner(d.District).Call(http.MethodPost, "/backup", node.BackupOrder{File: filepath.Join(t.TempDir(), "a.gocua"), To: []string{public}}, &made))
	lost := capture(desk)
	d.Agree(callPatience)
	Eventually(t, callPatience, "the province to have what the backup has not", func() bool { return there(lost) })
	Received(t, d.Owner(d.Province), d.District.Unit)

	again := d.again(t, made, secret)
	office := SignInAs(t, again.URL(), d.user(d.District, civic.RoleOfficer))
	require.False(t, office.Exists("/api/v1/households/"+lost.Household.String()))
	var card node.Card
	Eventually(t, callPatience, "the register to be of the new generation", func() bool {
		card, err = again.Card()
		return err == nil && card.Generation == made.Header.Generation+1
	})
	first := capture(office)
	require.Equal(t, http.StatusOK, d.Owner(d.Province).Call(http.MethodPost, "/enroll", card, nil))
	second := capture(office)
	for _, k := range []Case{first, second} {
		Eventually(t, callPatience, "the province to have what is captured now", func() bool { return there(k) })
	}
	Eventually(t, callPatience, "every receipt", func() bool { return office.Status(false).Upstream.Lag == 0 })
	require.True(t, there(lost), "what only the province has stays there")
	require.Empty(t, office.Status(false).Upstream.Stopped)
	Received(t, d.Owner(d.Province), d.District.Unit)

	before := d.Logged.Lines() // those thought lost are still there, and nobody listens to them any more
	stray := capture(desk)
	Eventually(t, callPatience, "the old generation to be refused", func() bool {
		more, _ := d.Logged.Since(before)
		return more["upstream: not sent, trying again"] > 0
	})
	require.False(t, there(stray))
}

// again is the district's office made again from a backup.
func (d *District) again(t *testing.T, made node.BackupDone, secret string) *node.Node {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "again")
	_, err := node.Restore(t.Context(), node.Restoring{Dir: dir, File: made.File, Key: secret, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN})
	require.NoError(t, err)
	n, err := node.Open(node.Config{Dir: dir})
	require.NoError(t, err)
	at := n.Status(true).Digest // before it leads: it goes on where the cluster was, with seals and days
	require.Equal(t, made.Header.Index, at.Index)
	require.Equal(t, made.Header.Chain, at.Chain)
	require.Equal(t, made.Header.Content, at.Content)
	ended := make(chan error, 1)
	go func() { ended <- n.Run(context.Background()) }()
	t.Cleanup(func() {
		require.NoError(t, n.Close())
		require.NoError(t, <-ended)
	})
	Ready(t, startPatience, n)
	return n
}
