package node

import (
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// invite has a machine invited and returns its token.
func invite(t testing.TB, by *Node, node string, voter bool) string {
	t.Helper()
	token, err := by.Invite(node, wardCode, voter)
	require.NoError(t, err)
	return token.String()
}

// joinedBy is the directory of a machine that was invited and has joined.
func joinedBy(t testing.TB, by *Node, node string, voter bool) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), node)
	_, err := Join(t.Context(), joining(dir, invite(t, by, node, voter)))
	require.NoError(t, err)
	return dir
}

func joining(dir, token string) Joining {
	return Joining{Dir: dir, Token: token, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: ProfileLAN}
}

func TestBrowsersOfTheOfficeAreToldWhereToComeAndWhomToTrust(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "district")
	require.NoError(t, Init(founding(dir)))
	n, err := Open(Config{Dir: dir, HTTPS: "127.0.0.1:0"})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	run(t, n)
	browser := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	page := func(address string) string {
		answer, err := browser.Get(address)
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(body)
	}
	require.Contains(t, page(n.OfficeURL()+"/vao"), "cách tin cậy máy của cụm", "here a browser warns")
	require.Contains(t, page(n.URL()+"/tin-cay"), `href="`+n.OfficeURL()+`/"`, "also to whoever reads it on the machine itself")
}
