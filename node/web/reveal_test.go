package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/trust"
	"gocua/store/audit"
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
	dir := t.TempDir()
	d, err := demo.Start(context.Background(), demo.Config{Dir: dir, Wards: 1, OneFactor: true, Log: slog.New(slog.NewTextHandler(&log, nil))})
	require.NoError(t, err)
	defer func() { require.NoError(t, d.Close()) }()
	ward := d.Info().Wards[0]
	b := browserOf(t, ward, civic.RoleOfficer)
	at := newDoor(b, ward, "Âu Thị Nhật Ký", "personalNumber", "001155000321", "phones-0", "0912404305")

	before := looksOn(t, filepath.Join(dir, ward.Node))
	require.Contains(t, b.post(at.person+"/hien", url.Values{"field": {"phones"}}).text(), "0912 404 305")
	require.Greater(t, looksOn(t, filepath.Join(dir, ward.Node)), before, "on the disk before the number was shown")
	formsNameNobodyUnseen(b, ward, at, func() uint64 { return looksOn(t, filepath.Join(dir, ward.Node)) })
	reader := browserAt(t, ward.URL, d.Info().District, civic.RoleAuditor)
	page := reader.get("/nhat-ky?ho-so=" + at.id())
	require.Equal(t, 200, page.status)
	require.Contains(t, page.text(), "Ghi nhân khẩu mới")
	require.NotContains(t, page.text(), "Âu Thị", "who reads the log sees nobody's data")
	require.Contains(t, reader.get("/nhat-ky?tu=31/02/2026").text(), "Chưa lọc được")
	require.Contains(t, reader.get("/nhat-ky?loai=signins&gio=dem&can-bo=lanhdao").text(), "Không có dòng nào khớp")
	require.Equal(t, 403, b.get("/nhat-ky").status)
	for _, secret := range []string{"912404305", "001155000321", "Nhật Ký"} {
		require.Empty(t, log.lines(secret), "no personal data in a log")
	}
}

// formsNameNobodyUnseen has forms name somebody by what is typed into them, and holds
// that each time is one line more than without.
func formsNameNobodyUnseen(b *browser, ward demo.Place, at door, looks func() uint64) {
	other := newDoor(b, ward, "Khúc Văn Khác", "birth", "1990", "sex", "male")
	const phone = "0912404305" // whose it is, is at.person
	newcomer, edit := b.blank(other.add()).with("name", "Ai Đó", "birth", "1991", "sex", "male"), b.blank(other.person+"/sua")
	level1 := b.blank(other.person+"/khai").with("relation", "self")
	written := func(do func() answer) uint64 {
		reveal := func() { b.post(at.person+"/hien", url.Values{"field": {"phones"}}) } // on the disk at once, with all before it
		reveal()
		before := looks()
		if a := do(); a.body != "" {
			require.Contains(b.t, a.body, at.person)
		}
		reveal()
		return looks() - before
	}
	without := written(func() answer { return answer{} })
	for name, do := range map[string]func() answer{
		"the address of the form": func() answer { return b.get("/nhan-khau/moi?personalNumber=001155000321") },
		"a new person":            func() answer { return b.hand(newcomer.with("phones-0", phone)) },
		"an edit":                 func() answer { return b.hand(edit.with("phones-0", phone)) },
		"an application":          func() answer { return b.hand(level1.with("phone", phone)) },
	} {
		require.Equal(b.t, without+1, written(do), name)
	}
	require.Equal(b.t, without, written(func() answer { b.get("/nhan-khau/moi"); return answer{} }), "where nobody is named")

	fresh := browserOf(b.t, ward, civic.RoleOfficer)
	posted := func(path, shows string) func() answer {
		return func() answer {
			a := fresh.post(path, url.Values{})
			require.Equal(b.t, 422, a.status)
			require.Contains(b.t, a.text(), shows)
			return answer{}
		}
	}
	edited := posted(other.person+"/sua", "Khúc Văn Khác")
	require.Equal(b.t, without+1, written(edited), "a form that was posted without a look before")
	require.Equal(b.t, without, written(edited), "it was looked at a moment ago")
	fresh.page(other.home + "/tach")
	require.Equal(b.t, without, written(posted(other.home+"/tach", "Tách hộ")), "the form itself was the look")
}

// looksOn is how many looks are on the disk of a machine.
func looksOn(t *testing.T, dir string) uint64 {
	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	key := keys.Base()
	c, err := audit.Verify(filepath.Join(dir, "looks"), key)
	require.NoError(t, err)
	require.Empty(t, c.Faults)
	return c.Last
}
