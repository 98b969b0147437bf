package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// contract is the description a machine gives of its calls. Every answer that
// goes through it is held against what it promises.
type contract struct {
	t        *testing.T
	paths    map[string]map[string]operation
	compiler *jsonschema.Compiler

	mu   sync.Mutex
	seen map[string]bool // "GET /path 200"
}

type operation struct {
	OperationID string
	Parameters  []struct{ Name, In string }
	Security    []any
	RequestBody *struct{}
	Responses   map[string]struct {
		Content map[string]struct{ Schema any }
	}
}

func readContract(t *testing.T, base string) *contract {
	resp, err := http.Get(base + "/openapi.json")
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	var parsed struct {
		Paths map[string]map[string]operation
	}
	require.NoError(t, json.Unmarshal(raw, &parsed))
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	c := &contract{t: t, paths: parsed.Paths, compiler: jsonschema.NewCompiler(), seen: map[string]bool{}}
	c.compiler.AssertFormat()
	require.NoError(t, c.compiler.AddResource("openapi.json", document))
	return c
}

// asker is somebody who calls: with a token, a cookie, or nothing.
type asker struct {
	base, token string
	header      map[string]string
}

// answer is what came back.
type answer struct {
	Status int
	Header http.Header
	Raw    []byte
	Object map[string]any // if it was an object
}

// code is the code of a problem.
func (a answer) code() any { return a.Object["code"] }

// pointers are the places a problem names.
func (a answer) pointers() (list []string) {
	named, _ := a.Object["errors"].([]any)
	for _, e := range named {
		list = append(list, e.(map[string]any)["pointer"].(string))
	}
	return list
}

// call makes a documented call and holds the answer against the document. path
// is as documented; more replaces {id} and adds a query.
func (c *contract) call(who asker, method, path, more string, body any) answer {
	c.t.Helper()
	got, err := c.try(who, method, path, more, body)
	require.NoError(c.t, err)
	return got
}

func (c *contract) try(who asker, method, path, more string, body any) (answer, error) {
	op, ok := c.paths[path][strings.ToLower(method)]
	if !ok {
		return answer{}, fmt.Errorf("%s %s is not documented", method, path)
	}
	got, err := send(who, method, concrete(path, more), body)
	if err != nil {
		return got, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	status := fmt.Sprint(got.Status)
	described, ok := op.Responses[status]
	media, _, _ := strings.Cut(got.Header.Get("Content-Type"), ";")
	_, known := described.Content[media]
	switch {
	case !ok || len(described.Content) > 0 && !known || len(described.Content) == 0 && len(got.Raw) > 0:
		return got, fmt.Errorf("%s %s answered %s %s, which is not documented: %s", method, path, status, media, got.Raw)
	case known && media != "text/plain":
		err = c.validate([]string{"paths", path, strings.ToLower(method), "responses", status, "content", media, "schema"}, got.Raw)
	}
	c.seen[method+" "+path+" "+status] = true
	return got, err
}

func concrete(path, more string) string {
	id, query, _ := strings.Cut(more, "?")
	path = strings.ReplaceAll(path, "{id}", id)
	if query != "" {
		path += "?" + query
	}
	return path
}

func (c *contract) validate(place []string, raw []byte) error {
	pointer := "openapi.json#"
	for _, part := range place {
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(part)
	}
	schema, err := c.compiler.Compile(pointer)
	if err != nil {
		return err
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	if err := schema.Validate(instance); err != nil {
		return fmt.Errorf("%w: %s", err, raw)
	}
	return nil
}

// send makes any call. A body that is neither text nor bytes goes as JSON.
func send(who asker, method, path string, body any) (a answer, err error) {
	var r io.Reader
	switch body := body.(type) {
	case nil:
	case []byte:
		r = bytes.NewReader(body)
	case string:
		r = strings.NewReader(body)
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			return a, err
		}
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, who.base+path, r)
	if err != nil {
		return a, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if who.token != "" {
		req.Header.Set("Authorization", "Bearer "+who.token)
	}
	for name, value := range who.header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, err
	}
	a.Status, a.Header = resp.StatusCode, resp.Header
	a.Raw, err = io.ReadAll(resp.Body)
	_ = json.Unmarshal(a.Raw, &a.Object) // not every answer is an object
	return a, errors.Join(err, resp.Body.Close())
}

// each visits every documented call, with its documented statuses.
func (c *contract) each(do func(method, path string, op operation)) {
	for path, methods := range c.paths {
		for method, op := range methods {
			do(strings.ToUpper(method), path, op)
		}
	}
}
