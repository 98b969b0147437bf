//go:build chaos || soak

package nodetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"net/http"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

const (
	killedRows     = 12_000
	soakKilledRows = 300_000
	importKills    = 3 // the leader, the machine that imports, whoever leads then
	importWithin   = 10 * time.Minute
)

func TestAListThatMachinesAreKilledUnderEndsAsAnUndisturbedOne(t *testing.T) {
	beside(t)
	killedUnderAList(t, killedRows)
}

// killedUnderAList imports a list twice, into two clusters of three machines: once
// undisturbed, and once while machines are killed and started again. The people
// and households of both must be the same, byte for byte.
func killedUnderAList(t *testing.T, rows int) {
	exe := Build(t)
	ward := wards()[0]
	var list bytes.Buffer
	unit := sample.Unit{Code: ward, Name: "Phường " + ward, Hamlets: []sample.Hamlet{{Code: ward + "-01", Name: "Tổ 1"}}}
	_, err := sample.WriteXLSX(&list, sample.Make(sample.Config{Seed: 5, Residents: rows, Units: []sample.Unit{unit}}), sample.Mess{})
	require.NoError(t, err)

	calm := openOffice(t, exe)
	calm.handIn(ward, list.Bytes())
	took := Eventually(t, importWithin, "the undisturbed list to be in", func() bool { return calm.job().Finished != nil })
	want := calm.settled(ward, rows)

	rough := openOffice(t, exe)
	rough.handIn(ward, list.Bytes())
	var killed []string
	for i := range importKills {
		part := rows * (i + 1) / (importKills + 1)
		Eventually(t, importWithin, "the list to go on", func() bool { return rough.job().Done >= part })
		require.Nil(t, rough.job().Finished, "the list was in before machine %d was killed", i+1)
		victim := rough.machines[0] // it imports
		if i != 1 {
			victim = rough.machines[rough.awaitLeader()]
		}
		victim.Kill()
		killed = append(killed, victim.Name())
		victim.Start()
		victim.AwaitReady(startsIn)
	}
	Eventually(t, importWithin, "the list to be in", func() bool { return rough.job().Finished != nil })
	got := rough.settled(ward, rows)
	t.Logf("%d rows, undisturbed in %v; %d machines killed on the way: %v; content %s", rows, took.Round(time.Millisecond), len(killed), killed, want.records)
	require.Len(t, killed, importKills)
	require.Equal(t, want, got)
}

// handIn gives a list to the first machine.
func (o *office) handIn(ward string, list []byte) {
	o.t.Helper()
	c := OwnerOf(o.t, o.machines[0].Dir)
	req, err := http.NewRequest(http.MethodPost, c.URL+"/imports?name=danh-sach.xlsx&unit="+url.QueryEscape(ward), bytes.NewReader(list))
	require.NoError(o.t, err)
	req.Header.Set("Authorization", "Bearer "+c.Token)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(o.t, err)
	resp.Body.Close()
	require.Equal(o.t, http.StatusOK, resp.StatusCode)
}

// job is how far the first machine's only list has come; nothing if the machine
// does not answer.
func (o *office) job() (j lookup.ImportJob) {
	var all []lookup.ImportJob
	OwnerOf(o.t, o.machines[0].Dir).read("/imports", &all)
	if len(all) > 0 {
		j = all[0]
	}
	return j
}

// imported is what a list left behind, less what two clusters cannot have in
// common: when something was agreed, and at which place.
type imported struct {
	added, done int
	census      string // of every person as programs are shown them, by any machine
	records     string // of every household and resident as it is kept
}

// settled waits until the machines agree and returns what all of them hold.
func (o *office) settled(ward string, rows int) (all imported) {
	o.t.Helper()
	job := o.job()
	require.Equal(o.t, "done", job.State, "%s %s", job.Code, job.Error)
	clients := o.readers()
	Agree(o.t, importWithin, clients...)
	all.added, all.done = job.Added, job.Done
	require.Equal(o.t, rows, all.done)
	census := clients[1].Census(ward)
	require.Len(o.t, census, all.added)
	all.census = digestOf(census)
	for _, p := range o.machines {
		p.Kill()
		records := recordsOf(o.t, p.Dir)
		if all.records == "" {
			all.records = records
		}
		require.Equal(o.t, all.records, records, "%s holds other records", p.Name())
	}
	return all
}

func digestOf(census map[command.ID]string) string {
	var sum [sha256.Size]byte
	for id, shown := range census { // in no order: the digests are added up
		one := sha256.Sum256(append(id[:], shown...))
		for i := range sum {
			sum[i] ^= one[i]
		}
	}
	return hex.EncodeToString(sum[:])
}

// recordsOf is the digest of every household and resident in the register of a
// machine that does not run.
func recordsOf(t *testing.T, dir string) string {
	t.Helper()
	require.FileExists(t, filepath.Join(dir, "storage.key"))
	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	storage := keys.Base()
	s, err := store.Open(store.Config{Dir: filepath.Join(dir, "register"), Key: storage, Table: civic.Table(), Level: civic.Level})
	require.NoError(t, err)
	r := s.Read()
	h := sha256.New()
	for _, rt := range []command.RecordType{civic.TypeHousehold, civic.TypeResident} {
		for k, v := range r.Records(rt, "") {
			h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(k))))
			h.Write([]byte(k))
			h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(v))))
			h.Write(v)
		}
	}
	require.NoError(t, r.Err())
	r.Close()
	require.NoError(t, s.Close())
	return hex.EncodeToString(h.Sum(nil))
}
