package api

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/store/command"
)

const (
	wholeLimit   = 1 << 20 // bytes; a larger limit means that the handler reads a stream
	streamLocals = "gocua.body"
)

// Guard stands before every route. It refuses bodies that are larger than their
// route takes (413) or compressed (415: a few bytes could unpack to anything),
// whether their length is announced or not, and reads what is left of them
// before it answers: else whoever is still sending would see a broken
// connection instead of the answer, and the rest would be taken for the next
// request. limit says how many bytes a path takes.
//
// Behind it c.Body() is safe on routes that take up to 1 MiB. Routes that take
// more must read Upload, and nothing else of Fiber's or of the form.
func Guard(limit func(path string) int64) fiber.Handler {
	return func(c *fiber.Ctx) error {
		b := newBody(c, limit(c.Path()))
		err := b.admit(c)
		if err == nil {
			err = c.Next()
		}
		if err != nil {
			err = answerError(c, err)
		}
		if !b.drain() {
			c.Context().SetConnectionClose() // what is left must not be read as a request
		}
		var deadline time.Time
		if !c.Response().IsBodyStream() {
			deadline = time.Now().Add(answerTime)
		}
		return errors.Join(err, c.Context().Conn().SetWriteDeadline(deadline))
	}
}

// Upload is the body of a request to a route that takes more than 1 MiB. Reading
// fails with body_too_large beyond the route's limit, and with cut_short when it
// ends early or nothing comes for a while.
func Upload(c *fiber.Ctx) io.Reader {
	if b, ok := c.Locals(streamLocals).(*body); ok {
		return b
	}
	return strings.NewReader("")
}

func tooLarge(most int64) *command.Error {
	return command.Errorf(command.Invalid, "body_too_large", "at most %d bytes are taken here", most)
}
