package raft

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// memoryFile holds what this node remembers of the others.
const memoryFile = "promises.json"

// rememberEvery is how old what is on the disk may be: a disk that is put back to an
// earlier day is not put back within a minute, and each time costs a sync.
const rememberEvery = time.Minute

// memory is what other nodes have promised, as far as this one heard. It is kept
// with the log: a directory that is put back has forgotten this too, and no harm in it.
type memory struct {
	path string
	log  *logger

	mu    sync.Mutex
	known map[string]Promise
	saved time.Time
	dirty bool
}

func openMemory(dir string, log *logger) (*memory, error) {
	m := &memory{path: filepath.Join(dir, memoryFile), log: log, known: map[string]Promise{}}
	raw, err := os.ReadFile(m.path)
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return nil, fmt.Errorf("raft: reading what others promised: %w", err)
	}
	if err := json.Unmarshal(raw, &m.known); err != nil { // no reason to stay away: the others remember too, and this fills again
		log.Warn("what others promised cannot be read and is begun anew", "error", err)
		m.known = map[string]Promise{}
	}
	return m, nil
}

func (m *memory) of(id string) Promise {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.known[id]
}

func (m *memory) note(id string, p Promise) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.known[id]
	now := before.later(p)
	if now == before {
		return
	}
	m.known[id], m.dirty = now, true
	if now.Life != before.Life || time.Since(m.saved) >= rememberEvery {
		m.saveLocked()
	}
}

// save writes what has changed.
func (m *memory) save() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.saveLocked()
}

// saveLocked must not fail anybody: who cannot write here cannot write its log
// either, and stops for that.
func (m *memory) saveLocked() {
	if !m.dirty {
		return
	}
	raw, err := json.Marshal(maps.Clone(m.known))
	if err == nil {
		err = replaceFile(m.path, raw)
	}
	if err != nil {
		m.log.Warn("what others promised cannot be kept", "error", err)
		return
	}
	m.saved, m.dirty = time.Now(), false
}

// forgetPromises lets all others begin anew: after a recovery they come back
// without their logs.
func forgetPromises(dir string) error {
	if err := os.Remove(filepath.Join(dir, memoryFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("raft: forgetting what others promised: %w", err)
	}
	return nil
}

// replaceFile replaces a file whole: after a power cut it is the old one or the new one.
func replaceFile(path string, data []byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
