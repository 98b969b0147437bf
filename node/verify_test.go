package node

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/storetest"
)

// somebodyLooks writes down n looks of an officer, the last one durably.
func somebodyLooks(t *testing.T, n *Node, officer command.ID, times int) {
	t.Helper()
	for range times - 1 {
		require.NoError(t, n.looked(t.Context(), command.Look{Officer: officer, Act: command.LookView, Type: civic.TypeResident, Key: "0198c7a2-3333-7abc-8def-000000000001", Unit: n.Unit()}))
	}
	require.NoError(t, n.looked(t.Context(), command.Look{Officer: officer, Act: command.LookReveal, Type: civic.TypeResident, Key: "0198c7a2-3333-7abc-8def-000000000001", Unit: n.Unit(), Query: "phones"}))
}

func TestLooksAreMergedOnceAndListedBesideChanges(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	settle(t, n)
	officer := supervisor(t, n)
	somebodyLooks(t, n, officer, 250) // more than a page
	refused := 0
	n.bringNow(t.Context(), &refused)
	seq, hash := n.merged()
	written, chain := n.looks.Written()
	require.Equal(t, [2]any{written, chain}, [2]any{seq, hash})
	n.bringNow(t.Context(), &refused)
	require.Zero(t, refused)

	var got lookup.AuditPage
	ask := func(f lookup.AuditFilter) []lookup.AuditLine {
		t.Helper()
		f.Limit = 50
		require.NoError(t, n.trail(func(src lookup.Source, c lookup.Chain) (err error) {
			got, err = lookup.Audit(src, c, n.table, f)
			return err
		}))
		return got.Lines
	}
	all := 0
	for f := (lookup.AuditFilter{Officer: officer}); ; f.After = got.Next {
		for _, l := range ask(f) {
			require.Equal(t, officer, l.Officer)
			all++
		}
		if got.Next == "" {
			break
		}
	}
	require.Equal(t, 250, all, "cursors lose none and show none twice")
	first := ask(lookup.AuditFilter{Kind: lookup.AuditLooks, Type: civic.TypeResident, Key: "0198c7a2-3333-7abc-8def-000000000001"})[0]
	require.Equal(t, []any{command.LookReveal, "phones", n.ID()}, []any{first.Act, first.Query, first.Node})
	require.Empty(t, ask(lookup.AuditFilter{Kind: lookup.AuditLooks, Key: "0198c7a2-3333-7abc-8def-000000000009", Type: civic.TypeResident}))
	require.Empty(t, ask(lookup.AuditFilter{Kind: lookup.AuditSignIns}))
	require.Equal(t, "officer.put", ask(lookup.AuditFilter{Kind: lookup.AuditChanges, Type: civic.TypeOfficer, Key: civic.KeyOf(officer)})[0].Kind)
	require.Empty(t, ask(lookup.AuditFilter{To: 1000}))
	require.Empty(t, ask(lookup.AuditFilter{Units: []string{"elsewhere"}}))
}

func TestVerifyFindsWhatWasAlteredOnTheMachine(t *testing.T) {
	t.Parallel()
	n := run(t, found(t))
	settle(t, n)
	somebodyLooks(t, n, supervisor(t, n), 10)
	refused := 0
	n.bringNow(t.Context(), &refused)

	status, raw := owner(t, n, control(t, n).Token, http.MethodGet, "/verify", nil)
	require.Equal(t, http.StatusOK, status)
	var v Verification
	require.NoError(t, json.Unmarshal(raw, &v))
	require.True(t, v.OK, string(raw))
	require.Positive(t, v.Entries)
	require.Equal(t, []MergedLooks{{Node: n.ID(), Looks: 10}}, v.Merged)
	require.Equal(t, uint64(10), v.Journal.Last)

	head, err := ParseHead("1:" + v.Head) // as if the chain had been longer before
	require.NoError(t, err)
	told, err := n.Verify(t.Context(), []command.AuditHead{head})
	require.NoError(t, err)
	require.Equal(t, uint64(1), told.Fault.Seq, "a head from the province that does not fit")
	require.False(t, told.OK)

	dir := n.cfg.Dir
	require.NoError(t, n.Close())
	v, err = VerifyDir(context.Background(), dir, nil)
	require.NoError(t, err)
	require.True(t, v.OK, "a machine that does not run: %+v", v)

	require.NoError(t, os.RemoveAll(filepath.Join(dir, looksDir))) // the journal is taken away
	require.NoError(t, os.MkdirAll(filepath.Join(dir, looksDir), 0o700))
	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	key := keys.Base()
	require.NoError(t, storetest.Alter(filepath.Join(dir, "register"), key, civic.TypeLookHead, command.Key(v.Node), func(b []byte) []byte {
		var h civic.LookHead
		require.NoError(t, json.Unmarshal(b, &h))
		h.Seq, h.Total = 3, 3
		raw, err := json.Marshal(h)
		require.NoError(t, err)
		return raw
	}))
	v, err = VerifyDir(context.Background(), dir, nil)
	require.NoError(t, err)
	require.False(t, v.OK)
	require.Equal(t, string(civic.TypeLookHead), string(rune(v.Fault.Type)))
	require.Equal(t, v.Node, v.Fault.Key)
	require.NotZero(t, v.Merged[0].Wrong)
}
