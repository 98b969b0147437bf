package web

import (
	"strconv"
	"strings"
	"time"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
)

const (
	firstWaiting = 5               // commands that wait, on the machine's page
	provinceSlow = 2 * time.Minute // that the oldest change waits for a receipt; collecting company for a parcel takes up to one
)

// machine is the state of this machine and of its links (đường truyền).
func (s *site) machine(q *request) error {
	m := ui.MachineModel{Shell: q.shell(ui.SectionMachine)}
	status, waiting := s.Machine.Status(false), s.Machine.Waiting()
	m.Node, m.Build, m.Waiting = status.Node+", "+status.UnitName, status.Version, waitingOf(waiting)
	m.Quorum, m.Cut = quorum(status), status.Leader == ""
	m.Facts, m.Backup = machineFacts(status), q.backups(status.Backup)
	m.Checkup = q.checkup()
	m.Leaving = q.leavingOf(status)
	err := q.read(func(src lookup.Source) error {
		m.Shell.Flash, m.Machines = append(q.flash(src), done(q.Query(doneParam))...), q.machines(src)
		for _, member := range status.Members {
			m.Members = append(m.Members, machineRow(src, status, member))
		}
		m.First = ui.Captures{Now: m.Shell.Now, Rows: q.waitingRows(src, waiting, firstWaiting)}
		b := book{request: q, src: src, keeper: lookup.NewBookkeeper(src, s.Table), captured: s.Machine.Captured()}
		m.Balance = b.balanceOf(m.Shell.Now)
		return nil
	})
	if err != nil {
		return err
	}
	if status.Tier == civic.TierCluster && status.Upstream.Enrolled {
		m.Upstream = upstreamOf(status.Upstream, m.Shell.Now)
		if m.Cut {
			m.Upstream.Say, m.Upstream.Late = "Số liệu theo lần cuối nghe được cụm. Cụm vẫn gửi tỉnh như thường.", false
		}
	}
	m.Steps = stageSteps(m, status)
	return q.draw(ui.PageMachine, m)
}

// leavingOf says when a machine whose ward was merged may leave; nil: its ward stands.
func (q *request) leavingOf(s lookup.Status) *ui.Leaving {
	if s.Leave == nil {
		return nil
	}
	return &ui.Leaving{Into: s.Leave.IntoName, May: s.Leave.May, Waiting: s.Outbox.Waiting, Carried: len(s.Carried), Node: s.Node, Admin: q.may(auth.ManageMachines)}
}

// machineFacts are what whoever looks after the machine wants to know.
func machineFacts(s lookup.Status) []ui.Fact {
	facts := []ui.Fact{{Name: "Đồng hồ", Value: "khớp giờ của cụm"}}
	if s.Clock.Skew <= -second || s.Clock.Skew >= second {
		facts[0].Value = skew(s.Clock.Skew)
	}
	if s.Disk.Free > 0 {
		facts = append(facts, ui.Fact{Name: "Đĩa còn trống", Value: strings.ReplaceAll(strconv.FormatFloat(float64(s.Disk.Free)/(1<<30), 'f', 1, 64), ".", ",") + " GB"})
	}
	if s.Level > 0 {
		facts = append(facts, ui.Fact{Name: "Mức tính năng", Value: count(s.Level), Note: "cả cụm cùng dùng"})
	}
	if u := s.Update; u != nil {
		fact := ui.Fact{Name: "Cập nhật", Value: "bản " + u.To + " không dùng được", Note: "máy vẫn chạy bản trước, số liệu không đổi"}
		if u.State == "trying" {
			fact = ui.Fact{Name: "Cập nhật", Value: "đang thử bản " + u.To, Note: "đừng tắt máy tính"}
		}
		facts = append(facts, fact)
	}
	for _, c := range s.Carried {
		facts = append(facts, ui.Fact{Name: "Mang giúp máy " + c.For, Value: count(c.Waiting) + " việc", Note: "từ " + lasting(c.Oldest) + " trước"})
	}
	return facts
}

const second = 1000 // ms

// quorum says whether enough machines are there to agree, and how many more may
// be switched off.
func quorum(s lookup.Status) string {
	voters, on := 0, 0
	for _, m := range s.Members {
		if m.Voter {
			voters++
			if m.Self || m.LastContact >= 0 && m.LastContact < longSilent.Milliseconds() {
				on++
			}
		}
	}
	need := voters/2 + 1
	enough := "cần " + count(need) + " trong " + count(voters) + " máy bỏ phiếu"
	switch {
	case s.Leader == "":
		return "Chưa nghe được cụm, " + enough + ". Vẫn ghi như thường."
	case on > need:
		return "Đang đồng thuận, " + enough + "; tắt thêm " + count(on-need) + " máy vẫn đủ"
	}
	return "Đang đồng thuận, " + enough
}

// machineRow is one machine of the cluster as this one knows it: of itself
// everything, of the leader that it is there, of the others who they are.
func machineRow(src lookup.Source, s lookup.Status, m lookup.MemberStatus) ui.Machine {
	unit, _ := civic.FindUnit(src, m.Unit)
	row := ui.Machine{Name: m.Node, Unit: unit.Name, Role: "Dự phòng", Here: m.Self, Digest: ui.DigestUnknown,
		Link: ui.LinkState{Kind: ui.LinkOff, Text: "xem trên máy đó"}}
	switch {
	case m.Node == s.Leader:
		row.Role = "Dẫn dắt"
		row.Link = ui.LinkState{Kind: ui.LinkOK, Text: "Thông"}
	case m.Voter:
		row.Role = "Bỏ phiếu"
	}
	switch {
	case !m.Self:
		heardOf(&row, s, m)
		return row
	case s.Failed != "":
		row.Digest, row.Link = ui.DigestDiffers, ui.LinkState{Kind: ui.LinkCut, Text: "Đã ngừng ghi"}
	case s.Leader == "":
		row.Link = ui.LinkState{Kind: ui.LinkCut, Text: "Mất liên lạc với cụm"}
	default:
		row.Link = ui.LinkState{Kind: ui.LinkOK, Text: "Thông"}
	}
	row.Index, row.Build = int(s.Digest.Index), s.Version
	for _, other := range s.Members { // this machine agrees with whomever it could be compared with
		switch {
		case other.Digest == lookup.DigestDiffers:
			row.Digest = ui.DigestDiffers
		case other.Digest == lookup.DigestEqual && row.Digest == ui.DigestUnknown:
			row.Digest = ui.DigestEqual
		}
	}
	return row
}

// longSilent is after how long a machine that says nothing counts as switched
// off: a few of its greetings, on the thinnest line.
const longSilent = 5 * time.Minute

// justSilent is how long a machine may say nothing, while this one is cut off,
// before it is no longer called reached.
const justSilent = 5 * time.Second

// heardOf is what another machine last said of itself. Neighbours that are off
// in the evening are nothing out of the ordinary.
func heardOf(row *ui.Machine, s lookup.Status, m lookup.MemberStatus) {
	silent := time.Duration(m.LastContact) * time.Millisecond
	switch {
	case m.LastContact < 0:
		row.Link = ui.LinkState{Kind: ui.LinkOff, Text: "Chưa nghe được"}
		return
	case silent > longSilent:
		row.Link = ui.LinkState{Kind: ui.LinkOff, Text: "Tắt máy hoặc ngoài mạng từ " + time.Now().Add(-silent).In(ict).Format("15:04")}
		row.Off = true
	case s.Leader == "" && silent > justSilent:
		row.Link = ui.LinkState{Kind: ui.LinkOff, Text: "Nghe lần cuối " + time.Now().Add(-silent).In(ict).Format("15:04:05")}
	default:
		row.Link = ui.LinkState{Kind: ui.LinkOK, Text: "Thông"}
	}
	row.Index, row.Build = int(m.Index), m.Version
	if m.Stopped != "" {
		row.Link = ui.LinkState{Kind: ui.LinkCut, Text: "Đã ngừng cập nhật"}
	}
	if m.Clock != "" {
		row.Clock = "đồng hồ " + skew(m.Skew)
	}
	if s.Digest.Index > m.Index {
		row.Behind = int(s.Digest.Index - m.Index)
	}
	switch m.Digest {
	case lookup.DigestEqual:
		row.Digest = ui.DigestEqual
	case lookup.DigestDiffers:
		row.Digest = ui.DigestDiffers
	}
}

// upstreamOf is the line to the province, in calm words.
func upstreamOf(line lookup.LineStatus, now time.Time) *ui.Upstream {
	last, _ := time.Parse(time.RFC3339, line.LastReceipt) // none yet: the zero time
	if line.Lag == 0 {
		line.Cursor = line.Head // what comes after does not go to the province
	}
	up := &ui.Upstream{Cursor: int(line.Cursor), Head: int(line.Head), Lag: int(line.Lag), LastReceipt: last,
		Parked: line.Parked, ParkedHref: "#upstream", Late: slow(line, now.UnixMilli())}
	switch {
	case line.Stopped != "":
		up.Say = "Tỉnh đã dừng nhận từ cụm này, chờ người xem. Hồ sơ vẫn giữ đủ ở đây; báo quản trị."
	case up.Late && !line.Reached: // machines that need not call have not reached it either
		up.Say = "Chưa gọi được tỉnh. Máy tự gọi lại, hồ sơ vẫn giữ đủ ở đây."
	}
	return up
}

// stageSteps is how far what is captured has come, at each stage.
func stageSteps(m ui.MachineModel, s lookup.Status) []ui.Step {
	here := ui.Step{State: ui.StepDone, Head: "Chờ trên máy này", Value: count(m.Waiting.N), Note: "không còn việc nào"}
	if m.Waiting.N > 0 {
		here.State, here.Note = ui.StepPencil, "cũ nhất "+m.Waiting.Oldest.Format("15:04")
	}
	agreed := ui.Step{State: ui.StepDone, Head: "Đã đồng thuận", Value: count(int(s.Digest.Index)), Note: "dòng trong sổ, dấu " + s.Digest.Chain[:8]}
	if m.Cut {
		agreed.State = ui.StepSlow
	}
	steps := []ui.Step{here, agreed}
	if m.Upstream == nil {
		return steps
	}
	sent := ui.Step{State: ui.StepDone, Head: "Chờ tỉnh nhận", Value: count(m.Upstream.Lag), Late: m.Upstream.Late, Note: "không còn hồ sơ nào"}
	received := ui.Step{State: ui.StepDone, Head: "Tỉnh đã nhận", Note: "chưa lần nào"}
	if m.Upstream.Lag > 0 {
		sent.Note = "hồ sơ đã đồng thuận"
	}
	if last := m.Upstream.LastReceipt; !last.IsZero() {
		received.Value, received.Note = last.In(ict).Format("15:04"), last.In(ict).Format("biên nhận ngày 02/01")
	}
	if m.Upstream.Late {
		received.State = ui.StepSlow
	}
	return append(steps, sent, received)
}
