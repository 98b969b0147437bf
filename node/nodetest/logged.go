package nodetest

import (
	"context"
	"log/slog"
	"maps"
	"sync"
)

// Logged counts what machines log at warning or above, by message: a dead link
// must not fill a disk.
type Logged struct {
	mu    sync.Mutex
	lines map[string]int
}

// Logger is a logger that is counted.
func (l *Logged) Logger() *slog.Logger { return slog.New(counting{l}) }

// Lines returns the counts so far.
func (l *Logged) Lines() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.lines)
}

// Since returns what was logged since an earlier look, and how much that is.
func (l *Logged) Since(before map[string]int) (more map[string]int, lines int) {
	more = l.Lines()
	for message := range more {
		if more[message] -= before[message]; more[message] == 0 {
			delete(more, message)
		}
		lines += more[message]
	}
	return more, lines
}

type counting struct{ into *Logged }

func (counting) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelWarn }

func (c counting) Handle(_ context.Context, r slog.Record) error {
	c.into.mu.Lock()
	defer c.into.mu.Unlock()
	if c.into.lines == nil {
		c.into.lines = map[string]int{}
	}
	c.into.lines[r.Message]++
	return nil
}

func (c counting) WithAttrs([]slog.Attr) slog.Handler { return c }
func (c counting) WithGroup(string) slog.Handler      { return c }
