package auth

import (
	"math/bits"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// A gate slows down whoever guesses passwords, without ever handing a stranger
// the means to lock an officer out:
//
//   - Failures are counted for each place (account and address together): after
//     3 the next try waits 1 s, then 2 s, 4 s … up to 15 minutes.
//   - They are counted for each address, whatever the account: after 20, the same.
//     An account that has signed in from an address before is not held up by what
//     others do there; many officers may sit behind one address.
//   - They are counted for each account over all addresses, but that count never
//     delays a first try. It only takes the free tries from places the account
//     never signed in from: there each failure costs at least a minute.
//
// So an officer who types the right password gets in at once from any address
// but the attacker's own, and on that one, if the officer has been there before,
// after the delay of that place. An attacker with many addresses buys one guess
// with each, then about a hundred a day.
//
// Tries that are being checked count as failed until they are done, so fifty at
// once are no way around the count. Everything is forgotten an hour after the
// last failure; nothing is ever locked for good.
type gate struct {
	mu    sync.Mutex
	tries map[string]*tries
	known map[string]time.Time // places that signed in, and when last
}

type tries struct {
	failed  int
	running int       // being checked now
	last    time.Time // when one last began or failed
	until   time.Time // no further try before this
}

const (
	freeAtPlace   = 3
	freeAtAddress = 20
	atOnce        = 4  // tries of one address being checked, so that others need not queue behind it
	underAttack   = 20 // failures of one account, over all addresses
	firstDelay    = time.Second
	longestDelay  = 15 * time.Minute
	attackedDelay = time.Minute
	forgetAfter   = time.Hour
	maxTries      = 8192 // a flood of invented names and addresses must not fill the memory
	maxKnown      = 4096
)

func newGate() *gate { return &gate{tries: map[string]*tries{}, known: map[string]time.Time{}} }

// A place is an account (as it was typed, for it may not exist) at an address.
type place struct{ account, address string }

// The first byte keeps the three kinds of counts apart.
func (p place) key() string        { return "p" + p.address + "\x00" + p.account }
func (p place) accountKey() string { return "u" + p.account }
func (p place) addressKey() string { return "a" + p.address }

// enter begins a try, or says how long to wait before the next. Who enters must
// leave.
func (g *gate) enter(p place, now time.Time) (wait time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.known[p.key()]
	free := freeAtPlace
	if !known && g.attacked(p, now) {
		free = 1
	}
	wait = g.count(p.key(), now).wait(now, free)
	if !known {
		wait = max(wait, g.count(p.addressKey(), now).wait(now, freeAtAddress))
	}
	if wait > 0 {
		return wait
	}
	for _, key := range []string{p.key(), p.addressKey()} {
		t := g.at(key, now)
		t.running++
		t.last = now
	}
	return 0
}

// How a try ended.
type ending int

const (
	failed ending = iota
	succeeded
	abandoned // not decided: the asker went away
)

// leave ends a try that entered.
func (g *gate) leave(p place, now time.Time, how ending) {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, known := g.known[p.key()]
	here, address := g.at(p.key(), now), g.at(p.addressKey(), now)
	here.running--
	address.running--
	switch how {
	case failed:
		attacked := g.attacked(p, now)
		g.at(p.accountKey(), now).fail(now, 0)
		address.fail(now, delay(address.failed+1, freeAtAddress))
		wait := delay(here.failed+1, freeAtPlace)
		if attacked && !known {
			wait = max(wait, attackedDelay)
		}
		here.fail(now, wait)
	case succeeded:
		here.failed, here.until = 0, time.Time{}
		g.remember(p, now)
	}
	g.forget(now)
}

func (g *gate) attacked(p place, now time.Time) bool {
	return g.count(p.accountKey(), now).failed >= underAttack
}

// count is how things stand under a key. Asking leaves nothing behind, for who
// is refused must not be able to fill the memory.
func (g *gate) count(key string, now time.Time) tries {
	if t, ok := g.tries[key]; ok && !t.stale(now) {
		return *t
	}
	return tries{}
}

// at is the count under a key to be changed, begun anew if the old one is stale.
func (g *gate) at(key string, now time.Time) *tries {
	t, ok := g.tries[key]
	if !ok || t.stale(now) {
		t = &tries{last: now}
		g.tries[key] = t
	}
	return t
}

func (t tries) stale(now time.Time) bool { return t.running == 0 && now.Sub(t.last) > forgetAfter }

func (t tries) wait(now time.Time, free int) time.Duration {
	if wait := t.until.Sub(now); wait > 0 {
		return wait
	}
	if t.running > 0 && t.failed+t.running >= free || t.running >= atOnce {
		return firstDelay
	}
	return 0
}

func (t *tries) fail(now time.Time, wait time.Duration) {
	t.failed++
	t.last = now
	if until := now.Add(wait); until.After(t.until) {
		t.until = until
	}
}

// delay is what the n-th failure costs: nothing while tries are free, then
// twice as much each time.
func delay(n, free int) time.Duration {
	if n < free {
		return 0
	}
	doublings := n - free
	if doublings >= bits.Len64(uint64(longestDelay/firstDelay)) {
		return longestDelay
	}
	return min(firstDelay<<doublings, longestDelay)
}

// forget keeps the counts below their bound, a quarter at a time so that a flood
// does not make it sort on every try: what is stale goes first, then what is
// oldest. Counts with a try running stay.
func (g *gate) forget(now time.Time) {
	if len(g.tries) <= maxTries {
		return
	}
	var idle []string
	for key, t := range g.tries {
		if t.running == 0 {
			idle = append(idle, key)
		}
	}
	slices.SortFunc(idle, func(a, b string) int { return g.tries[a].last.Compare(g.tries[b].last) })
	for i, key := range idle {
		if i >= maxTries/4 && !g.tries[key].stale(now) {
			return
		}
		delete(g.tries, key)
	}
}

// remember notes that an account signed in at a place.
func (g *gate) remember(p place, now time.Time) {
	g.known[p.key()] = now
	if len(g.known) <= maxKnown {
		return
	}
	oldest := p.key()
	for key, at := range g.known {
		if at.Before(g.known[oldest]) {
			oldest = key
		}
	}
	delete(g.known, oldest)
}

// addressOf is what stands for a machine in the counts: an IPv4 address, or the
// /64 of an IPv6 one, since whoever has one address of it has them all. The
// port, if there is one, does not count.
func addressOf(from string) string {
	addr, err := netip.ParseAddr(from)
	if err != nil {
		ap, err := netip.ParseAddrPort(from)
		if err != nil {
			return from[:min(len(from), 64)]
		}
		addr = ap.Addr()
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is4() {
		return addr.String()
	}
	net, _ := addr.Prefix(64) // 64 is a length an IPv6 address has
	return net.String()
}
