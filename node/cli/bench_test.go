package cli

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMeasuringSaysWhatADayWouldFeelLikeAndLeavesNothing(t *testing.T) {
	where := t.TempDir()
	told := say(t, "", "--json", "bench", "--rows", "200", "--forms", "5", "--runs", "1", "--where", where)
	require.Equal(t, exitOK, told.code, told.err)
	var figures map[string]int64
	require.NoError(t, json.Unmarshal([]byte(told.out), &figures), told.out)
	require.Len(t, figures, 4)
	for _, name := range []string{"sync_us", "rows_per_sec", "form_p50_us", "form_p99_us"} {
		require.Positive(t, figures[name], name)
	}
	require.LessOrEqual(t, figures["form_p50_us"], figures["form_p99_us"])
	left, err := os.ReadDir(where)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestTheMiddleRunCounts(t *testing.T) {
	runs := []benchResult{{SyncUS: 30}, {SyncUS: 10}, {SyncUS: 20}}
	require.Equal(t, int64(20), median(runs, func(r benchResult) int64 { return r.SyncUS }))
}

func TestTheEngineIsMeasuredAgainstAnImportOfTheSame(t *testing.T) {
	where := t.TempDir()
	told := say(t, "", "--json", "--log", "error", "bench", "engine", "--rows", "300", "--where", where)
	require.Equal(t, exitOK, told.code, told.err)
	var r benchEngineResult
	require.NoError(t, json.Unmarshal([]byte(told.out), &r), told.out)
	require.Equal(t, 300, r.Rows)
	require.GreaterOrEqual(t, r.Entries, 3, "three pages at two to an entry, and the founding")
	require.Greater(t, r.Keys, 300*5, "a row is a record, its terms, its place in feed and history")
	require.Positive(t, r.LogKB)
	require.Positive(t, r.DataKB)
	require.Positive(t, r.FloorMS)
	require.Positive(t, r.ImportMS)
	require.Equal(t, r.FloorMS*100/r.ImportMS, r.Percent)
	require.Positive(t, r.Forms)
	require.LessOrEqual(t, r.FormP50US, r.FormP99US)
	left, err := os.ReadDir(where)
	require.NoError(t, err)
	require.Empty(t, left)
}
