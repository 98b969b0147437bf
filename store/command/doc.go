// Package command is the vocabulary in which every change is asked for and
// decided: the Envelope a change travels in, the Table of kinds and records,
// the View a rule may look at, the Decision it returns, and the bounds that are
// part of the format.
//
// It must not know any kind or record of the domain (store/civic declares
// those), nor how the register is stored, agreed on or shown. Nothing in it
// reads a clock except NewID, which only the edge may call.
//
// Begin with envelope.go, then table.go.
package command
