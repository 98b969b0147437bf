package web_test

import (
	"context"
	"net/http"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

var secretShown = regexp.MustCompile(`id="secret">([A-Z2-7 ]+)<`)

// A machine that was founded without officers shows a code; who reads it makes
// the first administrator and goes straight on to the second factor.
func TestTheFirstAdministratorIsMadeWithTheCodeOfTheConsole(t *testing.T) {
	dir, codes := filepath.Join(t.TempDir(), "office"), make(chan string, 1)
	require.NoError(t, node.Init(node.Founding{Dir: dir, Node: "office", Unit: "01CG", HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Units:    []civic.Unit{{Code: "01CG", Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster}},
		Identity: civic.Identity{Code: "01CG", Name: "Cụm Cầu Giấy", Tier: civic.TierCluster, Generation: 1}}))
	n, err := node.Open(node.Config{Dir: dir, FirstRun: func(code string, _ time.Time) { codes <- code }})
	require.NoError(t, err)
	go func() { _ = n.Run(context.Background()) }() // Close ends it
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	code := <-codes

	b := openBrowser(t, n.URL())
	require.Contains(t, b.page("/vao").body, `href="/lan-dau"`)
	form := b.blank("/lan-dau").with("name", "Đại uý Nguyễn Văn Quang", "user", "quang.nv", "password", "chín con trâu đen", "again", "chín con trâu đen")
	require.Contains(t, b.page("/lan-dau").text(), "Đơn vị của máy: Cụm Cầu Giấy")
	for name, c := range map[string]struct{ field, value, say string }{
		"a wrong code":             {"code", "AAAA-AAAA-AAAA", "Mã chưa đúng"},
		"a password typed wrongly": {"again", "chín con trâu trắng", "Hai lần gõ chưa giống nhau."},
	} {
		a := b.hand(form.with("code", code, c.field, c.value))
		require.Equal(t, http.StatusUnprocessableEntity, a.status, name)
		require.Contains(t, a.text(), c.say, name)
		require.NotContains(t, a.body, "trâu", name)
	}
	in := b.hand(form.with("code", code))
	require.Equal(t, []any{http.StatusSeeOther, "/bao-mat/hai-lop"}, []any{in.status, in.header.Get("Location")}, in.text())
	set := b.page("/bao-mat/hai-lop")
	b.token = tokenField.FindStringSubmatch(set.body)[1]
	secret := regexp.MustCompile(` `).ReplaceAllString(secretShown.FindStringSubmatch(set.body)[1], "")
	require.Contains(t, b.page("/bao-mat/hai-lop").body, secretShown.FindString(set.body), "the phone has been shown it already")
	done := b.hand(paperIn(t, set).with("code", nodetest.Code(t, secret)))
	require.Equal(t, http.StatusOK, done.status, done.text())
	require.Len(t, regexp.MustCompile(`class="fingerprint">`).FindAllString(done.body, -1), 10)
	require.Contains(t, b.page("/").text(), "Cán bộ")

	later := openBrowser(t, n.URL())
	require.Contains(t, later.page("/lan-dau").text(), "Máy này đã có người dùng")
	require.NotContains(t, later.page("/vao").body, `href="/lan-dau"`)
	require.Equal(t, http.StatusUnprocessableEntity, later.hand(form.with("code", code, "user", "khac.nv")).status, "it is made once")
	wrong := later.post("/vao", map[string][]string{"user": {"quang.nv"}, "password": {"chín con trâu đen"}})
	require.Contains(t, wrong.text(), "Mã 6 số trên điện thoại")
}
