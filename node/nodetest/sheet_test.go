package nodetest

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
)

// roles are the columns of the sheets, in order.
func roles() []civic.Role {
	return []civic.Role{civic.RoleHelper, civic.RoleOfficer, civic.RoleStation, civic.RoleSupervisor, civic.RoleLeader,
		civic.RoleProvince, civic.RoleAuditor, civic.RoleAdmin}
}

// Whose record, list or form is asked about.
const (
	own   = "own"
	other = "other"
)

// nobody is the column of who is not signed in.
const nobody civic.Role = "none"

// cell is one expected answer: who asks, about whose.
type cell struct {
	role civic.Role
	side string
	want string
}

// row is one line of a sheet.
type row struct {
	name  string // the first columns, with one space between
	cells []cell
}

// sheet reads a hand-written list of testdata: leading columns of names, then
// the column of nobody if there is one, then own and other of each role.
func sheet(t testing.TB, file string, names int, withNobody bool) (rows []row) {
	t.Helper()
	seen := map[string]bool{}
	for _, line := range linesOf(t, file)[1:] { // the second line says own, other
		r := row{name: strings.Join(line[:names], " ")}
		require.False(t, seen[r.name], "%s: %s stands twice", file, r.name)
		seen[r.name] = true
		rest := line[names:]
		if withNobody {
			r.cells, rest = append(r.cells, cell{nobody, own, rest[0]}), rest[1:]
		}
		require.Len(t, rest, 2*len(roles()), "%s: %s", file, r.name)
		for i, want := range rest {
			require.NotEmpty(t, want, "%s: %s has an empty cell", file, r.name)
			r.cells = append(r.cells, cell{roles()[i/2], []string{own, other}[i%2], want})
		}
		rows = append(rows, r)
	}
	return rows
}

// linesOf are the lines of a file of testdata but for the head.
func linesOf(t testing.TB, file string) [][]string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", file))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment, r.TrimLeadingSpace = '#', true
	lines, err := r.ReadAll()
	require.NoError(t, err)
	for _, line := range lines {
		for i := range line {
			line[i] = strings.TrimSpace(line[i])
		}
	}
	return lines[1:]
}

// namesOf lists the rows.
func namesOf(rows []row) (names []string) {
	for _, r := range rows {
		names = append(names, r.name)
	}
	return names
}
