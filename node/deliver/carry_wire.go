package deliver

import (
	"context"
	"net/http"

	"gocua/store/command"
)

// PathCarry is where a machine takes copies from another one.
const PathCarry = "/v1/carry"

// Hand is what a machine hands to a carrier: the next of its queue, or a question
// about what it handed over before.
type Hand struct {
	Commands []command.Envelope `json:"commands,omitempty"`
	// After is the command they follow on; zero: all before them is decided.
	After command.ID   `json:"after,omitzero"`
	Ask   []command.ID `json:"ask,omitempty"`
}

// Kept is the answer: what is decided already, and of the rest of what was
// handed over, how many are kept, durably.
type Kept struct {
	Held    int
	Decided []command.Decided
}

// codeGap says that a carrier does not hold what comes before.
const codeGap = "gap"

// carryLimit bounds one handing over on the wire, bytes.
const carryLimit = 1 << 20

// PostHand hands over with an HTTP client that speaks to one peer.
func PostHand(ctx context.Context, client *http.Client, base string, h Hand) (Kept, error) {
	r, err := post(ctx, client, base+PathCarry, h)
	return Kept{Held: r.Held, Decided: r.Decided}, err
}

// Handler answers machines that hand over; caller tells who is at the other end
// of the connection. 200: all of it is decided; 202: it is kept.
func (c *Carrier) Handler(caller func(*http.Request) (node string, ok bool)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var h Hand
		from, ok := caller(r)
		if err := readAll(w, r, carryLimit, &h); err != nil || !ok {
			answer(w, http.StatusBadRequest, reply{Error: command.Errorf(command.Invalid, "malformed", "what is handed over cannot be read")})
			return
		}
		kept, err := c.Take(r.Context(), from, h)
		switch {
		case err != nil:
			answer(w, statusOf(err.Class), reply{Error: err})
		case kept.Held > 0:
			answer(w, http.StatusAccepted, reply{Held: kept.Held, Decided: kept.Decided})
		default:
			answer(w, http.StatusOK, reply{Decided: kept.Decided})
		}
	})
}

func statusOf(class command.Class) int {
	switch class {
	case command.Invalid:
		return http.StatusBadRequest
	case command.Forbidden:
		return http.StatusForbidden
	case command.Conflicting:
		return http.StatusConflict
	}
	return http.StatusServiceUnavailable
}
