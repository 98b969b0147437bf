package node

import (
	"encoding/hex"
	"time"

	"gocua/node/lookup"
	"gocua/node/release"
	"gocua/node/upstream"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// Status is the state of this machine. Index and digest are of one view. With
// content, everything is read to compute the content digest: some seconds for a
// large register.
func (n *Node) Status(content bool) lookup.Status {
	r := n.reg.Read()
	defer r.Close()
	who, _ := civic.WhoseRegister(r)
	unit, _ := civic.FindUnit(r, n.self.Unit)
	at := r.Position()
	s := lookup.Status{Node: n.id.Node, Unit: n.self.Unit, UnitName: unit.Name, Tier: n.self.Tier, Cluster: who.Code, Version: Version(), Level: r.Level(),
		Digest:      lookup.DigestStatus{Index: at.Index, Chain: hex.EncodeToString(at.Chain[:])},
		LastContact: -1, Members: n.members(r)}
	if content {
		digest, counts := r.Content()
		s.Digest.Content, s.Digest.Records = hex.EncodeToString(digest[:]), counts.Records
	}
	if heard := n.raft.LastContact(); !heard.IsZero() {
		s.LastContact = max(0, time.Since(heard).Milliseconds())
	}
	s.Leader, s.Role = n.role(s.Members)
	s.Clock = n.clock.status(s.Role == "leader")
	if why := n.reason(); why != nil {
		s.Failed, s.FailedCode, s.FailedIndex = why.Why, why.Code, why.Index
	}
	box := n.box.Stats()
	s.Outbox.Waiting = box.Waiting
	if box.Waiting > 0 {
		s.Outbox.Oldest = max(0, n.cfg.Clock().UnixMilli()-box.Oldest)
	}
	if refused := n.drain.Refused(); refused != nil {
		s.Outbox.Refused = refused.Why.Code
	}
	n.handed(&s.Outbox)
	s.Carried = n.carrying()
	s.Leave = leaving(r, n.self.Unit, s.Outbox.Waiting+len(s.Carried))
	free := n.disk.free()
	s.Disk = lookup.DiskStatus{Free: free, Reserve: box.Reserve, Code: n.disk.state(free, box.Reserve)}
	s.Backup = n.backupStatus()
	s.Upstream = n.lineStatus(r, at, (*lagCounter).at)
	if t, ok, err := release.Load(n.cfg.Dir); err == nil && ok && t.State != release.Taken {
		s.Update = &lookup.UpdateStatus{To: t.To, State: string(t.State), Why: t.Why}
	}
	return s
}

// leaving says whether the machine of a unit may leave the cluster, with so much
// waiting on it; nil while the unit stands for itself.
func leaving(r *store.Reader, unit string, waiting int) *lookup.LeaveStatus {
	into := civic.Standing(r, unit)
	if into == unit {
		return nil
	}
	u, _ := civic.FindUnit(r, into)
	return &lookup.LeaveStatus{Into: into, IntoName: u.Name, May: waiting == 0}
}

func (n *Node) members(r *store.Reader) (list []lookup.MemberStatus) {
	members, _ := n.raft.Members()
	for _, m := range members {
		known, _ := civic.Load[civic.Node](r, civic.TypeNode, command.Key(m.ID))
		member := lookup.MemberStatus{Node: m.ID, Unit: known.Unit, Addr: m.Addr, Voter: m.Voter, Self: m.ID == n.id.Node}
		n.beside(&member)
		list = append(list, member)
	}
	return list
}

func (n *Node) role(members []lookup.MemberStatus) (leader, role string) {
	leader, _, self := n.Leader()
	if n.removed() || n.shutOut() {
		return "", "removed"
	}
	if self {
		return leader, "leader"
	}
	if leader == "" {
		return "", "alone"
	}
	for _, m := range members {
		if m.Self && m.Voter {
			return leader, "voter"
		}
	}
	return leader, "standby"
}

func (n *Node) lineStatus(r *store.Reader, at store.Position, count lagAsked) lookup.LineStatus {
	line := lookup.LineStatus{Head: at.FeedHead}
	if n.self.Tier != civic.TierCluster {
		return line
	}
	_, line.Enrolled = civic.LoadSetting[upstream.Province](r, upstream.SettingProvince)
	var last int64
	for i, lane := range []command.Lane{command.Urgent, command.Routine} {
		up := civic.LoadUpstream(r, lane)
		if i == 0 || up.ReceivedTo > line.Cursor {
			line.Cursor = up.ReceivedTo
		}
		last = max(last, up.ReceivedAt)
		lag, since := count(&n.lags[i], r, func(c command.Change) bool {
			rec, ok := n.table.Record(c.Type)
			return ok && rec.Lane == lane
		}, up.ReceivedTo, at.FeedHead)
		line.Lag += lag
		if since > 0 && (line.LagSince == 0 || since < line.LagSince) {
			line.LagSince = since
		}
	}
	if last > 0 {
		line.LastReceipt = time.UnixMilli(last).UTC().Format("2006-01-02T15:04:05.000Z")
	}
	for range r.Scan(civic.ParkedBySeq, "") {
		line.Parked++
	}
	state := n.line.State()
	line.Reached, line.Stopped = state.Reached, state.Stopped
	return line
}

// Version is the build's version as it was released, or as Go recorded it.
func Version() string { return release.Version() }
