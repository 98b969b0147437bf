// Package doctor says what is wrong with a machine or soon will be (khám máy),
// and what somebody who is no administrator can do about it.
//
// It must not ask the computer for anything: whoever calls has gathered the
// facts, and every check is a function of them.
//
// Begin with facts.go, then the checks by what they look at.
package doctor
