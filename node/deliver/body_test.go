package deliver

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestWhoeverGoesAwayEndsTheRequestTheyMade(t *testing.T) {
	began, ended := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var d Delivery
		if err := readAll(w, r, bodyLimit, &d); err != nil {
			t.Error(err)
		}
		close(began)
		<-r.Context().Done()
		close(ended)
	}))
	defer srv.Close()
	ctx, leave := context.WithCancel(t.Context())
	go func() {
		<-began
		leave()
	}()
	_, err := post(ctx, srv.Client(), srv.URL, Delivery{Commands: []command.Envelope{{Body: []byte(`{}`)}}})
	require.ErrorIs(t, err, context.Canceled)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		require.FailNow(t, "the request goes on though nobody waits for it")
	}
}

func TestNothingIsEncodedForAConnectionThatNeverComesAbout(t *testing.T) {
	encoded := encodes{new(int)}
	_, err := post(t.Context(), http.DefaultClient, "http://127.0.0.1:1", encoded)
	require.Error(t, err)
	require.Zero(t, *encoded.times)
}

// encodes counts how often it is encoded.
type encodes struct{ times *int }

func (e encodes) MarshalJSON() ([]byte, error) {
	*e.times++
	return []byte(`{}`), nil
}
