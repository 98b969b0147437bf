package cli

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"time"

	"gocua/node"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// tape is what one machine's log and register wrote, kept in a file: for each
// entry its bytes, then its transactions, key by key.
type tape struct {
	path                string
	entries, keys       int
	logBytes, dataBytes int64
}

// record replays a machine's log into a register of its own and keeps what was
// written. It fails unless that ends exactly where the machine's register did.
func record(machine, dir string) (t tape, err error) {
	keys, err := trust.OpenKeys(machine, trust.Way{})
	if err != nil {
		return t, err
	}
	key := keys.Register()[0]
	seals, err := node.LogSeals(keys)
	if err != nil {
		return t, err
	}
	t.path = filepath.Join(dir, "tape")
	f, err := os.Create(t.path)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	was, err := positionOf(machine, key)
	if err != nil {
		return t, err
	}
	at, err := store.Replay(store.Config{Dir: filepath.Join(dir, "replayed"), Key: key, Table: civic.Table(), Level: civic.Level}, logUpTo(machine, seals, was.Index),
		func(e store.Entry, wrote []map[string][]byte) error { return t.add(w, e, wrote) })
	if err != nil {
		return t, err
	}
	if was != at {
		err = fmt.Errorf("the log replayed ends at entry %d with another register than the machine's at %d", at.Index, was.Index)
	}
	return t, errors.Join(err, w.Flush(), os.RemoveAll(filepath.Join(dir, "replayed")))
}

// positionOf is how far the register of a machine that was stopped had come.
func positionOf(machine string, key []byte) (at command.Position, err error) {
	own, err := store.Open(store.Config{Dir: filepath.Join(machine, "register"), Key: key, Table: civic.Table(), Level: civic.Level})
	if err != nil {
		return at, err
	}
	r := own.Read()
	at = r.Position()
	r.Close()
	return at, own.Close()
}

// logUpTo is the log of a machine that is not running, as far as its register came:
// what was appended while it was being stopped may not have been applied.
func logUpTo(machine string, seals *raft.Seals, last uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		enough := errors.New("enough")
		err := raft.ReadLog(filepath.Join(machine, "raft"), seals, func(e raft.Entry) error {
			if e.Index > last || !yield(store.Entry(e), nil) {
				return enough
			}
			return nil
		})
		if err != nil && err != enough {
			yield(store.Entry{}, err)
		}
	}
}

const deleted = 1<<32 - 1 // in the place of a value's length

func (t *tape) add(w io.Writer, e store.Entry, wrote []map[string][]byte) error {
	b := binary.BigEndian.AppendUint64(nil, e.Index)
	b = binary.BigEndian.AppendUint64(b, e.Term)
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(e.Data))), e.Data...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(wrote)))
	for _, keys := range wrote {
		b = binary.BigEndian.AppendUint32(b, uint32(len(keys)))
		for k, v := range keys {
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(k))), k...)
			if v == nil {
				b = binary.BigEndian.AppendUint32(b, deleted)
				continue
			}
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
			t.dataBytes += int64(len(k) + len(v))
		}
		t.keys += len(keys)
	}
	t.entries++
	t.logBytes += int64(len(e.Data))
	_, err := w.Write(b)
	return err
}

// engine is one machine of the floor: a log and a register without rules.
type engine struct {
	log      *raft.Floor
	register *store.Floor
}

func openEngine(dir string) (e engine, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return e, err
	}
	keys, err := trust.CreateKeys(dir, "", time.Now()) // what a member pays for sealing is part of the floor
	if err != nil {
		return e, err
	}
	seals, err := node.LogSeals(keys)
	if err != nil {
		return e, err
	}
	if e.log, err = raft.OpenFloor(filepath.Join(dir, "raft"), seals); err != nil {
		return e, err
	}
	e.register, err = store.OpenFloor(filepath.Join(dir, "register"), make([]byte, 32))
	if err != nil {
		err = errors.Join(err, e.log.Close())
	}
	return e, err
}

func (e engine) close() error { return errors.Join(e.log.Close(), e.register.Close()) }

// play has so many machines write the tape at once and returns what it took
// until the last had written all.
func (t tape) play(dir string, machines int) (took, used time.Duration, err error) {
	var engines []engine
	defer func() {
		for _, e := range engines {
			err = errors.Join(err, e.close())
		}
	}()
	for i := range machines {
		e, err := openEngine(filepath.Join(dir, fmt.Sprint("floor-", i+1)))
		if err != nil {
			return 0, 0, err
		}
		engines = append(engines, e)
	}
	began, before := time.Now(), cpuTime()
	ended := make(chan error, machines)
	for _, e := range engines {
		go func() { ended <- t.playOn(e) }()
	}
	for range engines {
		err = errors.Join(err, <-ended)
	}
	return time.Since(began), cpuTime() - before, err
}

// playOn writes an entry to the log, on the disk, then its transactions to the
// register, then the next entry, as a member of a cluster does.
func (t tape) playOn(e engine) error {
	f, err := os.Open(t.path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := reading{in: bufio.NewReaderSize(f, 1<<20)}
	for range t.entries {
		next := raft.Entry{Index: in.number(8), Term: in.number(8), Data: in.bytes(in.number(4))}
		if in.err == nil {
			in.err = e.log.Append(next)
		}
		for range in.number(4) {
			if keys := in.keys(); in.err == nil {
				in.err = e.register.Commit(keys)
			}
		}
		if in.err != nil {
			return in.err
		}
	}
	return nil
}

// reading reads a tape; after an error everything is nothing.
type reading struct {
	in  io.Reader
	err error
}

func (r *reading) bytes(n uint64) []byte {
	if r.err != nil {
		return nil
	}
	b := make([]byte, n)
	if _, r.err = io.ReadFull(r.in, b); r.err != nil {
		return nil
	}
	return b
}

func (r *reading) number(size int) uint64 {
	var n [8]byte
	copy(n[8-size:], r.bytes(uint64(size)))
	return binary.BigEndian.Uint64(n[:])
}

func (r *reading) keys() map[string][]byte {
	n := r.number(4)
	keys := make(map[string][]byte, n)
	for range n {
		k := string(r.bytes(r.number(4)))
		if size := r.number(4); size == deleted {
			keys[k] = nil
		} else {
			keys[k] = r.bytes(size)
		}
	}
	return keys
}
