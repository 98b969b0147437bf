package trust

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func FuzzANodeNameHasOneSpelling(f *testing.F) {
	for _, s := range []string{"gocua://01CG/1/quan", "gocua://01CG/01/quan", "gocua://01CG/+1/quan", "gocua://01CG/1/quan/",
		"gocua://a/1/B", "GOCUA://a/1/b", "gocua://a/1/b?x", "gocua://a%2f/1/b", "gocua:///1/b", "gocua://a/99999999999999999999/b", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := ParseName(s)
		if err != nil {
			require.Zero(t, n)
			return
		}
		require.Equal(t, s, n.String())
		require.NoError(t, n.Check())
		require.Equal(t, s, n.url().String(), "what goes into the certificate")
	})
}

func FuzzABundleFromAStickIsReadOrRefused(f *testing.F) {
	ca, err := NewCA("01CG", 1, noon)
	require.NoError(f, err)
	id, err := ca.Issue("quan", noon)
	require.NoError(f, err)
	browser, err := ca.IssueBrowser("quan", nil, noon)
	require.NoError(f, err)
	path := filepath.Join(f.TempDir(), "bundle")
	require.NoError(f, (&Bundle{id, browser, "00001", nil}).Save(path))
	good, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(good)
	f.Add([]byte(strings.Replace(string(good), "CERTIFICATE", "PRIVATE KEY", 2)))
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "bundle")
		require.NoError(t, os.WriteFile(path, text, 0o600))
		b, err := LoadBundle(path)
		if err == nil {
			require.NoError(t, b.Identity.Check())
			require.NotEmpty(t, b.Unit)
		}
	})
}

func TestEveryNameThatMayBeIssuedReadsBackFromItsCertificate(t *testing.T) {
	ca := newCA(t, "01CG")
	rapid.Check(t, func(t *rapid.T) {
		ca := &CA{
			Cluster:    rapid.StringMatching(`[0-9A-Za-z]([0-9A-Za-z-]{0,20}[0-9A-Za-z])?`).Draw(t, "cluster"),
			Generation: rapid.IntRange(1, 1<<31-1).Draw(t, "generation"),
			Root:       ca.Root, Key: ca.Key,
		}
		node := rapid.StringMatching(`[0-9a-z]([0-9a-z-]{0,20}[0-9a-z])?`).Draw(t, "node")
		id, err := ca.Issue(node, noon)
		require.NoError(t, err)
		name, err := NameOf(id.Cert)
		require.NoError(t, err)
		require.Equal(t, Name{ca.Cluster, ca.Generation, node}, name)
	})
}
