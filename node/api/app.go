package api

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// Limits of a connection. Fiber has none of its own.
const (
	headerTime = 10 * time.Second // to send a request's headers and the beginning of its body
	idleTime   = time.Minute      // between two requests
	answerTime = time.Minute      // to take an answer, unless it is a stream
	maxHeader  = 8 << 10          // bytes

	// MaxConns is how many connections one listener may have: whoever listens
	// turns away what is beyond. The server's own limit lies higher, for what it
	// turns away over HTTPS it first shakes hands with, while all others wait.
	MaxConns = 1024
)

// AppConfig is how the HTTP server of a machine is set up. It relies on Guard,
// which must come before everything else: bodies arrive as streams, and no
// limit of Fiber's holds for those.
func AppConfig() fiber.Config {
	return fiber.Config{
		AppName:                      "gocua",
		Immutable:                    true, // strings of a request are kept: in commands, sessions, logs
		StreamRequestBody:            true, // so that Guard, not Fiber, says how much is read
		DisablePreParseMultipartForm: true, // else a form is read whole before anybody is asked
		BodyLimit:                    16 << 10,
		ReadTimeout:                  headerTime,
		IdleTimeout:                  idleTime,
		// Fiber's own WriteTimeout would cut event streams and downloads; Guard
		// sets one for every other answer.
		ReadBufferSize:          maxHeader,
		Concurrency:             2 * MaxConns,
		RequestMethods:          methods,
		EnableTrustedProxyCheck: true, // of none: what a request says of its own way here is not believed
		DisableStartupMessage:   true,
		ErrorHandler:            answerError,
	}
}
