package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store/command"
)

// Problem is what every error looks like (RFC 9457, application/problem+json).
type Problem struct {
	Type   string       `json:"type" doc:"always about:blank"`
	Title  string       `json:"title" doc:"the status in words"`
	Status int          `json:"status"`
	Code   string       `json:"code" doc:"the first error's code"`
	Detail string       `json:"detail" doc:"the first error's message"`
	Errors []FieldError `json:"errors" nullable:"false"`
}

// FieldError is one thing that is wrong.
type FieldError struct {
	Pointer string `json:"pointer" doc:"JSON pointer into the request's body; empty: the request as a whole"`
	Code    string `json:"code" doc:"for programs; never changes"`
	Message string `json:"message" doc:"for people, in English"`
}

// statuses is the one table of what an error is to HTTP, by code and then by
// class.
var (
	statusOfCode = map[string]int{
		"not_signed_in":    http.StatusUnauthorized,
		"bad_credentials":  http.StatusUnauthorized,
		"slow_down":        http.StatusTooManyRequests,
		"busy":             http.StatusTooManyRequests,
		"rate_limited":     http.StatusTooManyRequests,
		"body_too_large":   http.StatusRequestEntityTooLarge,
		"content_encoding": http.StatusUnsupportedMediaType,
		"content_type":     http.StatusUnsupportedMediaType,
		"cut_short":        http.StatusRequestTimeout,
		"no_such_method":   http.StatusMethodNotAllowed,
	}
	statusOfClass = map[command.Class]int{
		command.Invalid:     http.StatusBadRequest,
		command.NotFound:    http.StatusNotFound,
		command.Conflicting: http.StatusConflict,
		command.Forbidden:   http.StatusForbidden,
		command.Unavailable: http.StatusServiceUnavailable,
		command.Internal:    http.StatusInternalServerError,
	}
)

// StatusOf is the HTTP status an error is answered with.
func StatusOf(err error) int {
	var fromFiber *fiber.Error
	if errors.As(err, &fromFiber) {
		return fromFiber.Code
	}
	var refused *refusal
	if errors.As(err, &refused) {
		return refused.status
	}
	e := command.AsError(err)
	if status, ok := statusOfCode[e.Code]; ok {
		return status
	}
	if status, ok := statusOfClass[e.Class]; ok {
		return status
	}
	return http.StatusInternalServerError
}

// refusal is a request turned away for one or more reasons, each with its
// place in the body.
type refusal struct {
	status int
	errors []FieldError
}

func (r *refusal) Error() string { return r.errors[0].Pointer + ": " + r.errors[0].Message }

// problemOf describes an error to whoever asked.
func problemOf(err error) Problem {
	p := Problem{Type: "about:blank", Status: StatusOf(err)}
	p.Title = http.StatusText(p.Status)
	var refused *refusal
	var fromFiber *fiber.Error
	switch {
	case errors.As(err, &refused):
		p.Errors = refused.errors
	case errors.As(err, &fromFiber):
		code := strings.ReplaceAll(strings.ToLower(http.StatusText(fromFiber.Code)), " ", "_")
		p.Errors = []FieldError{{Code: code, Message: http.StatusText(fromFiber.Code)}}
	default:
		e := command.AsError(err)
		p.Errors = []FieldError{{Pointer: e.Field, Code: e.Code, Message: e.Message}}
	}
	p.Code, p.Detail = p.Errors[0].Code, p.Errors[0].Message
	return p
}

// answerError writes an error: a problem to programs, a line of text to others,
// whose pages say it better where they expected it.
func answerError(c *fiber.Ctx, err error) error {
	p := problemOf(err)
	var slow *auth.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(slow.Wait/time.Second)))
	case p.Code == "rate_limited":
		c.Set(fiber.HeaderRetryAfter, "1")
	case p.Status == http.StatusUnauthorized:
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	c.Status(p.Status)
	if !forPrograms(c.Path()) {
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.SendString(p.Title + ": " + p.Detail + "\n")
	}
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Send(b)
}

func forPrograms(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/control/") || path == "/openapi.json"
}
