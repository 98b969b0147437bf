package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// strictJSON reads one JSON value into a struct that knows all its fields. What
// is wrong is named by its place.
func strictJSON(b []byte, into any) *FieldError {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return placed(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return &FieldError{Code: "malformed", Message: "there is something behind the JSON value"}
	}
	return nil
}

func placed(err error) *FieldError {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		place := ""
		if wrong.Field != "" {
			place = "/" + strings.ReplaceAll(wrong.Field, ".", "/")
		}
		return &FieldError{Pointer: place, Code: "wrong_type", Message: "a JSON " + wrong.Value + " cannot stand here"}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FieldError{Pointer: "/" + strings.Trim(name, `"`), Code: "unknown_field", Message: "there is no such field"}
	}
	return &FieldError{Code: "malformed", Message: "this is no JSON that can be read"}
}
