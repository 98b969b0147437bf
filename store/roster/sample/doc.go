// Package sample makes believable wards out of a seed, and lists of their
// people as offices keep them: clean, or with the mess real files hold. The
// people are invented: names are drawn by how common their parts are.
//
// It must not know what the reader of lists does with a file; it returns which
// line holds whom, and tests compare.
//
// Begin with people.go.
package sample
