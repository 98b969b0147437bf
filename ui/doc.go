// Package ui is how people see the register: templates, static files and
// wording, all embedded, and Render, which turns a page and its model into
// HTML. A model is a plain struct of values to show, made ready by whoever
// answers the request; a template only ranges and asks "is there one".
//
// It must not know how a request arrives, who may see what, or where a value
// comes from. It imports the standard library and ui/messages only, and it is
// the only package that may import html/template.
//
// Begin with page.go (which pages there are), then shell.go (what every page
// shows), then people.go beside templates/residents.html. ui/sample holds a
// model for every page in every state; DESIGN.md says how a page is added.
package ui
