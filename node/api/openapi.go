package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"gocua/node/auth"
)

var pathParam = regexp.MustCompile(`:([a-z]+)`)

// describe writes the routes down as OpenAPI 3.1. It panics on a route that
// cannot be described: a mistake in the program, found by the first test.
func describe(all []route) []byte {
	registry := newRegistry("#/components/schemas/")
	paths := map[string]map[string]any{}
	for _, r := range all {
		path := pathParam.ReplaceAllString(r.path, "{$1}")
		if paths[path] == nil {
			paths[path] = map[string]any{}
		}
		paths[path][map[string]string{"GET": "get", "POST": "post", "DELETE": "delete"}[r.method]] = r.operation(registry)
	}
	document, err := json.Marshal(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "gocua", "version": "1",
			"description": "The register of an enrolment campaign. Times are RFC 3339 in UTC, days are those of Vietnam, a unit is its code. Every read answers with the header Gocua-Index."},
		"paths": paths,
		"components": map[string]any{"schemas": registry.Map(), "securitySchemes": map[string]any{
			"bearer": map[string]any{"type": "http", "scheme": "bearer"},
			"cookie": map[string]any{"type": "apiKey", "in": "cookie", "name": auth.CookieName(true), "description": "only from pages of the machine itself"},
		}},
	})
	if err != nil {
		panic(fmt.Sprintf("api: describing the calls: %v", err))
	}
	return document
}

func (r route) operation(registry huma.Registry) map[string]any {
	op := map[string]any{"summary": r.summary, "operationId": r.name(), "responses": r.responses(registry)}
	if parameters := r.parameters(); parameters != nil {
		op["parameters"] = parameters
	}
	if r.body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": content("application/json", schema(registry, r.body))}
	}
	if r.open == "" {
		op["security"] = []map[string][]string{{"bearer": {}}, {"cookie": {}}}
		op["description"] = "For everybody who is signed in: " + r.anyone + "."
		if r.act != "" {
			op["description"] = "For roles that may " + string(r.act) + ", about their own unit and everything below it."
		}
	}
	return op
}

var (
	nameBreak = regexp.MustCompile(`[^a-z0-9]+`)
	versioned = regexp.MustCompile(`^/api/v1`)
)

// name is the operation's ID, such as get-residents-id-events.
func (r route) name() string {
	path := versioned.ReplaceAllString(r.path, "")
	return map[string]string{"GET": "get", "POST": "post", "DELETE": "delete"}[r.method] + nameBreak.ReplaceAllString(path, "-")
}

func (r route) parameters() (list []map[string]any) {
	for _, m := range pathParam.FindAllStringSubmatch(r.path, -1) {
		list = append(list, map[string]any{"name": m[1], "in": "path", "required": true, "schema": map[string]any{"type": "string"}})
	}
	for _, p := range r.query {
		list = append(list, map[string]any{"name": p.name, "in": "query", "description": p.doc, "schema": map[string]any{"type": p.kind}})
	}
	return list
}

// responses describes every status the route answers with.
func (r route) responses(registry huma.Registry) map[string]any {
	all := map[string]any{}
	add := func(status int, media string, s any) {
		answer := map[string]any{"description": http.StatusText(status)}
		if media != "" {
			answer["content"] = content(media, s)
		}
		all[strconv.Itoa(status)] = answer
	}
	status := r.status
	if status == 0 {
		status = http.StatusOK
	}
	switch answer := r.answer.(type) {
	case nil:
		add(status, "", nil)
	case string:
		add(status, answer, map[string]any{"type": "string"})
	default:
		add(status, "application/json", schema(registry, answer))
	}
	for status, answer := range r.also {
		add(status, "application/json", schema(registry, answer))
	}
	for _, status := range append(r.problems, http.StatusInternalServerError) {
		add(status, "application/problem+json", schema(registry, Problem{}))
	}
	return all
}

func content(media string, s any) map[string]any {
	return map[string]any{media: map[string]any{"schema": s}}
}

func schema(registry huma.Registry, of any) *huma.Schema {
	return registry.Schema(reflect.TypeOf(of), true, "")
}
