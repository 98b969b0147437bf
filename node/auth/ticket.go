package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// tickets stand for a right password between the two steps of a sign-in, so that
// no page has to carry it.
type tickets struct {
	mu   sync.Mutex
	byID map[[32]byte]ticket
}

type ticket struct {
	proof
	user  string
	until time.Time
	tries int
}

const (
	ticketLasts = 5 * time.Minute
	ticketTries = 5
	mostTickets = 4096 // only who knows a password gets one
)

func newTickets() *tickets { return &tickets{byID: map[[32]byte]ticket{}} }

func (t *tickets) give(p proof, now time.Time) string {
	text := secret()
	t.mu.Lock()
	defer t.mu.Unlock()
	for id, old := range t.byID {
		if !now.Before(old.until) || len(t.byID) >= mostTickets {
			delete(t.byID, id)
		}
	}
	t.byID[sha256.Sum256([]byte(text))] = ticket{proof: p, user: p.officer.User, until: now.Add(ticketLasts), tries: ticketTries}
	return text
}

// use takes one of a ticket's tries.
func (t *tickets) use(text string, now time.Time) (ticket, bool) {
	id := sha256.Sum256([]byte(text))
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.byID[id]
	if !ok || !now.Before(found.until) || found.tries <= 0 {
		delete(t.byID, id)
		return ticket{}, false
	}
	found.tries--
	t.byID[id] = found
	return found, true
}

func (t *tickets) drop(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.byID, sha256.Sum256([]byte(text)))
}
