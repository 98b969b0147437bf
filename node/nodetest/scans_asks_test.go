package nodetest

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"

	"github.com/skip2/go-qrcode"
	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// ofScans are the routes that read a card. The card is that of the side's
// person, but where somebody new is written down.
func (q asking) ofScans(route string) []ask {
	x, person := q.x, "/nhan-khau/"+q.x.person.String()
	card := x.marks[2] + "||" + x.marks[0] + "|17031955|Nữ|Tổ 1|25032021"
	switch route {
	case "GET /quet":
		return q.get(q.path)
	case "POST /quet":
		return q.post(q.path, "scan", card)
	case "POST /quet/anh":
		return []ask{q.photo(q.path, card)}
	case "POST /nhan-khau/moi/anh":
		return []ask{q.photo(q.path, "001155990099||Lục Thị Mới|17031955|Nữ|Tổ 1|25032021", "household", x.home.String())}
	case "POST /nhan-khau/:id/khai/anh", "POST /nhan-khau/:id/sua/anh":
		return []ask{q.photo(strings.Replace(q.path, "/nhan-khau/:id", person, 1), card)}
	}
	return nil
}

// photo is a form with a picture of a card, as a page sends it.
func (s *stage) photo(path, card string, pairs ...string) ask {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	return ask{method: http.MethodPost, path: path, kind: form.FormDataContentType(), raw: func(at seat) []byte {
		require.NoError(s.t, form.WriteField("token", at.form))
		require.NoError(s.t, form.WriteField("command", command.NewID().String()))
		for i := 0; i < len(pairs); i += 2 {
			require.NoError(s.t, form.WriteField(pairs[i], pairs[i+1]))
		}
		picture, err := qrcode.Encode(card, qrcode.Medium, 400)
		require.NoError(s.t, err)
		part, err := form.CreateFormFile("photo", "the.png")
		require.NoError(s.t, err)
		_, err = part.Write(picture)
		require.NoError(s.t, err)
		require.NoError(s.t, form.Close())
		return body.Bytes()
	}}
}
