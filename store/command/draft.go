package command

import (
	"encoding/json"
	"fmt"
)

// Draft is a command as a page, a phone or a program hands it in: who asks, and
// from which machine, is added by whoever takes it.
type Draft struct {
	ID         ID
	Kind       Kind
	CapturedAt int64 // ms since 1970 UTC; zero: now
	Unit       string
	After      []ID
	Body       json.RawMessage
}

// Decided is what became of one command; the status may be Waiting.
type Decided struct {
	ID      ID      `json:"id"`
	Outcome Outcome `json:"outcome"`
}

// Problem is why a list of drafts was turned away; nothing of it was kept. Item
// is the place in the list.
type Problem struct {
	Item int
	Why  *Error
}

func (p *Problem) Error() string { return fmt.Sprintf("command %d: %s", p.Item, p.Why) }

func (p *Problem) Unwrap() error { return p.Why }
