package node

import (
	"errors"
	"os"
	"path/filepath"
	"time"
)

// draftsLast is how long a list waits for somebody to say how it is read. Nobody
// has been told that it was imported, and it names people.
const draftsLast = 30 * 24 * time.Hour

// draftSweeps is how often it is looked for such lists, also where nobody looks.
const draftSweeps = time.Hour

var errCancelled = errors.New("cancelled")

// stopJob cancels a running job, also over a restart; what is decided stays. One
// that waits behind another ends at once.
func (m *imports) stopJob(id string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	j, ok := m.jobs[id]
	switch {
	case !ok:
		return false
	case j.State == jobDraft:
		m.dropLocked(j)
		return true
	case j.State != jobRunning && !j.undoing():
		return true // there is nothing to stop
	}
	j.Cancel = true
	if j.State == jobRunning && j != m.at && !j.Traced {
		m.finishLocked(j, errCancelled)
		return true
	}
	if err := m.saveLocked(j); err != nil {
		m.log.Error("that an import is to stop could not be noted", "error", err)
	}
	m.due.shout() // it may be waiting for the link
	return true
}

func (m *imports) cancelled(j *importJob) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if j.Cancel {
		return errCancelled
	}
	return nil
}

// sweepLocked forgets the lists that have waited too long.
func (m *imports) sweepLocked() {
	for _, j := range m.jobs {
		if j.State == jobDraft && m.clock().Sub(j.Started) > draftsLast {
			m.dropLocked(j)
		}
	}
}

// dropLocked forgets a list that has not begun.
func (m *imports) dropLocked(j *importJob) {
	delete(m.jobs, j.ID)
	if err := os.RemoveAll(filepath.Join(m.dir, j.ID)); err != nil {
		m.log.Error("a list that is not to be imported could not be removed", "error", err)
	}
}
