// Package nodetest runs whole machines for tests and drives them the way people
// and programs do: over HTTP. A District is the demonstration in this process;
// a Process is a `gocua serve` of its own that can be killed.
//
// It must not reach into a machine: what a test wants to know it asks over a
// socket, as another machine would.
//
// Begin with district.go, then client.go and process.go.
package nodetest
