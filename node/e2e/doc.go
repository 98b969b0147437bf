//go:build e2e

// Package e2e tests the pages the way people meet them: a district with its
// province runs in this process, a headless Chromium opens its pages, and what
// is clicked and typed goes through the browser as from a mouse and a keyboard.
// A page that logs an error, breaks its own policy, asks a stranger or runs off
// a phone's screen fails whatever test it was opened in.
//
// It must not look into a machine: what it knows it has read on a page, or over
// the API as a program would.
//
// Begin with main_test.go (what is started), then tab_test.go (what can be done
// in a page); travel_test.go is what all of it is for. Every page is
// looked at in the sizes of an old PC and of a phone, and photographed in both
// into the directory named by GOCUA_SHOTS, if one is.
package e2e
