package ui

import (
	"fmt"
	"strings"

	"gocua/ui/messages"
)

// Form is what every form carries beside its fields. It posts Token as "token",
// Command as "command", Record as "id" and Heeded as "heeded".
type Form struct {
	Action   string
	Token    string // CSRF
	Command  string // ID of the command, minted before the page was first shown
	Record   string // ID of the record it makes; empty if it makes none
	Draft    string // key of its draft on this machine; empty keeps none
	Cancel   string // where "later" leads
	Heeded   string // which notes (Input.Heed) are shown: the same ones do not stop it twice
	Returned bool   // it shows what was typed: no draft is offered over it
	Errors   []FieldError
}

// FieldError is one line of the error summary, leading to its field.
type FieldError struct {
	Field string // id of the field; empty: of the form as a whole
	Text  string
}

// Name is what the field is called, for a line that stands away from it.
func (e FieldError) Name() string { return messages.Field(e.Field) }

// Fail puts an error both beside the field and into the summary. The field may
// be nil if the error is not of one field.
func (f *Form) Fail(field string, in *Input, text string) {
	if in != nil {
		in.Error = text
	}
	f.Errors = append(f.Errors, FieldError{field, text})
}

// FieldID turns the JSON pointer of a command.Error into the id and name its
// field has in a form: "/phones/0" is "phones-0".
func FieldID(pointer string) string {
	return strings.ReplaceAll(strings.TrimPrefix(pointer, "/"), "/", "-")
}

// Input is what stands in one field.
type Input struct {
	Value    string
	Error    string   // stops
	Heed     string   // lets through
	HeedLink Link     // whom the note is about
	Options  []Option // for a choice
}

// Option is one answer of a choice.
type Option struct {
	Value, Text string
	Chosen      bool
	Note        string // what it leads to
}

// Options pairs values with their words and marks the chosen one.
func Options(chosen string, values []string, word func(string) string) []Option {
	all := make([]Option, 0, len(values))
	for _, v := range values {
		all = append(all, Option{Value: v, Text: word(v), Chosen: v == chosen})
	}
	return all
}

// fieldView is a field as the part "field" draws it.
type fieldView struct {
	Input
	ID, Label, Note                    string
	Kind                               string // input, radio, check, select, area
	Type, Mode, Complete, Hint, Width  string
	Big, Bare, Focus, Secret, Readonly bool
}

// field is the template function that joins the words of a template with the
// values of a model: {{template "field" (field "phone" "Điện thoại" .Phone
// "type=tel" "width=w4")}}.
func field(id, label string, in Input, settings ...string) (fieldView, error) {
	f := fieldView{Input: in, ID: id, Label: label, Kind: "input", Type: "text", Complete: "off"}
	for _, s := range settings {
		key, value, _ := strings.Cut(s, "=")
		switch key {
		case "note":
			f.Note = value
		case "kind":
			f.Kind = value
		case "type":
			f.Type = value
		case "mode":
			f.Mode = value
		case "complete":
			f.Complete = value
		case "hint":
			f.Hint = value
		case "width":
			f.Width = value
		case "big":
			f.Big = true
		case "bare": // the label is only heard: a table head shows it
			f.Bare = true
		case "focus":
			f.Focus = true
		case "readonly":
			f.Readonly = true
		default:
			return f, fmt.Errorf("field %s: there is no setting %q", id, key)
		}
	}
	f.Secret = f.Type == "password"
	return f, nil
}

// Choices reports whether all answers of the field are shown at once.
func (f fieldView) Choices() bool { return f.Kind == "radio" || f.Kind == "check" }

// Button is the type of each of them.
func (f fieldView) Button() string {
	if f.Kind == "check" {
		return "checkbox"
	}
	return "radio"
}

// Described lists the ids of the notes that belong to the field.
func (f fieldView) Described() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	if f.Heed != "" {
		ids = append(ids, f.ID+"-heed")
	}
	if f.Note != "" {
		ids = append(ids, f.ID+"-note")
	}
	return strings.Join(ids, " ")
}

// Described names the note under the field.
func (s Scan) Described() string {
	if s.Error != "" {
		return "scan-error"
	}
	return ""
}
