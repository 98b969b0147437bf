package civic

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// The little country of these tests: a province, one cluster, two wards.
const (
	province = "01"
	cluster  = "01CG"
	ward     = "00163"
	hamlet   = "00163-01"
	hamlet2  = "00163-02"
	ward2    = "00166"
	hamlet3  = "00166-01"

	office   = "may-cum" // machine of the cluster's office
	wardPC   = "may-163"
	ward2PC  = "may-166"
	stranger = "may-la" // a machine nobody announced

	tonight = "2026-08-09T13:00:00.000Z" // 20:00 in Vietnam
	today   = "2026-08-09"
)

// history is a founded register and the means to ask it for changes, one after
// the other, the way machines do: signed, decided by the table, applied.
type history struct {
	t     require.TestingT
	reg   *register
	table *command.Table
	asked uint64
}

// begun is a history in which nobody has founded anything yet.
func begun(t require.TestingT) *history {
	reg := newRegister(ms(tonight))
	return &history{t: t, reg: reg, table: reg.table}
}

// founded is a cluster with its units, a machine for each office and an officer
// for each role. Its twelve commands are asked for once; every history goes on
// from there.
func founded(t require.TestingT) *history {
	h := once()
	return &history{t: t, reg: copied(h.reg), table: h.table, asked: h.asked}
}

var once = sync.OnceValue(func() *history {
	h := begun(unexpected{})
	h.accept(KindFound, foundingBody())
	for _, node := range []string{wardPC, ward2PC} {
		h.accept(KindNodePut, PutNode{ID: node, Unit: servedBy(node), Key: publicKey(node)}, byMachine(office))
	}
	for _, role := range allRoles() {
		unit, _ := post(role)
		h.accept(KindOfficerPut, PutOfficer{ID: officerOf(role, unit), User: string(role), Name: "Lê Thu Trang", Role: role, Unit: unit}, byMachine(office))
	}
	h.accept(KindOfficerPut, PutOfficer{ID: officerOf(RoleOfficer, ward2), User: "officer2", Name: "Vũ Đức Long", Role: RoleOfficer, Unit: ward2}, byMachine(office))
	return h
})

// unexpected is what goes wrong where no test has begun.
type unexpected struct{}

func (unexpected) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (unexpected) FailNow()                          { panic("founding the cluster of these tests") }

func foundingBody() FoundCluster {
	return FoundCluster{
		Identity: Identity{Code: cluster, Name: "Cụm Cầu Giấy", Tier: TierCluster, Generation: 1},
		Node:     PutNode{ID: office, Unit: cluster, Key: publicKey(office)},
		Units: []PutUnit{
			{Code: province, Name: "Thành phố Hà Nội", Kind: UnitProvince},
			{Code: cluster, Name: "Cụm Cầu Giấy", Kind: UnitCluster, Parent: province},
			{Code: ward, Name: "Phường Dịch Vọng Hậu", Kind: UnitWard, Parent: cluster},
			{Code: hamlet, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward},
			{Code: hamlet2, Name: "Tổ 2", Kind: UnitHamlet, Parent: ward},
			{Code: ward2, Name: "Phường Quỳnh Lôi", Kind: UnitWard, Parent: cluster},
			{Code: hamlet3, Name: "Tổ 1", Kind: UnitHamlet, Parent: ward2},
		},
	}
}

func allRoles() []Role {
	return []Role{RoleHelper, RoleOfficer, RoleStation, RoleSupervisor, RoleLeader, RoleProvince, RoleAuditor, RoleAdmin}
}

// post is where an officer of a role works and on which machine.
func post(role Role) (unit, node string) {
	switch role {
	case RoleLeader, RoleProvince, RoleAuditor, RoleAdmin:
		return cluster, office
	}
	return ward, wardPC
}

// servedBy is the unit a machine stands in.
func servedBy(node string) string {
	return map[string]string{office: cluster, wardPC: ward, ward2PC: ward2}[node]
}

func officerOf(role Role, unit string) command.ID {
	return command.DerivedID("test officer", string(role), unit)
}

// keys are those of machines, by name: most commands need one, and deriving it
// takes as long as signing.
var keys sync.Map

func privateKey(node string) ed25519.PrivateKey {
	if key, ok := keys.Load(node); ok {
		return key.(ed25519.PrivateKey)
	}
	seed := sha256.Sum256([]byte("gocua test machine " + node))
	key := ed25519.NewKeyFromSeed(seed[:])
	keys.Store(node, key)
	return key
}

func publicKey(node string) []byte { return privateKey(node).Public().(ed25519.PublicKey) }

func ms(at string) int64 {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

// asking is a command about to be sent: the envelope and who signs it.
type asking struct {
	env    command.Envelope
	signer string
}

type option func(*asking)

// as asks as the officer of a role, on the machine where that officer works.
func as(role Role) option {
	return func(a *asking) {
		unit, node := post(role)
		on(node)(a)
		a.env.By.Officer, a.env.Unit = officerOf(role, unit), unit
	}
}

// inWard2 asks as the officer of the second ward.
func inWard2() option {
	return func(a *asking) {
		on(ward2PC)(a)
		a.env.By.Officer, a.env.Unit = officerOf(RoleOfficer, ward2), ward2
	}
}

// on asks on another machine, which also signs.
func on(node string) option {
	return func(a *asking) { a.env.By.Node, a.env.Origin.Node, a.signer = node, node, node }
}

// byMachine asks as whoever sits at a machine's own console.
func byMachine(node string) option {
	return func(a *asking) {
		on(node)(a)
		a.env.By.Officer = command.ID{}
		a.env.Unit = servedBy(node)
	}
}

func forUnit(code string) option     { return func(a *asking) { a.env.Unit = code } }
func captured(at string) option      { return func(a *asking) { a.env.CapturedAt = ms(at) } }
func signedBy(node string) option    { return func(a *asking) { a.signer = node } }
func withID(id command.ID) option    { return func(a *asking) { a.env.ID = id } }
func officer(id command.ID) option   { return func(a *asking) { a.env.By.Officer = id } }
func after(ids ...command.ID) option { return func(a *asking) { a.env.After = ids } }

// askerOf is who usually asks for a kind.
func askerOf(s command.Spec) option {
	if s.System {
		return byMachine(office)
	}
	for _, role := range []Role{RoleOfficer, RoleSupervisor, RoleAdmin} {
		if may(role, s.Kind) && !(s.Kind == KindUnitPut && role != RoleAdmin) { // a supervisor keeps hamlets only
			return as(role)
		}
	}
	return byMachine(office)
}

// envelope is a signed command as the usual asker would send it.
func (h *history) envelope(kind command.Kind, body any, opts ...option) command.Envelope {
	b, err := json.Marshal(body)
	require.NoError(h.t, err)
	spec, ok := h.table.Kind(kind)
	require.True(h.t, ok, "kind %d", kind)
	h.asked++
	a := asking{env: command.Envelope{V: command.FormatVersion, ID: id("command", int(h.asked)), Kind: kind, CapturedAt: h.reg.now,
		Origin: command.Origin{Epoch: 1, Seq: h.asked}, Body: b}}
	for _, opt := range append([]option{askerOf(spec)}, opts...) {
		opt(&a)
	}
	return a.env.Sign(privateKey(a.signer))
}

// done is what became of a command.
type done struct {
	command.Decision
	env command.Envelope
}

// code is why it was not accepted, or "".
func (d done) code() string {
	if d.Err == nil {
		return ""
	}
	return d.Err.Code
}

// do asks for a change and applies what is decided.
func (h *history) do(kind command.Kind, body any, opts ...option) done {
	return h.take(h.envelope(kind, body, opts...))
}

// take decides an envelope and applies what is decided, as store does.
func (h *history) take(e command.Envelope) done {
	d, err := h.table.Decide(h.reg, e)
	require.NoError(h.t, err)
	require.NoError(h.t, h.reg.apply(d.Changes))
	hash := e.Hash()
	out := command.Outcome{Status: d.Status, Index: h.asked, At: h.reg.now, Kind: e.Kind, Hash: hash[:], Detail: d.Detail}
	if d.Err != nil {
		out.Class, out.Code, out.Field, out.Message = d.Err.Class, d.Err.Code, d.Err.Field, d.Err.Message
	}
	h.reg.outcomes[e.ID] = out
	return done{d, e}
}

// accept asks for a change that must go through.
func (h *history) accept(kind command.Kind, body any, opts ...option) done {
	d := h.do(kind, body, opts...)
	require.Equal(h.t, command.Accepted, d.Status, "%v", d.Err)
	return d
}

// refuse asks for a change that must end in this status with this code and field.
func (h *history) refuse(want command.Status, code, field string, kind command.Kind, body any, opts ...option) done {
	d := h.do(kind, body, opts...)
	require.Equal(h.t, want, d.Status, "%v", d.Err)
	require.Equal(h.t, code, d.Err.Code, "%v", d.Err)
	require.Equal(h.t, field, d.Err.Field, "%v", d.Err)
	return d
}

// household registers a household of the ward and returns its ID.
func (h *history) household(in, address string) command.ID {
	x := id("household", int(h.asked))
	h.accept(KindHouseholdPut, PutHousehold{ID: x, Hamlet: in, Address: address})
	return x
}

// resident registers somebody in a household and returns the ID.
func (h *history) resident(household command.ID, name, birth string) command.ID {
	x := id("resident", int(h.asked))
	h.accept(KindResidentPut, PutResident{ID: x, Household: household, Name: name, Birth: birth, Sex: Female})
	return x
}

// person reads a resident.
func (h *history) person(x command.ID) Resident { return must[Resident](h, TypeResident, KeyOf(x)) }

// review reads what was kept of a command that was not accepted.
func (h *history) review(d done) Review { return must[Review](h, TypeReview, KeyOf(d.env.ID)) }

// must reads a record that has to be there.
func must[T any](h *history, t command.RecordType, key command.Key) T {
	rec, ok := Load[T](h.reg, t, key)
	require.True(h.t, ok, "no record of type %d under %s", t, key)
	return rec
}

// id is the n-th ID of its sort in these tests.
func id(what string, n int) command.ID { return command.DerivedID("test", what, itoa(n)) }
