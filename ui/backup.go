package ui

import "time"

// Backups is how the machine's backups stand (sao lưu), for whoever looks after it.
type Backups struct {
	Form     Form      // makes one now
	Newest   time.Time // zero: none yet
	Size     string
	Records  int
	Verified bool // restored into a scratch directory and found equal
	At       string
	Openers  int    // people who can open them; 0: none are made
	Running  bool   // one is being made
	Late     string // what is wrong; empty: nothing
}
