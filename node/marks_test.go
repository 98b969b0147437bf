package node

import (
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
)

func TestAMarkIsTheContentOfTheRegisterAtItsEntry(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	before, _ := n.reg.Applied()
	at := n.markNow(t.Context(), before)
	require.Greater(t, at, before, "the mark was not agreed")
	eventually(t, "the mark to be read", func() bool { return n.marks.last.Load() != nil })
	mark := n.marks.last.Load()
	require.Equal(t, at, mark.Index)
	r := n.reg.Read()
	defer r.Close()
	require.Equal(t, at, r.Position().Index, "something else was agreed meanwhile")
	content, _ := r.Content()
	require.Equal(t, hex.EncodeToString(content[:]), mark.Content)
}

func TestAMachineThatDiffersAtAMarkIsSeenToDiffer(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	before, _ := n.reg.Applied()
	at := n.markNow(t.Context(), before)
	eventually(t, "the mark to be read", func() bool { return n.marks.last.Load() != nil })
	chain, ok := n.reg.ChainAt(at)
	require.True(t, ok)
	ours := *n.marks.last.Load()
	said := hello{Index: at, Chain: hex.EncodeToString(chain[:]), Mark: &ours}
	see := func() (m lookup.MemberStatus) {
		n.near.note("ward-9", n.cfg.Clock(), said)
		m.Node = "ward-9"
		n.beside(&m)
		return m
	}
	require.Equal(t, lookup.DigestEqual, see().Digest)
	require.Equal(t, at, see().Marked)

	said.Mark = &mark{Index: ours.Index, Content: "00"}
	require.Equal(t, lookup.DigestDiffers, see().Digest, "same decisions, another content: a disk that lost something")
	said.Mark, said.Chain = &ours, "00"
	require.Equal(t, lookup.DigestDiffers, see().Digest, "another decision")
}
