package raft

import (
	"log/slog"
	"sync"
)

// verdict is why this node takes part no longer. It is spoken once and outlives
// every run of the library.
type verdict struct {
	log    *slog.Logger
	once   sync.Once
	err    error         // readable once spoken is closed
	spoken chan struct{} // closed by the first failure
}

func newVerdict(log *slog.Logger) *verdict {
	return &verdict{log: log, spoken: make(chan struct{})}
}

func (v *verdict) fail(err error) {
	v.once.Do(func() {
		v.err = err
		close(v.spoken)
		v.log.Error("this node stops applying what is agreed", "err", err)
	})
}

// Err is the failure, or nil.
func (v *verdict) Err() error {
	select {
	case <-v.spoken:
		return v.err
	default:
		return nil
	}
}
