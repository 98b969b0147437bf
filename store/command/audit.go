package command

// AuditHead is how far the audit chain (chuỗi nhật ký) reaches: the number of
// its last entry and the hash that covers all entries up to it. The zero value
// is the chain that has not begun.
type AuditHead struct {
	Seq  uint64   `json:"seq"`
	Hash [32]byte `json:"-"`
}

// AuditEntry says that one command was decided: who asked for it, on which
// machine, and what became of it. Digest binds what it changed.
type AuditEntry struct {
	Seq     uint64 // from 1, without gaps
	Index   uint64 // entry of the agreed order
	At      int64  // agreed time, ms since 1970 UTC; never goes back
	Command ID
	By      Actor // without the device
	Unit    string
	Kind    Kind
	Status  Status
	Code    string     // why, when it was not accepted
	Type    RecordType // of the first record it changed; 0: it changed none
	Key     Key        // of the first record it changed
	Changes uint32     // how many places of the feed it filled
	Digest  [32]byte   // over those places
	Hash    [32]byte   // of the chain up to and with this entry
}
