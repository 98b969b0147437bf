package web

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/node/voting"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

const (
	membersPath  = "/may/thanh-vien/"
	yieldPath    = "/may/nhuong"
	votersAnchor = "#voters"
)

// memberRoutes are the machines of the cluster, for whoever looks after them.
func (s *site) memberRoutes() []route {
	return []route{
		{"GET", invitePath, auth.ManageMachines, "", s.inviteForm},
		{"POST", invitePath, auth.ManageMachines, "", s.invite},
		{"POST", yieldPath, auth.ManageMachines, "", s.yield},
		{"GET", membersPath + ":node", auth.ManageMachines, "", s.member},
		{"GET", membersPath + ":node/:act", auth.ManageMachines, "", s.memberAct},
		{"POST", membersPath + ":node/:act", auth.ManageMachines, "", s.changeMember},
	}
}

// overAll refuses whoever looks after a part of the cluster, and a machine that
// serves one: who votes and who is in counts for all. code is the cluster's.
func (q *request) overAll(src lookup.Source) (code string, err error) {
	who, ok := civic.WhoseRegister(src)
	if !ok {
		return "", command.Errorf(command.Unavailable, "not_founded", "the register is empty")
	}
	if auth.Scope(src, q.session, who.Code) != nil || !civic.Covers(src, q.site.Machine.Unit, who.Code) {
		return "", command.Errorf(command.Forbidden, "office_only", "the machines of the cluster are looked after at its office, by who answers for all of it")
	}
	return who.Code, nil
}

// machines is the part of the machine's page about who is in the cluster; nil for
// who does not look after the machines.
func (q *request) machines(src lookup.Source) *ui.Machines {
	if !q.may(auth.ManageMachines) {
		return nil
	}
	status, all := q.site.Machine.Status(false), q.site.Machine.Membership()
	a := all.Advice
	m := &ui.Machines{Warn: a.Even || a.Spare < 0, Say: messages.Advice(a.Why, a.Node, a.Voters, a.Want)}
	if a.Voters > 1 {
		m.Say += " " + messages.Spare(a.Spare)
	}
	for _, line := range all.Members {
		m.Rows = append(m.Rows, memberRow(src, status, line))
	}
	m.Yield, m.Invited = q.yieldForm(all), invitedRows(q.site.Machine.Invited(), q.now())
	if _, err := q.overAll(src); err != nil {
		m.Why = q.say(err)
		return m
	}
	if a.Do != "" {
		m.Do = ui.Link{Text: actOf(a.Do).text, Href: membersPath + a.Node + "/" + actOf(a.Do).path}
	}
	if all.Invites {
		m.Invite = invitePath
	}
	return m
}

// yieldForm hands leading over, where this machine leads and is not the only one
// that could.
func (q *request) yieldForm(all lookup.Membership) *ui.Form {
	if me, ok := all.Member(q.site.Machine.Node); !ok || !me.Self || all.Leader != me.Node || all.Advice.Voters < 2 {
		return nil
	}
	return &ui.Form{Action: yieldPath, Token: q.session.Form}
}

// memberRow is one machine as a member: the row it has on the machine's page, and
// how far it can be relied on.
func memberRow(src lookup.Source, s lookup.Status, m lookup.MemberLine) ui.MachineRow {
	shown := machineRow(src, s, m.MemberStatus)
	row := ui.MachineRow{Name: m.Node, Unit: shown.Unit, Role: shown.Role, Link: shown.Link, Here: m.Self, Key: m.Key, To: messages.Becoming(m.To), Href: membersPath + m.Node}
	if !m.Self && m.Looks > 0 {
		row.Share = fmt.Sprintf("%d,%d %%", m.Share/10, m.Share%10)
	}
	if days, ok := m.CertificateDays(time.Now()); ok {
		row.Days, row.Soon = count(days)+" ngày", days < certificateSoon
		if days < 0 {
			row.Days = "hết hạn"
		}
	}
	return row
}

// certificateSoon is how few days before its end a certificate should have been
// renewed long ago: the machine begins to ask eight months before.
const certificateSoon = 60

// memberDo is one change to a machine, as its page offers it.
type memberDo struct {
	path string
	do   string // as voting has it; empty: shut it out
	text string
	note string
	warn bool // asks for the password: it cannot be taken back
}

func memberActs() []memberDo {
	return []memberDo{
		{"bau", voting.Promote, "Cho bỏ phiếu", "cùng quyết định những gì cụm đồng thuận", false},
		{"thoi", voting.Demote, "Thôi bỏ phiếu", "vẫn có đủ sổ và ghi như thường", false},
		{"rut", voting.Remove, "Rút khỏi cụm", "vĩnh viễn; cho xong việc chờ trên máy đó trước", true},
		{"thu-quyen", "", "Thu quyền", "máy mất trộm, thất lạc, hỏng hay thôi dùng", true},
	}
}

func actOf(do string) memberDo {
	for _, a := range memberActs() {
		if a.do == do {
			return a
		}
	}
	return memberDo{}
}

// aboutMember is the machine of the address.
func (q *request) aboutMember() (m lookup.MemberLine, all lookup.Membership, err error) {
	all = q.site.Machine.Membership()
	m, ok := all.Member(q.Params("node"))
	if !ok {
		return m, all, command.Errorf(command.NotFound, "no_such_node", "there is no machine of that name in the cluster")
	}
	return m, all, nil
}

// member is the page of one machine of the cluster.
func (s *site) member(q *request) error {
	line, all, err := q.aboutMember()
	if err != nil {
		return err
	}
	m := ui.MemberModel{Shell: q.shell(ui.SectionMachine)}
	err = q.read(func(src lookup.Source) error {
		m.Row = memberRow(src, s.Machine.Status(false), line)
		if _, err := q.overAll(src); err != nil {
			m.Why = q.say(err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	m.Facts = memberFacts(line, m.Row)
	if line.Self {
		m.Yield = q.yieldForm(all)
	}
	for _, a := range memberActs() {
		if act, offered := q.offer(a, line); offered && m.Why == "" {
			m.Acts = append(m.Acts, act)
		}
	}
	return q.draw(ui.PageMember, m)
}

func memberFacts(m lookup.MemberLine, row ui.MachineRow) []ui.Fact {
	facts := []ui.Fact{{Name: "Vân tay khoá", Value: m.Key}, {Name: "Địa chỉ", Value: m.Addr}}
	if row.Days != "" {
		end, _ := time.Parse(time.RFC3339, m.Until) // Days came of it
		facts = append(facts, ui.Fact{Name: "Chứng chỉ còn", Value: row.Days, Note: "đến " + end.In(ict).Format("02/01/2006") + "; máy tự gia hạn"})
	}
	switch {
	case m.Self:
		facts = append(facts, ui.Fact{Name: "Trả lời 14 ngày qua", Value: "xem trên máy khác"})
	case m.Looks > 0:
		facts = append(facts, ui.Fact{Name: "Trả lời 14 ngày qua", Value: row.Share, Note: "trong " + count(m.Looks) + " lần hỏi từ máy này"})
	default:
		facts = append(facts, ui.Fact{Name: "Trả lời 14 ngày qua", Value: "chưa hỏi lần nào"})
	}
	if m.Version != "" {
		facts = append(facts, ui.Fact{Name: "Bản", Value: m.Version})
	}
	return facts
}

// offer is an act as the page shows it, with what speaks against it now; false: it
// would change nothing.
func (q *request) offer(a memberDo, m lookup.MemberLine) (act ui.MemberAct, offered bool) {
	switch {
	case a.do == voting.Promote && m.Voter, a.do == voting.Demote && !m.Voter, a.do == "" && m.Self:
		return act, false
	}
	act = ui.MemberAct{Text: a.text, Note: a.note, Href: membersPath + m.Node + "/" + a.path, Warn: a.warn}
	if a.do != "" {
		if _, err := q.site.Machine.Weigh(voting.Change{Do: a.do, Node: m.Node}); err != nil {
			act.Why = q.say(err)
		}
	}
	return act, true
}

// wish is an act on a machine, with the page that asks whether it is meant.
type wish struct {
	memberDo
	node  string
	unit  string // code of the cluster: it counts for all
	model ui.ConfirmModel
}

// wished is what the address asks for.
func (q *request) wished() (w wish, err error) {
	err = q.read(func(src lookup.Source) error {
		w.unit, err = q.overAll(src)
		return err
	})
	if err != nil {
		return w, err
	}
	line, all, err := q.aboutMember()
	if err != nil {
		return w, err
	}
	for _, a := range memberActs() {
		if a.path == q.Params("act") {
			w.memberDo, w.node = a, line.Node
		}
	}
	if w.node == "" {
		return w, command.Errorf(command.NotFound, "not_found", "there is no such act")
	}
	here := membersPath + line.Node
	w.model = ui.ConfirmModel{Shell: q.shell(ui.SectionMachine), Form: q.sentForm(here+"/"+w.path, here), Head: w.text + ": máy " + line.Node, Do: w.text, Calm: !w.warn,
		Says: memberSays(w.memberDo, line, all.Leader), Facts: []ui.Fact{{Name: "Vân tay khoá", Value: line.Key}}}
	if w.warn {
		w.model.Password = &ui.Input{}
	}
	if w.do == "" {
		w.model.Reason = &ui.Input{Options: ui.Options(q.FormValue("reason"), civic.DenyReasons(), messages.DenyReason)}
	}
	return w, nil
}

// memberSays is what becomes of a machine, a sentence each.
func memberSays(a memberDo, m lookup.MemberLine, leader string) (says []string) {
	if leader == m.Node && a.do != voting.Promote && a.do != "" {
		says = append(says, "Máy này đang dẫn dắt: máy khác nhận dẫn dắt trước, mất vài giây.")
	}
	gone := "Việc đã ghi trên máy đó mà cụm chưa nhận thì ở lại trên đĩa của máy đó, cụm không nhận nữa."
	name := "Tên này không dùng lại: máy muốn quay lại thì mời với tên mới."
	switch a.do {
	case voting.Promote:
		return append(says, "Máy này cùng quyết định những gì cụm đồng thuận, nên cần bật thường xuyên.")
	case voting.Demote:
		return append(says, "Máy này vẫn có đủ sổ và ghi như thường, chỉ không cùng quyết định nữa.")
	case voting.Remove:
		return append(says, "Rút là vĩnh viễn. "+name, gone+" Mở Sổ chờ trên máy đó, đợi hết việc rồi hãy rút.")
	}
	return append(says, "Không máy nào của cụm nói chuyện với máy đó nữa, và không nhận gì máy đó ký.", gone, name)
}

// memberAct asks whether a change is meant, and says what speaks against it.
func (s *site) memberAct(q *request) error {
	w, err := q.wished()
	if err != nil {
		return err
	}
	if w.do != "" {
		warn, err := s.Machine.Weigh(voting.Change{Do: w.do, Node: w.node})
		if err != nil {
			w.model.Warn, w.model.Do, w.model.Password = q.say(err), "", nil
		} else {
			w.model.Warn = messages.Awkward(warn, s.votersAfter(w))
		}
	}
	return q.draw(ui.PageConfirm, w.model)
}

func (s *site) votersAfter(w wish) int {
	all := s.Machine.Membership()
	n := all.Advice.Voters
	if m, _ := all.Member(w.node); m.Voter != (w.do == voting.Promote) {
		if m.Voter {
			return n - 1
		}
		return n + 1
	}
	return n
}

// memberPatience is how long a form waits for a change to be agreed and carried
// out before it says that it goes on by itself.
const memberPatience = 12 * time.Second

// changeMember has a change agreed. What the cluster cannot agree on now waits on
// this machine, as everything does that is captured.
func (s *site) changeMember(q *request) error {
	if f := q.sentForm("", ""); q.captured(f) { // a second click; the machine may be out by now
		return q.Redirect("/may?"+savedParam+"="+f.Command+votersAnchor, fiber.StatusSeeOther)
	}
	w, err := q.wished()
	if err != nil {
		return err
	}
	reason := q.FormValue("reason")
	if w.do == "" && reason == "" {
		q.wrong(&w.model.Form, "reason", w.model.Reason, "bad_choice", "choose a reason")
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, w.model)
	}
	if w.warn {
		ctx, cancel := proving()
		err := s.Auth.Confirm(ctx, q.session, q.FormValue("password"), q.IP())
		cancel()
		if err != nil {
			return q.confirmAgain(w.model, err)
		}
	}
	refused, err := s.carry(q, w, reason)
	switch {
	case err != nil:
		return err
	case refused != nil:
		q.refuse(&w.model.Form, refused, map[string]*ui.Input{"reason": w.model.Reason})
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageConfirm, w.model)
	}
	return q.Redirect("/may?"+savedParam+"="+w.model.Form.Command+votersAnchor, fiber.StatusSeeOther)
}

// carry has a wish agreed on; refused is what keeps it from being done.
func (s *site) carry(q *request, w wish, reason string) (refused *command.Error, err error) {
	if w.do == "" {
		_, refused, err = q.submit(w.model.Form, civic.KindNodeDeny, w.unit, civic.DenyNode{ID: w.node, Reason: reason})
		return refused, err
	}
	id, err := command.ParseID(w.model.Form.Command)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), memberPatience) // it goes on when the browser has gone
	defer cancel()
	_, err = s.Machine.ChangeMember(ctx, q.actor(), id, voting.Change{Do: w.do, Node: w.node})
	var problem *command.Problem
	var known *command.Error
	switch {
	case errors.As(err, &problem):
		return problem.Why, nil
	case errors.As(err, &known) && known.Class == command.Unavailable:
		return nil, nil // agreed on, or kept here until it can be: the page shows how far it is
	case errors.As(err, &known) && known.Class != command.Internal:
		return known, nil
	}
	return nil, err
}

// yield hands leading over (nhường dẫn dắt); that this machine does not lead any
// more is no failure.
func (s *site) yield(q *request) error {
	ctx, cancel := context.WithTimeout(context.Background(), memberPatience)
	defer cancel()
	said := "nhuong"
	if err := s.Machine.HandOver(ctx, ""); err != nil {
		e := command.AsError(err)
		if e.Class == command.Internal {
			return err
		}
		said = strings.ReplaceAll(e.Code, "_", "-")
	}
	return q.Redirect("/may?"+doneParam+"="+said+votersAnchor, fiber.StatusSeeOther)
}
