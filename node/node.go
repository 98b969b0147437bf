package node

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"gocua/node/auth"
	"gocua/node/deliver"
	"gocua/node/host"
	"gocua/node/peer"
	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/raft"
	"gocua/store"
	"gocua/store/audit"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/match"
	"gocua/store/outbox"
	"gocua/store/search"
)

// Node is one running machine.
type Node struct {
	cfg   Config
	lock  *host.Lock // on the directory
	self  remembered
	id    *trust.Identity
	keys  *trust.Keys
	disk  *disk
	log   *slog.Logger
	table *command.Table

	reg     *store.Store
	box     *outbox.Outbox
	door    *peer.Listener
	raft    *raft.Raft
	clock   *timekeeper
	batcher *deliver.Batcher
	here    *register // the register with what waits here
	waiting *waiting
	capture *deliver.Capture
	drain   *deliver.Drain
	sender  deliver.Sender

	carried  *outbox.Outbox // copies of what other machines captured
	carrier  *deliver.Carrier
	handover *deliver.Handover

	line      *upstream.Sender
	auth      *auth.Auth
	found     *search.Index
	pairs     *match.Index
	looks     *audit.Journal // who looked at whom on this machine
	imports   *imports
	backups   backups
	checkup   checkup // of this machine's computer
	exports   *exports
	pages     *pages
	calls     callers
	near      neighbours
	told      whereabouts // of other machines
	uptime    uptime
	marks     marks
	lives     lives                     // of machines that had forgotten, on the leader
	member    atomic.Bool               // the cluster has taken this machine in, perhaps long ago
	agreed    atomic.Pointer[agreedOn]  // about this machine; nil: not read yet
	halted    atomic.Pointer[breakdown] // why what is agreed must not be applied here
	differing string                    // the machines last seen to differ; of compare only
	lags      [2]lagCounter
	recovery  *recovery // into this generation of the cluster; nil: none
	token     string    // of the command line on this machine
	guests    guests
	fresh     atomic.Pointer[trust.Identity] // renewed since it was opened; nil: not yet

	leader atomic.Pointer[raft.Leadership]
	moved  broadcast // closed whenever trying again may help

	life   sync.Mutex
	closed bool
	stop   context.CancelFunc // of Run; nil: not running yet
	ended  chan struct{}      // closed when Run has returned
}

// Open opens everything on disk and the doors, in an order in which nothing is
// asked before it can answer: register and outbox, then the door for other
// machines, then agreement, then pages. Run makes it work.
func Open(cfg Config) (_ *Node, err error) {
	n := &Node{cfg: cfg, table: cfg.Table, log: cfg.Log}
	if n.table == nil {
		n.table = civic.Table()
	}
	if n.log == nil {
		n.log = slog.New(slog.DiscardHandler)
	}
	if n.cfg.Clock == nil {
		n.cfg.Clock = time.Now
	}
	if n.self, err = remember(cfg.Dir); err != nil {
		return nil, err
	}
	n.self = n.self.with(cfg)
	n.member.Store(n.self.Member)
	if err := n.self.check(); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, n.Close())
		}
	}()
	for _, step := range []func() error{n.hold, n.openIdentity, n.openKeys, n.openDisk, n.openRecovery, n.openDoor, n.openRaft, n.openDelivery, n.openLooks, n.openPeople, n.openBackups, n.openPages} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	if err := n.writeControl(); err != nil {
		return nil, err
	}
	return n, n.self.save(cfg.Dir) // ports that were "any" stay the same from now on
}

// hold takes the directory for this process: before anything of it is opened, and
// until everything is closed.
func (n *Node) hold() (err error) {
	n.lock, err = host.Hold(n.cfg.Dir)
	return err
}

func (n *Node) openIdentity() (err error) {
	n.id, err = trust.LoadIdentity(n.cfg.Dir)
	if err != nil {
		return err
	}
	n.log = n.log.With("node", n.id.Node)
	n.guests = guests{n: n, now: n.tokenTime, quiet: rate.NewLimiter(rate.Every(10*time.Second), 20), log: n.log}
	n.guests.invited, err = trust.LoadInvitations(n.cfg.Dir)
	return err
}

func (n *Node) openDisk() (err error) {
	n.disk = newDisk(n.cfg.Dir, n.cfg.Room, n.log)
	if err := n.disk.check(startMark); err != nil {
		return fmt.Errorf("node: opening %s: %w", n.cfg.Dir, err)
	}
	if n.reg, err = openRegister(n.keys, store.Config{Dir: n.path("register"), Table: n.table, Level: civic.Level, Still: n.cfg.Sim != nil, Log: n.log}); err != nil {
		return err
	}
	n.box, err = openOutbox(n.cfg.Dir, n.keys, n.id.Node, n.log)
	return err
}

// openOutbox opens the outbox of a machine's directory.
func openOutbox(dir string, keys *trust.Keys, node string, log *slog.Logger) (*outbox.Outbox, error) {
	return outbox.Open(outbox.Config{Dir: filepath.Join(dir, "outbox"), Key: keys.Base(), Node: node, Log: log})
}

func (n *Node) openDoor() (err error) {
	cfg := peer.Config{Listen: n.self.Peer, Identity: n.id, Roots: n.pinned, Admit: n.admitPeer, Invited: func() bool { return n.guests.invited.Open(n.tokenTime()) }, Link: n.cfg.Link, Now: n.certainly, Log: n.log}
	if n.cfg.Sim != nil {
		cfg.Net = n.cfg.Sim.Net
	}
	if n.door, err = peer.Listen(cfg); err != nil {
		return err
	}
	n.self.Peer = n.door.Addr()
	n.calls = callers{door: n.door, cluster: n.id.Cluster}
	return nil
}

func (n *Node) openRaft() (err error) {
	profile := raft.LAN()
	if n.self.Profile == ProfileWAN {
		profile = raft.WAN()
	}
	why, err := n.keptReason()
	if err != nil {
		return err
	}
	n.halted.Store(why)
	seals, err := LogSeals(n.keys)
	if err != nil {
		return err
	}
	cfg := raft.Config{ID: n.id.Node, Dir: n.path("raft"), Seals: seals, Profile: profile, Streams: n.door.Stream(),
		Machine: machine{n.reg, n.table, &n.marks, n.disk, &n.halted}, Logger: n.log, AddressOf: n.told.of}
	if n.self.Founder {
		cfg.Bootstrap = []raft.Member{{ID: n.id.Node, Addr: n.door.Addr(), Voter: true}}
	}
	if err := n.standAlone(cfg); err != nil {
		return err
	}
	if n.raft, err = raft.Open(cfg); err != nil {
		return err
	}
	if why != nil {
		n.raft.Fail(why)
	}
	return nil
}

func (n *Node) openDelivery() error {
	clock := func() int64 { return n.cfg.Clock().UnixMilli() }
	n.clock = &timekeeper{own: n.cfg.Clock, floor: n.agreedAt, members: n.memberList, self: n.id.Node}
	n.batcher = deliver.NewBatcher(agreement{n.raft}, n.clock.stamp)
	n.sender = deliver.Sender{Leading: n, Local: n.batcher, Peers: &n.calls, Moved: n.moved.next, Admit: n.understood}
	n.here, n.waiting = newRegister(n.reg, n.box, n.table, n.cfg.Clock), &waiting{box: n.box}
	n.drain = &deliver.Drain{Outbox: n.box, Send: n.sender.Send, Wake: n.moved.next, Known: n.here.Outcome, Log: n.log}
	n.capture = &deliver.Capture{Node: n.id.Node, Key: n.id.Key, Table: n.table, Outbox: n.box, Leading: n, Clock: clock,
		Register: n.here}
	linger := time.Second
	if n.self.Profile == ProfileWAN {
		linger = time.Minute
	}
	n.line = &upstream.Sender{Store: n.reg, Table: n.table, Identity: n.id, Linger: linger, Leading: n.raft.IsLeader, Moved: n.moved.next, Listing: n.listing,
		Propose: n.propose, Post: n.calls.parcel, Log: n.log}
	if err := n.openCarrier(); err != nil {
		return err
	}
	n.door.Serve(peer.Calls, serving(n.peerCalls()))
	n.door.Serve(peer.Join, serving(n.guests.calls()))
	if n.self.Tier == civic.TierProvince {
		n.door.Serve(peer.Upstream, serving(n.upstreamCalls()))
	}
	return nil
}

// Run works until ctx ends, the machine is closed, or something that cannot be
// done without fails. It is called once.
func (n *Node) Run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if !n.begin(stop) {
		return nil // closed before it ran
	}
	defer close(n.ended)
	var running sync.WaitGroup
	failed := make(chan error, 1)
	for _, work := range []func(context.Context){n.batcher.Run, n.watchLeader, n.deliverAll, n.carrier.Run, n.handover.Run, n.announce, n.keepMembers, n.followDenied, n.renew, n.greet, n.openDays, n.reorganise, n.mark, n.bringLooks, n.follow, n.here.follow, n.imports.run, n.imports.rehearse, n.watchFailure, n.firstRun, n.exports.run, n.backUp, n.watchLevel} {
		running.Go(func() { work(ctx) })
	}
	if n.self.Tier == civic.TierCluster {
		running.Go(func() { n.line.Run(ctx) })
		running.Go(func() { n.followPairs(ctx) })
		running.Go(func() { n.countLag(ctx) })
	}
	running.Go(func() { n.watchDisk(ctx) })
	running.Go(func() { n.compact(ctx) })
	running.Go(func() {
		if err := n.pages.serve(ctx); err != nil {
			failed <- err
		}
	})
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop()
	running.Wait()
	return err
}

func (n *Node) begin(stop context.CancelFunc) bool {
	n.life.Lock()
	defer n.life.Unlock()
	if n.closed {
		return false
	}
	n.stop, n.ended = stop, make(chan struct{})
	return true
}

// Close ends Run and stops the machine in the reverse order of Open. What was
// captured or agreed is on disk when it returns. Closing again is harmless.
func (n *Node) Close() error {
	n.life.Lock()
	again, stop, ended := n.closed, n.stop, n.ended
	n.closed = true
	n.life.Unlock()
	if again {
		return nil // another machine may run in the directory by now
	}
	if stop != nil {
		stop()
		<-ended
	}
	var errs []error
	if n.token != "" {
		if err := os.Remove(n.path(controlFile)); !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err) // nil: nobody is told any more that it runs
		}
	}
	if n.pages != nil {
		n.pages.close()
	}
	if n.looks != nil {
		errs = append(errs, n.looks.Close())
	}
	if n.disk != nil {
		n.disk.end() // raft waits for entries that wait for room
	}
	if n.raft != nil {
		errs = append(errs, n.raft.Close())
	}
	if n.door != nil {
		errs = append(errs, n.door.Close())
	}
	if n.carried != nil {
		errs = append(errs, n.carried.Close())
	}
	if n.box != nil {
		errs = append(errs, n.box.Close())
	}
	if n.reg != nil {
		errs = append(errs, n.reg.Close())
	}
	if n.lock != nil {
		errs = append(errs, n.lock.Release())
	}
	return errors.Join(errs...)
}

// watchLeader remembers who leads and wakes whatever waits for a leader.
func (n *Node) watchLeader(ctx context.Context) {
	for {
		l, changed := n.raft.Watch()
		n.leader.Store(&l)
		n.moved.shout()
		select {
		case <-ctx.Done():
			return
		case <-changed:
		}
	}
}

// watchFailure says so when this machine stops applying; it goes on capturing.
func (n *Node) watchFailure(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-n.raft.Failed():
		n.keepForgotten()
		n.log.Error("this machine has stopped applying what is agreed; it goes on capturing", "error", n.raft.Err())
	}
}

// Leader tells who leads, as this machine last heard.
func (n *Node) Leader() (node, addr string, self bool) {
	if l := n.leader.Load(); l != nil {
		return l.ID, l.Addr, l.Self
	}
	return "", "", false
}

// propose has one of this machine's own commands agreed. Such commands can be
// derived again at any time, so they need no place in the outbox.
func (n *Node) propose(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error) {
	e, err := n.envelope(kind, id, body)
	if err != nil {
		return command.Outcome{}, err
	}
	decided, err := n.sender.Send(ctx, deliver.Delivery{Commands: []command.Envelope{e}})
	if err != nil {
		return command.Outcome{}, err
	}
	out := decided[0].Outcome
	return out, n.reg.Wait(ctx, out.Index)
}

// pinned returns the root of a cluster on the other side of the upstream line.
func (n *Node) pinned(cluster string) *x509.Certificate {
	r := n.reg.Read()
	defer r.Close()
	var der []byte
	if c, ok := civic.Load[civic.Cluster](r, civic.TypeCluster, command.Key(cluster)); ok {
		der = c.Root
	} else if p, ok := civic.LoadSetting[upstream.Province](r, upstream.SettingProvince); ok && p.Code == cluster {
		der = p.Root
	}
	root, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return root
}

// upstreamCalls is what the province answers to clusters.
func (n *Node) upstreamCalls() []peerCall {
	line := &upstream.Receiver{Store: n.reg, Identity: n.id, Propose: n.propose, Log: n.log,
		Caller: func(r *http.Request) (*x509.Certificate, trust.Name, bool) {
			p, ok := peer.PeerFrom(r.Context())
			return p.Cert, p.Name, ok
		}}
	return []peerCall{{"POST " + upstream.PathParcel, line}, {"GET " + upstream.PathTaken, http.HandlerFunc(line.ServeTaken)}}
}

// broadcast wakes everybody who waits.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *broadcast) next() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) shout() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

// URL is where pages are served on this machine.
func (n *Node) URL() string { return "http://" + n.self.HTTP }

// ID is the machine's name in its cluster.
func (n *Node) ID() string { return n.id.Node }

// Unit is the unit the machine serves.
func (n *Node) Unit() string { return n.self.Unit }

// PeerAddr is where other machines reach it.
func (n *Node) PeerAddr() string { return n.door.Addr() }

// path names a file or folder in the machine's directory.
func (n *Node) path(name string) string { return filepath.Join(n.cfg.Dir, name) }

// OfficeURL is where the browsers of the office find the pages; empty: nowhere.
func (n *Node) OfficeURL() string {
	if n.self.HTTPS == "" {
		return ""
	}
	return "https://" + reachable(n.self.HTTPS)
}
