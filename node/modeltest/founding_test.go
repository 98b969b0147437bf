package modeltest

import (
	"crypto/ed25519"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/node/upstream"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

const (
	clusterCode  = "01CG"
	provinceCode = "01"
	wardCode     = "00166"
	hamletCode   = "00166-1"
	officeName   = "office"
	midday       = 1786280400000 // when every run begins, agreed time, ms
)

// founding is what all runs begin with, and made once: keys, and the registers
// of a district and its province that know each other.
type founding struct {
	dir                 string
	office, province    *trust.Identity
	wards               []*trust.Identity
	officer, supervisor command.ID
}

func newFounding(t *testing.T) *founding {
	f := &founding{dir: scratch(t), officer: command.DerivedID("officer"), supervisor: command.DerivedID("supervisor")}
	cluster, above := authority(t, clusterCode), authority(t, provinceCode)
	f.office, f.province = issue(t, cluster, officeName), issue(t, above, "province")
	f.wards = []*trust.Identity{issue(t, cluster, "ward-1"), issue(t, cluster, "ward-2")}

	district := newRegister(filepath.Join(f.dir, "district"))
	f.agree(t, district, f.office, civic.KindFound, civic.FoundCluster{Identity: civic.Identity{Code: clusterCode, Tier: civic.TierCluster, Generation: 1},
		Node: civic.PutNode{ID: officeName, Unit: clusterCode, Key: public(f.office)},
		Units: []civic.PutUnit{{Code: clusterCode, Name: "Cụm Cầu Giấy", Kind: civic.UnitCluster},
			{Code: wardCode, Name: "Mai Dịch", Kind: civic.UnitWard, Parent: clusterCode}, {Code: hamletCode, Name: "Tổ 1", Kind: civic.UnitHamlet, Parent: wardCode}}})
	for _, id := range f.wards {
		f.agree(t, district, f.office, civic.KindNodePut, civic.PutNode{ID: id.Node, Unit: wardCode, Key: public(id)})
	}
	f.agree(t, district, f.office, civic.KindOfficerPut, f.account(f.officer, civic.RoleOfficer, false))
	f.agree(t, district, f.office, civic.KindOfficerPut, f.account(f.supervisor, civic.RoleSupervisor, false))
	pin, err := json.Marshal(upstream.Province{Code: provinceCode, Name: "TP Hà Nội", Root: f.province.Root.Raw})
	require.NoError(t, err)
	f.agree(t, district, f.office, civic.KindSettingPut, civic.PutSetting{Key: upstream.SettingProvince, Value: pin})
	require.NoError(t, district.store.Close())

	province := newRegister(filepath.Join(f.dir, "province"))
	f.agree(t, province, f.province, civic.KindFound, civic.FoundCluster{Identity: civic.Identity{Code: provinceCode, Tier: civic.TierProvince, Generation: 1},
		Node:  civic.PutNode{ID: "province", Unit: provinceCode, Key: public(f.province)},
		Units: []civic.PutUnit{{Code: provinceCode, Name: "TP Hà Nội", Kind: civic.UnitProvince}}})
	f.agree(t, province, f.province, civic.KindClusterEnroll, civic.EnrollCluster{Code: clusterCode, Name: "Cụm Cầu Giấy", Root: cluster.Root.Raw, Generation: 1})
	require.NoError(t, province.store.Close())
	return f
}

// account is what the district says of somebody who works in the ward.
func (f *founding) account(who command.ID, role civic.Role, disabled bool) civic.PutOfficer {
	return civic.PutOfficer{ID: who, User: string(role), Name: string(role), Role: role, Unit: wardCode, Disabled: disabled}
}

func (f *founding) agree(t *testing.T, g *register, id *trust.Identity, kind command.Kind, body any) {
	out, err := g.propose(id, midday-1, kind, command.DerivedID("founding", g.dir, string(mustJSON(body))), body)
	require.NoError(t, err)
	require.Equal(t, command.Accepted, out.Status, "%+v", out.Err())
}

func authority(t *testing.T, code string) *trust.CA {
	ca, err := trust.NewCA(code, 1, time.Now())
	require.NoError(t, err)
	return ca
}

func issue(t *testing.T, ca *trust.CA, name string) *trust.Identity {
	id, err := ca.Issue(name, time.Now())
	require.NoError(t, err)
	return id
}

func public(id *trust.Identity) []byte { return id.Key.Public().(ed25519.PublicKey) }

func mustJSON(x any) json.RawMessage {
	raw, err := json.Marshal(x)
	if err != nil {
		panic(err)
	}
	return raw
}

// scratch is a directory of its own: in memory where the system has such a
// place, since thousands of restarts would mostly wait for the disk.
func scratch(t *testing.T) string {
	dir, err := os.MkdirTemp("/dev/shm", "gocua-model")
	if err != nil {
		dir, err = os.MkdirTemp("", "gocua-model")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}

// register is a machine's agreed state, and the log that led to it from the
// founding on.
type register struct {
	dir   string
	table *command.Table
	store *store.Store
	index uint64
	log   []store.Entry
}

func newRegister(dir string) *register {
	g := &register{dir: dir, table: civic.Table()}
	g.open()
	return g
}

func (g *register) open() {
	reg, err := store.Open(store.Config{Dir: g.dir, Key: make([]byte, 32), Table: g.table, Still: true})
	if err != nil {
		panic(err)
	}
	g.store = reg
	g.index, _ = reg.Applied()
}

// agree has an entry agreed on, at once.
func (g *register) agree(data []byte) ([]store.Result, error) {
	e := store.Entry{Index: g.index + 1, Term: 1, Data: data}
	results, err := g.store.Apply([]store.Entry{e})
	if err != nil {
		return nil, err
	}
	g.index, g.log = e.Index, append(g.log, e)
	return results[0], nil
}

// propose has a command of a machine itself agreed on.
func (g *register) propose(id *trust.Identity, at int64, kind command.Kind, name command.ID, body any) (command.Outcome, error) {
	e := own(id, at, kind, name, body)
	data, err := command.Entry{V: command.FormatVersion, At: at, Commands: []command.Envelope{e}}.Encode()
	if err != nil {
		return command.Outcome{}, err
	}
	results, err := g.agree(data)
	if err != nil {
		return command.Outcome{}, err
	}
	return results[0].Outcome, nil
}

// own is a command of a machine itself.
func own(id *trust.Identity, at int64, kind command.Kind, name command.ID, body any) command.Envelope {
	return command.Envelope{V: command.FormatVersion, ID: name, Kind: kind, CapturedAt: at, By: command.Actor{Node: id.Node}, Unit: id.Cluster,
		Origin: command.Origin{Node: id.Node}, Body: mustJSON(body)}.Sign(id.Key)
}
