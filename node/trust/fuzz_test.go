package trust

import (
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

func FuzzATokenIsReadAsItWasWrittenOrRefused(f *testing.F) {
	ca, err := NewCA("01CG", 1, noon)
	require.NoError(f, err)
	for _, addrs := range [][]string{{"10.0.0.5:8790"}, {"may-chu.local:8790", "[fe80::1]:1"}} {
		t, err := NewToken("phuong-1", addrs, ca.Root, noon)
		require.NoError(f, err)
		f.Add(t.String())
	}
	f.Add("")
	f.Add("0000-0000")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := ParseToken(text)
		if err != nil {
			require.Zero(t, token)
			return
		}
		require.NoError(t, token.check())
		again, err := ParseToken(token.String())
		require.NoError(t, err)
		require.Equal(t, token, again)
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
