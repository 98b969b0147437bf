package ui

import (
	"fmt"
	"strings"
	"time"

	"gocua/ui/messages"
)

// Name is a person's name with the given name, the last word, marked out, and
// what a search has matched underlined.
type Name struct {
	Full  string
	Spans []Span
}

// Span is a run of letters that look alike.
type Span struct {
	Text        string
	Given, Mark bool
}

// PersonName splits a name. Each match is a byte range [from, to) of full; they
// are in order and do not overlap. Ranges outside full are left out.
func PersonName(full string, matches ...[2]int) Name {
	given := strings.LastIndexByte(full, ' ') + 1
	cuts := []int{0, given, len(full)}
	for _, m := range matches {
		if 0 <= m[0] && m[0] < m[1] && m[1] <= len(full) {
			cuts = append(cuts, m[0], m[1])
		}
	}
	n := Name{Full: full}
	for from := 0; from < len(full); {
		to := len(full)
		for _, c := range cuts {
			if c > from && c < to {
				to = c
			}
		}
		n.Spans = append(n.Spans, Span{full[from:to], from >= given, within(from, matches)})
		from = to
	}
	return n
}

func within(at int, ranges [][2]int) bool {
	for _, r := range ranges {
		if r[0] <= at && at < r[1] {
			return true
		}
	}
	return false
}

// MaskNumber shows of a personal number the last four digits.
func MaskNumber(number string) string {
	if len(number) < 4 {
		return ""
	}
	return "•••• " + number[len(number)-4:]
}

// MaskPhone shows of a phone number (E.164 or as dialled) the prefix and the
// last three digits: 09•• ••• 662.
func MaskPhone(phone string) string {
	if rest, ok := strings.CutPrefix(phone, "+84"); ok {
		phone = "0" + rest
	}
	if len(phone) < 6 {
		return ""
	}
	return phone[:2] + "•• ••• " + phone[len(phone)-3:]
}

// Chip shows where a person stands: rungs filled so far, or a mark of its own
// for whoever is outside the ladder.
type Chip struct {
	Text   string
	Class  string // "", done, stop, away, refused, off
	Ladder bool
	Rungs  int // 0 to 7
}

// BucketChip is the chip of a coverage bucket.
func BucketChip(code string) Chip {
	for rung, b := range messages.Ladder() {
		if b == code {
			c := Chip{Text: messages.Bucket(code), Ladder: true, Rungs: rung}
			if rung == 7 {
				c.Class = "done"
			}
			return c
		}
	}
	classes := map[string]string{"blocked": "stop", "handed_over": "away", "refused": "refused", "excluded": "off"}
	return Chip{Text: messages.Bucket(code), Class: classes[code]}
}

// Path draws the filled rungs, 3 wide and 2 apart.
func (c Chip) Path() string { return fmt.Sprintf("M0 6h%d", 5*c.Rungs-2) }

// Dots is how far a command has come: 0 to Of stages, of the up to five that
// apply to its kind.
type Dots struct {
	ID     string // of the command; an open page asks about it again. Empty: settled
	At, Of int
	Stop   string // why it was refused; it then stands at the last dot
}

// Text says it in words.
func (d Dots) Text() string {
	if d.Stop != "" {
		return d.Stop
	}
	return fmt.Sprintf("%d/%d: %s", d.At, d.Of, messages.Stage(d.At))
}

// Each is the list of circles to draw.
func (d Dots) Each() []struct{} { return make([]struct{}, d.Of) }

// Step is one stage of the delivery of a record, drawn long.
type Step struct {
	State StepState
	Head  string
	Value string // a figure, or empty
	Late  bool   // the figure is a warning
	Note  string
	Link  Link
}

// Tracked is the delivery of one command, which an open page follows.
type Tracked struct {
	ID    string // of the command
	Steps []Step
}

// StepState is how a step is drawn.
type StepState string

const (
	StepAhead  StepState = ""       // not yet
	StepPencil StepState = "pencil" // here only
	StepDone   StepState = "done"
	StepSlow   StepState = "done slow" // done, but the way to it is slow now
	StepNext   StepState = "next"      // waited for
	StepStop   StepState = "stop"      // refused
)

// Event is one line of a history.
type Event struct {
	At     time.Time
	Text   string
	Masked string // a masked number that follows the text
	Tag    string // "lần 3"
	Late   bool   // the tag is a warning: a third time or more
	Note   string
	Dots   Dots
	Pencil bool // only on this machine
}

// Fact is one thing known. Reveal names the field to the form "reveal" of the
// page, which shows it in full and is logged; empty if there is nothing to show.
type Fact struct {
	Name, Value, Note string
	Masked            bool
	Reveal            string
}

// Gap stands in place of a list that has nothing to show.
type Gap struct {
	Kind GapKind
	Text string // what exactly, e.g. which unit; optional
	Code string // for the administrator; optional
	Link Link
}

// GapKind is why there is nothing.
type GapKind string

const (
	GapEmpty     GapKind = "empty"     // there is nothing
	GapNoMatch   GapKind = "no_match"  // nothing matches
	GapError     GapKind = "error"     // it could not be read
	GapForbidden GapKind = "forbidden" // not for this person
	GapConflict  GapKind = "conflict"  // somebody was faster
)

// Count is a line of the margin: a list to go to and how long it is.
type Count struct {
	Text    string
	N       int
	Href    string
	Current bool
}
