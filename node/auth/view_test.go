package auth

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// register is a View over a map, derived anew for each scan.
type register struct {
	table   *command.Table
	records map[command.RecordType]map[command.Key][]byte
	now     func() int64
}

func newRegister() *register {
	return &register{table: civic.Table(), records: map[command.RecordType]map[command.Key][]byte{}}
}

func (r *register) put(t *testing.T, rt command.RecordType, key command.Key, record any) {
	t.Helper()
	b, err := json.Marshal(record)
	require.NoError(t, err)
	if r.records[rt] == nil {
		r.records[rt] = map[command.Key][]byte{}
	}
	r.records[rt][key] = b
}

func (r *register) Get(rt command.RecordType, key command.Key) []byte { return r.records[rt][key] }

func (r *register) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	type hit struct {
		term string
		key  command.Key
	}
	var hits []hit
	for rt, records := range r.records {
		kind, _ := r.table.Record(rt)
		for key, value := range records {
			d, err := kind.Derive(value)
			if err != nil {
				panic(err)
			}
			for _, term := range d.Terms {
				if term.Index == ix && strings.HasPrefix(term.Value, prefix) {
					hits = append(hits, hit{term.Value, key})
				}
			}
		}
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return strings.Compare(a.term+"\x00"+string(a.key), b.term+"\x00"+string(b.key))
	})
	return func(yield func(string, command.Key) bool) {
		for _, h := range hits {
			if !yield(h.term, h.key) {
				return
			}
		}
	}
}

func (r *register) Outcome(command.ID) (command.Outcome, bool) { return command.Outcome{}, false }
func (r *register) Now() int64 {
	if r.now == nil {
		return 1785985200000
	}
	return r.now()
}
func (r *register) Level() int { return 1 }

// bench is an Auth over a register of one ward, with a clock that stands still.
type bench struct {
	*Auth
	mu  sync.Mutex
	reg *register
	cut *register // what waits here laid over reg, while the machine is cut off; nil: it is not
	now time.Time
	key ed25519.PrivateKey

	full  bool // the outbox takes nothing
	heard time.Time
}

const (
	trang    = "trang.lt"
	trangsPw = "cửa sổ nhìn ra hồ"
	hung     = "hung.nv"
	hungsPw  = "bảy con mèo đen"
)

func newBench(t *testing.T) *bench {
	b := &bench{reg: newRegister(), now: time.Date(2026, 8, 6, 8, 0, 0, 0, time.UTC)}
	b.reg.now = func() int64 { return b.now.UnixMilli() } // the view is read under mu
	_, b.key, _ = ed25519.GenerateKey(nil)
	b.heard = b.now
	b.Auth = New(Config{Read: b.read, Here: b.here, Submit: b.submit, Heard: func() time.Time { return b.heard }, Home: "01CG", Clock: b.clock, Log: slog.New(slog.DiscardHandler)})
	b.reg.put(t, civic.TypeNode, "office", civic.Node{ID: "office", Unit: "01CG", Key: b.key.Public().(ed25519.PublicKey)})
	unit := func(code, kind, parent string) {
		b.reg.put(t, civic.TypeUnit, command.Key(code), civic.Unit{Code: code, Name: code, Kind: kind, Parent: parent})
	}
	unit("01CG", civic.UnitCluster, "")
	unit("00163", civic.UnitWard, "01CG")
	unit("00163-12", civic.UnitHamlet, "00163")
	unit("00166", civic.UnitWard, "01CG")
	b.officer(t, officerID(1), trang, trangsPw, civic.RoleOfficer, "00163")
	b.officer(t, officerID(2), hung, hungsPw, civic.RoleSupervisor, "00163")
	return b
}

func officerID(n byte) command.ID { return command.ID{0: 1, 6: 0x70, 8: 0x80, 15: n} }

func (b *bench) officer(t *testing.T, id command.ID, user, password string, role civic.Role, unit string) {
	o := civic.Officer{ID: id, User: user, Name: user, Role: role, Unit: unit}
	if password != "" {
		o.Hash = hashOf(t, password)
	}
	b.change(t, o)
}

// hashes are kept between tests: making one is meant to be slow.
var hashes sync.Map

func hashOf(t *testing.T, password string) string {
	if phc, ok := hashes.Load(password); ok {
		return phc.(string)
	}
	phc, err := HashPassword(password)
	require.NoError(t, err)
	hashes.Store(password, phc)
	return phc
}

func (b *bench) change(t *testing.T, o civic.Officer) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reg.put(t, civic.TypeOfficer, civic.KeyOf(o.ID), o)
}

func (b *bench) stored(user string) (o civic.Officer) {
	b.read(func(v command.View) { o, _ = civic.OfficerNamed(v, user) })
	return o
}

func (b *bench) read(f func(command.View)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	f(b.reg)
}

func (b *bench) here(f func(command.View)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.cut != nil {
		f(b.cut)
		return
	}
	f(b.reg)
}

// disconnect keeps what is captured from now on from being agreed.
func (b *bench) disconnect() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.cut = &register{table: b.reg.table, now: b.reg.now, records: map[command.RecordType]map[command.Key][]byte{}}
	for t, records := range b.reg.records {
		b.cut.records[t] = maps.Clone(records)
	}
}

// submit decides commands as a machine of the office would capture them.
func (b *bench) submit(_ context.Context, by command.Actor, drafts []command.Draft, _ time.Duration) ([]command.Decided, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.full {
		return nil, command.Errorf(command.Unavailable, "disk_full", "there is no room")
	}
	reg := b.reg
	if b.cut != nil {
		reg = b.cut
	}
	by.Node = "office"
	list := make([]command.Decided, len(drafts))
	for i, d := range drafts {
		body, malformed := b.reg.table.Canonical(d.Kind, d.Body)
		if malformed != nil {
			return nil, &command.Problem{Item: i, Why: malformed}
		}
		e := command.Envelope{V: command.FormatVersion, ID: d.ID, Kind: d.Kind, CapturedAt: b.now.UnixMilli(), By: by, Unit: d.Unit,
			Origin: command.Origin{Node: "office", Epoch: 1, Seq: 1}, Body: body}.Sign(b.key)
		decision, err := b.reg.table.Decide(reg, e)
		if err != nil {
			return nil, err
		}
		if decision.Err != nil {
			return nil, &command.Problem{Item: i, Why: decision.Err}
		}
		for _, c := range decision.Changes {
			if reg.records[c.Type] == nil {
				reg.records[c.Type] = map[command.Key][]byte{}
			}
			reg.records[c.Type][c.Key] = c.Value
		}
		list[i] = command.Decided{ID: d.ID, Outcome: command.Outcome{Status: decision.Status}}
	}
	return list, nil
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}
