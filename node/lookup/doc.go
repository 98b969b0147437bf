// Package lookup answers what pages and programs ask of the register: a person
// with household, history and the five dots, lists with a cursor, what waits
// for a person, what the province has taken. node/web draws the answers and
// node/api writes them as JSON, so that both always say the same.
//
// It must not know HTTP, nor how the register is stored or agreed on: it reads
// through Source, and everything it returns is plain data. It does not decide
// who may look; its callers pass the units an officer may see.
//
// Begin with source.go.
package lookup
