package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"gocua/node/auth"
	"gocua/store/command"
)

// kindAnswer is one kind of command programs may ask for.
type kindAnswer struct {
	Kind    string          `json:"kind"`
	Page    bool            `json:"page" doc:"one of many numbered pages; may be larger"`
	Limit   int             `json:"limit" doc:"bytes of one command"`
	Stages  int             `json:"stages" doc:"how many of the five stages of delivery it goes through"`
	Schema  json.RawMessage `json:"schema" doc:"JSON Schema of the body"`
	Example json.RawMessage `json:"example"`
}

type kindsAnswer struct {
	Items []kindAnswer `json:"items" nullable:"false"`
}

func (a *api) getKinds(q *call) error { return q.reply(http.StatusOK, kindsAnswer{a.kinds}) }

// describeKinds lists what people and programs may ask for. It panics on a kind
// that cannot be described: a mistake in the program, found by the first test.
func describeKinds(table *command.Table) []kindAnswer {
	list := []kindAnswer{}
	for _, s := range table.Kinds() {
		if s.System || auth.OnPages(s.Kind) {
			continue
		}
		schema, err := schemaOf(s.Body)
		if err != nil {
			panic(fmt.Sprintf("api: describing %s: %v", s.Name, err))
		}
		list = append(list, kindAnswer{Kind: s.Name, Page: s.Page, Limit: s.Limit(), Stages: s.Stages, Schema: schema, Example: json.RawMessage(s.Example)})
	}
	return list
}

// schemaOf is a JSON Schema that stands alone.
func schemaOf(t reflect.Type) (json.RawMessage, error) {
	registry := newRegistry("#/$defs/")
	top := registry.Schema(t, true, t.Name())
	return json.Marshal(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"$ref":    top.Ref,
		"$defs":   registry.Map(),
	})
}

// newRegistry makes schemas of Go types. An ID is a text in the form of a UUID.
func newRegistry(prefix string) huma.Registry {
	r := huma.NewMapRegistry(prefix, huma.DefaultSchemaNamer)
	r.RegisterTypeAlias(reflect.TypeFor[command.ID](), reflect.TypeFor[uuidText]())
	return r
}

// uuidText stands for a command.ID in schemas.
type uuidText string

func (uuidText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "uuid"}
}
