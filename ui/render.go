package ui

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
)

//go:embed templates
var templates embed.FS

var compiled = compile()

// Render writes the page to w. The whole page is rendered before the first
// byte is written, so an error (a model of the wrong type, a template that
// fails, w failing) never leaves half a page behind.
func Render(w io.Writer, p Page, model any) error {
	d, known := table[p]
	if !known {
		return fmt.Errorf("ui: there is no page %q", p)
	}
	if got := reflect.TypeOf(model); got != d.model {
		return fmt.Errorf("ui: page %q shows a %v, not a %v", p, d.model, got)
	}
	name := string(d.frame)
	if d.frame == bare {
		name = d.define
	}
	var buf bytes.Buffer
	if err := compiled[d.file].ExecuteTemplate(&buf, name, model); err != nil {
		return fmt.Errorf("ui: rendering page %q: %w", p, err)
	}
	if _, err := buf.WriteTo(w); err != nil {
		return fmt.Errorf("ui: writing page %q: %w", p, err)
	}
	return nil
}

// compile parses every page file together with the frames and the parts. It
// panics on a template that does not parse: any test of the package finds it.
func compile() map[string]*template.Template {
	shared := template.Must(template.New("").Option("missingkey=error").Funcs(funcs()).
		ParseFS(templates, "templates/shared/*.html"))
	all := map[string]*template.Template{}
	for _, d := range table {
		if all[d.file] == nil {
			all[d.file] = template.Must(template.Must(shared.Clone()).
				ParseFS(templates, "templates/"+d.file+".html"))
		}
	}
	return all
}
