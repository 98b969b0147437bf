package outbox

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// lay writes the files of a directory as they were, with changes.
func lay(t *testing.T, files map[string]string, change func(map[string]string)) string {
	t.Helper()
	dir := t.TempDir()
	now := map[string]string{}
	for name, text := range files {
		now[name] = text
	}
	change(now)
	for name, text := range now {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// reopen opens, calls f and closes.
func reopen(t *testing.T, dir string, maxSize int64, f func(*Outbox)) {
	t.Helper()
	o, err := open(config(dir), maxSize, quickDisk())
	require.NoError(t, err)
	f(o)
	require.NoError(t, o.Close())
}

const seg1 = "0000000000000001.seg"

// lastRecord is a journal of three captures, its files before and after work.
func lastRecord(t *testing.T, work func(*Outbox)) (before, after map[string]string) {
	t.Helper()
	dir := t.TempDir()
	reopen(t, dir, segmentSize, func(o *Outbox) {
		for n := 1; n <= 3; n++ {
			put(t, o, n)
		}
	})
	before = contents(t, dir)
	reopen(t, dir, segmentSize, work)
	return before, contents(t, dir)
}

func TestATornEndThatNobodyWasToldAboutIsCutOff(t *testing.T) {
	t.Parallel()
	before, after := lastRecord(t, func(o *Outbox) { put(t, o, 4) })
	whole := after[seg1]
	for name, tc := range map[string]struct {
		end  func(cut int) string
		step int
	}{
		"cut short": {func(cut int) string { return whole[:cut] }, 1},
		"zeros":     {func(cut int) string { return whole[:cut] + strings.Repeat("\x00", len(whole)-cut) }, 4},
		"garbage":   {func(cut int) string { return whole[:cut] + strings.Repeat("SCH\x01", 300) }, 16},
	} {
		t.Run(name, func(t *testing.T) {
			for cut := len(before[seg1]); cut < len(whole); cut += tc.step {
				end := tc.end(cut)
				dir := lay(t, before, func(f map[string]string) { f[seg1] = end })
				var log strings.Builder
				cfg := config(dir)
				cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
				o, err := open(cfg, segmentSize, quickDisk())
				require.NoError(t, err)
				require.Empty(t, o.Damage(), "cut at %d", cut)
				require.Equal(t, []uint64{1, 2, 3}, seqs(o.Undecided(0)))
				if len(strings.TrimRight(end, "\x00")) > len(before[seg1]) { // zeros alone are room, not an end
					require.Contains(t, log.String(), "cut off")
				}
				require.Equal(t, uint64(4), put(t, o, 5).Envelope.Origin.Seq)
				require.NoError(t, o.Close())
				reopen(t, dir, segmentSize, func(o *Outbox) {
					require.Empty(t, o.Damage())
					require.Equal(t, []uint64{1, 2, 3, 4}, seqs(o.Undecided(0)))
				})
			}
		})
	}
}

func TestALastRecordSomebodyWasToldAboutIsReportedWhenTorn(t *testing.T) {
	t.Parallel()
	before, after := lastRecord(t, func(o *Outbox) { put(t, o, 4) })
	for cut := len(before[seg1]); cut < len(after[seg1]); cut++ {
		dir := lay(t, after, func(f map[string]string) { f[seg1] = f[seg1][:cut] })
		missing := func(o *Outbox) {
			require.NotEmpty(t, o.Damage(), "cut at %d", cut)
			d := o.Damage()[0]
			require.Equal(t, []uint64{4, 4}, []uint64{d.From, d.To}, "%v", o.Damage())
		}
		reopen(t, dir, segmentSize, func(o *Outbox) {
			missing(o)
			require.Equal(t, []uint64{1, 2, 3}, seqs(o.Undecided(0)))
			require.Equal(t, uint64(5), o.Stats().NextSeq, "a seq is never given twice")
		})
		reopen(t, dir, segmentSize, func(o *Outbox) {
			missing(o)
			put(t, o, 5)
		})
		reopen(t, dir, segmentSize, func(o *Outbox) {
			missing(o)
			require.Equal(t, []uint64{1, 2, 3, 5}, seqs(o.Undecided(0)))
		})
	}
}

func TestARequestCutInItsMiddleLeavesNothing(t *testing.T) {
	t.Parallel()
	before, after := lastRecord(t, func(o *Outbox) {
		_, err := o.PutAll(context.Background(), []Seal{draft(numbered(4), ""), draft(numbered(5), ""), draft(numbered(6), "")})
		require.NoError(t, err)
	})
	rounds := 0
	for cut := len(before[seg1]); cut < len(after[seg1]); cut += 5 {
		dir := lay(t, before, func(f map[string]string) { f[seg1] = after[seg1][:cut] })
		reopen(t, dir, segmentSize, func(o *Outbox) {
			require.Empty(t, o.Damage())
			require.Equal(t, []uint64{1, 2, 3}, seqs(o.Undecided(0)), "cut at %d", cut)
		})
		rounds++
	}
	require.Greater(t, rounds, 200)
	dir := lay(t, before, func(f map[string]string) { f[seg1] = after[seg1] })
	reopen(t, dir, segmentSize, func(o *Outbox) {
		require.Equal(t, []uint64{1, 2, 3, 4, 5, 6}, seqs(o.Undecided(0)), "whole, though never confirmed")
	})
}

// long is a journal of 150 captures and 50 outcomes over several segments.
func long(t *testing.T) (dir string, maxSize int64) {
	t.Helper()
	dir, maxSize = t.TempDir(), 16<<10
	reopen(t, dir, maxSize, func(o *Outbox) {
		for n := 1; n <= 150; n++ {
			put(t, o, n)
			if n%3 == 0 {
				require.NoError(t, o.Settle(numbered(n-2), accepted(uint64(n))))
			}
		}
	})
	return dir, maxSize
}

func TestDamageIsReportedAtEveryOpeningAndNeverCompacted(t *testing.T) {
	dir, maxSize := long(t)
	b, err := os.ReadFile(filepath.Join(dir, seg1))
	require.NoError(t, err)
	b[5000] ^= 1
	require.NoError(t, os.WriteFile(filepath.Join(dir, seg1), b, 0o600))
	var first []Damage
	for range 3 {
		reopen(t, dir, maxSize, func(o *Outbox) {
			if first == nil {
				first = o.Damage()
			}
			require.Len(t, first, 1)
			require.Equal(t, first, o.Damage())
			for _, it := range o.Undecided(0) {
				require.NoError(t, o.Settle(it.Envelope.ID, accepted(1)))
			}
			n, err := o.Compact(context.Background(), func(Item) bool { return true })
			require.NoError(t, err)
			require.Zero(t, n)
		})
	}
}

func TestADamagedMarkIsReportedOnceAndCostsNothing(t *testing.T) {
	dir, maxSize := long(t)
	files := contents(t, dir)
	spoil := func(slots ...int) func(map[string]string) {
		return func(f map[string]string) {
			b := []byte(f[markName])
			for _, s := range slots {
				b[s*slotSize+60] ^= 1
			}
			f[markName] = string(b)
		}
	}
	for _, slot := range []int{0, 1} {
		reopen(t, lay(t, files, spoil(slot)), maxSize, func(o *Outbox) {
			require.Empty(t, o.Damage(), "the other slot is good enough")
			require.Len(t, o.Recent(0), 150)
		})
	}
	for name, change := range map[string]func(map[string]string){
		"damaged": spoil(0, 1),
		"missing": func(f map[string]string) { delete(f, markName) },
	} {
		bad := lay(t, files, change)
		var epoch uint32
		reopen(t, bad, maxSize, func(o *Outbox) {
			require.Len(t, o.Damage(), 1, name)
			require.Zero(t, o.Damage()[0].Segment)
			require.Len(t, o.Recent(0), 150)
			require.Equal(t, uint64(151), o.Stats().NextSeq)
			epoch = o.Stats().Epoch
		})
		reopen(t, bad, maxSize, func(o *Outbox) {
			require.Empty(t, o.Damage())
			require.Equal(t, epoch, o.Stats().Epoch)
			it, _ := o.Get(numbered(1))
			require.Equal(t, epoch, it.Envelope.Origin.Epoch)
		})
	}
}

func TestAMissingSegmentIsReported(t *testing.T) {
	dir, maxSize := long(t)
	files := contents(t, dir)
	ids, err := listSegments(dir)
	require.NoError(t, err)
	require.Greater(t, len(ids), 3)
	for _, id := range ids {
		gone := lay(t, files, func(f map[string]string) { delete(f, filepath.Base(segmentPath("", id))) })
		for range 2 {
			reopen(t, gone, maxSize, func(o *Outbox) {
				missing := uint64(0)
				for _, d := range o.Damage() {
					if d.From != 0 {
						missing += d.To - d.From + 1
					}
				}
				require.Equal(t, uint64(150), missing+uint64(len(o.Recent(0))), "segment %d: %v", id, o.Damage())
				require.Greater(t, missing, uint64(5))
				require.Equal(t, uint64(151), o.Stats().NextSeq)
			})
		}
	}
	gone := lay(t, files, func(f map[string]string) {
		for _, id := range ids {
			delete(f, filepath.Base(segmentPath("", id)))
		}
	})
	reopen(t, gone, maxSize, func(o *Outbox) {
		require.Equal(t, uint64(1), o.Damage()[0].From)
		require.Equal(t, uint64(150), o.Damage()[0].To)
		require.Equal(t, uint64(151), o.Stats().NextSeq)
	})
}

func TestAFrameInAnotherPlaceDoesNotPass(t *testing.T) {
	before, after := lastRecord(t, func(o *Outbox) { put(t, o, 4) })
	last := after[seg1][len(before[seg1]):]
	for name, change := range map[string]func(map[string]string){
		"twice":              func(f map[string]string) { f[seg1] += last },
		"in another segment": func(f map[string]string) { f["0000000000000002.seg"] = last },
		"one removed before": func(f map[string]string) {
			frames, _ := scan([]byte(f[seg1]))
			f[seg1] = f[seg1][:frames[2].at] + f[seg1][frames[2].end():]
		},
	} {
		t.Run(name, func(t *testing.T) {
			reopen(t, lay(t, after, change), segmentSize, func(o *Outbox) {
				require.NotEmpty(t, o.Damage())
				got := seqs(o.Undecided(0))
				if name == "one removed before" {
					require.Equal(t, []uint64{1, 3, 4}, got)
					require.Equal(t, uint64(2), o.Damage()[0].From)
				} else {
					require.Equal(t, []uint64{1, 2, 3, 4}, got)
				}
			})
		})
	}
}

func TestAnItemThatRotsWhileOpenIsShownWithoutItsBody(t *testing.T) {
	dir := t.TempDir()
	o := openTest(t, dir, segmentSize, quickDisk())
	put(t, o, 1)
	require.NoError(t, o.Settle(numbered(1), accepted(1)))
	f, err := os.OpenFile(filepath.Join(dir, seg1), os.O_RDWR, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte{0xff}, o.byID[numbered(1)].at.at+100)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	it, ok := o.Get(numbered(1))
	require.True(t, ok)
	require.Equal(t, Item{Envelope: command.Envelope{ID: numbered(1)}, State: Settled, Outcome: it.Outcome, PutAt: it.PutAt}, it)
	_, err = o.Compact(context.Background(), func(Item) bool { return true })
	require.ErrorContains(t, err, "damaged")
}
