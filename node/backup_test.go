package node

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"gocua/node/backup"
	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
)

// keyFile is a secret key in a file, and whom it belongs to.
func keyFile(t testing.TB) (path, recipient string) {
	t.Helper()
	public, secret, err := backup.NewKey()
	require.NoError(t, err)
	path = filepath.Join(t.TempDir(), "key.txt")
	require.NoError(t, os.WriteFile(path, []byte("# a key\n"+secret+"\n"), 0o600))
	return path, public
}

// backedUp is a machine that works, with a backup of it.
func backedUp(t testing.TB) (n *Node, made BackupDone, key string) {
	t.Helper()
	n = run(t, found(t))
	hamlets(t, n, 10, 30, "before the backup")
	key, to := keyFile(t)
	made, err := n.Backup(t.Context(), BackupOrder{File: filepath.Join(t.TempDir(), "a.gocua"), To: []string{to}})
	require.NoError(t, err)
	require.True(t, made.Verified)
	return n, made, key
}

func restoring(t testing.TB, file, key string) Restoring {
	return Restoring{Dir: filepath.Join(t.TempDir(), "again"), File: file, Key: key, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: ProfileLAN}
}

func TestAClusterIsMadeAgainFromABackupInANewGeneration(t *testing.T) {
	t.Parallel()
	old, made, key := backedUp(t)
	hamlets(t, old, 50, 3, "after the backup")
	r := restoring(t, made.File, key)
	done, err := Restore(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, old.id.Generation+1, done.Generation)
	require.False(t, done.NewRoot, "province and browsers go on trusting it")

	n := open(t, r.Dir)
	status := n.Status(true)
	require.Equal(t, made.Header.Content, status.Digest.Content)
	require.Equal(t, made.Header.Index, status.Digest.Index)
	require.Equal(t, made.Header.Chain, status.Digest.Chain)
	run(t, n)
	require.Equal(t, "leader", n.Status(false).Role)
	require.Len(t, n.Status(false).Members, 1)
	hamlets(t, n, 60, 2, "captured on the machine made again")
	require.NoError(t, n.Close())

	again := run(t, open(t, r.Dir))
	hamlets(t, again, 70, 1, "and after a restart")

	_, err = old.id.VerifyPeer([]*x509.Certificate{again.id.Cert}, time.Now())
	require.Error(t, err, "the old generation and the new one refuse each other")
	_, err = again.id.VerifyPeer([]*x509.Certificate{old.id.Cert}, time.Now())
	require.Error(t, err)
}

// What was agreed after the backup is lost with the office's machine; the ward's,
// which still works, is let back in and hands in again what was captured on it.
func TestAMachineOfTheOldGenerationBringsBackWhatItCapturedSinceTheBackup(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	dir := joinedBy(t, first, "ward-1", false)
	ward := run(t, open(t, dir))
	hamlets(t, ward, 10, 2, "before the backup")
	key, to := keyFile(t)
	made, err := first.Backup(t.Context(), BackupOrder{File: filepath.Join(t.TempDir(), "a.gocua"), To: []string{to}})
	require.NoError(t, err)
	hamlets(t, ward, 20, 3, "after the backup")
	require.NoError(t, errors.Join(first.Close(), ward.Close()))

	r := restoring(t, made.File, key)
	_, err = Restore(t.Context(), r)
	require.NoError(t, err)
	office := run(t, open(t, r.Dir))
	eventually(t, "the new generation to be agreed on", func() bool { return office.generation() == 2 })
	has := func(code string) bool {
		v := office.reg.Read()
		defer v.Close()
		_, ok := civic.Load[civic.Unit](v, civic.TypeUnit, command.Key(code))
		return ok
	}
	require.True(t, has(wardCode+"-11"))
	require.False(t, has(wardCode+"-22"))
	require.Equal(t, "generation", refusedBy(t, office, dir), "until somebody lets it in")

	back := filepath.Join(t.TempDir(), "ward-1.back")
	status, text := owner(t, office, control(t, office).Token, http.MethodPost, "/recover/readmit", map[string]string{"node": "ward-1"})
	require.Equal(t, http.StatusOK, status, "whoever asks writes the file: %s", text)
	require.NoError(t, os.WriteFile(back, text, 0o600))
	require.NoError(t, Rejoin(dir, back))
	again := run(t, open(t, dir))
	eventually(t, "what was captured there to be in the register again", func() bool { return has(wardCode+"-20") && has(wardCode+"-21") && has(wardCode+"-22") })
	eventually(t, "both to hold the same", func() bool {
		a, b := office.Status(true).Digest, again.Status(true).Digest
		return a.Index == b.Index && a.Content == b.Content
	})
}

// refusedBy is why a machine does not speak to the one whose directory that is.
func refusedBy(t *testing.T, n *Node, dir string) string {
	t.Helper()
	id, err := trust.LoadIdentity(dir)
	require.NoError(t, err)
	if _, err = n.id.VerifyPeer([]*x509.Certificate{id.Cert}, time.Now()); errors.Is(err, trust.ErrGeneration) {
		return "generation"
	}
	return fmt.Sprint(err)
}

func TestAMachineThatJoinsWithABackupIsSentOnlyWhatCameAfter(t *testing.T) {
	t.Parallel()
	first, made, key := backedUp(t)
	hamlets(t, first, 50, 3, "after the backup")
	dir := filepath.Join(t.TempDir(), "ward")
	j := joining(dir, invite(t, first, "ward-1", true))
	j.From, j.Key = made.File, key
	_, err := Join(t.Context(), j)
	require.NoError(t, err)
	second := open(t, dir)
	require.Equal(t, made.Header.Content, second.Status(true).Digest.Content, "before it has spoken to anybody")
	run(t, second)
	eventually(t, "both to know two voters", second.settled)
	hamlets(t, second, 60, 2, "captured at the ward")
	eventually(t, "the same register", func() bool {
		a, b := first.Status(true).Digest, second.Status(true).Digest
		return a.Index == b.Index && a.Chain == b.Chain && a.Content == b.Content
	})
	snapshots, err := os.ReadDir(filepath.Join(dir, "raft", "snapshots"))
	require.NoError(t, err)
	require.Len(t, snapshots, 1, "the one it came with: the leader sent none")
	require.NoError(t, second.Close())
	keys, err := openKeys(dir, trust.Way{}, time.Now())
	require.NoError(t, err)
	seals, err := LogSeals(keys)
	require.NoError(t, err)
	require.NoError(t, raft.ReadLog(filepath.Join(dir, "raft"), seals, func(e raft.Entry) error {
		require.Greater(t, e.Index, made.Header.Index, "and no entry that was in the backup")
		return nil
	}))
}

// What stands in the way of a backup is said in words somebody can act on, and
// leaves nothing behind.
func TestABackupThatCannotBeRestoredLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	n, made, key := backedUp(t)
	stranger, _ := keyFile(t)
	whole, err := os.ReadFile(made.File)
	require.NoError(t, err)
	spoilt := func(f func([]byte) []byte) string {
		path := filepath.Join(t.TempDir(), "bad.gocua")
		require.NoError(t, os.WriteFile(path, f(append([]byte(nil), whole...)), 0o600))
		return path
	}
	flipped := func(at int) string { return spoilt(func(b []byte) []byte { b[at] ^= 4; return b }) }
	other := run(t, found(t)) // another cluster of the same name
	elsewhere, err := other.Backup(t.Context(), BackupOrder{File: filepath.Join(t.TempDir(), "b.gocua"), To: []string{recipientOf(t, key)}})
	require.NoError(t, err)

	for rule, c := range map[string]struct{ file, key, code string }{
		"cut short":          {spoilt(func(b []byte) []byte { return b[:len(b)-1000] }), key, "backup_cut"},
		"cut in the header":  {spoilt(func(b []byte) []byte { return b[:100] }), key, "backup_cut"},
		"empty":              {spoilt(func([]byte) []byte { return nil }), key, "backup_unknown"},
		"a bit in the keys":  {flipped(4096 + 600), key, "backup_damaged"},
		"a bit near the end": {flipped(len(whole) - 30), key, "backup_damaged"},
		"another key":        {made.File, stranger, "backup_key"},
		"no key":             {made.File, "nobody", "backup_bad_key"},
		"no file":            {filepath.Join(t.TempDir(), "none"), key, "backup_absent"},
		"no backup":          {key, key, "backup_unknown"},
	} {
		t.Run(rule, func(t *testing.T) {
			r := restoring(t, c.file, c.key)
			_, err := Restore(t.Context(), r)
			require.Equal(t, c.code, command.AsError(err).Code, "%v", err)
			require.NoDirExists(t, r.Dir)
			_, err = VerifyBackup(t.Context(), c.file, c.key, t.TempDir())
			require.Equal(t, c.code, command.AsError(err).Code, "%v", err)
			refuseJoin(t, n, c.file, c.key, c.code, true)
		})
	}
	t.Run("another cluster's", func(t *testing.T) { refuseJoin(t, n, elsewhere.File, key, "backup_foreign", false) })
	t.Run("from before the cluster was made again", func(t *testing.T) {
		r := restoring(t, made.File, key)
		_, err := Restore(t.Context(), r)
		require.NoError(t, err)
		refuseJoin(t, run(t, open(t, r.Dir)), made.File, key, "backup_generation", false)
	})
}

// refuseJoin has a machine join with a backup that is no good, then without: with
// the same token, if that was not used up by finding out of which cluster it is.
func refuseJoin(t *testing.T, by *Node, file, key, code string, unused bool) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ward")
	name := "w" + strings.ToLower(command.NewID().String()[24:])
	j := joining(dir, invite(t, by, name, false))
	j.From, j.Key = file, key
	_, err := Join(t.Context(), j)
	require.Equal(t, code, command.AsError(err).Code)
	held, err := os.ReadDir(dir)
	require.True(t, os.IsNotExist(err) || err == nil, "%v", err)
	require.Empty(t, held)
	if j.From = ""; !unused {
		j.Token = invite(t, by, name+"x", false)
	}
	_, err = Join(t.Context(), j)
	require.NoError(t, err, "nothing was left behind that is in the way")
}

func recipientOf(t testing.TB, key string) string {
	t.Helper()
	id, err := backup.ParseKey(key)
	require.NoError(t, err)
	return id.(*age.X25519Identity).Recipient().String()
}

// A power cut is a copy of the directory at that moment.
func TestARestoreThatWasCutShortByAPowerCutIsBegunAnew(t *testing.T) {
	t.Parallel()
	_, made, key := backedUp(t)
	r := restoring(t, made.File, key)
	var steps []string
	r.at = func(step string) {
		steps = append(steps, step)
		image := filepath.Join(t.TempDir(), "image")
		require.NoError(t, os.CopyFS(image, os.DirFS(r.Dir)))
		_, err := Open(Config{Dir: image})
		require.ErrorContains(t, err, "holds no machine yet", "at %s", step)
		again := r
		again.at, again.Dir = nil, image
		done, err := Restore(t.Context(), again)
		require.NoError(t, err, "at %s", step)
		n := open(t, image)
		require.Equal(t, done.Header.Content, n.Status(true).Digest.Content)
		require.NoError(t, n.Close())
	}
	_, err := Restore(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, []string{"marker", "keys", "seed", "register", "commit", "generation", "remember"}, steps)
	_, err = Restore(t.Context(), r)
	require.ErrorContains(t, err, "holds a machine already")
}

func TestARestoreThatIsStoppedLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	_, made, key := backedUp(t)
	for _, at := range []string{"keys", "register"} {
		ctx, cancel := context.WithCancel(t.Context())
		r := restoring(t, made.File, key)
		r.at = func(step string) {
			if step == at {
				cancel()
			}
		}
		_, err := Restore(ctx, r)
		require.ErrorIs(t, err, context.Canceled)
		require.NoDirExists(t, r.Dir)
	}
}

// The drill finds what sealing and signing cannot: a file that holds together
// and is not what the machine meant to write.
func TestADrillFindsABackupThatIsNotWhatItSays(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	kit, err := trust.LoadKit(n.cfg.Dir)
	require.NoError(t, err)
	snap, err := n.reg.Snapshot()
	require.NoError(t, err)
	defer snap.Close()
	key, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	pos := snap.Position()
	path := filepath.Join(t.TempDir(), "a.gocua")
	_, err = backup.Write(backup.Writing{Path: path, Recipients: []age.Recipient{key.Recipient()}, Kit: kit, Register: snap,
		Header: backup.Header{Cluster: clusterCode, Generation: 1, Node: "district", Time: time.Now().UTC(), Index: pos.Index, Term: snap.Term()},
		Told: func(h *backup.Header) {
			digest, c := snap.Written()
			h.Says(c.Records+1, c.Outcomes, c.Feed, c.Audit, digest, pos.Chain, pos.Audit.Hash)
		},
		Drill: func(draft string) error { return n.drill(t.Context(), draft, key) }})
	require.Equal(t, "backup_differs", command.AsError(err).Code)
	require.NoFileExists(t, path)
	left, err := filepath.Glob(filepath.Join(n.cfg.Dir, scratchPrefix+"*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTheNightlyBackupIsMadeWhenItIsDueAndOldOnesGo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	n := run(t, open(t, dir))
	require.NoError(t, n.backUpIfDue(t.Context(), false))
	require.Equal(t, lookup.BackupNone, n.Status(false).Backup.Warn, "nobody could open one")
	require.Equal(t, "backup_nobody", command.AsError(n.BackUpNow()).Code)

	key, to := keyFile(t)
	require.NoError(t, backup.Plan{Recipients: []string{to}, At: "00:00"}.Save(dir))
	require.NoError(t, n.backUpIfDue(t.Context(), false))
	s := n.Status(false).Backup
	require.Empty(t, s.Warn)
	require.True(t, s.Newest.Verified)
	require.Equal(t, 1, s.Recipients)
	h, err := VerifyBackup(t.Context(), s.Newest.File, key, t.TempDir())
	require.NoError(t, err)
	require.Equal(t, s.Newest.Index, h.Index)

	require.NoError(t, n.backUpIfDue(t.Context(), false))
	require.Equal(t, s.Newest.Time, n.Status(false).Backup.Newest.Time, "one a night")
	hamlets(t, n, 80, 1, "since then")
	require.NoError(t, n.BackUpNow())
	eventually(t, "one more, asked for on a page", func() bool { return n.Status(false).Backup.Newest.Index > s.Newest.Index })

	last := n.Status(false).Backup.Newest.Index
	require.NoError(t, n.Close())
	require.Equal(t, last, open(t, dir).Status(false).Backup.Newest.Index, "it is remembered")
}

func TestABackupAheadOfTimeCountsAsNoneAndIsSaid(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	_, to := keyFile(t)
	require.NoError(t, backup.Plan{Recipients: []string{to}, At: "00:00"}.Save(n.cfg.Dir))
	require.NoError(t, n.backUpIfDue(t.Context(), false))
	years := time.Now().AddDate(4, 0, 0)
	n.backups.mu.Lock()
	n.backups.state.Newest.Time, n.backups.state.Failed, n.backups.state.FailedAt = years, "backup_place", years
	n.backups.mu.Unlock()
	require.Equal(t, lookup.BackupAhead, n.Status(false).Backup.Warn)

	require.NoError(t, n.backUpIfDue(t.Context(), false))
	s := n.Status(false).Backup
	require.Empty(t, s.Warn, "one was made though the last one is of %s", years)
}
