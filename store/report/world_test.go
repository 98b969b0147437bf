package report

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// world is a register that commands change, decided and applied one after the other
// as machines do, on one machine that serves the whole cluster.
type world struct {
	*register
	key      ed25519.PrivateKey
	outcomes map[command.ID]command.Outcome
	now      int64
	asked    uint64
}

const worldNode = "may-cum"

func newWorld(t require.TestingT, units []civic.PutUnit) *world {
	w := &world{register: newRegister(t), key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)), outcomes: map[command.ID]command.Outcome{}, now: 1786280400000} // 2026-08-09 20:00
	w.accept(w.ask(civic.KindFound, units[0].Code, command.ID{}, civic.FoundCluster{Identity: civic.Identity{Code: units[0].Code, Tier: civic.TierCluster, Generation: 1},
		Node: civic.PutNode{ID: worldNode, Unit: units[0].Code, Key: w.key.Public().(ed25519.PublicKey)}, Units: units}))
	return w
}

func (w *world) Now() int64 { return w.now }

func (w *world) Outcome(id command.ID) (command.Outcome, bool) {
	out, ok := w.outcomes[id]
	return out, ok
}

// Scan enters the index where the prefix begins, as the store does.
func (w *world) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		all := w.terms[ix]
		from, _ := slices.BinarySearchFunc(all, prefix, func(f [2]string, p string) int { return strings.Compare(f[0], p) })
		for _, f := range all[from:] {
			if !strings.HasPrefix(f[0], prefix) || !yield(f[0], command.Key(f[1])) {
				return
			}
		}
	}
}

// today is the day it is.
func (w *world) today() string { return civic.DayOf(w.now) }

// ask is a signed command, made now.
func (w *world) ask(kind command.Kind, unit string, by command.ID, body any) command.Envelope {
	raw, err := json.Marshal(body)
	require.NoError(w.t, err)
	raw, malformed := w.table.Canonical(kind, raw)
	require.Nil(w.t, malformed)
	w.asked++
	return command.Envelope{V: command.FormatVersion, ID: command.DerivedID("world", strconv.FormatUint(w.asked, 10)), Kind: kind, CapturedAt: w.now,
		By: command.Actor{Officer: by, Node: worldNode}, Unit: unit, Origin: command.Origin{Node: worldNode, Epoch: 1, Seq: w.asked}, Body: raw}.Sign(w.key)
}

// take decides a command and applies what is decided.
func (w *world) take(e command.Envelope) command.Decision {
	if first, known := w.outcomes[e.ID]; known { // as the store does: the first outcome
		return command.Decision{Status: first.Status}
	}
	d, err := w.table.Decide(w, e)
	require.NoError(w.t, err)
	for _, c := range d.Changes {
		w.apply(c)
	}
	w.outcomes[e.ID] = command.Outcome{Status: d.Status, Index: w.asked, At: w.now, Kind: e.Kind}
	return d
}

func (w *world) accept(e command.Envelope) {
	d := w.take(e)
	require.Equal(w.t, command.Accepted, d.Status, "%v", d.Err)
}

// apply leaves one record as a change says, with what is derived from it.
func (w *world) apply(c command.Change) {
	declared, ok := w.table.Record(c.Type)
	require.True(w.t, ok)
	derive := func(value []byte, sign int64) {
		if value == nil {
			return
		}
		d, err := declared.Derive(value)
		require.NoError(w.t, err)
		for _, term := range d.Terms {
			entry := [2]string{term.Value, string(c.Key)}
			at, found := slices.BinarySearchFunc(w.terms[term.Index], entry, func(a, b [2]string) int {
				return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
			})
			switch {
			case sign < 0:
				require.True(w.t, found)
				w.terms[term.Index] = slices.Delete(w.terms[term.Index], at, at+1)
			case !found:
				w.terms[term.Index] = slices.Insert(w.terms[term.Index], at, entry)
			}
		}
		for _, n := range d.Counts {
			if w.tallies[n.Tally] == nil {
				w.tallies[n.Tally] = map[string]int64{}
			}
			w.tallies[n.Tally][n.Key] += sign * n.N
		}
	}
	derive(w.records[c.Type][c.Key], -1)
	if w.records[c.Type] == nil {
		w.records[c.Type] = map[command.Key][]byte{}
	}
	if c.Op != command.Put {
		delete(w.records[c.Type], c.Key)
		return
	}
	w.records[c.Type][c.Key] = c.Value
	derive(c.Value, 1)
}
