package node

import (
	"crypto/tls"
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBrowsersOfTheOfficeAreToldWhereToComeAndWhomToTrust(t *testing.T) {
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
