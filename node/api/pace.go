package api

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/time/rate"

	"gocua/node/auth"
	"gocua/store/command"
)

// How many requests one asker may make. A page is one request and perhaps a few
// that it makes by itself; nobody reads twenty pages a second.
const (
	perSecond = 20
	atOnce    = 40
	maxAskers = 8192 // a flood of addresses must not fill the memory
)

// Pace keeps one asker from taking the machine from all others: a session, or
// whoever has none by address. A token that opens no session counts for the
// address, so inventing tokens buys nothing.
type Pace struct {
	who   func(token string) (auth.Session, bool)
	clock func() time.Time
	mu    sync.Mutex
	asked map[string]*asker
}

type asker struct {
	*rate.Limiter
	last time.Time
}

// NewPace counts by sessions as who knows them: Auth.Peek, which is no sign of life.
func NewPace(who func(token string) (auth.Session, bool), clock func() time.Time) *Pace {
	return &Pace{who: who, clock: clock, asked: map[string]*asker{}}
}

// Admit is nil while the asker keeps to the pace, else rate_limited.
func (p *Pace) Admit(c *fiber.Ctx) error {
	if unpaced(c) {
		return nil
	}
	token, bearer := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	if !bearer {
		token = c.Cookies(auth.CookieName(c.Secure()))
	}
	signedIn := false
	if token != "" {
		_, signedIn = p.who(token)
	}
	// A program on this very machine could do it worse things than ask; whoever
	// sits at its browser could be anybody's page.
	if c.IsFromLocal() && (bearer || !signedIn) {
		return nil
	}
	key := "a" + auth.Address(c.Context().RemoteAddr().String())
	if signedIn {
		digest := sha256.Sum256([]byte(token))
		key = "s" + string(digest[:])
	}
	if !p.take(key) {
		return command.Errorf(command.Unavailable, "rate_limited", "too many requests; wait a second")
	}
	return nil
}

// unpaced is what costs next to nothing, and signing in, which has a gate of its
// own that tells an officer from whoever guesses.
func unpaced(c *fiber.Ctx) bool {
	switch path := c.Path(); {
	case path == "/livez", path == "/readyz", strings.HasPrefix(path, "/static/"):
		return true
	case c.Method() == fiber.MethodPost:
		return path == "/vao" || path == "/api/v1/sessions"
	}
	return false
}

func (p *Pace) take(key string) bool {
	now := p.clock()
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.asked[key]
	if !ok {
		p.forget(now)
		a = &asker{Limiter: rate.NewLimiter(perSecond, atOnce)}
		p.asked[key] = a
	}
	a.last = now
	return a.AllowN(now, 1)
}

// forget makes room: whoever has been quiet long enough to have everything back
// again need not be remembered, and in a flood nobody is.
func (p *Pace) forget(now time.Time) {
	if len(p.asked) < maxAskers {
		return
	}
	for key, a := range p.asked {
		if now.Sub(a.last) > atOnce/perSecond*time.Second {
			delete(p.asked, key)
		}
	}
	if len(p.asked) >= maxAskers {
		clear(p.asked)
	}
}
