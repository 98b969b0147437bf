//go:build e2e

package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/backup"
	"gocua/store/civic"
)

// The administrator of the office looks after the backups: first nobody could open
// one, then there is a button, and what it makes is on the page and on disk.
func TestABackupIsMadeWithTheButtonOnThePageOfTheMachine(t *testing.T) {
	office := stage.District
	dir := filepath.Join(stage.dir, office.Node)
	b := openTab(t, stage.browser, office.URL)
	b.signIn(userOf(t, office, civic.RoleAdmin))
	b.visit("/may")
	const part, button = "section[aria-labelledby=backup]", `form[action="/may/sao-luu"] button`
	require.Contains(t, b.text(part), "gocua backup recipients", "what must be set up first")
	require.Zero(t, b.count(button))
	require.Contains(t, b.text("main"), "Máy này chưa có bản sao lưu nào.")
	b.shoot("backup-1-nobody")

	public, secret, err := backup.NewKey()
	require.NoError(t, err)
	require.NoError(t, backup.Plan{Recipients: []string{public}, At: "03:30"}.Save(dir))
	t.Cleanup(func() { require.NoError(t, backup.Plan{}.Save(dir)) })
	b.visit("/may")
	require.Contains(t, b.text(part), "mỗi tối 03:30, 1 người mở được")
	b.shoot("backup-2-button")
	b.turn("the page that says so", click(button))
	require.Contains(t, b.text("main"), "Đang sao lưu.")
	b.shoot("backup-3-asked")
	b.visit("/may")
	b.await(patience, "the backup to be there", `document.querySelector("`+part+`").innerText.includes("đã dựng lại, khớp") || (setTimeout(() => location.reload(), 1000), false)`)
	require.NotContains(t, b.text("main"), "chưa có bản sao lưu", "nothing is left to say about it")
	b.shoot("backup-4-made")

	made, err := filepath.Glob(filepath.Join(dir, "backups", "*.gocua"))
	require.NoError(t, err)
	require.Len(t, made, 1)
	file, err := backup.Open(made[0])
	require.NoError(t, err)
	defer file.Close()
	key, err := backup.ParseKey(secret)
	require.NoError(t, err)
	_, err = file.Unseal(key)
	require.NoError(t, err)
	require.Equal(t, office.Node, file.Node)

	desk := openTab(t, stage.browser, office.URL) // for an officer it is nobody's business
	desk.signIn(userOf(t, office, civic.RoleOfficer))
	desk.visit("/may")
	require.Zero(t, desk.count(part))
}
