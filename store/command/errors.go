package command

import (
	"errors"
	"fmt"
)

// Class is the small vocabulary all errors share; the words are wire format.
type Class string

const (
	Invalid     Class = "invalid"     // the request itself is wrong
	NotFound    Class = "not_found"   // what it names does not exist
	Conflicting Class = "conflict"    // it contradicts what is already agreed
	Forbidden   Class = "forbidden"   // this person may not
	Unavailable Class = "unavailable" // not now; try again
	Internal    Class = "internal"    // our fault
)

// Error says what is wrong, for a program (Class, Code), for a form (Field, a
// JSON pointer into the body such as "/phones/0/number") and for a person
// (Message, English; ui holds the Vietnamese by Code).
type Error struct {
	Class   Class  `json:"class"`
	Code    string `json:"code"`
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

func (e *Error) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("%s: %s (%s)", e.Field, e.Message, e.Code)
	}
	return fmt.Sprintf("%s (%s)", e.Message, e.Code)
}

// Errorf builds an Error without a field.
func Errorf(class Class, code, format string, args ...any) *Error {
	return &Error{Class: class, Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidField builds the error of one wrong field.
func InvalidField(field, code, format string, args ...any) *Error {
	return &Error{Class: Invalid, Code: code, Field: field, Message: fmt.Sprintf(format, args...)}
}

// AsError finds the Error in err's chain, or calls it internal.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Class: Internal, Code: "internal", Message: "something went wrong on this machine"}
}
