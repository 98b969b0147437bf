package api

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/store/command"
)

// What a body may cost.
const (
	bodyBegin  = 30 * time.Second // before its speed counts
	bodySpeed  = 16 << 10         // bytes per second it must come with
	bodyIdle   = 15 * time.Second // without a byte
	drainLimit = 32 << 20         // bytes read and thrown away so that an answer is seen
	drainTime  = 20 * time.Second
)

// body reads the body of one request: counted, in bounded time, and never
// beyond its end, which of a chunked body would be the next request.
type body struct {
	stream    func() io.Reader // as the server has it; nil: none, or taken whole by c.Body
	conn      net.Conn
	announced int64 // bytes; negative: chunked
	most      int64 // bytes
	got       int64
	until     time.Time
	ended     bool  // read to its end
	broken    bool  // the connection, or the framing on it
	err       error // the end, or why there is no more
}

func newBody(c *fiber.Ctx, most int64) *body {
	allowed := bodyBegin + time.Duration(most/bodySpeed)*time.Second
	b := &body{stream: c.Context().RequestBodyStream, conn: c.Context().Conn(), most: most,
		announced: int64(c.Request().Header.ContentLength()), until: time.Now().Add(allowed)}
	if b.stream() == nil {
		b.ended, b.err = true, io.EOF
	}
	return b
}

// admit refuses a body by its headers, reads a small one whole and leaves a
// large one to the handler.
func (b *body) admit(c *fiber.Ctx) error {
	switch {
	case len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0:
		return command.Errorf(command.Invalid, "content_encoding", "send the body as it is, not compressed")
	case b.announced > b.most:
		return tooLarge(b.most)
	case b.ended:
		return nil
	case b.most > wholeLimit:
		c.Locals(streamLocals, b)
		return nil
	}
	whole, err := io.ReadAll(b)
	if err != nil {
		return err
	}
	c.Request().SetBodyRaw(whole) // takes the stream back
	return nil
}

// Read reads on until the body ends, is too large or too slow.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	n, err := b.next(p, b.until)
	if over := b.got - b.most; over > 0 {
		n, err = max(0, n-int(over)), tooLarge(b.most)
	}
	b.err = err
	return n, err
}

// next reads from the connection. The server's stream says "end" also when the
// connection broke before the announced length; when it broke between two chunks
// nothing tells, but no JSON value or form that was cut off there can be read.
func (b *body) next(p []byte, until time.Time) (int, error) {
	stream := b.stream()
	if stream == nil {
		b.ended = true
		return 0, io.EOF
	}
	deadline := time.Now().Add(bodyIdle)
	if until.Before(deadline) {
		deadline = until
	}
	if err := b.conn.SetReadDeadline(deadline); err != nil {
		return 0, err
	}
	n, err := stream.Read(p)
	b.got += int64(n)
	var network net.Error
	switch {
	case err == nil:
		return n, nil
	case err == io.EOF && b.got >= b.announced:
		b.ended = true
		return n, io.EOF
	}
	b.broken = true
	switch {
	case err == io.EOF, err == io.ErrUnexpectedEOF, errors.As(err, &network):
		return n, command.Errorf(command.Invalid, "cut_short", "the body did not arrive whole")
	}
	return n, command.Errorf(command.Invalid, "malformed", "the body's chunks cannot be read")
}

// drain reads what is left and reports whether the connection stands at the
// beginning of the next request.
func (b *body) drain() bool {
	until, waste := time.Now().Add(drainTime), make([]byte, 16<<10)
	for read := 0; !b.ended && !b.broken && read < drainLimit; {
		n, _ := b.next(waste, until) // an error ends the loop
		read += n
	}
	return b.ended
}
