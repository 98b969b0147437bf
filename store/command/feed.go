package command

// FeedItem is one change in the order in which it was agreed.
type FeedItem struct {
	Seq     uint64 // place in the feed, from 1, without gaps
	Index   uint64 // entry it was agreed in
	Command ID
	At      int64 // agreed time, ms since 1970 UTC
	Change  Change
}

// Position is how far a register has come.
type Position struct {
	Index, Term uint64
	At          int64    // agreed time, ms since 1970 UTC; never goes back
	Chain       [32]byte // digest over all that was decided up to here
	FeedHead    uint64   // place of the last change
	Audit       AuditHead
}
