package web

import (
	"sync"
	"time"

	"gocua/store/command"
)

// A form that is posted shows again what the session has looked at to fill it in. For
// so long that is one look; later, or where there was none before, it is another.
const (
	glanceLasts = 10 * time.Minute
	mostGlances = 4096
)

// glance is one record a session was written down for.
type glance struct {
	session string
	act     command.LookAct
	t       command.RecordType
	key     command.Key
}

// glances remembers who looked at what lately. What it forgets is written down once
// more, so it may forget everything.
type glances struct {
	mu sync.Mutex
	at map[glance]time.Time
}

func newGlances() *glances { return &glances{at: map[glance]time.Time{}} }

// lately reports whether a look was written down within the last minutes.
func (g *glances) lately(one glance, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, ok := g.at[one]
	return ok && now.Sub(at) < glanceLasts
}

// note remembers that a look was written down.
func (g *glances) note(one glance, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.at) >= mostGlances {
		clear(g.at)
	}
	g.at[one] = now
}
