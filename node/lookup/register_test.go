package lookup

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// bench is a real register of one cluster with two wards, three hamlets and two
// officers, and the machine that asks for its changes.
type bench struct {
	t      *testing.T
	reg    *store.Store
	table  *command.Table
	key    ed25519.PrivateKey
	index  uint64
	now    int64 // agreed time of the next command, ms; a second passes with each
	minted uint16
}

const (
	sixthOfAugust = 1785978000000 // 2026-08-06T01:00:00Z, ms
	cluster       = "01CG"
	ward, other   = "00163", "00166"
	near, far     = "00163-1", "00163-2"
	elsewhere     = "00166-1"
)

func newBench(t *testing.T) *bench { return founded(t, civic.TierCluster, cluster) }

func founded(t *testing.T, tier, code string) *bench {
	b := &bench{t: t, table: civic.Table(), key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)), now: sixthOfAugust}
	var err error
	b.reg, err = store.Open(store.Config{Dir: t.TempDir(), Key: bytes.Repeat([]byte{1}, 32), Table: b.table})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.reg.Close()) })
	unit := func(code, name, kind, parent string) civic.PutUnit {
		return civic.PutUnit{Code: code, Name: name, Kind: kind, Parent: parent}
	}
	units := []civic.PutUnit{unit("01", "TP Hà Nội", civic.UnitProvince, "")}
	if tier == civic.TierCluster {
		units = []civic.PutUnit{unit(cluster, "Cụm Cầu Giấy", civic.UnitCluster, ""), unit(ward, "Dịch Vọng Hậu", civic.UnitWard, cluster),
			unit(near, "Tổ 1", civic.UnitHamlet, ward), unit(far, "Tổ 2", civic.UnitHamlet, ward),
			unit(other, "Mai Dịch", civic.UnitWard, cluster), unit(elsewhere, "Tổ 1", civic.UnitHamlet, other)}
	}
	b.must(b.ask(civic.KindFound, code, command.ID{}, civic.FoundCluster{Identity: civic.Identity{Code: code, Tier: tier, Generation: 1},
		Node: civic.PutNode{ID: "ward-1", Unit: code, Key: b.key.Public().(ed25519.PublicKey)}, Units: units}))
	if tier == civic.TierCluster {
		b.must(b.ask(civic.KindOfficerPut, cluster, command.ID{}, civic.PutOfficer{ID: trang, User: "trang", Name: "Lê Thu Trang", Role: civic.RoleOfficer, Unit: ward}))
		b.must(b.ask(civic.KindOfficerPut, cluster, command.ID{}, civic.PutOfficer{ID: hung, User: "hung", Name: "Vũ Mạnh Hùng", Role: civic.RoleOfficer, Unit: ward}))
	}
	return b
}

var trang, hung = id(0xffff), id(0xfffe)

// id is the n-th ID of a test.
func id(n uint16) command.ID {
	return command.ID{0: 1, 6: 0x70, 8: 0x80, 14: byte(n >> 8), 15: byte(n)}
}

func key(n uint16) command.Key { return civic.KeyOf(id(n)) }

func (b *bench) mint() command.ID {
	b.minted++
	return id(0x8000 + b.minted)
}

// envelope is a command of this machine, its ID minted.
func (b *bench) envelope(kind command.Kind, unit string, by command.ID, body any) command.Envelope {
	raw, err := json.Marshal(body)
	require.NoError(b.t, err)
	return command.Envelope{V: command.FormatVersion, ID: b.mint(), Kind: kind, CapturedAt: b.now, By: command.Actor{Officer: by, Node: "ward-1"},
		Unit: unit, Origin: command.Origin{Node: "ward-1"}, Body: raw}.Sign(b.key)
}

// ask has a command agreed and tells what became of it.
func (b *bench) ask(kind command.Kind, unit string, by command.ID, body any) command.Decided {
	b.t.Helper()
	return b.agree(b.envelope(kind, unit, by, body))
}

func (b *bench) agree(e command.Envelope) command.Decided {
	b.t.Helper()
	data, err := command.Entry{V: command.FormatVersion, At: b.now, Commands: []command.Envelope{e}}.Encode()
	require.NoError(b.t, err)
	b.index++
	results, err := b.reg.Apply([]store.Entry{{Index: b.index, Term: 1, Data: data}})
	require.NoError(b.t, err)
	b.now += 1000
	return command.Decided{ID: e.ID, Outcome: results[0][0].Outcome}
}

// must fails the test unless a command was accepted.
func (b *bench) must(d command.Decided) command.Decided {
	b.t.Helper()
	require.Equal(b.t, command.Accepted, d.Outcome.Status, "%+v", d.Outcome.Err())
	return d
}

func (b *bench) household(n uint16, hamlet, address string) command.Decided {
	b.t.Helper()
	return b.must(b.ask(civic.KindHouseholdPut, unitOf(hamlet), trang, civic.PutHousehold{ID: id(n), Hamlet: hamlet, Address: address}))
}

// resident registers somebody born in 1980 in a household (0: none).
func (b *bench) resident(n, household uint16, name string) command.Decided {
	b.t.Helper()
	p := civic.PutResident{ID: id(n), Name: name, Birth: "1980", Sex: civic.Female}
	if household != 0 {
		p.Household = id(household)
	}
	return b.must(b.ask(civic.KindResidentPut, ward, trang, p))
}

func unitOf(hamlet string) string { return hamlet[:5] }

// source is the agreed register until the test ends.
func (b *bench) source() *store.Reader {
	r := b.reg.Read()
	b.t.Cleanup(func() {
		require.NoError(b.t, r.Err())
		r.Close()
	})
	return r
}

// hereSource is the agreed register with what waits laid over it, as package
// node lays it.
type hereSource struct {
	*store.Layer
	agreed *store.Reader
}

func (s hereSource) Tally(t command.Tally, key string) int64 { return s.agreed.Tally(t, key) }

func (s hereSource) Tallies(t command.Tally, prefix string) iter.Seq2[string, int64] {
	return s.agreed.Tallies(t, prefix)
}

func (s hereSource) History(t command.RecordType, key command.Key) iter.Seq[command.FeedItem] {
	return s.agreed.History(t, key)
}

func (s hereSource) Feed(after uint64) iter.Seq[command.FeedItem] { return s.agreed.Feed(after) }

func (s hereSource) Position() command.Position { return s.agreed.Position() }

func (b *bench) here(waiting ...command.Envelope) Source {
	r := b.source()
	layer := store.NewLayer(r, b.table)
	for _, e := range waiting {
		d, err := b.table.Decide(layer, e)
		require.NoError(b.t, err)
		out := command.Outcome{Status: d.Status, Kind: e.Kind}
		if d.Err != nil {
			out.Code = d.Err.Code
		}
		layer.SetOutcome(e.ID, out)
		require.NoError(b.t, layer.Put(d.Changes))
	}
	return hereSource{layer, r}
}
