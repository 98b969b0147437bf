package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/store/civic"
)

// sink keeps what machines log.
type sink struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *sink) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.Write(line)
}

func (s *sink) lines(with string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for line := range strings.Lines(s.all.String()) {
		if strings.Contains(line, with) {
			found = append(found, line)
		}
	}
	return found
}

func TestWhoeverLooksAtANumberIsWrittenDownAndTheNumberIsNot(t *testing.T) {
	var log sink
	d, err := demo.Start(context.Background(), demo.Config{Dir: t.TempDir(), Wards: 1, Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	ward := d.Info().Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	at := newDoor(b, ward, "Âu Thị Nhật Ký", "personalNumber", "001155000321", "phones-0", "0912404305")

	require.Empty(t, log.lines("revealed"))
	require.Contains(t, b.post(at.person+"/hien", url.Values{"field": {"phones"}}).text(), "0912 404 305")
	found := log.lines("revealed")
	require.Len(t, found, 1)
	require.Contains(t, found[0], "record="+at.id()+" field=phones")
	require.Regexp(t, `officer=[0-9a-f-]{36}`, found[0])
	for _, secret := range []string{"912404305", "001155000321", "Nhật Ký"} {
		require.Empty(t, log.lines(secret), "no personal data in a log")
	}
}
