// Package backup is the file a machine writes its register to (bản sao lưu): a
// header in clear, signed by the machine, and behind it keys and register,
// sealed with age to the people who may restore it. It also knows for whom
// (recipients.go), and which files are kept how long (keep.go).
//
// It must not know how a register is read or filled: the register is a stream
// somebody else writes and reads. When backups are due, and what becomes of one
// that is restored, is package node's.
//
// Begin with header.go, which has the format; write.go and read.go follow it.
package backup
