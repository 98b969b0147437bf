// Package demo runs a whole district with its province in one process: a
// district office, some wards and a province, each a complete machine with its
// own directory, keys, register and ports. They share no memory; what one knows
// of another it heard over a socket. Every link has a switch.
//
// It must not take a shortcut a real office could not take: units, officers and
// rosters come in through the commands and the files anybody would use.
//
// Begin with demo.go.
package demo
