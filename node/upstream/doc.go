// Package upstream is the line between a cluster and its province, both ends.
// On the cluster a Sender, run by whoever leads, fixes ranges of the feed as
// seals, derives the parcels, sends them and brings the signed receipts into the
// register. At the province a Receiver checks a parcel, has it agreed as one
// command, and signs the receipt.
//
// It must not know how machines agree or how a connection is made: proposing
// and posting come in as functions. A province that is away costs nothing but
// lag: one parcel per lane is sealed and waits, nothing is logged per failed try.
//
// Begin with sender.go; parcel.go says what a parcel holds.
package upstream
