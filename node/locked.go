package node

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/api"
	"gocua/node/trust"
	"gocua/node/web"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// unlockPath is the page that takes the passphrase.
const unlockPath = "/mo-khoa"

// lookForStick is how often a missing key file is looked for.
const lookForStick = 2 * time.Second

// locked is a machine that started sealed (khởi động niêm phong): nothing of what it
// keeps is open, no other machine hears it, and all it answers is that it waits for
// its key.
type locked struct {
	cfg   Config
	self  remembered
	log   *slog.Logger
	token string // of the command line on this machine
	form  string // stands in the page's form
	gates *unlockGates

	mu   sync.Mutex
	keys *trust.Keys
	open chan struct{} // closed once keys are there
}

// AwaitKeys opens the keyring of a machine that is about to start, or makes its
// first. If the key file is away, or it takes a passphrase, the machine answers as a
// sealed one until it has been opened or ctx ends; then its doors are free again.
func AwaitKeys(ctx context.Context, cfg Config) (*trust.Keys, error) {
	l := &locked{cfg: cfg, log: cfg.Log, open: make(chan struct{}), token: rand.Text(), form: rand.Text()}
	if l.log == nil {
		l.log = slog.New(slog.DiscardHandler)
	}
	if l.cfg.Clock == nil {
		l.cfg.Clock = time.Now
	}
	l.gates = newUnlockGates(l.cfg.Clock)
	var err error
	if l.self, err = remember(cfg.Dir); err != nil {
		return nil, err
	}
	l.self = l.self.with(cfg)
	if err := l.self.check(); err != nil {
		return nil, err
	}
	keys, err := openKeys(cfg.Dir, trust.Way{File: cfg.KeyFile}, l.cfg.Clock())
	var shut *trust.LockedError
	if !errors.As(err, &shut) {
		return keys, err
	}
	l.log.Warn("this machine starts sealed", "passphrase", shut.Passphrase, "url", "http://"+l.self.HTTP+unlockPath)
	return l.wait(ctx, *shut)
}

// wait answers until somebody opens the keyring.
func (l *locked) wait(ctx context.Context, shut trust.LockedError) (*trust.Keys, error) {
	p, err := l.listen(shut)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- p.serve(ctx) }()
	look := time.NewTicker(lookForStick)
	defer look.Stop()
	for waiting := true; waiting; {
		select {
		case <-ctx.Done():
			err, waiting = ctx.Err(), false
		case err = <-served:
			served <- nil
			waiting = false
		case <-l.open:
			waiting = false
		case <-look.C:
			if !shut.Passphrase {
				l.tryFile()
			}
		}
	}
	stop()
	err = errors.Join(err, <-served, os.Remove(l.path()))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys != nil {
		debug.FreeOSMemory() // what deriving a key took is as much as the machine takes in a day
		l.log.Info("this machine was unsealed")
		return l.keys, nil
	}
	return nil, err
}

func (l *locked) path() string { return filepath.Join(l.cfg.Dir, controlFile) }

// listen opens the doors for browsers and tells the command line where they are.
func (l *locked) listen(shut trust.LockedError) (*pages, error) {
	p := &pages{app: l.routes(shut)}
	plain, err := p.listen(l.self.HTTP, nil)
	if err == nil && l.self.HTTPS != "" {
		_, err = p.listen(l.self.HTTPS, newWebCert(l.cfg.Dir, l.cfg.Clock, func() time.Time { return time.Time{} }, l.log))
	}
	var raw []byte
	if err == nil {
		raw, err = json.Marshal(Control{URL: "http://" + plain + controlPrefix, Token: l.token})
	}
	if err == nil {
		err = replaceFile(l.path(), raw)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// routes are all a sealed machine answers.
func (l *locked) routes(shut trust.LockedError) *fiber.App {
	app := fiber.New(api.AppConfig())
	app.Use(api.Armour, api.Guard(func(string) int64 { return 4 << 10 }), ownName)
	sealed := command.Errorf(command.Unavailable, "sealed", "%s", shut.Error())
	app.Get("/livez", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"alive": true}) })
	app.Get("/readyz", func(c *fiber.Ctx) error {
		return c.Status(fiber.StatusServiceUnavailable).JSON(fiber.Map{"ready": false, "reasons": []string{shut.Error()}})
	})
	app.Get("/static/*", func(c *fiber.Ctx) error {
		body, kind, ok := ui.Asset(c.Path())
		if !ok {
			return fiber.ErrNotFound
		}
		c.Set(fiber.HeaderContentType, kind)
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable") // the page that says "opened" is drawn while the doors are shut
		return c.Send(body)
	})
	app.Get(unlockPath, func(c *fiber.Ctx) error { return l.page(c, shut, fiber.StatusOK, nil) })
	app.Post(unlockPath, func(c *fiber.Ctx) error {
		if !api.SameOrigin(c) || subtle.ConstantTimeCompare([]byte(c.FormValue("token")), []byte(l.form)) != 1 {
			return fiber.ErrForbidden
		}
		if err := l.tryPassphrase(shut, c.IsFromLocal(), c.FormValue("passphrase")); err != nil {
			return l.page(c, shut, fiber.StatusUnprocessableEntity, err)
		}
		c.Set("Refresh", "5; url=/") // the doors are shut for a moment while the machine opens
		m := l.model(shut)
		m.Opened = true
		return draw(c, m)
	})
	app.Post(controlPrefix+"/unlock", l.owner, func(c *fiber.Ctx) error {
		var q struct {
			Passphrase string `json:"passphrase"`
		}
		if err := json.Unmarshal(c.Body(), &q); err != nil {
			return reply(c, nil, command.Errorf(command.Invalid, "malformed", "the request cannot be read"))
		}
		return reply(c, struct{}{}, l.tryPassphrase(shut, true, q.Passphrase))
	})
	app.All(controlPrefix+"/*", l.owner, func(c *fiber.Ctx) error { return reply(c, nil, sealed) })
	app.Use(func(c *fiber.Ctx) error {
		if c.Method() == fiber.MethodGet && strings.Contains(c.Get(fiber.HeaderAccept), "text/html") {
			return c.Redirect(unlockPath, fiber.StatusSeeOther)
		}
		c.Set(fiber.HeaderRetryAfter, "30")
		return c.Status(fiber.StatusServiceUnavailable).JSON(sealed)
	})
	return app
}

// node is the machine's name, which its certificate tells.
func (l *locked) node() string {
	id, err := trust.LoadIdentity(l.cfg.Dir)
	if err != nil {
		return l.self.Unit
	}
	return id.Node
}

// owner lets in whoever can read the machine's directory, from this computer only.
func (l *locked) owner(c *fiber.Ctx) error {
	given := strings.TrimPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if !c.IsFromLocal() || subtle.ConstantTimeCompare([]byte(given), []byte(l.token)) != 1 {
		return fiber.ErrNotFound
	}
	return c.Next()
}

func (l *locked) model(shut trust.LockedError) ui.UnlockModel {
	return ui.UnlockModel{Shell: ui.Shell{Unit: l.self.Unit, Now: l.cfg.Clock()}, Form: ui.Form{Action: unlockPath, Token: l.form}, Node: l.node(), Stick: !shut.Passphrase}
}

func (l *locked) page(c *fiber.Ctx, shut trust.LockedError, status int, why error) error {
	m := l.model(shut)
	if why != nil {
		e := command.AsError(why)
		m.Form.Fail("passphrase", &m.Passphrase, messages.Error(messages.Vietnamese, e.Code, e.Message))
	}
	c.Status(status)
	return draw(c, m)
}

func draw(c *fiber.Ctx, m ui.UnlockModel) error {
	web.Headers(c)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	return ui.Render(c, ui.PageUnlock, m)
}

// tryPassphrase opens the keyring, one guess at a time and slower with each that was
// wrong. here: it is given at this computer.
func (l *locked) tryPassphrase(shut trust.LockedError, here bool, passphrase string) error {
	if !shut.Passphrase {
		return command.Errorf(command.Conflicting, "key_file", "this machine takes no passphrase: put its key file back")
	}
	if passphrase == "" {
		return command.InvalidField("/passphrase", "required", "type the passphrase")
	}
	gate := l.gates.of(here)
	if !gate.enter() {
		return command.Errorf(command.Unavailable, "slow_down", "too many wrong passphrases; wait a moment")
	}
	l.gates.deriving.Lock()
	keys, err := trust.OpenKeys(l.cfg.Dir, trust.Way{Passphrase: passphrase})
	l.gates.deriving.Unlock()
	gate.leave(err == nil)
	switch {
	case errors.Is(err, trust.ErrWrongPassphrase):
		l.log.Warn("a wrong passphrase was given")
		return command.InvalidField("/passphrase", "wrong_passphrase", "the passphrase is wrong")
	case err != nil:
		return err
	}
	l.opened(keys)
	return nil
}

// tryFile looks whether the key file has come.
func (l *locked) tryFile() {
	keys, err := trust.OpenKeys(l.cfg.Dir, trust.Way{File: l.cfg.KeyFile})
	var shut *trust.LockedError
	switch {
	case err == nil:
		l.opened(keys)
	case !errors.As(err, &shut):
		l.log.Warn("the key file does not open this machine", "error", err)
	}
}

func (l *locked) opened(keys *trust.Keys) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = keys
		close(l.open)
	}
}

// unlockGates are one for this computer and one for the office's network: whoever
// fails there on purpose keeps nobody out who stands at the machine.
type unlockGates struct {
	here, outside unlockGate
	deriving      sync.Mutex // one at a time: each takes 256 MiB
}

func newUnlockGates(clock func() time.Time) *unlockGates {
	return &unlockGates{here: unlockGate{clock: clock}, outside: unlockGate{clock: clock}}
}

func (g *unlockGates) of(here bool) *unlockGate {
	if here {
		return &g.here
	}
	return &g.outside
}

// unlockGate lets one guess in at a time; from the third wrong one on the next waits,
// twice as long each time, up to five minutes. Guesses on the keyring itself, on
// somebody's own computer, are what the effort of argon2id is for.
type unlockGate struct {
	clock func() time.Time
	mu    sync.Mutex
	busy  bool
	wrong int
	next  time.Time
}

const (
	freeGuesses = 3
	longestWait = 5 * time.Minute
)

func (g *unlockGate) enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.busy || g.clock().Before(g.next) {
		return false
	}
	g.busy = true
	return true
}

func (g *unlockGate) leave(right bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.busy = false
	if right {
		return
	}
	if g.wrong++; g.wrong >= freeGuesses {
		g.next = g.clock().Add(min(time.Second<<min(g.wrong-freeGuesses, 10), longestWait))
	}
}
