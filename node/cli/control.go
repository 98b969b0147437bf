package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"gocua/node"
	"gocua/store/command"
)

// call speaks to the machine that runs in e.dir. out may be nil.
func (e env) call(method, path string, in, out any) error {
	var body io.Reader
	if raw, ok := in.([]byte); ok {
		body = bytes.NewReader(raw)
	} else if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	control, err := node.LoadControl(e.dir)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(e.ctx, method, control.URL+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+control.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("the machine in %s does not answer (is `gocua serve` running?): %w", e.dir, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var problem command.Error
		if err := json.NewDecoder(resp.Body).Decode(&problem); err != nil || problem.Code == "" {
			return fmt.Errorf("the machine in %s answered %s", e.dir, resp.Status)
		}
		return &problem
	}
	if raw, ok := out.(*[]byte); ok {
		*raw, err = io.ReadAll(resp.Body)
		return err
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// ask has a change captured on behalf of whoever sits at this machine.
func (e env) ask(kind, unit string, body any) error {
	return e.call(http.MethodPost, "/ask", map[string]any{"kind": kind, "unit": unit, "body": body}, nil)
}

// print writes data for a program if --json was given; else it calls show.
func (e env) print(data any, show func(io.Writer)) error {
	if e.json {
		return json.NewEncoder(e.out).Encode(data)
	}
	show(e.out)
	return nil
}

func query(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return "?" + q.Encode()
}
