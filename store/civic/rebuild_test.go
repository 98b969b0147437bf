package civic

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func rebuildBy(by ...command.ID) RebuildCluster {
	return RebuildCluster{Generation: 2, From: 40, By: by, Lost: []string{wardPC}}
}

func TestTwoPeopleBeginAClusterAnewAndOneMachineVotes(t *testing.T) {
	h := founded(t)
	leader, admin, ward1 := officerOf(RoleLeader, cluster), officerOf(RoleAdmin, cluster), officerOf(RoleLeader, ward)
	h.accept(KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(office))
	h.refuse(command.Rejected, "two_people", "/by", KindRebuild, rebuildBy(leader), byMachine(office))
	h.refuse(command.Rejected, "not_theirs", "/by/1", KindRebuild, rebuildBy(leader, ward1), byMachine(office))
	h.accept(KindRebuild, rebuildBy(leader, admin), byMachine(office))
	who, _ := WhoseRegister(h.reg)
	require.Equal(t, 2, who.Generation)
	require.True(t, must[Node](h, TypeNode, office).Voter)
	require.False(t, must[Node](h, TypeNode, wardPC).Voter, "a person says anew who votes")
	kept := must[Rebuilt](h, TypeRebuilt, command.Key(padded(2)))
	require.Equal(t, Rebuilt{Generation: 2, Node: office, At: h.reg.now, From: 40, By: []command.ID{leader, admin}, Lost: []string{wardPC}}, kept)
	h.refuse(command.Rejected, "old_generation", "", KindRebuild, rebuildBy(leader, admin), byMachine(office))
}

// Nobody can be asked while nothing is there: the key of the backup is the answer.
func TestAClusterMadeAgainFromABackupIsANewGenerationWithoutOfficers(t *testing.T) {
	h := founded(t)
	h.accept(KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(office))
	again := RebuildCluster{Generation: 2, From: 40, Backup: true}
	h.refuse(command.Rejected, "bad_choice", "/by", KindRebuild, RebuildCluster{Generation: 2, By: []command.ID{officerOf(RoleAdmin, cluster)}, Backup: true}, byMachine(office))
	h.refuse(command.Rejected, "machine_only", "", KindRebuild, again, as(RoleAdmin))
	h.accept(KindRebuild, again, byMachine(office))
	who, _ := WhoseRegister(h.reg)
	require.Equal(t, 2, who.Generation)
	require.False(t, must[Node](h, TypeNode, wardPC).Voter)
	require.Equal(t, Rebuilt{Generation: 2, Node: office, At: h.reg.now, From: 40, Backup: true}, must[Rebuilt](h, TypeRebuilt, command.Key(padded(2))))
	h.refuse(command.Rejected, "old_generation", "", KindRebuild, again, byMachine(office))
}

func TestWhoIsBesideAClusterBegunAnewIsCheckedWhole(t *testing.T) {
	a := officerOf(RoleLeader, cluster)
	for field, p := range map[string]RebuildCluster{
		"/generation": {Generation: 1, By: []command.ID{a}},
		"/by":         {Generation: 2, By: []command.ID{a, a}},
		"/lost":       {Generation: 2, By: []command.ID{a}, Lost: make([]string, mostMachines+1)},
	} {
		require.Equal(t, field, p.Check().Field)
	}
	require.Equal(t, "/by", RebuildCluster{Generation: 2}.Check().Field)
}

func TestAParcelWithoutReceiptIsSealedAgainInTheNewGeneration(t *testing.T) {
	h := founded(t)
	h.accept(KindSeal, seal(1, 0, 10, "", "a hash"))
	h.accept(KindRebuild, rebuildBy(officerOf(RoleLeader, cluster), officerOf(RoleAdmin, cluster)), byMachine(office))
	lane := seal(1, 0, 10, "", "a hash").Lane
	require.Equal(t, Upstream{Lane: lane}, LoadUpstream(h.reg, lane))
	_, kept := Load[Seal](h.reg, TypeSeal, SealKey(lane, 1))
	require.False(t, kept)
	h.accept(KindSeal, seal(1, 0, 12, "", "another hash"))
}

// The province has parcels the register, put back in time, knows nothing of.
func TestALaneOfANewGenerationGoesOnBehindWhatTheProvinceHas(t *testing.T) {
	for name, sealed := range map[string]bool{"nothing is on its way": false, "a parcel of the new generation is": true} {
		t.Run(name, func(t *testing.T) {
			h := founded(t)
			h.accept(KindSeal, seal(1, 0, 10, "", "h1"))
			h.accept(KindReceipt, receipt(1, "h1"))
			behind := receipt(4, "h4")
			h.refuse(command.Rejected, "unknown_seal", "", KindReceipt, behind)
			h.accept(KindRebuild, RebuildCluster{Generation: 2, From: 40, Backup: true}, byMachine(office))
			if sealed {
				h.accept(KindSeal, seal(2, 10, 20, "h1", "other"))
			}
			same := receipt(4, "h4")
			same.Receipt.Generation = 2
			h.refuse(command.Rejected, "unknown_seal", "", KindReceipt, same)
			h.accept(KindReceipt, behind)
			lane := behind.Receipt.Lane
			require.Equal(t, Upstream{Lane: lane, SealedSeq: 4, SealedTo: 10, SealedHash: []byte("h4"), ReceivedSeq: 4, ReceivedTo: 10, ReceivedAt: behind.Receipt.At}, LoadUpstream(h.reg, lane))
			_, kept := Load[Seal](h.reg, TypeSeal, SealKey(lane, 2))
			require.False(t, kept)
			require.Empty(t, h.accept(KindReceipt, behind).Changes, "the same again")
			h.accept(KindSeal, seal(5, 10, 20, "h4", "h5"))
			fresh := receipt(5, "h5")
			fresh.Receipt.Generation = 2
			h.accept(KindReceipt, fresh)
			require.EqualValues(t, 20, LoadUpstream(h.reg, lane).ReceivedTo)
		})
	}
}

func TestAVoteIsGivenAndTakenByTheClusterAndNeverTheLast(t *testing.T) {
	h := founded(t)
	h.refuse(command.Rejected, "outside_unit", "", KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(wardPC))
	h.refuse(command.Rejected, "unknown_node", "/node", KindNodeVote, VoteNode{Node: "may-x", Voter: true}, byMachine(office))
	h.accept(KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(office))
	h.accept(KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(office))
	require.True(t, must[Node](h, TypeNode, wardPC).Voter)
	h.refuse(command.Rejected, "last_voter", "/node", KindNodeVote, VoteNode{Node: wardPC}, byMachine(office))
	h.accept(KindNodeVote, VoteNode{Node: office, Voter: true}, byMachine(office))
	h.accept(KindNodeVote, VoteNode{Node: wardPC}, byMachine(office))
	require.False(t, must[Node](h, TypeNode, wardPC).Voter)
	shut := must[Node](h, TypeNode, ward2PC)
	shut.Denied = true
	h.accept(KindNodePut, PutNode(shut), byMachine(office))
	h.refuse(command.Rejected, "denied_node", "/node", KindNodeVote, VoteNode{Node: ward2PC, Voter: true}, byMachine(office))
	h.accept(KindNodeVote, VoteNode{Node: wardPC, Gone: true}, byMachine(office))
	out := must[Node](h, TypeNode, wardPC)
	require.True(t, out.Gone && out.Denied && !out.Voter)
	h.refuse(command.Rejected, "gone_node", "/node", KindNodeVote, VoteNode{Node: wardPC, Voter: true}, byMachine(office))
	h.refuse(command.Rejected, "bad_choice", "/gone", KindNodeVote, VoteNode{Node: office, Voter: true, Gone: true}, byMachine(office))
}
