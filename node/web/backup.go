package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
)

const backupPath = "/may/sao-luu"

// backups is how the machine's backups stand; nil for who does not look after it.
func (q *request) backups(s lookup.BackupStatus) *ui.Backups {
	if !q.may(auth.Backup) {
		return nil
	}
	b := &ui.Backups{Form: ui.Form{Action: backupPath, Token: q.session.Form}, At: s.At, Openers: s.Recipients, Running: s.Running, Late: backupTrouble(s)}
	if k := s.Newest; k != nil {
		made, _ := time.Parse(time.RFC3339, k.Time) // this machine wrote it
		b.Newest, b.Records, b.Verified = made.In(ict), int(k.Records), k.Verified
		b.Size = strings.ReplaceAll(strconv.FormatFloat(float64(max(k.Size, 100<<10))/(1<<20), 'f', 1, 64), ".", ",") + " MB"
	}
	return b
}

// backupTrouble says in a line what is wrong with the backups.
func backupTrouble(s lookup.BackupStatus) string {
	switch s.Warn {
	case lookup.BackupNone:
		return "Máy này chưa có bản sao lưu nào."
	case lookup.BackupAhead:
		return "Bản sao lưu mới nhất mang giờ chưa tới. Xem lại đồng hồ máy."
	case lookup.BackupOld:
		days := int(time.Duration(s.Newest.Age) * time.Millisecond / (24 * time.Hour))
		return "Bản sao lưu mới nhất đã " + count(days) + " ngày."
	case lookup.BackupFailed:
		return "Lần sao lưu gần nhất không thành."
	}
	return ""
}

// backupNotices say on every page of whoever looks after the machine that nobody
// could make it again.
func backupNotices(s lookup.BackupStatus) []ui.Banner {
	head := backupTrouble(s)
	if head == "" || s.Running {
		return nil
	}
	text := "Hỏng máy hay mất máy lúc này thì không dựng lại được từ bản sao."
	if s.Newest != nil {
		text = "Hỏng máy lúc này thì chỉ dựng lại được đến bản đó."
	}
	return []ui.Banner{{Tone: ui.ToneWarn, Head: head, Text: text, Link: ui.Link{Text: "Xem sao lưu", Href: "/may#backup"}}}
}

// backUp has a backup made; the page shows when it is there.
func (s *site) backUp(q *request) error {
	err := s.Machine.BackUp()
	if known := command.AsError(err); err != nil && known.Class == command.Conflicting {
		return q.Redirect("/may#backup", fiber.StatusSeeOther) // the page says what must be set up first
	}
	if err != nil {
		return err
	}
	return q.Redirect("/may?"+doneParam+"=sao-luu#backup", fiber.StatusSeeOther)
}
