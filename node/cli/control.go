package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

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
		return fmt.Errorf("the machine in %s does not answer; is it running? Start it with: %s (%w)", e.dir, e.again("serve"), err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound { // it would know its own token
		return fmt.Errorf("another program answers at %s; the machine in %s is not running. Start it with: %s", control.URL, e.dir, e.again("serve"))
	}
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

// patience is how long a command waits for a machine that is just starting.
const patience = 15 * time.Second

// errNoLeader is what a machine is still waiting for that can capture already.
var errNoLeader = errors.New("the cluster has no leader now")

// ready waits until the machine answers, knows whose register it holds and hears
// a leader, and says on stderr what it waits for. Only the leader may be missing
// in the end: what is asked then is kept and agreed later.
func (e env) ready() error {
	late := time.NewTimer(patience)
	defer late.Stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	said := ""
	for {
		err := e.lacks()
		if err == nil {
			return nil
		}
		if err.Error() != said {
			said = err.Error()
			fmt.Fprintf(e.err, "waiting up to %.0f s: %s\n", patience.Seconds(), said)
		}
		select {
		case <-late.C:
			if errors.Is(err, errNoLeader) {
				return nil
			}
			return err
		case <-e.ctx.Done():
			return e.ctx.Err()
		case <-tick.C:
		}
	}
}

// lacks says what keeps the machine from doing what it is asked; nil: nothing.
func (e env) lacks() error {
	s, err := e.status()
	switch {
	case err != nil:
		return err
	case s.Cluster == "":
		return fmt.Errorf("the machine in %s has not reached its cluster yet", e.dir)
	case s.Leader == "":
		return errNoLeader
	}
	return nil
}

// warnLoopback says so when this machine shows itself to others with an address
// that means "this computer" on theirs.
func (e env) warnLoopback() error {
	s, err := e.status()
	for _, m := range s.Members {
		if host, _, _ := net.SplitHostPort(m.Addr); m.Self && net.ParseIP(host).IsLoopback() {
			fmt.Fprintf(e.err, "note: it names this machine's address, %s, where only programs on this computer reach it. For others, start it with: %s --peer ITS-ADDRESS:8790, and invite again.\n", m.Addr, e.again("serve"))
		}
	}
	return err
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
