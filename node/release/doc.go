// Package release is which build this is and how the next one takes its place
// (bản cập nhật): a signed bundle carried on a stick, a trial beside the old
// program, and only then the exchange.
//
// It must not know what the program does: whoever runs a trial says when the new
// build works.
//
// Begin with bundle.go (what is carried), then trial.go and watch.go (how it is
// tried).
package release
