package raft

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"
)

func TestAMessageAboutOnePeerComesOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		log := newLogger(slog.New(slog.NewTextHandler(&out, nil)))
		for range 3 * 60 { // three minutes, once a second, two peers
			log.Error("failed to heartbeat to", "peer", "w1", "error", errors.New("refused"))
			log.Error("failed to heartbeat to", "peer", "w2", "error", errors.New("refused"))
			time.Sleep(time.Second)
		}
		require.Equal(t, 3, strings.Count(out.String(), "peer=w1"))
		require.Equal(t, 3, strings.Count(out.String(), "peer=w2"))
		require.Equal(t, 4, strings.Count(out.String(), "left_out=59"))
	})
}

func TestLevelsAndFormatsOfTheLibraryArriveAsText(t *testing.T) {
	var out bytes.Buffer
	log := newLogger(slog.New(slog.NewTextHandler(&out, nil)))
	log.Debug("a")
	log.Info("b")
	log.With("id", 7).Warn("c", "servers", hclog.Fmt("%d-%d", 1, 2))
	log.Named("x").Log(hclog.Error, "d", "time", 1500*time.Millisecond)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], `level=WARN msg="raft: c" id=7 servers=1-2`)
	require.Contains(t, lines[1], `level=WARN msg="raft: d" time=1.5s`, "a link that is down is no error of this node")
}

func TestRangesOfEntriesAreNotPeers(t *testing.T) {
	require.Equal(t, "", peerOf([]any{"from", uint64(7), "to", uint64(9)}))
	require.Equal(t, "|w1", peerOf([]any{"term", uint64(7), "from", "w1"}))
}
