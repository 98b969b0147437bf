package doctor

import (
	"time"

	"gocua/node/lookup"
	"gocua/node/release"
)

// Facts are what is known of a machine and the computer it runs on.
type Facts struct {
	Now       time.Time
	Status    *lookup.Status // nil: the machine does not run
	Doors     []Door
	Free      int64         // bytes of the machine's disk; below zero: unknown
	Fsync     time.Duration // of one small write; 0: it could not be tried
	Memory    int64         // bytes installed; 0: unknown
	Sleep     Sleep
	Firewall  Firewall
	Service   bool // starts with the computer
	Documents []Document
	Update    *release.Trial // the last one; nil: never
}

// Door is an address the machine answers at, or would.
type Door struct {
	Name string // http, https, peer
	Addr string
	Busy bool // it does not run and somebody else is there; or it runs and nobody answers
}

// Document is a certificate of the machine.
type Document struct {
	Name        string
	From, Until time.Time
}

// Sleep is whether the computer goes to sleep by itself.
type Sleep uint8

// Sleep.
const (
	SleepUnknown Sleep = iota
	SleepNever
	SleepMay
)

// Firewall is what stands before the doors.
type Firewall uint8

// Firewalls.
const (
	FirewallUnknown Firewall = iota
	FirewallNone
	FirewallUFW
	FirewallD
	FirewallWindows // it asks once, when the program first listens
	FirewallOpen    // it knows this program
)

// Level is how bad a finding is.
type Level string

// Levels.
const (
	OK   Level = "ok"
	Warn Level = "warn" // look at it this week
	Fail Level = "fail" // people cannot work, or what they wrote is in danger
)

// Finding is what one check found, in the words of one language.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	What  string `json:"what"`
	Do    string `json:"do,omitempty"`
}

// words are the same in the languages there are.
type words struct{ vi, en string }

// found is a finding in all languages.
type found struct {
	check    string
	level    Level
	what, do words
}

// Languages.
const (
	Vietnamese = "vi"
	English    = "en"
)

// Examine runs every check and says what it found, in an order that never
// changes.
func Examine(f Facts, language string) []Finding {
	list := []Finding{}
	for _, check := range checks {
		for _, x := range check(f) {
			y := Finding{x.check, x.level, x.what.vi, x.do.vi}
			if language == English {
				y.What, y.Do = x.what.en, x.do.en
			}
			list = append(list, y)
		}
	}
	return list
}

// Worst is the level of the worst finding.
func Worst(list []Finding) Level {
	worst := OK
	for _, x := range list {
		if x.Level == Fail || worst == OK {
			worst = x.Level
		}
		if worst == Fail {
			break
		}
	}
	return worst
}

var checks = []func(Facts) []found{running, register, clock, disk, writing, memory, doors, firewall, sleeping, starting, documents, backups, leader, peers, builds, update}
