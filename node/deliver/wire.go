package deliver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"gocua/store/command"
)

// PathDeliver is where the leader takes deliveries from peers.
const PathDeliver = "/v1/deliver"

// reply is what the leader, or a carrier, answers.
type reply struct {
	Decided []command.Decided `json:"decided,omitempty"`
	Held    int               `json:"held,omitempty"` // by a carrier, undecided
	Error   *command.Error    `json:"error,omitempty"`
}

// Codes of answers that mean: not now.
const (
	codeNotLeader = "not_leader"
	codeNotAgreed = "not_agreed"
)

// bodyLimit bounds one delivery on the wire, bytes.
const bodyLimit = 4 << 20

// Post sends a delivery with an HTTP client that speaks to one peer.
func Post(ctx context.Context, client *http.Client, base string, d Delivery) ([]command.Decided, error) {
	r, err := post(ctx, client, base+PathDeliver, d)
	return r.Decided, err
}

// post makes one call. What is decided counts also beside an error.
func post(ctx context.Context, client *http.Client, url string, body any) (r reply, _ error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, &onceConnected{value: body})
	if err != nil {
		return r, fmt.Errorf("deliver: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return r, fmt.Errorf("deliver: %w", err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, bodyLimit)) // to its end: the connection serves again
	if err != nil {
		return r, fmt.Errorf("deliver: reading the answer: %w", err)
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return reply{}, fmt.Errorf("deliver: reading the answer: %w", err)
	}
	if r.Error != nil {
		return r, r.Error
	}
	return r, nil
}

// onceConnected is a value as JSON, encoded when somebody begins to read it: a
// machine that is cut off tries all day, and a whole queue is not encoded for
// connections that never come about.
type onceConnected struct {
	value any
	text  *bytes.Reader
}

func (b *onceConnected) Read(p []byte) (int, error) {
	if b.text == nil {
		raw, err := json.Marshal(b.value)
		if err != nil {
			return 0, fmt.Errorf("deliver: encoding: %w", err)
		}
		b.text = bytes.NewReader(raw)
	}
	return b.text.Read(p)
}

// readAll reads a body as JSON, to its very end: only then does the server notice
// that whoever asked has gone, and ends the request's context.
func readAll(w http.ResponseWriter, r *http.Request, limit int64, into any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if err != nil {
		return fmt.Errorf("deliver: reading what was sent: %w", err)
	}
	return json.Unmarshal(raw, into)
}

// Handler takes deliveries on the leader. admit checks the commands against
// the machine at the other end of the connection before they enter the log.
type Handler struct {
	Batcher *Batcher
	Leading Leading
	Admit   func(ctx context.Context, commands []command.Envelope) *command.Error
}

func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var d Delivery
	if err := readAll(w, r, bodyLimit, &d); err != nil {
		answer(w, http.StatusBadRequest, reply{Error: command.Errorf(command.Invalid, "malformed", "the delivery cannot be read")})
		return
	}
	if _, _, self := h.Leading.Leader(); !self {
		answer(w, http.StatusServiceUnavailable, reply{Error: command.Errorf(command.Unavailable, codeNotLeader, "this machine does not lead")})
		return
	}
	if err := h.Admit(r.Context(), d.Commands); err != nil {
		answer(w, http.StatusForbidden, reply{Error: err})
		return
	}
	decided, err := h.Batcher.Submit(r.Context(), d.Commands, d.Behind)
	if err != nil {
		var known *command.Error
		if !errors.As(err, &known) {
			known = command.Errorf(command.Unavailable, codeNotAgreed, "the cluster did not agree in time")
		}
		answer(w, http.StatusServiceUnavailable, reply{Decided: decided, Error: known})
		return
	}
	answer(w, http.StatusOK, reply{Decided: decided})
}

func answer(w http.ResponseWriter, status int, r reply) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(r) // the peer has gone; it will ask again
}
