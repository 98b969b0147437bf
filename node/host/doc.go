// Package host is what a machine asks of the computer it runs on: a directory
// for itself alone, how much memory there is, a place for its log, and a start
// at boot.
//
// It must not know what a machine does with them.
//
// Begin with lock.go and service.go.
package host
