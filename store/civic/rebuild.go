package civic

import (
	"bytes"
	"slices"
	"strconv"

	"gocua/store/command"
)

// Rebuilt is one time the cluster was begun anew after most of its voters were
// lost for good (dựng lại cụm): by whom, on which machine, and from where on what
// was agreed before may be missing.
type Rebuilt struct {
	Generation int          `json:"generation"`
	Node       string       `json:"node"` // it became the only voter
	At         int64        `json:"at"`
	From       uint64       `json:"from"` // last entry of the old cluster that is certain to be here
	By         []command.ID `json:"by"`
	Lost       []string     `json:"lost,omitempty"` // voters given up
	Backup     bool         `json:"backup,omitempty"`
}

// RebuildCluster is the first command after a lost quorum, or after everything was
// lost and made again from a backup. The machine that was rebuilt proposes it; what
// it did to its own log cannot be asked for beforehand, since nobody is there to
// agree.
type RebuildCluster struct {
	Generation int          `json:"generation"`
	From       uint64       `json:"from"`
	By         []command.ID `json:"by"`
	Lost       []string     `json:"lost,omitempty"`
	Backup     bool         `json:"backup,omitempty"` // from a backup: whoever had its secret key answers for it, and no officer
}

const mostMachines = 1000

func (p RebuildCluster) Check() *command.Error {
	switch {
	case p.Generation < 2:
		return command.InvalidField("/generation", "bad_number", "a cluster that is begun anew is at least the second of its name")
	case p.Backup && len(p.By) > 0:
		return command.InvalidField("/by", "bad_choice", "whoever had the key of the backup answers for it, and nobody else")
	case p.Backup:
	case len(p.By) == 0 || len(p.By) > 2 || len(p.By) == 2 && p.By[0] == p.By[1]:
		return command.InvalidField("/by", "two_people", "two different people answer for it")
	}
	if len(p.Lost) > mostMachines {
		return command.InvalidField("/lost", "too_many", "a cluster has no %d voters", len(p.Lost))
	}
	return nil
}

// Decide raises the generation and leaves one voter: the others have to come back
// by the hand of a person, who says which of them are to vote. A parcel that was
// sealed and has no receipt was sealed in the name of the old generation; it is
// sealed again.
func (p RebuildCluster) Decide(v command.View, e command.Envelope) command.Decision {
	who, ok := WhoseRegister(v)
	if !ok || p.Generation <= who.Generation {
		return command.Reject(command.Errorf(command.Conflicting, "old_generation", "the cluster is of generation %d already", who.Generation))
	}
	if err := mayRebuild(v, p.By); err != nil && !p.Backup {
		return command.Reject(err)
	}
	who.Generation = p.Generation
	changes := []command.Change{
		put(TypeSetting, SettingCluster, settingOf(SettingCluster, who)),
		put(TypeRebuilt, command.Key(padded(uint64(p.Generation))), Rebuilt{Generation: p.Generation, Node: e.By.Node, At: v.Now(), From: p.From, By: p.By, Lost: p.Lost, Backup: p.Backup}),
	}
	for _, n := range Nodes(v) {
		if vote := n.ID == e.By.Node; vote != n.Voter {
			n.Voter = vote
			changes = append(changes, put(TypeNode, command.Key(n.ID), n))
		}
	}
	for _, lane := range []command.Lane{command.Urgent, command.Routine} {
		changes = append(changes, unsealed(v, lane)...)
	}
	return command.Accept(changes...)
}

// unsealed takes back the seals of a lane that no receipt covers.
func unsealed(v command.View, lane command.Lane) (changes []command.Change) {
	up := LoadUpstream(v, lane)
	if up.SealedSeq == up.ReceivedSeq {
		return nil
	}
	for seq := up.ReceivedSeq + 1; seq <= up.SealedSeq; seq++ {
		changes = append(changes, command.Change{Type: TypeSeal, Key: SealKey(lane, seq), Op: command.Delete})
	}
	last, _ := Load[Seal](v, TypeSeal, SealKey(lane, up.ReceivedSeq))
	up.SealedSeq, up.SealedTo, up.SealedHash = up.ReceivedSeq, up.ReceivedTo, bytes.Clone(last.Hash)
	return append(changes, put(TypeUpstream, laneKey(lane), up))
}

// Rebuilders are the people who may answer for beginning a cluster anew: leaders
// and administrators of all of it.
func Rebuilders(v command.View) (list []Officer) {
	who, ok := WhoseRegister(v)
	if !ok {
		return nil
	}
	for _, key := range v.Scan(OfficerByUser, "") {
		o, ok := Load[Officer](v, TypeOfficer, key)
		if ok && !o.Disabled && (o.Role == RoleLeader || o.Role == RoleAdmin) && Covers(v, o.Unit, who.Code) {
			list = append(list, o)
		}
	}
	return list
}

// mayRebuild wants two of them. Where there is only one, that one is enough: a
// cluster nobody can begin anew is worse.
func mayRebuild(v command.View, by []command.ID) *command.Error {
	may := Rebuilders(v)
	for i, id := range by {
		if !slices.ContainsFunc(may, func(o Officer) bool { return o.ID == id }) {
			return command.InvalidField("/by/"+strconv.Itoa(i), "not_theirs", "that is no leader or administrator of the whole cluster")
		}
	}
	if len(by) < min(2, len(may)) {
		return command.InvalidField("/by", "two_people", "two different people answer for it")
	}
	return nil
}

// MayRebuild is asked before anything is done.
func MayRebuild(v command.View, by []command.ID) *command.Error { return mayRebuild(v, by) }
