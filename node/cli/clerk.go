package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gocua/node/demo"
	"gocua/store/civic"
	"gocua/store/command"
)

// clerk is somebody at one machine who registers households while something
// else goes on, and notes how long each took.
type clerk struct {
	done chan struct{}
	took []int64 // µs
	err  error
}

// formEvery is how often the clerk submits one, if the last was answered.
const formEvery = 100 * time.Millisecond

// clerkAt begins to work and goes on until ctx ends.
func clerkAt(ctx context.Context, at demo.Place) *clerk {
	c := &clerk{done: make(chan struct{})}
	go func() {
		defer close(c.done)
		if c.err = c.work(ctx, at); ctx.Err() != nil && errors.Is(c.err, context.Canceled) {
			c.err = nil // called away in the middle of a form
		}
	}()
	return c
}

func (c *clerk) work(ctx context.Context, at demo.Place) error {
	var session struct{ Token string }
	if err := post(ctx, at.URL+"/api/v1/sessions", "", map[string]string{"user": at.Users[0].User, "password": at.Users[0].Password}, &session); err != nil {
		return err
	}
	tick := time.NewTicker(formEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		took, err := takeForm(ctx, at.URL, session.Token, at.Unit, at.Unit+"-01", n)
		if err != nil {
			return err
		}
		c.took = append(c.took, took)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// ended waits for the clerk and returns how long each form took, sorted, in µs.
func (c *clerk) ended() ([]int64, error) {
	<-c.done
	slices.Sort(c.took)
	return c.took, c.err
}

// takeForm registers a household and returns how long it took until the cluster
// had agreed, in µs.
func takeForm(ctx context.Context, url, token, unit, hamlet string, n int) (int64, error) {
	body := map[string]any{"commands": []any{map[string]any{"id": command.NewID(), "kind": "household.put", "unit": unit,
		"body": civic.PutHousehold{ID: command.NewID(), Hamlet: hamlet, Address: fmt.Sprintf("Số %d, ngõ đo thử", n)}}}}
	began := time.Now()
	err := post(ctx, url+"/api/v1/commands", token, body, nil)
	return time.Since(began).Microseconds(), err
}

// share is the value that so many of a hundred do not pass; 0 of none.
func share(sorted []int64, percent int) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, len(sorted)*percent/100)]
}
