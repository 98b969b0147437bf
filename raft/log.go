package raft

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
)

// quiet is for how long a message about one peer is not repeated.
const quiet = time.Minute

// logger passes what the library says on to slog. The library reports a dead
// link at every heartbeat; here each message about each peer comes once a
// minute, with the number of those left out.
type logger struct {
	hclog.Logger // for all it does not need; says nothing
	out          *slog.Logger
	said         *said
}

type said struct {
	mu    sync.Mutex
	last  map[string]time.Time // message and peer; both come from small sets
	since map[string]int
}

func newLogger(out *slog.Logger) *logger {
	return &logger{hclog.NewNullLogger(), out, &said{last: map[string]time.Time{}, since: map[string]int{}}}
}

func (l *logger) Log(level hclog.Level, msg string, args ...any) {
	switch level {
	case hclog.Error, hclog.Warn: // its errors are links that are down, a normal state in the evening; failures of this node come by Err
		l.say(slog.LevelWarn, msg, args)
	case hclog.Info:
		l.say(slog.LevelDebug, msg, args)
	}
}

func (l *logger) Info(msg string, args ...any)  { l.Log(hclog.Info, msg, args...) }
func (l *logger) Warn(msg string, args ...any)  { l.Log(hclog.Warn, msg, args...) }
func (l *logger) Error(msg string, args ...any) { l.Log(hclog.Error, msg, args...) }

func (l *logger) With(args ...any) hclog.Logger {
	return &logger{l.Logger, l.out.With(plain(args)...), l.said}
}

func (l *logger) Named(string) hclog.Logger      { return l }
func (l *logger) ResetNamed(string) hclog.Logger { return l }

func (l *logger) say(level slog.Level, msg string, args []any) {
	if !l.out.Enabled(context.Background(), level) {
		return
	}
	left, ok := l.said.now(msg + peerOf(args))
	if !ok {
		return
	}
	args = plain(args)
	if left > 0 {
		args = append(args, "left_out", left)
	}
	l.out.Log(context.Background(), level, "raft: "+msg, args...)
}

// now reports whether the message may be said, and how often it was not.
func (s *said) now(key string) (leftOut int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, known := s.last[key]; known && time.Since(last) < quiet {
		s.since[key]++
		return 0, false
	}
	leftOut = s.since[key]
	s.last[key], s.since[key] = time.Now(), 0
	return leftOut, true
}

func peerOf(args []any) string {
	for i := 0; i+1 < len(args); i += 2 {
		switch args[i] {
		case "peer", "target", "server-id", "from":
			if _, number := args[i+1].(uint64); !number { // "from" also begins ranges of entries
				return fmt.Sprint("|", args[i+1])
			}
		}
	}
	return ""
}

// plain turns the library's formats and structs into text.
func plain(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case hclog.Format:
			out[i] = fmt.Sprintf(a[0].(string), a[1:]...)
		case error, string, time.Duration, uint64, int64, int, bool:
			out[i] = a
		default:
			out[i] = fmt.Sprint(a)
		}
	}
	return out
}
