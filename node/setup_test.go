package node

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

func TestADirectoryThatHoldsAMachineOrItsRemainsIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"node.json", "identity.json", "ca.json", "storage.key", "outbox", "register", "raft"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte("kept"), 0o600))
			require.ErrorContains(t, Init(founding(dir)), name)
			held, err := os.ReadDir(dir)
			require.NoError(t, err)
			require.Len(t, held, 1)
			kept, err := os.ReadFile(filepath.Join(dir, name))
			require.NoError(t, err)
			require.Equal(t, "kept", string(kept))
		})
	}
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	require.ErrorContains(t, Init(founding(dir)), "holds a machine already")
}

// TestTheDirectoryOfAMachineIsItsOwnersAlone: it was there before, open to all. Who
// may write in it could leave an update.json that names any program.
func TestTheDirectoryOfAMachineIsItsOwnersAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		return // an access list, which the mode does not show
	}
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, os.Chmod(dir, 0o777))
	left := filepath.Join(dir, "update.json")
	require.NoError(t, os.WriteFile(left, []byte("{}"), 0o600))
	require.ErrorContains(t, Init(founding(dir)), "update.json", "somebody's program would be tried at the first start")
	require.NoError(t, os.Remove(left))
	require.NoError(t, Init(founding(dir)))
	info, err := os.Stat(dir)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())
}

func TestEverythingWrongWithAFoundingIsSaidAtOnceAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	f := founding(dir)
	f.Identity.Tier = "district"
	f.HTTP, f.HTTPS, f.Peer, f.Profile = "0.0.0.0:80", "here", "there", "fast"
	f.Officers = []NewOfficer{{User: "hung.vm", Name: "Vũ Mạnh Hùng", Password: "short", Role: civic.RoleOfficer, Unit: wardCode},
		{User: "x", Name: "", Password: "a long enough password 7", Role: civic.RoleOfficer, Unit: wardCode}}
	err := Init(f)
	for _, part := range []string{"tier", "0.0.0.0:80", `"here"`, `"there"`, `"fast"`, "password", "user"} {
		require.ErrorContains(t, err, part)
	}
	require.NoDirExists(t, dir)

	require.NoError(t, Init(founding(dir)), "put right, the same directory serves")
	run(t, open(t, dir))
}

func TestAMachineCannotBeRunWhereNoneWasMade(t *testing.T) {
	t.Parallel()
	_, err := Open(Config{Dir: t.TempDir()})
	require.ErrorContains(t, err, "holds no machine yet")
}

func TestJoiningSaysEverythingThatIsWrongAtOnceAndWritesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "ward")
	_, err := Join(t.Context(), Joining{Dir: dir, Token: "0000-0000", HTTP: "0.0.0.0:80", Profile: ProfileLAN})
	require.ErrorContains(t, err, "token")
	require.ErrorContains(t, err, "0.0.0.0:80")
	require.NoDirExists(t, dir)
}

func TestAnInvitedMachineBecomesAMemberWithItsVote(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	dir := joinedBy(t, first, "ward-1", true)
	for _, d := range []string{first.cfg.Dir, dir} {
		held, err := os.ReadDir(d)
		require.NoError(t, err)
		for _, f := range held {
			info, err := f.Info()
			require.NoError(t, err)
			if runtime.GOOS != "windows" && !f.IsDir() {
				require.EqualValues(t, 0o600, info.Mode().Perm(), f.Name())
			}
		}
	}
	second := run(t, open(t, dir))
	eventually(t, "both to know two voters", func() bool {
		for _, n := range []*Node{first, second} {
			votes := 0
			for _, m := range n.Status(false).Members {
				if m.Voter {
					votes++
				}
			}
			if votes != 2 {
				return false
			}
		}
		return true
	})
	require.Equal(t, wardCode, second.Unit())
	hamlets(t, second, 7, 1, "captured at the ward")
	eventually(t, "the same register", func() bool {
		a, b := first.Status(false).Digest, second.Status(false).Digest
		return a.Index == b.Index && a.Chain == b.Chain
	})

	_, err := second.Invite("ward-2", wardCode, false)
	require.ErrorIs(t, err, errNotFounder)
	_, err = first.Invite("ward-1", wardCode, true)
	require.Error(t, err, "the name is taken")
	_, err = first.Invite("ward-2", "99999", true)
	require.Error(t, err, "there is no such unit")
}

func TestAMachineThatNobodyInvitedStaysOutside(t *testing.T) {
	t.Parallel()
	first := run(t, found(t))
	d := first.placeMember(t.Context(), "ward-9", announcement{Addr: "127.0.0.1:1"})
	require.Equal(t, "unknown_node", d.Error.Code)
	require.Len(t, first.Status(false).Members, 1)
}

// standing is a machine as it is seen from outside.
func standing(t *testing.T, n *Node) (content string) {
	t.Helper()
	r := n.reg.Read()
	defer r.Close()
	digest, counts := r.Content()
	require.NoError(t, r.Err())
	require.Greater(t, counts.Records, uint64(20))
	return hex.EncodeToString(digest[:])
}

func TestAMachineStartedAgainIsWhereItWasAndWhatItWas(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	hamlets(t, n, 10, 30, "before")
	url, peer, content, first := n.URL(), n.PeerAddr(), standing(t, n), control(t, n)
	require.NoError(t, n.Close())
	_, err := LoadControl(n.cfg.Dir)
	require.ErrorContains(t, err, "no machine is running")

	n = open(t, n.cfg.Dir)
	require.Equal(t, content, standing(t, n), "before it has spoken to anybody")
	run(t, n)
	require.Equal(t, url, n.URL())
	require.Equal(t, peer, n.PeerAddr())
	require.Equal(t, "district", n.ID())
	require.NotEqual(t, first.Token, control(t, n).Token)
	hamlets(t, n, 50, 1, "after")
}

func control(t *testing.T, n *Node) Control {
	t.Helper()
	c, err := LoadControl(n.cfg.Dir)
	require.NoError(t, err)
	return c
}

func TestASecondMachineInADirectoryIsRefusedAndHarmsNothing(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	before := control(t, n)
	_, err := Open(Config{Dir: n.cfg.Dir})
	require.Error(t, err)
	require.Equal(t, before, control(t, n))
	hamlets(t, n, 10, 1, "it works on")
}

func TestWhatARunIsToldIsRemembered(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	n, err := Open(Config{Dir: dir, Profile: ProfileWAN})
	require.NoError(t, err)
	url := n.URL()
	require.NoError(t, n.Close())
	n = open(t, dir)
	require.Equal(t, ProfileWAN, n.self.Profile)
	require.Equal(t, url, n.URL())
	_, err = Open(Config{Dir: dir, HTTP: "0.0.0.0:80", Profile: "fast"})
	require.ErrorContains(t, err, "0.0.0.0:80")
	require.ErrorContains(t, err, "fast")
}

func TestTheFoundingCommandsAreAgreedOnceHoweverOftenItIsStarted(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	f := founding(dir)
	f.Officers = []NewOfficer{{User: "hung.vm", Name: "Vũ Mạnh Hùng", Password: "a long enough password 7", Role: civic.RoleSupervisor, Unit: clusterCode}}
	require.NoError(t, Init(f))
	var heads []uint64
	for range 3 {
		n := run(t, open(t, dir))
		r := n.reg.Read()
		who, ok := civic.WhoseRegister(r)
		heads = append(heads, r.Position().FeedHead)
		r.Close()
		require.True(t, ok)
		require.Equal(t, f.Identity, who)
		require.NoError(t, n.Close())
	}
	require.Equal(t, []uint64{heads[0], heads[0], heads[0]}, heads)
}

func TestOnlyCardsOfTheOtherTierAreTaken(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	card, err := n.Card()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "card.json")
	require.NoError(t, card.Save(path))
	again, err := LoadCard(path)
	require.NoError(t, err)
	require.Equal(t, card, again)
	require.ErrorContains(t, n.Enroll(context.Background(), card), "cannot enroll")
}
