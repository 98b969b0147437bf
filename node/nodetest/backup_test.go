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
		c := d.again(t, made, secret)
		for _, id := range before {
			require.True(t, c.Exists("/api/v1/households/"+id.String()))
		}
	}
}

// again is the district's office made again from a backup, asked by its
// supervisor.
func (d *District) again(t *testing.T, made node.BackupDone, secret string) *Client {
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
	Eventually(t, startPatience, "the machine made again to be ready", func() bool { return len(n.Ready()) == 0 })
	return SignInAs(t, n.URL(), d.user(d.District, civic.RoleSupervisor))
}
