//go:build e2e

package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
)

const (
	residents     = 200             // in three wards
	startPatience = 2 * time.Minute // a district comes up on a busy machine
)

// stage is what all tests share: one district, one browser on its machines. The
// long tests (-run TestSoak) bring machines of their own: for them there is no district.
var stage struct {
	*demo.Demo
	demo.Info
	office  office          // the cable to the browsers of an office
	browser context.Context // a browser on the machines themselves
	shots   string          // directory
	kept    bool            // it is there when the tests have ended
	dir     string          // of the district; its machines are below it
}

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.list").Value.String() != "" {
		os.Exit(m.Run()) // to name the tests nothing has to run
	}
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "gocua-e2e-")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if stage.shots, stage.kept = os.LookupEnv("GOCUA_SHOTS"); !stage.kept {
		stage.shots = filepath.Join(dir, "shots")
	}
	if err := os.MkdirAll(stage.shots, 0o755); err != nil {
		return 1, err
	}
	if !strings.HasPrefix(strings.TrimPrefix(flag.Lookup("test.run").Value.String(), "^"), "TestSoak") {
		end, failed := startDistrict(filepath.Join(dir, "district"))
		defer func() { err = errors.Join(err, end()) }()
		if failed != nil {
			return 1, failed
		}
	}

	browser, quit, err := startBrowser(filepath.Join(dir, "browser"))
	if err != nil {
		return 1, err
	}
	defer quit()
	stage.browser = browser
	return m.Run(), nil
}

// startDistrict starts the district that the tests share, in dir; end ends what was
// started of it, also after an error.
func startDistrict(dir string) (end func() error, err error) {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return func() error { return nil }, err
	}
	stage.dir = dir
	stage.office = layCable()
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	stage.Demo, err = demo.Start(ctx, demo.Config{Dir: dir, Residents: residents, Wards: 3, OneFactor: true, Office: stage.office.host})
	if err != nil {
		return stage.office.remove, err
	}
	stage.Info = stage.Demo.Info()
	return func() error { return errors.Join(stage.Demo.Close(), stage.office.remove()) }, nil
}

// userOf is somebody of that role at a machine.
func userOf(t testing.TB, p demo.Place, role civic.Role) demo.User {
	t.Helper()
	i := slices.IndexFunc(p.Users, func(u demo.User) bool { return u.Role == role })
	require.GreaterOrEqual(t, i, 0, "nobody of role %s at %s", role, p.Unit)
	return p.Users[i]
}

// program is that somebody signed in over the API.
func program(t testing.TB, p demo.Place, role civic.Role) *nodetest.Client {
	u := userOf(t, p, role)
	return nodetest.SignInAs(t, p.URL, u)
}

// person is somebody of the roster.
type person struct{ ID, Name, Birth string }

// path is where they stand.
func (p person) path() string { return "/nhan-khau/" + p.ID }

// year is the year they were born in.
func (p person) year() string { return p.Birth[:4] }

// notReached finds somebody of a ward called Nguyễn at whose door nobody has
// knocked yet. A test that takes their form down leaves the next one another.
func notReached(t testing.TB, ward demo.Place) person {
	t.Helper()
	var list struct{ Items []person }
	path := "/api/v1/residents?q=nguyen&bucket=not_reached&limit=50&unit=" + ward.Unit
	require.Equal(t, 200, program(t, ward, civic.RoleOfficer).Call("GET", path, nil, &list))
	require.NotEmpty(t, list.Items, "nobody called Nguyễn is left at %s", ward.Unit)
	return list.Items[0]
}
