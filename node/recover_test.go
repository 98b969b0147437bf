package node

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/store/civic"
	"gocua/store/command"
)

// TestWhoseCodeIsMissingIsFoundBeforeAnyCodeIsUsedUp: whoever answers second is asked
// for a code, and the first would have to wait for the next one.
func TestWhoseCodeIsMissingIsFoundBeforeAnyCodeIsUsedUp(t *testing.T) {
	t.Parallel()
	const password = "a long enough password 7"
	f := founding(filepath.Join(t.TempDir(), "district"))
	secrets := map[string]string{"quantri": auth.NewSecret(), "chihuy": auth.NewSecret(), "lan.tt": ""}
	for user, secret := range secrets {
		f.Officers = append(f.Officers, NewOfficer{User: user, Name: "Trần Thị Lan", Password: password, Role: civic.RoleLeader, Unit: clusterCode, Second: secret})
	}
	require.NoError(t, Init(f))
	n := run(t, open(t, f.Dir))
	by := func(user string, withCode bool) Witness {
		w := Witness{User: user, Password: password}
		if withCode {
			code, err := auth.CodeAt(secrets[user], time.Now())
			require.NoError(t, err)
			w.Code = code
		}
		return w
	}
	lacking := func(people ...Witness) string {
		_, err := n.witnesses(t.Context(), people)
		known := command.AsError(err)
		require.Equal(t, "second_required", known.Code, "%v", err)
		return known.Field
	}
	require.Equal(t, "/people/0/code", lacking(by("quantri", false), by("chihuy", false)))
	require.Equal(t, "/people/1/code", lacking(by("quantri", true), by("chihuy", false)))
	require.Equal(t, "/people/0/code", lacking(by("quantri", false), by("chihuy", true)))
	who, err := n.witnesses(t.Context(), []Witness{by("quantri", true), by("chihuy", true)})
	require.NoError(t, err, "both codes are good still")
	require.Len(t, who, 2)
	_, err = n.witnesses(t.Context(), []Witness{by("lan.tt", false), by("lan.tt", false)})
	require.Equal(t, "two_people", command.AsError(err).Code)
}
