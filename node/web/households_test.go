package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/nodetest"
	"gocua/store/civic"
)

func householdParts() []part {
	return []part{
		{"AHouseholdIsSplitAndMergedBackWithPlainForms", householdSplit},
		{"AFormThatMissedAChangeOfTheHouseholdIsShownOnceMoreAndStoresNothing", householdBeside},
		{"AHouseholdKeepsItsHeadWhoMovedOutUntilSomebodyNamesAnother", headKept},
		{"AHamletSomebodyChangedMeanwhileIsShownBeforeItIsReplaced", hamletBeside},
		{"ACodeThatIsTakenStopsANewHamlet", hamletTaken},
		{"ListsOfWhatIsMissingCountAndNameWhoeverIsOnThem", worklistsNamed},
	}
}

// joined takes somebody down in the household of a door.
func (d door) joined(b *browser, name string) (id string) {
	b.t.Helper()
	return strings.TrimPrefix(b.saved(b.blank(d.add()).with("name", name, "birth", "1990", "sex", "male")), "/nhan-khau/")
}

func householdSplit(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	old := newDoor(b, ward, "Hà Thị Ở")
	young := old.joined(b, "Hà Văn Đi")
	form := b.blank(old.home+"/tach").with("movers", young, "address", "Số 43, ngõ Mới", "hamlet", ward.Unit+"-02", "head", young)
	made := b.saved(form)
	require.NotEqual(t, old.home, made)
	twice := b.hand(form)
	require.Equal(t, http.StatusSeeOther, twice.status, "two clicks are one command")
	require.Contains(t, twice.header.Get("Location"), made)
	require.Contains(t, b.page(made).text(), "Hà Văn Đi")
	require.Contains(t, b.page(made).text(), "chủ hộ")
	require.NotContains(t, b.page(old.home).text(), "Hà Văn Đi")

	back := b.blank(made + "/gop?vao=" + strings.TrimPrefix(old.home, "/ho/"))
	require.Equal(t, strings.TrimPrefix(old.home, "/ho/"), back.fields.Get("into"), "filled in")
	require.Equal(t, old.home, b.saved(back))
	require.Contains(t, b.page(old.home).text(), "Hà Văn Đi")
	gone := b.page(made).text()
	require.Contains(t, gone, "Hộ này đã gộp")
	require.NotContains(t, gone, "Ghi lượt đến nhà")
	require.NotContains(t, b.blank(old.home+"/gop").fields.Get("into"), strings.TrimPrefix(made, "/ho/"))
	require.Equal(t, http.StatusUnprocessableEntity, b.get(made+"/sua").status)
}

func householdBeside(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	from := newDoor(b, ward, "Lường Thị Ở")
	young := from.joined(b, "Lường Văn Đi")
	form := b.blank(from.home+"/tach").with("movers", young, "address", "Số 45, ngõ Mới")
	from.joined(b, "Lường Văn Bé")
	a := b.hand(form)
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "Hộ này vừa có người đổi.")
	require.Contains(t, a.text(), "Lường Văn Bé", "who is new there is shown")
	require.Contains(t, b.page(from.home).text(), "Lường Văn Đi", "and nobody has moved")
	again := paperIn(t, a)
	require.Equal(t, []string{young}, again.fields["movers"], "what was chosen stays")
	require.Equal(t, "Số 45, ngõ Mới", again.fields.Get("address"))
	made := b.saved(again)
	require.NotContains(t, b.page(made).text(), "Lường Văn Bé")

	edit := b.blank(from.home + "/sua")
	b.saved(edit.with("address", "Số 47, ngõ Mới"))
	late := b.hand(b.late(edit).with("address", "Số 49, ngõ Mới"))
	require.Equal(t, http.StatusUnprocessableEntity, late.status)
	require.Contains(t, late.text(), "Vừa đổi thành: Số 47, ngõ Mới")
}

func headKept(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	old, other := newDoor(b, ward, "Lộc Thị Ở"), newDoor(b, ward, "Lộc Thị Bên")
	head := old.joined(b, "Lộc Văn Chủ")
	b.saved(b.blank(old.home+"/sua").with("head", head))
	b.saved(b.blank("/nhan-khau/"+head+"/sua").with("household", strings.TrimPrefix(other.home, "/ho/")))
	require.Equal(t, head, b.blank(old.home+"/sua").fields.Get("head"))
	b.saved(b.blank(old.home+"/sua").with("address", "Số 48, ngõ Mới"))
	require.Equal(t, head, b.blank(old.home+"/sua").fields.Get("head"), "only what was changed is written")
	b.saved(b.blank(old.home+"/sua").with("head", old.id()))
	require.Equal(t, old.id(), b.blank(old.home+"/sua").fields.Get("head"))
}

// late is a form somebody else has open: the same one, about another command.
func (b *browser) late(p paper) paper {
	return p.with("command", "0190a000-0000-7000-8000-"+p.fields.Get("command")[24:])
}

func hamletBeside(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleSupervisor)
	page := "/to/" + ward.Unit + "-03"
	first, late := b.blank(page), b.blank(page)
	b.saved(first.with("lacks", "power"))
	a := b.hand(late.with("lacks", "fibre"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "vừa có người đổi")
	require.Equal(t, []string{"power"}, b.blank(page).fields["lacks"], "nothing is replaced unseen")
	b.saved(paperIn(t, a))
	require.Equal(t, []string{"fibre"}, b.blank(page).fields["lacks"])
	require.Contains(t, b.page("/to").text(), "Không cáp quang")
}

func hamletTaken(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleSupervisor)
	form := b.blank("/to/moi").with("hamlet-name", "Tổ Trùng")
	a := b.hand(form.with("code", ward.Unit+"-04"))
	require.Equal(t, http.StatusUnprocessableEntity, a.status)
	require.Contains(t, a.text(), "Mã này đã có.")
	require.NotContains(t, b.page("/to").text(), "Tổ Trùng")
	b.saved(form)
	require.Contains(t, b.page("/to").text(), "Tổ Trùng")
	other := b.get("/to/moi?unit=" + d.Wards[1].Unit)
	require.Equal(t, http.StatusForbidden, other.status)
}

func worklistsNamed(t *testing.T, d *nodetest.District) {
	ward := d.Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	nowhere := b.saved(b.blank("/nhan-khau/moi").with("name", "Giàng Thị Không Hộ", "birth", "1970", "sex", "female"))
	for _, path := range []string{"/nhan-khau/chua-co-so", "/nhan-khau/chua-ro-cho-o", "/nhan-khau/chua-ro-cho-o?unit=" + ward.Unit} {
		require.Contains(t, b.page(path).text(), "Giàng Thị Không Hộ", path)
	}
	require.Contains(t, b.page("/").text(), "Chưa vào hộ nào")
	require.NotContains(t, b.page("/nhan-khau/chua-ro-cho-o?unit="+ward.Unit+"-01").text(), "Giàng Thị Không Hộ", "listed in the ward itself")
	require.Equal(t, http.StatusForbidden, b.get("/nhan-khau/chua-co-so?unit="+d.Wards[1].Unit).status)
	home := newDoor(b, ward, "Giàng Văn Chủ")
	b.saved(b.blank("/nhan-khau/"+strings.TrimPrefix(nowhere, "/nhan-khau/")+"/sua").with("household", strings.TrimPrefix(home.home, "/ho/"), "personalNumber", "001170000777"))
	for _, path := range []string{"/nhan-khau/chua-co-so", "/nhan-khau/chua-ro-cho-o"} {
		require.NotContains(t, b.page(path).text(), "Giàng Thị Không Hộ", path)
	}
}
