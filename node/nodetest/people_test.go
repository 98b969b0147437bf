package nodetest

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/store/civic"
)

// entry is the answer to a sign-in.
type entry struct {
	status            int
	Token, Code, Must string
}

func enter(t *testing.T, p demo.Place, user, password, code string) (e entry) {
	t.Helper()
	e.status = NewClient(t, p.URL, "").Call(http.MethodPost, "/api/v1/sessions", map[string]string{"user": user, "password": password, "code": code}, &e)
	return e
}

func TestPeopleOfAGuardedDistrict(t *testing.T) {
	beside(t)
	d := StartGuarded(t, 0)
	t.Run("a code is needed and serves once", func(t *testing.T) { codeServesOnce(t, d.In(t)) })
	t.Run("a lost password is mended on a ward that is cut off", func(t *testing.T) { lostWhileCutOff(t, d.In(t)) })
}

// codeServesOnce shows it on one machine at once, and on another as soon as it
// has heard of it.
func codeServesOnce(t *testing.T, d *District) {
	ward := d.Wards[0]
	u := d.user(ward, civic.RoleSupervisor)
	require.NotEmpty(t, u.TOTPSecret)
	without := enter(t, ward, u.User, u.Password, "")
	require.Equal(t, []any{http.StatusForbidden, "second_required"}, []any{without.status, without.Code})

	code := Code(t, u.TOTPSecret)
	in := enter(t, ward, u.User, u.Password, code)
	require.Equal(t, http.StatusOK, in.status, in.Code)
	require.Empty(t, in.Must)
	again := enter(t, ward, u.User, u.Password, code)
	require.Equal(t, []any{http.StatusForbidden, "code_used"}, []any{again.status, again.Code})

	Eventually(t, 20*time.Second, "the ward's machine to have it agreed", func() bool {
		return NewClient(t, ward.URL, in.Token).Status(false).Outbox.Waiting == 0
	})
	office := d.As(d.District, civic.RoleOfficer)
	Eventually(t, 20*time.Second, "the office to have applied it", func() bool {
		return office.Status(false).Digest.Index >= NewClient(t, ward.URL, in.Token).Status(false).Digest.Index
	})
	elsewhere := enter(t, d.District, u.User, u.Password, code)
	if elsewhere.Code != "bad_second" { // the machines are slow, and its time has passed
		require.Equal(t, []any{http.StatusForbidden, "code_used"}, []any{elsewhere.status, elsewhere.Code})
	}
}

func lostWhileCutOff(t *testing.T, d *District) {
	ward := d.Wards[2]
	u := d.user(ward, civic.RoleOfficer)
	d.Cut(ward.Unit, "drop")
	var once struct{ Code string }
	require.Equal(t, http.StatusOK, d.Owner(ward).Call(http.MethodPost, "/officers/"+u.User+"/code?lost=password", nil, &once))
	in := enter(t, ward, u.User, once.Code, "")
	require.Equal(t, []any{http.StatusOK, "password"}, []any{in.status, in.Must}, in.Code)
	require.Equal(t, http.StatusForbidden, NewClient(t, ward.URL, in.Token).Call(http.MethodGet, "/api/v1/residents", nil, nil))
	require.Equal(t, "bad_credentials", enter(t, ward, u.User, once.Code, "").Code, "it serves once")
	require.Equal(t, "bad_credentials", enter(t, ward, u.User, u.Password, "").Code, "what was lost is worth nothing here")
	require.Equal(t, http.StatusOK, enter(t, d.District, u.User, u.Password, "").status, "nobody else has heard of it")

	d.Heal(ward.Unit)
	Eventually(t, 60*time.Second, "the office to have heard of it", func() bool {
		return enter(t, d.District, u.User, u.Password, "").status != http.StatusOK
	})
}
