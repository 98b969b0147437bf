package raft

import (
	"encoding/base64"
	"hash/crc64"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	hraft "github.com/hashicorp/raft"
	"github.com/stretchr/testify/require"
)

// Vault is the place of snapshots, for tests that alter what lies there.
type Vault struct {
	t     *testing.T
	dir   string
	disk  *disk
	trans hraft.Transport
	index uint64
}

func NewVault(t *testing.T, dir string, seals *Seals) *Vault {
	d, err := openDisk(dir, seals, newLogger(slog.New(slog.DiscardHandler)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	_, trans := hraft.NewInmemTransport("v1")
	return &Vault{t: t, dir: dir, disk: d, trans: trans}
}

func (v *Vault) Write(data []byte) (id string) {
	v.index++
	sink, err := v.disk.snapshots.Create(1, v.index, 1, hraft.Configuration{}, 0, v.trans)
	require.NoError(v.t, err)
	_, err = sink.Write(data)
	require.NoError(v.t, err)
	require.NoError(v.t, sink.Close())
	require.NoError(v.t, sink.Close(), "the library closes twice")
	return sink.ID()
}

// Read returns what a snapshot holds and how long it is said to be.
func (v *Vault) Read(id string) (data []byte, size int64, err error) {
	meta, r, err := v.disk.snapshots.Open(id)
	if err != nil {
		return nil, 0, err
	}
	data, err = io.ReadAll(r)
	require.NoError(v.t, r.Close())
	return data, meta.Size, err
}

func (v *Vault) File(id string) []byte {
	raw, err := os.ReadFile(filepath.Join(v.dir, "snapshots", id, "state.bin"))
	require.NoError(v.t, err)
	return raw
}

// Alter changes a snapshot and the library's checksum, as somebody would who means to.
func (v *Vault) Alter(id string, change func([]byte) []byte) {
	state, meta := filepath.Join(v.dir, "snapshots", id, "state.bin"), filepath.Join(v.dir, "snapshots", id, "meta.json")
	fresh := change(v.File(id))
	require.NoError(v.t, os.WriteFile(state, fresh, 0o600))
	sum := crc64.New(crc64.MakeTable(crc64.ECMA))
	sum.Write(fresh)
	raw, err := os.ReadFile(meta)
	require.NoError(v.t, err)
	raw = regexp.MustCompile(`"CRC":"[^"]*"`).ReplaceAll(raw, []byte(`"CRC":"`+base64.StdEncoding.EncodeToString(sum.Sum(nil))+`"`))
	require.NoError(v.t, os.WriteFile(meta, raw, 0o600))
}
