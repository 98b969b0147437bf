package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

const (
	smallRoute = "/api/small" // takes 1 MiB, as commands do
	largeRoute = "/upload"    // takes 4 MiB, as rosters do
)

// guarded serves two routes behind a Guard on a real socket: both answer how
// many bytes they got, /upload?by=nobody without reading any.
func guarded(t *testing.T) string {
	app := fiber.New(AppConfig())
	app.Use(Guard(func(path string) int64 {
		if path == largeRoute {
			return 4 << 20
		}
		return 1 << 20
	}))
	app.Post(smallRoute, func(c *fiber.Ctx) error { return c.SendString(strconv.Itoa(len(c.Body()))) })
	app.Get(smallRoute, func(c *fiber.Ctx) error { return c.SendString("got") })
	app.Post(largeRoute, func(c *fiber.Ctx) error {
		switch c.Query("by") {
		case "nobody":
			return c.SendString("ignored")
		case "fiber": // against the advice
			return c.SendString(strconv.Itoa(len(c.Body())))
		}
		n, err := io.Copy(io.Discard, Upload(c))
		if err != nil {
			return err
		}
		return c.SendString(strconv.FormatInt(n, 10))
	})
	app.Get("/endless", func(c *fiber.Ctx) error {
		c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
			for i := range 3 {
				fmt.Fprintf(w, "%d", i)
				_ = w.Flush()
			}
		})
		return nil
	})
	return served(t, app)
}

func served(t *testing.T, app *fiber.App) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		require.NoError(t, app.ShutdownWithTimeout(5*time.Second))
		require.NoError(t, <-done)
	})
	return l.Addr().String()
}

// answered is one answer.
type answered struct {
	status int
	body   string
	closes bool
}

// conversation is one connection on which one request follows another.
type conversation struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func dial(t *testing.T, addr string) *conversation {
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(30*time.Second)))
	return &conversation{t, conn, bufio.NewReader(conn)}
}

// say sends a request head and body as they are, then reads the answer. Unlike
// a browser it never stops sending half way.
func (c *conversation) say(head string, body io.Reader) answered {
	c.t.Helper()
	_, err := io.WriteString(c.conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n")
	require.NoError(c.t, err)
	if body != nil {
		_, err = io.Copy(c.conn, body)
		require.NoError(c.t, err, "the connection was cut while the body was being sent")
	}
	return c.hear()
}

func (c *conversation) hear() answered {
	c.t.Helper()
	resp, err := http.ReadResponse(c.r, nil)
	require.NoError(c.t, err, "no answer but a broken connection")
	b, err := io.ReadAll(resp.Body)
	require.NoError(c.t, err)
	return answered{resp.StatusCode, string(b), resp.Close}
}

func post(path string, length int, more string) string {
	return fmt.Sprintf("POST %s HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: %d\n%s", path, length, more)
}

const ask = "GET " + smallRoute + " HTTP/1.1\nHost: x\n"

// chunks writes a body of n bytes in chunks.
func chunks(n int) io.Reader {
	r, w := io.Pipe()
	go func() {
		chunk := bytes.Repeat([]byte("x"), 32<<10)
		for n > 0 {
			part := chunk[:min(n, len(chunk))]
			fmt.Fprintf(w, "%x\r\n%s\r\n", len(part), part)
			n -= len(part)
		}
		_, _ = io.WriteString(w, "0\r\n\r\n")
		_ = w.Close()
	}()
	return r
}

func chunked(path string) string {
	return "POST " + path + " HTTP/1.1\nHost: x\nContent-Type: application/json\nTransfer-Encoding: chunked\n"
}

func zeros(n int) io.Reader { return bytes.NewReader(make([]byte, n)) }

func TestABodyThatFitsArrivesWhole(t *testing.T) {
	c := dial(t, guarded(t))
	for _, n := range []int{0, 1, 8191, 8192, 8193, 16 << 10, 16<<10 + 1, 1 << 20} {
		require.Equal(t, answered{200, strconv.Itoa(n), false}, c.say(post(smallRoute, n, ""), zeros(n)), n)
		require.Equal(t, answered{200, strconv.Itoa(n), false}, c.say(chunked(smallRoute), chunks(n)), "%d in chunks", n)
		require.Equal(t, answered{200, strconv.Itoa(n), false}, c.say(post(largeRoute, n, ""), zeros(n)), "%d streamed", n)
		require.Equal(t, answered{200, strconv.Itoa(n), false}, c.say(chunked(largeRoute), chunks(n)), "%d streamed in chunks", n)
	}
	require.Equal(t, answered{200, "4194304", false}, c.say(post(largeRoute, 4<<20, ""), zeros(4<<20)))
}

func TestABodyTooLargeIsAnsweredAndTheConnectionGoesOn(t *testing.T) {
	addr := guarded(t)
	for name, say := range map[string]func(*conversation) answered{
		"10 MB announced":            func(c *conversation) answered { return c.say(post(smallRoute, 10<<20, ""), zeros(10<<20)) },
		"one byte too many":          func(c *conversation) answered { return c.say(post(smallRoute, 1<<20+1, ""), zeros(1<<20+1)) },
		"10 MB in chunks":            func(c *conversation) answered { return c.say(chunked(smallRoute), chunks(10<<20)) },
		"one byte too many, chunked": func(c *conversation) answered { return c.say(chunked(smallRoute), chunks(1<<20+1)) },
		"a large upload":             func(c *conversation) answered { return c.say(post(largeRoute, 10<<20, ""), zeros(10<<20)) },
		"a large upload, chunked":    func(c *conversation) answered { return c.say(chunked(largeRoute), chunks(10<<20)) },
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, addr)
			got := say(c)
			require.Equal(t, 413, got.status)
			require.Contains(t, got.body, "bytes are taken here")
			require.False(t, got.closes)
			require.Equal(t, answered{200, "got", false}, c.say(ask, nil))
			require.Equal(t, answered{200, "3", false}, c.say(post(smallRoute, 3, ""), strings.NewReader("abc")))
		})
	}
}

func TestMoreThanAnybodyDrainsIsAnsweredAndClosed(t *testing.T) {
	c := dial(t, guarded(t))
	head := strings.ReplaceAll(post(smallRoute, 1<<30, ""), "\n", "\r\n") + "\r\n"
	_, err := io.WriteString(c.conn, head)
	require.NoError(t, err)
	_, err = io.Copy(c.conn, zeros(drainLimit))
	require.NoError(t, err)
	got := c.hear()
	require.Equal(t, 413, got.status)
	require.True(t, got.closes)
}

func TestACompressedBodyIsRefusedWithoutBeingUnpacked(t *testing.T) {
	var bomb bytes.Buffer
	z, err := gzip.NewWriterLevel(&bomb, gzip.BestSpeed)
	require.NoError(t, err)
	_, err = io.Copy(z, zeros(100<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	require.Less(t, bomb.Len(), 1<<20)
	c := dial(t, guarded(t))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, encoding := range []string{"gzip", "br", "deflate", "identity, gzip"} {
		got := c.say(post(smallRoute, bomb.Len(), "Content-Encoding: "+encoding+"\n"), bytes.NewReader(bomb.Bytes()))
		require.Equal(t, 415, got.status, encoding)
		require.Contains(t, got.body, "not compressed")
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20))
	require.Equal(t, answered{200, "got", false}, c.say(ask, nil))
}

func TestTwoOversizedBodiesAtOnceAreBothAnswered(t *testing.T) {
	addr := guarded(t)
	var wg sync.WaitGroup
	got := make([]answered, 2)
	for i, body := range []string{post(smallRoute, 10<<20, ""), post(largeRoute, 10<<20, "")} {
		c := dial(t, addr)
		wg.Go(func() { got[i] = c.say(body, zeros(10<<20)) })
	}
	wg.Wait()
	require.Equal(t, []int{413, 413}, []int{got[0].status, got[1].status})
}

func TestAnOrdinaryClientSeesThe413(t *testing.T) {
	addr := guarded(t)
	client := &http.Client{Timeout: 30 * time.Second}
	for range 3 {
		resp, err := client.Post("http://"+addr+smallRoute, "application/json", zeros(10<<20))
		require.NoError(t, err)
		b, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, 413, resp.StatusCode)
		require.Equal(t, "application/problem+json", resp.Header.Get("Content-Type"))
		require.Contains(t, string(b), `"code":"body_too_large"`)
	}
}

func TestABodyNobodyReadIsNotTakenForTheNextRequest(t *testing.T) {
	addr := guarded(t)
	hidden := "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	padded := strings.Repeat("x", 64<<10) + hidden
	for name, say := range map[string]func(*conversation) answered{
		"ignored upload": func(c *conversation) answered {
			return c.say(post(largeRoute+"?by=nobody", len(padded), ""), strings.NewReader(padded))
		},
		"no such page": func(c *conversation) answered {
			return c.say(post("/nothing", len(padded), ""), strings.NewReader(padded))
		},
		"a GET with a body": func(c *conversation) answered {
			return c.say("GET "+smallRoute+" HTTP/1.1\nHost: x\nContent-Length: "+strconv.Itoa(len(hidden))+"\n", strings.NewReader(hidden))
		},
		"ignored chunks": func(c *conversation) answered { return c.say(chunked(largeRoute+"?by=nobody"), chunks(64<<10)) },
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, addr)
			say(c)
			require.Equal(t, answered{200, "got", false}, c.say(ask, nil))
		})
	}
}

func TestABodyFiberReadItselfLeavesTheConnectionInOrder(t *testing.T) {
	c := dial(t, guarded(t))
	for range 3 {
		require.Equal(t, answered{200, "65536", false}, c.say(post(largeRoute+"?by=fiber", 64<<10, ""), zeros(64<<10)))
		require.Equal(t, answered{200, "65536", false}, c.say(chunked(largeRoute+"?by=fiber"), chunks(64<<10)))
	}
}

func TestABodyCutShortIsNotTakenForAWholeOne(t *testing.T) {
	addr := guarded(t)
	for _, path := range []string{smallRoute, largeRoute} {
		for name, head := range map[string]string{"announced": post(path, 1<<20, ""), "in chunks": chunked(path)} {
			t.Run(path+" "+name, func(t *testing.T) {
				c := dial(t, addr)
				body := strings.Repeat("x", 20<<10)
				if name == "in chunks" {
					body = fmt.Sprintf("%x\r\n%s", len(body)+1, body)
				}
				_, err := io.WriteString(c.conn, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n"+body)
				require.NoError(t, err)
				require.NoError(t, c.conn.(*net.TCPConn).CloseWrite())
				got := c.hear()
				require.GreaterOrEqual(t, got.status, 400)
				require.Less(t, got.status, 500)
				require.True(t, got.closes)
			})
		}
	}
}

func TestAStreamIsNotCutByTheTimeAllowedForAnswers(t *testing.T) {
	got := dial(t, guarded(t)).say("GET /endless HTTP/1.1\nHost: x\n", nil)
	require.Equal(t, answered{200, "012", false}, got)
}

func TestWhatIsNoHTTPIsRefused(t *testing.T) {
	addr := guarded(t)
	for name, head := range map[string]string{
		"a header too large": "GET " + smallRoute + " HTTP/1.1\nHost: x\nX: " + strings.Repeat("x", maxHeader) + "\n",
		"no method":          "nonsense\n",
		"bad chunks":         chunked(smallRoute) + "\nzz\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := dial(t, addr).say(head, nil)
			require.GreaterOrEqual(t, got.status, 400)
			require.Less(t, got.status, 500)
			require.True(t, got.closes)
		})
	}
}
