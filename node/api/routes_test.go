package api

import (
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/store/command"
)

func TestEveryRouteSaysExactlyOnceWhoMayAsk(t *testing.T) {
	for _, r := range routes() {
		said := 0
		for _, rule := range []string{r.open, r.anyone, string(r.act)} {
			if rule != "" {
				said++
			}
		}
		require.Equal(t, 1, said, r.method+" "+r.path)
	}
}

func TestOnlyTheseRoutesAreOpen(t *testing.T) {
	var open []string
	for _, r := range routes() {
		if r.open != "" {
			open = append(open, r.method+" "+r.path)
		}
	}
	require.Equal(t, []string{"GET /livez", "GET /readyz", "GET /metrics", "GET /openapi.json", "POST /api/v1/sessions", "GET /api/v1/kinds"}, open)
}

func TestEachClassAndSomeCodesHaveAStatus(t *testing.T) {
	for _, want := range []struct {
		err    error
		status int
	}{
		{command.Errorf(command.Invalid, "x", ""), 400},
		{command.Errorf(command.Forbidden, "not_signed_in", ""), 401},
		{command.Errorf(command.Forbidden, "bad_credentials", ""), 401},
		{command.Errorf(command.Forbidden, "outside_unit", ""), 403},
		{command.Errorf(command.NotFound, "x", ""), 404},
		{command.IDReused(), 409},
		{command.Errorf(command.Invalid, "body_too_large", ""), 413},
		{command.Errorf(command.Invalid, "content_encoding", ""), 415},
		{&auth.SlowDown{}, 429},
		{command.Errorf(command.Unavailable, "stale", ""), 503},
		{command.Errorf(command.Internal, "x", ""), 500},
		{command.Errorf("unheard_of", "x", ""), 500},
		{fiber.ErrMethodNotAllowed, 405},
	} {
		require.Equal(t, want.status, StatusOf(want.err), want.err)
	}
}

func TestNumbersAreHiddenWhereverTheyStand(t *testing.T) {
	for _, x := range []struct{ field, value, want string }{
		{"number", `"001155000428"`, `"•••• •••• 0428"`},
		{"phones", `["+84912404318","0912404662"]`, `["09•• ••• 318","09•• ••• 662"]`},
		{"name", `"Trần Thị Mẫu"`, `"Trần Thị Mẫu"`},
		{"", `{"edits":[{"field":"phones","was":["+84912404318"],"now":[]},{"field":"personalNumber","was":"001155000428","now":"001155000429"}]}`,
			`{"edits":[{"field":"phones","now":[],"was":["09•• ••• 318"]},{"field":"personalNumber","now":"•••• •••• 0429","was":"•••• •••• 0428"}]}`},
		{"body", `{"personalNumber":"001155000428","phone":"84912404318","level":1}`, `{"level":1,"personalNumber":"•••• •••• 0428","phone":"09•• ••• 318"}`},
		{"", `{"user":"trang","hash":"$argon2id$v=19$secret"}`, `{"user":"trang","hash":""}`},
		{"", `{"second":{"secret":"JBSWY3DPEHPK3PXP","recovery":["ab"]},"once":{"hash":"x"}}`, `{"second":{"secret":"","recovery":[""]},"once":{"hash":""}}`},
		{"", `null`, `null`},
	} {
		require.JSONEq(t, x.want, string(masked(x.field, []byte(x.value))))
	}
	require.Nil(t, masked("", nil))
}

func FuzzStrictJSON(f *testing.F) {
	for _, s := range []string{`{"commands":[]}`, `{"commands":[{"id":"x"}]} {}`, `[]`, `{"a`, ``, "{\"\xff\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var in commandIn
		if e := strictJSON(b, &in); e != nil && (e.Code == "" || e.Message == "") {
			t.Fatal("an error without a name")
		}
		masked("", b)
	})
}
