package ui

import "time"

// Checkup is what examining the machine found (khám máy), for whoever looks after
// it.
type Checkup struct {
	Now    time.Time
	At     time.Time // when its computer was looked at
	Open   []Finding // what to do something about, the worst first
	Fine   []string  // what is as it should be
	Failed bool      // it could not be examined
}

// Finding is one thing to do something about.
type Finding struct {
	Bad  bool // people cannot work, or what they wrote is in danger; else: this week
	What string
	Do   string
}
