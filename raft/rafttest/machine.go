package rafttest

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"gocua/raft"
)

// Machine remembers every entry it was given. Kept while its node is stopped
// and started again, it stands for a machine on disk.
type Machine struct {
	mu       sync.Mutex
	fail     func(raft.Entry) error
	entries  []raft.Entry
	batches  []int // sizes of the calls of Apply
	restores int
}

// SetFail sets what is asked before each entry is applied; its error is the
// machine's failure. nil: nothing fails.
func (m *Machine) SetFail(fail func(raft.Entry) error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = fail
}

// Apply remembers the entries; the result of each is how many there are.
func (m *Machine) Apply(entries []raft.Entry) ([]any, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.batches = append(m.batches, len(entries))
	results := make([]any, len(entries))
	for i, e := range entries {
		if applied, _ := m.applied(); e.Index <= applied {
			continue
		}
		if m.fail != nil {
			if err := m.fail(e); err != nil {
				return nil, err
			}
		}
		e.Data = slices.Clone(e.Data)
		m.entries = append(m.entries, e)
		results[i] = len(m.entries)
	}
	return results, nil
}

// Applied is the position of the last entry.
func (m *Machine) Applied() (index, term uint64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.applied()
}

func (m *Machine) applied() (index, term uint64) {
	if len(m.entries) == 0 {
		return 0, 0
	}
	last := m.entries[len(m.entries)-1]
	return last.Index, last.Term
}

// Snapshot fixes the entries so far.
func (m *Machine) Snapshot() (raft.Snapshot, error) { return snapshot(m.Entries()), nil }

// Restore replaces the entries.
func (m *Machine) Restore(from io.Reader) error {
	var entries []raft.Entry
	if err := json.NewDecoder(from).Decode(&entries); err != nil {
		return fmt.Errorf("rafttest: reading a snapshot: %w", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = entries
	m.restores++
	return nil
}

// Forget drops all but the first n entries, as a disk without fsync may.
func (m *Machine) Forget(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = m.entries[:n]
}

// Entries are all entries applied, in order.
func (m *Machine) Entries() []raft.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.entries)
}

// Data is what was proposed and applied, in order.
func (m *Machine) Data() (data []string) {
	for _, e := range m.Entries() {
		if e.Data != nil {
			data = append(data, string(e.Data))
		}
	}
	return data
}

// Batches are the sizes of the calls of Apply so far.
func (m *Machine) Batches() []int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.batches)
}

// Restores is how often Restore replaced everything.
func (m *Machine) Restores() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.restores
}

type snapshot []raft.Entry

func (s snapshot) WriteTo(w io.Writer) (int64, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(b)
	return int64(n), err
}

func (s snapshot) Close() error { return nil }
