package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

func pairParts() []part {
	return []part{
		{"TwoEntriesOfOnePersonBecomeOneAndTwoAgain", mergedAndSeparated},
		{"TwoPeopleWhoLookLikeOneAreSaidToBeTwo", saidToBeTwo},
		{"NobodyMergesWhatHasChangedSinceItWasShown", staleMerge},
		{"APairIsClosedToAWardTheKeptOneHasLeft", keptElsewhere},
	}
}

// twoEntries are one woman behind two doors, and the page of the two.
func twoEntries(b *browser, add func(name string, more ...string) door, name, again string) (one, two door, page string) {
	b.t.Helper()
	one = add(name, "phones-0", "0912404111", "personalNumber", "")
	two = add(again, "phones-0", "0912404111", "birth", "1955")
	return one, two, "/trung/" + one.id() + "/" + two.id()
}

func atDoors(t *testing.T, d *nodetest.District) (*browser, func(string, ...string) door) {
	b, _, ward := desk(t, d)
	return b, func(name string, more ...string) (at door) {
		at.home = b.saved(b.blank("/ho/moi").with("hamlet", ward.Unit+"-01", "address", "Số 52, ngõ "+name))
		sent := b.blank(at.add()).with("name", name, "birth", "17/03/1955", "sex", "female").with(more...)
		if a := b.hand(sent); a.status == http.StatusUnprocessableEntity {
			sent = paperIn(t, a) // a second look
		}
		at.person = b.saved(sent)
		return at
	}
}

// listed waits until the list of pairs names somebody, or does not any more.
func listed(b *browser, path, name string, want bool) {
	b.t.Helper()
	nodetest.Eventually(b.t, 20*time.Second, "the list of pairs", func() bool { return strings.Contains(b.page(path).text(), name) == want })
}

func mergedAndSeparated(t *testing.T, d *nodetest.District) {
	b, add := atDoors(t, d)
	one, two, pair := twoEntries(b, add, "Chử Diệu Xuyến", "Chu Dieu Suyen")
	b.saved(b.blank(two.person+"/khai").with("phone", "0912404112", "relation", "self", "confirm", "yes"))
	listed(b, "/trung", "Chu Dieu Suyen", true)
	require.Contains(t, b.page("/trung").text(), "cùng điện thoại")
	require.Contains(t, b.page(one.person).text(), "Có thể có hai phiếu.")
	require.Contains(t, b.page("/doi-chieu").text(), "Nghi trùng")

	before := b.page(pair)
	require.Contains(t, before.text(), "Ngày sinh khác nhau")
	require.NotContains(t, before.body, "912404111", "numbers are masked")
	kept := b.saved(paperIn(t, before).with("do", "merge", "keep", "a"))
	require.Equal(t, one.person, kept)
	page := b.page(one.person).text()
	require.Contains(t, page, "Hai phiếu đã gộp.")
	require.Contains(t, page, "Đã khai mức 1")
	require.Contains(t, page, "Gộp hai phiếu của một người")
	require.Equal(t, page, b.page(two.person).text(), "an old address leads on")
	listed(b, "/trung", "Chu Dieu Suyen", false)

	after := b.page(pair)
	require.Contains(t, after.text(), "Đã gộp thành một người")
	b.saved(paperIn(t, after).with("do", "split"))
	require.Contains(t, b.page(two.person).text(), "Chu Dieu Suyen")
	require.Contains(t, b.page(two.person).text(), "Hồ sơ mức 1 đang ở đâu")
	require.Contains(t, b.page(one.person).text(), "Chưa có hồ sơ")
}

func saidToBeTwo(t *testing.T, d *nodetest.District) {
	b, add := atDoors(t, d)
	_, _, pair := twoEntries(b, add, "Giáp Thị Nương", "Giáp Thị Lương")
	listed(b, "/trung", "Giáp Thị Lương", true)
	b.saved(b.blank(pair).with("do", "apart", "reason", "Hai chị em"))
	listed(b, "/trung", "Giáp Thị Lương", false)
	listed(b, "/trung?khac=1", "Giáp Thị Lương", true)
	require.Contains(t, b.page(pair).text(), "Ghi lại: Hai chị em")
	b.saved(b.blank(pair).with("do", "again"))
	listed(b, "/trung", "Giáp Thị Lương", true)
}

func staleMerge(t *testing.T, d *nodetest.District) {
	b, add := atDoors(t, d)
	one, two, pair := twoEntries(b, add, "Nghiêm Thị Lụa", "Nghiem Thi Lua")
	shown := b.blank(pair)
	b.saved(b.blank(one.person+"/sua").with("name", "Nghiêm Thị Lụa Em"))
	a := b.hand(shown.with("do", "merge"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "Một trong hai phiếu vừa thay đổi.")
	require.Contains(t, b.page(two.person).text(), "Nghiem Thi Lua", "nothing was merged")
	b.saved(paperIn(t, a).with("do", "merge", "keep", "b"))
	require.Equal(t, http.StatusNotFound, b.get("/trung/"+one.id()+"/"+one.id()).status)
}

// keptElsewhere has the one of a merged pair move into the ward next door, where
// something else becomes of her.
func keptElsewhere(t *testing.T, d *nodetest.District) {
	b, add := atDoors(t, d)
	one, _, pair := twoEntries(b, add, "Thân Thị Lượt", "Than Thi Luot")
	b.saved(b.blank(pair).with("do", "merge", "keep", "a"))
	require.Contains(t, b.page(pair).text(), "Đã gộp thành một người")

	from, to := d.Wards[0].Unit+"-01", d.Wards[1].Unit+"-01"
	moved := map[string]any{"id": strings.TrimPrefix(one.home, "/ho/"), "edits": []map[string]string{{"field": "hamlet", "was": from, "now": to}}}
	d.As(d.District, civic.RoleSupervisor).Accepted(nodetest.Command{ID: command.NewID(), Kind: "household.edit", Unit: d.District.Unit, Body: moved})
	nodetest.Eventually(t, patience, "the ward to have heard", func() bool { return b.get(one.person).status == http.StatusForbidden })
	require.Equal(t, http.StatusForbidden, b.get(pair).status)
	browserOf(t, d.District, civic.RoleSupervisor).page(pair)
}
