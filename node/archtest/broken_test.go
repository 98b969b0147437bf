package archtest

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// snippet is a small package that breaks a rule, or nearly does.
type snippet struct {
	rule   string
	at     string   // package
	code   string   // its x.go, less the package clause
	test   string   // or its x_test.go, alone
	design string   // its DESIGN.md
	want   []string // every finding; none if the rule allows it
}

const (
	table     = "a package imports only what the table allows"
	fence     = "a library stays behind its fence"
	pure      = "civic is pure"
	applying  = "only the machine adapter applies to the store"
	inits     = "no init functions"
	variables = "package variables are read-only"
	methodsOf = "an interface has at most five methods"
	short     = "a file is short"
	naming    = "a package name says what is inside"
	comment   = "a package has a package comment"
	design    = "a design is written down and ends in numbered decisions"
	skipping  = "no test is skipped"
	sleeping  = "nothing sleeps"
)

var snippets = []snippet{
	{rule: table, at: "store/civic", code: `import "gocua/store/command"`},
	{rule: table, at: "store/civic", code: `import "gocua/store"`, want: []string{"store/civic/x.go:2: store/civic may not import store"}},
	{rule: table, at: "store/command", code: `import "gocua/store/civic"`, want: []string{"store/command/x.go:2: store/command may not import store/civic"}},
	{rule: table, at: "node/peer", code: `import "gocua/raft"`, want: []string{"node/peer/x.go:2: node/peer may not import raft"}},
	{rule: table, at: "node", code: `import "gocua/raft"`},
	{rule: table, at: ".", code: `import "gocua/node"`, want: []string{"x.go:2: . may not import node"}},
	{rule: table, at: "raft", code: `import "gocua"`, want: []string{"raft/x.go:2: raft may not import ."}},
	{rule: table, at: "store/stats", want: []string{"store/stats: not in the import table (node/archtest/table_test.go)"}},
	{rule: table, at: "node/deliver", test: `import "gocua/store"`},
	{rule: table, at: "store/civic", test: `import "gocua/node/nodetest"`, want: []string{"store/civic/x_test.go:1: a test below store may not import node/nodetest"}},

	{rule: fence, at: "store", code: `import "github.com/dgraph-io/badger/v4"`},
	{rule: fence, at: "store/outbox", code: `import "github.com/dgraph-io/badger/v4/y"`, want: []string{"store/outbox/x.go:2: only store, store/storetest may import github.com/dgraph-io/badger"}},
	{rule: fence, at: "store/outbox", test: `import "github.com/dgraph-io/badger/v4"`, want: []string{"store/outbox/x_test.go:1: only store, store/storetest may import github.com/dgraph-io/badger"}},
	{rule: fence, at: "node", code: `import hraft "github.com/hashicorp/raft"`, want: []string{"node/x.go:2: only raft, raft/rafttest may import github.com/hashicorp/raft"}},
	{rule: fence, at: "node/trust", code: `import "github.com/hashicorp/raft-boltdb/v2"`, want: []string{"node/trust/x.go:2: only raft, raft/rafttest may import github.com/hashicorp/raft-boltdb"}},
	{rule: fence, at: "raft", code: `import "go.etcd.io/bbolt"`},
	{rule: fence, at: "raft/rafttest", code: `import "go.etcd.io/bbolt"`, want: []string{"raft/rafttest/x.go:2: only raft may import go.etcd.io/bbolt"}},
	{rule: fence, at: "node/auth", code: `import "github.com/gofiber/fiber/v2"`, want: []string{"node/auth/x.go:2: only node, node/web, node/api may import github.com/gofiber/fiber"}},
	{rule: fence, at: "node/demo", code: `import "github.com/valyala/fasthttp"`, want: []string{"node/demo/x.go:2: only node, node/web, node/api may import github.com/valyala/fasthttp"}},
	{rule: fence, at: "node/web", code: `import "html/template"`, want: []string{"node/web/x.go:2: only ui may import html/template"}},
	{rule: fence, at: "node/auth", code: `import "golang.org/x/crypto/argon2"`},

	{rule: pure, at: "store/civic", code: `import "time"; func f(day time.Time) time.Time { return day.AddDate(0, 0, 7) }`},
	{rule: pure, at: "store/civic", code: `import "time"; func f() time.Time { return time.Now() }`, want: []string{"store/civic/x.go:2: civic is pure: no time.Now"}},
	{rule: pure, at: "store/civic", code: `import clock "time"; var now = clock.Since`, want: []string{"store/civic/x.go:2: civic is pure: no time.Since"}},
	{rule: pure, at: "store/civic", code: `import "time"; func f() { var time struct{ Now int }; _ = time.Now }`},
	{rule: pure, at: "store/civic", code: `import "math/rand/v2"`, want: []string{"store/civic/x.go:2: civic is pure: no math/rand/v2"}},
	{rule: pure, at: "store/civic", code: `import "os"`, want: []string{"store/civic/x.go:2: civic is pure: no os"}},
	{rule: pure, at: "store/civic", code: `import "net/http"`, want: []string{"store/civic/x.go:2: civic is pure: no net/http"}},
	{rule: pure, at: "store/civic", code: `import "log/slog"`, want: []string{"store/civic/x.go:2: civic is pure: no log/slog"}},
	{rule: pure, at: "store/civic", code: `import . "time"`, want: []string{"store/civic/x.go:2: civic is pure: a dot import would hide what is used"}},
	{rule: pure, at: "store/civic", code: `import "gocua/store/command"; func f() command.ID { return command.NewID() }`, want: []string{"store/civic/x.go:2: civic is pure: no gocua/store/command.NewID"}},
	{rule: pure, at: "store/civic", code: `func share(n int) float64 { return 0 }`, want: []string{"store/civic/x.go:2: civic is pure: no floats (float64)"}},
	{rule: pure, at: "store/civic", code: `const half = 0.5`, want: []string{"store/civic/x.go:2: civic is pure: no floats (0.5)"}},
	{rule: pure, at: "store/civic", code: `import "math"; var m = math.Round`, want: []string{"store/civic/x.go:2: civic is pure: no floats (Round)"}},
	{rule: pure, at: "store/civic", code: `import "math"; const most = math.MaxInt64`},
	{rule: pure, at: "store/civic", code: `import "strconv"; var p = strconv.ParseFloat`, want: []string{"store/civic/x.go:2: civic is pure: no strconv.ParseFloat"}},
	{rule: pure, at: "store/civic", test: `import "os"`},
	{rule: pure, at: "store/search", code: `const half = 0.5`},

	{rule: applying, at: "store", code: `func f(s *Store) { s.Apply(1, nil) }`},
	{rule: applying, at: "raft", code: `func f(m Machine) { m.Apply(1, nil) }`},
	{rule: applying, at: "node", code: `func f(s *store.Store) { s.Apply(1, nil) }`, want: []string{"node/x.go:2: only node/machine.go may call Apply; if it is not the store's, give it another name"}},
	{rule: applying, at: "node/upstream", code: `func f(n link) func() { return n.store.Apply }`, want: []string{"node/upstream/x.go:2: only node/machine.go may call Apply; if it is not the store's, give it another name"}},
	{rule: applying, at: "node", code: `func (m machine) Apply() {}`},

	{rule: inits, at: "raft", code: `func init() {}`, want: []string{"raft/x.go:2: no init functions: say it where it is needed"}},
	{rule: inits, at: "raft", test: `func init() {}`, want: []string{"raft/x_test.go:1: no init functions: say it where it is needed"}},
	{rule: inits, at: "raft", code: `func (n Node) init() {}`},

	{rule: variables, at: "raft", code: `import "errors"; var ErrClosed = errors.New("closed")`},
	{rule: variables, at: "raft", code: `import "gocua/store/command"; var errClosed = command.Errorf(command.Unavailable, "closed", "closed")`},
	{rule: variables, at: "raft", code: `import "gocua/store/command"; var errClosed = &command.Error{Code: "closed"}`},
	{rule: variables, at: "raft", code: `import "io"; var errEnd error = io.EOF`},
	{rule: variables, at: "raft", code: `import "regexp"; var day = regexp.MustCompile("^[0-9-]+$")`},
	{rule: variables, at: "ui", code: `import "html/template"; var page = template.Must(template.New("").Funcs(nil).Parse(""))`},
	{rule: variables, at: "ui", code: `import "html/template"; var page = template.New("").Funcs(nil)`},
	{rule: variables, at: "ui", code: "import \"embed\"\n//go:embed static\nvar static embed.FS"},
	{rule: variables, at: "raft", code: `var _ Machine = (*machine)(nil)`},
	{rule: variables, at: "raft", code: `var words = map[string]string{"a": "b"}; var sizes = []int{1}; var magic = []byte("GOCUA")`},
	{rule: variables, at: "ui", code: `var hashes = hash(); func hash() map[string]string { return nil }`},
	{rule: variables, at: "raft", test: `var seen int`},
	{rule: variables, at: "raft", code: `func f() { words := 1; words = 2; words++ }; var words = []int{1}`},
	{rule: variables, at: "raft", code: `import "net/url"; func f(url url.URL) { url.Path = "/" }`},
	{rule: variables, at: "raft", code: `var count int`, want: []string{"raft/x.go:2: package variable count: it has no value, so somebody would have to write to it"}},
	{rule: variables, at: "raft", code: `var count = 0`, want: []string{"raft/x.go:2: package variable count: neither an error, an embed, a compiled template or regexp, nor a table"}},
	{rule: variables, at: "raft", code: `var a, b = two()`, want: []string{
		"raft/x.go:2: package variable a: neither an error, an embed, a compiled template or regexp, nor a table",
		"raft/x.go:2: package variable b: it has no value, so somebody would have to write to it"}},
	{rule: variables, at: "raft", code: `var cache = newCache(); func newCache() *Cache { return nil }`, want: []string{"raft/x.go:2: package variable cache: neither an error, an embed, a compiled template or regexp, nor a table"}},
	{rule: variables, at: "raft", code: `import "sync"; var mu = sync.Mutex{}`, want: []string{"raft/x.go:2: package variable mu: neither an error, an embed, a compiled template or regexp, nor a table"}},
	{rule: variables, at: "raft", code: `import "sync/atomic"; var n = atomic.Pointer[int]{}`, want: []string{"raft/x.go:2: package variable n: neither an error, an embed, a compiled template or regexp, nor a table"}},
	{rule: variables, at: "raft", code: `var Words = []string{"a"}`, want: []string{"raft/x.go:2: package variable Words: a table is unexported; export a function that reads it"}},
	{rule: variables, at: "raft", code: `var _ = check()`, want: []string{"raft/x.go:2: package variable _: a check names its interface"}},
	{rule: variables, at: "raft", code: `var words = []string{"a"}; func f() { words = nil }`, want: []string{"raft/x.go:2: words is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `var words = []string{"a"}; func f() { words[0] = "b" }`, want: []string{"raft/x.go:2: words is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `var count = [1]int{}; func f() { count[0]++ }`, want: []string{"raft/x.go:2: count is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `var words = map[int]int{}; func f() { delete(words, 1) }`, want: []string{"raft/x.go:2: words is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `var words = []int{}; func f() *int { return &words[0] }`, want: []string{"raft/x.go:2: words is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `var last = struct{ n int }{}; func f() { for last.n = range 3 {} }`, want: []string{"raft/x.go:2: last is a package variable, and read-only"}},
	{rule: variables, at: "raft", code: `import "net/http"; func f() { http.DefaultClient.Timeout = 1 }`, want: []string{"raft/x.go:2: net/http.DefaultClient is a package variable, and read-only"}},

	{rule: methodsOf, at: "raft", code: `type M interface { A(); B(); C(); D(); E() }`},
	{rule: methodsOf, at: "raft", code: `type M interface { A(); B(); C(); D(); E(); F() }`, want: []string{"raft/x.go:2: interface with 6 methods, at most 5"}},
	{rule: methodsOf, at: "raft", code: `type M interface { A(); B(); C() }; type N interface { M; D(); E(); F() }`, want: []string{"raft/x.go:2: interface with 6 methods, at most 5"}},
	{rule: methodsOf, at: "raft", code: `import "io"; func f(interface { io.Reader; A(); B(); C(); D(); E() }) {}`, want: []string{"raft/x.go:2: interface with 6 methods, at most 5"}},
	{rule: methodsOf, at: "raft", code: `type N interface { ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | comparable }`},

	{rule: short, at: "raft", code: strings.Repeat("\n", 598)},
	{rule: short, at: "raft", code: strings.Repeat("\n", 599), want: []string{"raft/x.go: 601 lines, at most 600"}},
	{rule: short, at: "raft", test: strings.Repeat("\n", 600)},

	{rule: naming, at: "store/feed"},
	{rule: naming, at: "store/helpers", want: []string{"store/helpers: a package named helpers says nothing about what is inside"}},
	{rule: naming, at: "node/types", want: []string{"node/types: a package named types says nothing about what is inside"}},

	{rule: comment, at: "raft"},
	{rule: comment, at: "raft", test: `var _ = 1`, want: []string{"raft: no package comment that says what it is, what it must not know and where to begin"}},

	{rule: design, at: "raft", design: "# Raft\n\n## Decisions\n\n1. Two profiles.\n"},
	{rule: design, at: "store/civic"},
	{rule: design, at: "raft", want: []string{"raft: no DESIGN.md"}},
	{rule: design, at: "raft", design: "# Raft\n\nAgreement on bytes.\n", want: []string{"raft/DESIGN.md: the last section is not a numbered list of Decisions"}},
	{rule: design, at: "raft", design: "# Raft\n\n## Decisions\n\n1. Two profiles.\n\n## Notes\n\nMore.\n", want: []string{"raft/DESIGN.md: the last section is not a numbered list of Decisions"}},

	{rule: skipping, at: "raft", test: `import "testing"; func TestA(t *testing.T) { t.Fatal() }`},
	{rule: skipping, at: "raft", test: `import "testing"; func TestA(t *testing.T) { t.Skip("slow") }`, want: []string{"raft/x_test.go:1: no test is skipped (Skip)"}},
	{rule: skipping, at: "raft", test: `import "testing"; func TestA(t *testing.T) { if testing.Short() { return } }`, want: []string{"raft/x_test.go:1: no test is skipped (Short)"}},
	{rule: skipping, at: "raft", test: `import "pgregory.net/rapid"; func check(t *rapid.T) { t.SkipNow() }`, want: []string{"raft/x_test.go:1: no test is skipped (SkipNow)"}},
	{rule: skipping, at: "raft", code: `func f(d decoder) { d.Skip() }`},

	{rule: sleeping, at: "raft", code: `import "time"; func f() { time.Sleep(1) }`, want: []string{"raft/x.go:2: wait for a condition or a timer that can be stopped, never time.Sleep"}},
	{rule: sleeping, at: "raft", test: `import "time"; func f() { time.Sleep(1) }`, want: []string{"raft/x_test.go:1: wait for a condition or a timer that can be stopped, never time.Sleep"}},
	{rule: sleeping, at: "raft", test: `import ("testing/synctest"; "time"); func f() { time.Sleep(1); synctest.Wait() }`},
	{rule: sleeping, at: "raft", code: `func f(time stub) { time.Sleep(1) }`},
}

func TestEachRuleReportsWhatBreaksItAndNothingElse(t *testing.T) {
	red, green := map[string]int{}, map[string]int{}
	for i, s := range snippets {
		t.Run(fmt.Sprint(s.rule, i), func(t *testing.T) {
			require.Equal(t, s.want, ruleNamed(t, s.rule).check(s.pkg(t)), "%s%s%s", s.code, s.test, s.design)
		})
		if len(s.want) > 0 {
			red[s.rule]++
		} else {
			green[s.rule]++
		}
	}
	for _, r := range rules {
		require.NotZero(t, red[r.name], "%q was never shown red", r.name)
		require.NotZero(t, green[r.name], "%q was never shown green", r.name)
	}
}

func (s snippet) pkg(t *testing.T) pkg {
	name, file, code := path.Base(s.at), "x.go", s.code
	if name == "." {
		name = "main"
	}
	opening := fmt.Sprintf("// Package %s is small.\npackage %s; ", name, name)
	if s.test != "" {
		opening, file, code = fmt.Sprintf("package %s; ", name), "x_test.go", s.test
	}
	parsed, err := parse(path.Join(s.at, file), []byte(opening+code+"\n"))
	require.NoError(t, err)
	return pkg{path: s.at, design: s.design, files: []source{parsed}}
}

func ruleNamed(t *testing.T, name string) rule {
	i := slices.IndexFunc(rules, func(r rule) bool { return r.name == name })
	require.GreaterOrEqual(t, i, 0, "no rule %q", name)
	return rules[i]
}
