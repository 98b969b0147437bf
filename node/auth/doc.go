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
// Grants come from what was agreed; what proves who somebody is also from what
// waits on this machine, so that a lost password is mended on a ward that is cut
// off. Secrets are changed through here only: Submit, never a bare command.
//
// Begin with signin.go (who is let in), then second.go and ticket.go for the two
// steps, gate.go for guessing, account.go for what people change about
// themselves, others.go for codes and tokens, first.go for a register without
// anybody, and acts.go for rights.
package auth
