package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"gocua/node/api"
	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
)

// folder is a register with one officer in it and nothing else.
type folder struct{ officer []byte }

func newFolder(t *testing.T) folder {
	hash, err := auth.HashPassword("đường dài lắm 12")
	require.NoError(t, err)
	b, err := json.Marshal(civic.Officer{ID: command.ID{1}, User: "trang", Name: "Lê Thu Trang", Role: civic.RoleOfficer, Unit: "00163", Hash: hash})
	require.NoError(t, err)
	return folder{b}
}

func (f folder) Get(t command.RecordType, _ command.Key) []byte {
	if t != civic.TypeOfficer {
		return nil
	}
	return f.officer
}

func (f folder) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		if ix == civic.OfficerByUser && prefix == "trang" {
			yield("trang", civic.KeyOf(command.ID{1}))
		}
	}
}

func (folder) Outcome(command.ID) (command.Outcome, bool) { return command.Outcome{}, false }
func (folder) Now() int64                                 { return 0 }
func (folder) Level() int                                 { return 1 }

// cardboard is a machine that does what a test wants of it.
type cardboard struct {
	*contract
	officer asker
	log     *bytes.Buffer
}

func build(t *testing.T, machine lookup.Machine, ready ...string) cardboard {
	f, log := newFolder(t), &bytes.Buffer{}
	cfg := api.Config{Machine: machine, Table: civic.Table(), Log: slog.New(slog.NewTextHandler(log, nil)), Ready: func() []string { return ready }}
	cfg.Auth = auth.New(auth.Config{Read: func(read func(command.View)) { read(f) }, Clock: time.Now, Log: cfg.Log})
	app := fiber.New(api.AppConfig())
	app.Use(api.Guard(func(string) int64 { return 1 << 20 }))
	api.Mount(app, cfg)
	app.Get("/page", func(*fiber.Ctx) error { panic("a page fell over") })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- app.Listener(l) }()
	t.Cleanup(func() {
		require.NoError(t, app.ShutdownWithTimeout(5*time.Second))
		require.NoError(t, <-done)
	})
	base := "http://" + l.Addr().String()
	b := cardboard{contract: readContract(t, base), log: log}
	token := b.call(asker{base: base}, "POST", "/api/v1/sessions", "", map[string]string{"user": "trang", "password": "đường dài lắm 12"}).Object["token"]
	b.officer = asker{base: base, token: token.(string)}
	return b
}

func TestAMachineThatIsNotReadySaysWhy(t *testing.T) {
	b := build(t, lookup.Machine{}, "the register is empty")
	got := b.call(b.officer, "GET", "/readyz", "", nil)
	require.Equal(t, 503, got.Status)
	require.Equal(t, map[string]any{"ready": false, "reasons": []any{"the register is empty"}}, got.Object)
}

func TestOnlyOneHasEverythingReadAtATime(t *testing.T) {
	reading, done := make(chan bool), make(chan bool)
	b := build(t, lookup.Machine{Status: func(content bool) lookup.Status {
		if content {
			reading <- true
			<-done
		}
		return lookup.Status{}
	}})
	first := make(chan int)
	go func() {
		got, err := b.try(b.officer, "GET", "/api/v1/status", "?content=true", nil)
		first <- got.Status
		if err != nil {
			t.Error(err)
		}
	}()
	<-reading
	got := b.call(b.officer, "GET", "/api/v1/status", "?content=true", nil)
	require.Equal(t, 429, got.Status)
	require.Equal(t, "busy", got.code())
	require.Equal(t, 200, b.call(b.officer, "GET", "/api/v1/status", "", nil).Status)
	close(done)
	require.Equal(t, 200, <-first)
}

func TestAFaultIsAnsweredAndWrittenDown(t *testing.T) {
	b := build(t, lookup.Machine{
		Read:   func(func(lookup.Source) error) error { return errors.New("the disk is on fire") },
		Status: func(bool) lookup.Status { panic("status fell over") },
	})
	for path, why := range map[string]string{"/api/v1/residents": "the disk is on fire", "/api/v1/status": "panic: string"} {
		b.log.Reset()
		got := b.call(b.officer, "GET", path, "", nil)
		require.Equal(t, 500, got.Status)
		require.NotContains(t, string(got.Raw), why)
		require.Contains(t, b.log.String(), why)
		require.Contains(t, b.log.String(), path)
	}
	got, err := send(b.officer, "GET", "/page", nil)
	require.NoError(t, err)
	require.Equal(t, 500, got.Status)
	require.True(t, strings.HasPrefix(got.Header.Get("Content-Type"), "text/plain"))
	require.Contains(t, b.log.String(), "cardboard_test.go", "where it happened")
	require.NotContains(t, b.log.String(), "fell over", "the value of a panic may be somebody's data")
}

func TestEveryMountedCallIsDescribedAndNoOther(t *testing.T) {
	app := fiber.New(api.AppConfig())
	api.Mount(app, api.Config{Table: civic.Table()})
	mounted := map[string]bool{}
	for _, r := range app.GetRoutes(true) {
		if r.Method != "HEAD" { // Fiber's own, beside each GET
			mounted[r.Method+" "+strings.ReplaceAll(r.Path, ":id", "{id}")] = true
		}
	}
	described := map[string]bool{}
	build(t, lookup.Machine{}).each(func(method, path string, _ operation) { described[method+" "+path] = true })
	require.Equal(t, described, mounted)
	require.Len(t, mounted, 22)
}

func TestTheExampleOfEveryKindFitsItsSchemaAndTheTable(t *testing.T) {
	b := build(t, lookup.Machine{})
	var kinds struct {
		Items []struct {
			Kind            string
			Schema, Example json.RawMessage
		}
	}
	require.NoError(t, json.Unmarshal(b.call(b.officer, "GET", "/api/v1/kinds", "", nil).Raw, &kinds))
	table := civic.Table()
	for _, k := range kinds.Items {
		t.Run(k.Kind, func(t *testing.T) {
			spec, ok := table.Named(k.Kind)
			require.True(t, ok)
			require.False(t, spec.System)
			compiler := jsonschema.NewCompiler()
			compiler.AssertFormat()
			schema, err := jsonschema.UnmarshalJSON(bytes.NewReader(k.Schema))
			require.NoError(t, err)
			require.NoError(t, compiler.AddResource("kind.json", schema))
			compiled, err := compiler.Compile("kind.json")
			require.NoError(t, err)
			example, err := jsonschema.UnmarshalJSON(bytes.NewReader(k.Example))
			require.NoError(t, err)
			require.NoError(t, compiled.Validate(example))
			example.(map[string]any)["somethingElse"] = 1
			require.Error(t, compiled.Validate(example))
			if k.Kind != "cluster.enroll" { // its example cannot hold a real certificate
				_, problem := table.Canonical(spec.Kind, k.Example)
				require.Nil(t, problem, fmt.Sprint(problem))
			}
		})
	}
}
