package outbox

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// sector is smaller than a real one, so that a mark can be torn too.
const sector = 128

// platter remembers what of each file a power cut cannot take back.
type platter struct {
	mu       sync.Mutex
	durable  map[string][]byte
	failNext bool // the next fsync of a segment fails, and what it should have written is gone
}

func (p *platter) disk() disk {
	d := quickDisk()
	d.sync = func(f *os.File) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.failNext && filepath.Ext(f.Name()) == ".seg" {
			p.failNext = false
			return fmt.Errorf("input/output error")
		}
		b, err := os.ReadFile(f.Name())
		p.durable[filepath.Base(f.Name())] = b
		return err
	}
	return d
}

func (p *platter) breakSync(fail bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failNext = fail
}

// cut makes the directory what it may be after a power cut: of what was not
// synced, any sectors may have reached the disk, and the file may have any length between.
func (p *platter) cut(t *rapid.T, dir string) {
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		path := filepath.Join(dir, f.Name())
		now, err := os.ReadFile(path)
		require.NoError(t, err)
		old := p.durable[f.Name()]
		size := rapid.IntRange(min(len(old), len(now)), max(len(old), len(now))).Draw(t, "size")
		mixed := make([]byte, size)
		copy(mixed, old)
		for at := 0; at < size; at += sector {
			end := min(at+sector, size)
			if at < len(now) && string(now[at:min(end, len(now))]) != string(mixed[at:min(end, len(now))]) && rapid.Bool().Draw(t, "sector") {
				copy(mixed[at:end], now[at:])
			}
		}
		require.NoError(t, os.WriteFile(path, mixed, 0o600))
	}
}

func TestWhatWasAnsweredSurvivesAPowerCut(t *testing.T) {
	t.Parallel()
	cuts, answered, open := 0, 0, 0
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "outbox")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		kept := map[command.ID]uint64{} // answered for: ID and seq
		n := 0
		for range rapid.IntRange(1, 4).Draw(t, "cuts") {
			p := &platter{durable: map[string][]byte{}}
			for name, b := range filesOf(t, dir) {
				p.durable[name] = []byte(b)
			}
			o, err := openSmall(dir, p.disk())
			require.NoError(t, err)
			require.Empty(t, o.Damage())
			var group [][]command.ID
			for range rapid.IntRange(0, 12).Draw(t, "requests") {
				var seals []Seal
				var ids []command.ID
				for range rapid.IntRange(1, 4).Draw(t, "commands") {
					n++
					ids = append(ids, numbered(n))
					seals = append(seals, draft(numbered(n), fmt.Sprint(n)))
				}
				p.breakSync(rapid.IntRange(0, 9).Draw(t, "fsync fails") == 0)
				items, err := o.PutAll(context.Background(), seals)
				require.NoError(t, err)
				for _, it := range items {
					kept[it.Envelope.ID] = it.Envelope.Origin.Seq
				}
				group = append(group, ids)
				if rapid.Bool().Draw(t, "settle") {
					require.NoError(t, o.Settle(ids[0], accepted(1)))
				}
			}
			// One more request is on its way when the power goes: its bytes are
			// written, its fsync never happens.
			ids := unanswered(t, o, p, &n)
			open += len(ids)
			p.cut(t, dir)
			cuts++

			o, err = openSmall(dir, quickDisk())
			require.NoError(t, err)
			require.Empty(t, o.Damage())
			for id, seq := range kept {
				it, ok := o.Get(id)
				require.True(t, ok, "capture %d", seq)
				require.Equal(t, seq, it.Envelope.Origin.Seq)
			}
			there := 0
			for _, id := range ids {
				if _, ok := o.Get(id); ok {
					there++
				}
			}
			require.Contains(t, []int{0, len(ids)}, there, "all of a request or nothing")
			for _, it := range o.Recent(0) {
				kept[it.Envelope.ID] = it.Envelope.Origin.Seq
			}
			require.Equal(t, uint64(len(kept)+1), o.Stats().NextSeq)
			require.NoError(t, o.Close())
		}
		answered += len(kept)
	})
	t.Logf("%d cuts, %d captures answered for, %d in the air", cuts, answered, open)
	require.GreaterOrEqual(t, cuts, 100)
	require.GreaterOrEqual(t, answered, 1000)
}

// unanswered writes a request whose fsync does not return before the power is
// gone, and leaves the outbox as a dead process would.
func unanswered(t *rapid.T, o *Outbox, p *platter, n *int) (ids []command.ID) {
	var seals []Seal
	for range rapid.IntRange(0, 5).Draw(t, "in the air") {
		*n++
		ids = append(ids, numbered(*n))
		seals = append(seals, draft(numbered(*n), fmt.Sprint(*n)))
	}
	o.inbox.close()
	<-o.stopped
	b := &batch{fresh: map[command.ID]*entry{}}
	_, err := o.plan(b, seals)
	require.NoError(t, err)
	if len(b.lines) > 0 {
		_, err = o.journal.append(b.lines, false)
		require.NoError(t, err)
	}
	require.NoError(t, o.journal.closeFiles())
	require.NoError(t, unlockFile(o.lock))
	return ids
}

func openSmall(dir string, d disk) (*Outbox, error) { return open(config(dir), 4<<10, d) }

func filesOf(t *rapid.T, dir string) map[string]string {
	all := map[string]string{}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all[f.Name()] = string(b)
	}
	return all
}
