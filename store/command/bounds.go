package command

// Bounds are part of the format: every node must refuse the same commands, so
// none of them may ever become a setting of one machine.
const (
	MaxCommand  = 16 << 10         // bytes of one encoded envelope
	MaxPage     = MaxEntry - 1<<10 // bytes of one encoded envelope of a page kind
	MaxEntry    = 64 << 10         // bytes of one encoded entry
	MaxCommands = 64               // commands in one entry
	MaxChanges  = 1000             // changes one command may make
	MaxEffect   = 256 << 10        // bytes of changes one command may make
	MaxAfter    = 16               // parents one command may name

	MaxParcelRecords = 200 // records in one parcel to the province
	MaxParcel        = 60 << 10
)
