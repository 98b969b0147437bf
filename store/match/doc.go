// Package match finds people who may be in the register twice (nghi trùng): it
// weighs two residents against each other, field by field, and lists the pairs
// of the register that weigh enough for a person to look at.
//
// It decides nothing and changes nothing: whether two are one is for a person to
// say (civic.MergeResidents, civic.DismissPair). It must not know who is asking,
// how the register is stored (it reads a Source and a command.View) or how a pair
// is shown. What it computes is this machine's own and never agreed on.
//
// A weight is what an agreement says in tenths of a bit: how much likelier it is
// between two entries of one person than between two people (Fellegi and Sunter).
// That two are called Nguyễn says little, that two are called Chử much: what a
// part of a name weighs comes from how many of the register have it.
//
// Begin with weigh.go, then word.go; block.go says who is compared with whom,
// index.go keeps the list in step with the register.
package match
