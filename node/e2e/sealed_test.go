//go:build e2e

package e2e

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/node/demo"
	"gocua/node/nodetest"
	keyring "gocua/node/trust"
	"gocua/store/civic"
)

const (
	sealedPhrase   = "cây đa bến nước sân đình"
	sealedPassword = "bốn con cá lội ngược dòng"
)

// TestASealedMachineIsOpenedInABrowser starts a machine that takes a passphrase, as
// on the morning after a power cut, and has somebody open it and go to work.
func TestASealedMachineIsOpenedInABrowser(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "sealed")
	require.NoError(t, node.Init(node.Founding{Dir: dir, Node: "district", Unit: "01CG", HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: node.ProfileLAN,
		Identity: civic.Identity{Code: "01CG", Name: "Cụm Cầu Giấy", Tier: civic.TierCluster, Generation: 1},
		Units:    []civic.Unit{{Code: "01CG", Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster}},
		Officers: []node.NewOfficer{{User: "trang.lt", Name: "Lê Thu Trang", Password: sealedPassword, Role: civic.RoleOfficer, Unit: "01CG"}}}))
	runMachine(t, node.Config{Dir: dir})() // the founding is agreed on, and the doors are known
	require.NoError(t, keyring.SetPassphrase(dir, keyring.Way{}, sealedPhrase, keyring.StandardCost()))

	ctx, cancel := context.WithCancel(context.Background())
	opened := make(chan *keyring.Keys, 1)
	go func() {
		defer close(opened)
		if keys, err := node.AwaitKeys(ctx, node.Config{Dir: dir}); err == nil {
			opened <- keys
		}
	}()
	t.Cleanup(func() { cancel(); <-opened })
	var url string
	nodetest.Eventually(t, patience, "the sealed machine to answer", func() bool {
		at, err := node.LoadControl(dir)
		url = at.URL
		return err == nil
	})

	b := openTab(t, stage.browser, url[:len(url)-len("/control/v1")])
	b.visit("/nhan-khau")
	require.Equal(t, "/mo-khoa", b.path(), "there is nothing else to see")
	b.await(patience, "the cursor to stand where one types", `document.activeElement.id === "passphrase"`)
	b.shoot("sealed-1")
	b.size(pc)
	b.watch.expect(422)
	b.do(click("#passphrase"), typed("cây đa bến nước"))
	b.turn("the form to come back", click("main button"))
	require.Contains(t, b.text("#passphrase-error"), "Câu mật khẩu chưa đúng")
	require.Equal(t, "", ask[string](b, `document.querySelector("#passphrase").value`), "it is not sent back")
	b.shoot("sealed-2-wrong")
	b.size(pc)
	b.watch.expect()
	b.do(click("#passphrase"), typed(sealedPhrase))
	b.turn("the machine to be opened", click("main button"))
	require.Contains(t, b.text("h1"), "Đã mở khoá")
	b.shoot("sealed-3-opened")

	keys := <-opened
	require.NotNil(t, keys)
	t.Cleanup(runMachine(t, node.Config{Dir: dir, Keys: keys}))
	b.size(pc)
	b.watch.expect(303)
	b.await(patience, "the page to open itself again", `location.pathname === "/vao"`)
	b.watch.expect()
	b.signIn(demo.User{User: "trang.lt", Password: sealedPassword})
	require.Contains(t, b.text(".shell-who"), "Lê Thu Trang", "everything is as it was")
}

// runMachine opens and runs a machine until the returned function is called.
func runMachine(t *testing.T, cfg node.Config) (stop func()) {
	t.Helper()
	n, err := node.Open(cfg)
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- n.Run(context.Background()) }()
	nodetest.Eventually(t, startPatience, "the machine to be ready", func() bool { return len(n.Ready()) == 0 && n.Status(false).Outbox.Waiting == 0 })
	return func() {
		require.NoError(t, n.Close())
		require.NoError(t, <-done)
	}
}
