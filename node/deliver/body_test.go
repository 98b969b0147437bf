package deliver

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The end of a body may come in a packet of its own, after what was to be read.
func TestWhoeverGoesAwayEndsTheRequestTheyMade(t *testing.T) {
	read, ended := make(chan struct{}), make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var d Delivery
		if err := readAll(w, r, bodyLimit, &d); err != nil {
			t.Error(err)
		}
		close(read)
		<-r.Context().Done()
		close(ended)
	}))
	defer srv.Close()
	conn, err := net.Dial("tcp", srv.Listener.Addr().String())
	require.NoError(t, err)
	send := func(text string) {
		_, err := conn.Write([]byte(text))
		require.NoError(t, err)
	}
	send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")
	within := func(c chan struct{}, d time.Duration) bool {
		select {
		case <-c:
			return true
		case <-time.After(d):
			return false
		}
	}
	require.False(t, within(read, 100*time.Millisecond), "a body is read to its end")
	send("0\r\n\r\n")
	require.True(t, within(read, 10*time.Second))
	require.NoError(t, conn.Close())
	require.True(t, within(ended, 10*time.Second), "the request goes on though nobody waits for it")
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
