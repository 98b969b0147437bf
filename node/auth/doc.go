// Package auth says who is asking: it checks passwords, slows down whoever
// guesses them, keeps the sessions of this machine, and holds the one table of
// what each role may do at the edge.
//
// It must not know HTTP (cookies, headers, status codes are node/web's and
// node/api's), nor the store: it looks at the register through a view it is
// lent. It decides only what may be asked; the register decides again at commit
// (civic's policy), so a mistake here shows too much but never writes.
//
// Sessions live in memory: a restart signs everybody out, and no backup or disk
// holds anything that opens a session.
//
// Begin with auth.go, then gate.go for guessing and acts.go for rights.
package auth
