package node

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"runtime/debug"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/auth"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/match"
	"gocua/store/search"
)

// pages is the side of the machine that browsers and programs see: plain HTTP
// on loopback, HTTPS for the office.
type pages struct {
	app       *fiber.App
	listeners []net.Listener // what is served
	crowds    []*crowd       // whoever has come through them
}

func (n *Node) openPeople() error {
	n.auth = auth.New(auth.Config{Clock: n.cfg.Clock, Log: n.log, Home: n.self.Unit, Submit: n.capture.Submit, Heard: n.heard, Looked: n.atTheDoor,
		Read: func(f func(command.View)) {
			r := n.reg.Read()
			defer r.Close()
			f(r)
		},
		Here: func(f func(command.View)) {
			r, view, _ := n.here.read()
			defer r.Close()
			f(view)
		}})
	n.found, n.pairs = search.New(), match.New()
	if err := n.openExports(); err != nil {
		return err
	}
	return n.openImports(n.keys.Base())
}

// heard is when this machine last heard its cluster, by its own clock. One that
// was only just started knows from its register how old that may be.
func (n *Node) heard() time.Time {
	if at := n.raft.LastContact(); !at.IsZero() {
		return n.cfg.Clock().Add(-time.Since(at))
	}
	return time.UnixMilli(n.agreedAt())
}

func (n *Node) openPages() error {
	if n.cfg.Sim != nil {
		n.pages = &pages{}
		return nil
	}
	n.pages = &pages{app: n.routes()}
	var err error
	if n.self.HTTP, err = n.pages.listen(n.self.HTTP, nil); err != nil || n.self.HTTPS == "" {
		return err
	}
	n.self.HTTPS, err = n.pages.listen(n.self.HTTPS, newWebCert(n.cfg.Dir, n.cfg.Clock, n.agreedTime, n.log))
	return err
}

// listen opens one door, with a certificate for HTTPS, and returns where it is.
func (p *pages) listen(addr string, cert *webCert) (string, error) {
	if cert != nil {
		if _, err := cert.show(nil); err != nil {
			return addr, err
		}
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return addr, fmt.Errorf("node: pages on %s: %w", addr, err)
	}
	c := bounded(l)
	p.crowds = append(p.crowds, c)
	var served net.Listener = c
	if cert != nil {
		served = tls.NewListener(c, &tls.Config{GetCertificate: cert.show, MinVersion: tls.VersionTLS12})
	}
	p.listeners = append(p.listeners, served)
	return l.Addr().String(), nil
}

// lastAnswers is how long whoever is asking when a machine stops has for it.
const lastAnswers = 3 * time.Second

// serve answers until ctx ends.
func (p *pages) serve(ctx context.Context) error {
	if p.app == nil { // in a simulation
		<-ctx.Done()
		return nil
	}
	errs := make(chan error, len(p.listeners))
	for _, l := range p.listeners {
		go func() { errs <- p.app.Listener(l) }()
	}
	var err error
	waiting := len(p.listeners)
	select {
	case <-ctx.Done():
	case err = <-errs:
		waiting--
	}
	err = errors.Join(err, p.app.ShutdownWithTimeout(lastAnswers))
	p.close()
	for range waiting {
		err = errors.Join(err, <-errs)
	}
	if ctx.Err() != nil {
		return nil // cut off in the middle of closing is closed
	}
	return err
}

// close shuts the doors, served or not, and hangs up on who has not gone by then:
// browsers open connections before they need them, and the next to run here, in
// this very process perhaps, answers at the same address.
func (p *pages) close() {
	for _, c := range p.crowds {
		c.disperse()
	}
}

// follow keeps the search column in step with the register.
func (n *Node) follow(ctx context.Context) {
	for told := false; ; {
		changed, before := n.reg.Changed(), n.found.Head()
		err := n.followFeed()
		if err != nil && !told && ctx.Err() == nil {
			n.log.Error("the search column is not in step with the register", "error", err)
		}
		told = err != nil // once, not at every change
		if n.found.Head() >= before+namesMany {
			rest(ctx, namesRest)
		}
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// While a list comes in, its names are taken in a few pages at a time: each look into
// the register costs as much as dozens of names. Whoever searches has what is missing
// taken in first, if that is the matter of a moment.
const (
	namesMany   = 50 // changes since the last look
	namesRest   = 200 * time.Millisecond
	namesMoment = 5_000 // changes; a tenth of a second
)

// catchUp has found what was agreed by now.
func (n *Node) catchUp() {
	head, r := n.found.Head(), n.reg.Read()
	now := r.Position().FeedHead
	r.Close()
	if head > 0 && head < now && now-head <= namesMoment {
		_ = n.followFeed() // follow meets the same error, and says it
	}
}

// followFeed takes in what was agreed since the last look; after a restore,
// everything.
func (n *Node) followFeed() error {
	head := n.found.Head() // before the register is looked at: others follow as well
	r := n.reg.Read()
	defer r.Close()
	var err error
	if head == 0 || head > r.Position().FeedHead {
		err = n.loadNames(r)
	} else if err = n.found.Follow(r.Feed(head)); errors.Is(err, search.ErrGap) {
		err = n.loadNames(r)
	}
	return errors.Join(err, r.Err())
}

// manyNames is from how many residents on reading them leaves so much behind that
// the computer should have it back at once.
const manyNames = 20_000

func (n *Node) loadNames(r *store.Reader) error {
	began := time.Now()
	defer n.cfg.leanly(leanNames)()
	err := n.found.Load(r)
	if _, people := n.found.Built(); people >= manyNames {
		debug.FreeOSMemory()
		n.log.Info("the names of the register are read", "people", people, "took", time.Since(began).Round(time.Millisecond))
	}
	return err
}

// Ready says why this machine should not be sent work yet; nothing: it may be.
func (n *Node) Ready() (reasons []string) {
	r := n.reg.Read()
	defer r.Close()
	if _, ok := civic.WhoseRegister(r); !ok {
		reasons = append(reasons, "the register is empty: this machine has not reached its cluster yet")
	}
	if why := n.reason(); why != nil {
		reasons = append(reasons, fmt.Sprintf("this machine has stopped applying what is agreed (%s, entry %d); it goes on capturing", why.Code, why.Index))
	}
	if n.removed() || n.shutOut() {
		reasons = append(reasons, "this machine is no member of its cluster any more; it goes on capturing")
	}
	if err := n.disk.check(shortMark); err != nil {
		reasons = append(reasons, "the disk is nearly full: what is agreed is not applied until there is room")
	}
	return reasons
}
