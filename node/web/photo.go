package web

import (
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"gocua/node/photo"
	"gocua/store/command"
)

// photoSuffix ends the address a form is sent to together with a photograph of a
// card. Such a form is read as it comes in, like a list: read as a form it would
// be laid down among the temporary files.
const photoSuffix = "/anh"

func takesPhoto(path string) bool { return strings.HasSuffix(path, photoSuffix) }

const (
	mostFields = 40
	longField  = 4 << 10 // bytes
)

// photographed reads the form and the code on the photograph, and goes on as if
// the form had been sent with that code scanned. The picture is let go before.
func (s *site) photographed(then func(*request) error) func(*request) error {
	return func(q *request) error {
		typed, picture, err := q.readPhoto()
		if err != nil {
			return err
		}
		fields := q.Request().PostArgs() // before the body is called a form: it must not be read as one
		q.Request().Header.SetContentType(fiber.MIMEApplicationForm)
		for name, values := range typed {
			for _, value := range values {
				fields.Add(name, value)
			}
		}
		if len(picture) == 0 {
			q.scan.bad = command.Errorf(command.Invalid, "no_photo", "there is no picture in the form")
			return then(q)
		}
		s.lens <- struct{}{}
		q.scan.text, q.scan.bad = photo.ReadCode(picture)
		<-s.lens
		return then(q)
	}
}

// readPhoto reads the form from the connection. Its first field must be the
// token: nothing is taken in from a page that is not ours.
func (q *request) readPhoto() (typed url.Values, picture []byte, err error) {
	malformed := command.Errorf(command.Invalid, "malformed", "the form cannot be read")
	kind, params, err := mime.ParseMediaType(q.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEMultipartForm {
		return nil, nil, malformed
	}
	form := multipart.NewReader(q.site.Upload(q.Ctx), params["boundary"])
	typed = url.Values{}
	for n := 0; n <= mostFields; n++ {
		part, err := form.NextRawPart()
		if err == io.EOF {
			return typed, picture, nil
		}
		if err != nil {
			return nil, nil, readError(err, malformed)
		}
		if part.FormName() == "photo" && n > 0 {
			if picture, err = io.ReadAll(io.LimitReader(part, photo.MaxFile+1)); err != nil {
				return nil, nil, readError(err, malformed)
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, longField))
		if err != nil {
			return nil, nil, readError(err, malformed)
		}
		if n == 0 && (part.FormName() != "token" || !q.session.FormIs(string(value))) {
			return nil, nil, expired()
		}
		typed.Add(part.FormName(), string(value))
	}
	return nil, nil, malformed
}
