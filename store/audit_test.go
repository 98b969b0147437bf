package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func verify(t require.TestingT, s *Store, kept ...command.AuditHead) Audited {
	r := s.Read()
	defer r.Close()
	out, err := r.VerifyAudit(context.Background(), kept)
	require.NoError(t, err)
	return out
}

func auditOf(t require.TestingT, s *Store) []command.AuditEntry {
	r := s.Read()
	defer r.Close()
	all := slices.Collect(r.AuditBefore(0))
	require.NoError(t, r.Err())
	slices.Reverse(all)
	return all
}

func TestEveryCommandDecidedForTheFirstTimeIsOneEntryOfTheChain(t *testing.T) {
	s := newStore(t)
	officer := command.DerivedID("officer")
	lan := ask("1", putPerson{"lan", person{"Lan", "Hue", 30}})
	lan.By = command.Actor{Officer: officer, Node: "ward-1", Device: "phone"}
	apply(t, s, entry(t, 1, 100, lan, ask("2", moveTown{"nobody", "a", "b"}), lan))
	apply(t, s, entry(t, 2, 90, lan, ask("3", moveTown{"lan", "Vinh", "Da Lat"})))
	all := auditOf(t, s)
	require.Len(t, all, 3)
	require.Equal(t, command.AuditEntry{Seq: 1, Index: 1, At: 100, Command: lan.ID, By: command.Actor{Officer: officer, Node: "ward-1"}, Unit: "u", Kind: 1,
		Status: command.Accepted, Type: personType, Key: "lan", Changes: 1, Digest: all[0].Digest, Hash: all[0].Hash}, all[0])
	require.Equal(t, []any{command.Rejected, "unknown_person", uint32(0)}, []any{all[1].Status, all[1].Code, all[1].Changes})
	require.Equal(t, []any{command.Conflicted, "moved_already", noteType, int64(100)}, []any{all[2].Status, all[2].Code, all[2].Type, all[2].At})

	r := s.Read()
	defer r.Close()
	require.Equal(t, command.AuditHead{Seq: 3, Hash: all[2].Hash}, r.Position().Audit)
	require.Equal(t, uint64(1), r.AuditSince(100))
	require.Equal(t, uint64(4), r.AuditSince(101))
	found, ok := r.AuditOf(1, command.DerivedID("2"))
	require.True(t, ok)
	require.Equal(t, all[1], found)
	_, ok = r.AuditOf(1, command.DerivedID("3"))
	require.False(t, ok)
	require.Equal(t, Audited{Entries: 3, Feed: 2, Records: 2, Anchors: 2}, verify(t, s, command.AuditHead{Seq: 1, Hash: all[0].Hash}, command.AuditHead{Seq: 3, Hash: all[2].Hash}))
}

func TestTheChainComesBackWithTheRegister(t *testing.T) {
	from := reference(t, busyEntries(t)...)
	to := newStore(t)
	require.NoError(t, to.Restore(bytes.NewReader(snapshotOf(t, from))))
	require.Equal(t, auditOf(t, from), auditOf(t, to))
	require.Nil(t, verify(t, to).Fault)
	more := entry(t, 5, 500, ask("8", census{"Hue"}))
	apply(t, from, more)
	apply(t, to, more)
	require.Equal(t, auditOf(t, from), auditOf(t, to))
}

// tampered is one way to alter a register, and the entry that must be named.
type tampered struct {
	what  string
	edits map[string][]byte // nil: the key goes
	seq   uint64
}

// tamperer makes alterations of a register at random.
type tamperer struct {
	rng   *rand.Rand
	chain []command.AuditEntry
	feed  []uint64          // the entry of the chain that made each place of the feed
	pages []uint64          // the places at which a page of the feed begins
	kept  map[string][]byte // chain, feed and place as they are
	heads []command.AuditHead
}

func newTamperer(t require.TestingT, s *Store, seed uint64) *tamperer {
	m := &tamperer{rng: rand.New(rand.NewPCG(seed, 4)), chain: auditOf(t, s), kept: map[string][]byte{}}
	for _, e := range m.chain {
		for range e.Changes {
			m.feed = append(m.feed, e.Seq)
		}
		if e.Seq%7 == 0 || int(e.Seq) == len(m.chain) {
			m.heads = append(m.heads, command.AuditHead{Seq: e.Seq, Hash: e.Hash})
		}
	}
	r := s.Read()
	defer r.Close()
	for _, prefix := range [][]byte{{prefixAudit}, {prefixFeed}, metaPlace} {
		for item := range r.items(prefix, nil) {
			m.kept[string(item.Key())] = r.value(item)
			if item.Key()[0] == prefixFeed {
				m.pages = append(m.pages, binary.BigEndian.Uint64(item.Key()[1:]))
			}
		}
	}
	return m
}

func (m *tamperer) at(seq int) string { return string(auditKey(uint64(seq))) }

// page is the key of a page of the feed and the entry whose changes it holds.
func (m *tamperer) page() (key string, entry uint64) {
	from := m.pages[m.rng.IntN(len(m.pages))]
	return string(feedKey(from)), m.feed[from-1]
}

func (m *tamperer) raw(seq int) []byte { return slices.Clone(m.kept[m.at(seq)]) }

// next is one alteration. Every kind comes up as often as the others.
func (m *tamperer) next(i int) tampered {
	n := len(m.chain)
	k := 1 + m.rng.IntN(n)
	switch i % 10 {
	case 0:
		b := m.raw(k)
		b[m.rng.IntN(len(b))] ^= 1 << m.rng.IntN(8)
		return tampered{"a bit of an entry flipped", map[string][]byte{m.at(k): b}, uint64(k)}
	case 1:
		key, entry := m.page()
		b := slices.Clone(m.kept[key])
		b[m.rng.IntN(len(b))] ^= 1 << m.rng.IntN(8)
		return tampered{"a bit of a change flipped", map[string][]byte{key: b}, entry}
	case 2:
		return tampered{"an entry dropped", map[string][]byte{m.at(k): nil}, uint64(k)}
	case 3:
		key, entry := m.page()
		return tampered{"changes dropped", map[string][]byte{key: nil}, entry}
	case 4: // what comes behind moves on by one
		other := 1 + (k+m.rng.IntN(n-1))%n
		edits := map[string][]byte{m.at(k): m.raw(other)}
		for j := k; j <= n; j++ {
			edits[m.at(j+1)] = m.raw(j)
		}
		return tampered{"an entry inserted", edits, uint64(k)}
	case 5:
		other := 1 + (k+m.rng.IntN(n-1))%n
		return tampered{"two entries swapped", map[string][]byte{m.at(k): m.raw(other), m.at(other): m.raw(k)}, uint64(min(k, other))}
	case 6:
		edits := map[string][]byte{}
		for j := k; j <= n; j++ {
			edits[m.at(j)] = nil
		}
		return tampered{"the end cut off", edits, uint64(k)}
	case 7:
		return m.cutWithPlace(k)
	case 8:
		key, entry := m.page()
		whole := m.kept[key]
		from := 0 // of one change of the page
		for range m.rng.IntN(int(places(whole))) {
			from += frameLen(whole[from:])
		}
		b := slices.Concat(whole[:from], whole[from+frameLen(whole[from:]):])
		return tampered{"a change cut out of its page", map[string][]byte{key: b}, entry}
	}
	return m.rewritten(k)
}

// cutWithPlace cuts the end off chain and feed, and tells the place so.
func (m *tamperer) cutWithPlace(k int) tampered {
	edits := map[string][]byte{}
	for j := k; j <= len(m.chain); j++ {
		edits[m.at(j)] = nil
	}
	p, _ := decodePlace(m.kept[string(metaPlace)])
	p.Audit, p.AuditHash, p.FeedHead = uint64(k-1), [32]byte{}, 0
	if k > 1 {
		p.AuditHash = m.chain[k-2].Hash
	}
	for place, seq := range m.feed {
		if seq < uint64(k) {
			p.FeedHead = uint64(place) + 1
		} else if slices.Contains(m.pages, uint64(place)+1) {
			edits[string(feedKey(uint64(place)+1))] = nil
		}
	}
	edits[string(metaPlace)] = p.encode()
	return tampered{"the end cut off, and the head with it", edits, uint64(k)}
}

// rewritten changes an entry and chains everything behind it anew.
func (m *tamperer) rewritten(k int) tampered {
	edits := map[string][]byte{}
	var before [32]byte
	if k > 1 {
		before = m.chain[k-2].Hash
	}
	for j := k; j <= len(m.chain); j++ {
		b := m.raw(j)
		b = b[:len(b)-32]
		if j == k {
			b[40] ^= 1 // the officer
		}
		before = auditHash(before, uint64(j), b)
		edits[m.at(j)] = append(b, before[:]...)
	}
	p, _ := decodePlace(m.kept[string(metaPlace)])
	p.AuditHash = before
	edits[string(metaPlace)] = p.encode()
	first := slices.IndexFunc(m.heads, func(h command.AuditHead) bool { return h.Seq >= uint64(k) })
	return tampered{"an entry changed and everything behind it chained anew", edits, m.heads[first].Seq}
}

func commitEdits(t require.TestingT, s *Store, edits map[string][]byte) {
	w := writes{}
	for k, v := range edits {
		w[k] = v
	}
	require.NoError(t, commitWrites(s.vol.db, w))
}

// undo is what puts the register back.
func (m *tamperer) undo(edits map[string][]byte) map[string][]byte {
	back := map[string][]byte{}
	for k := range edits {
		back[k] = m.kept[k]
	}
	return back
}

// tamper alters a register rounds times; each must be found where it is.
func tamper(t *testing.T, rounds int, seed uint64) {
	s := newStore(t)
	for i := range uint64(12) {
		name := func(j int) string { return fmt.Sprint(i, " ", j) }
		apply(t, s, entry(t, i+1, int64(i)*1000, ask(name(1), putPerson{fmt.Sprint("p", i%5), person{"N", "Hue", int64(i)}}),
			ask(name(2), moveTown{fmt.Sprint("p", i%5), "Hue", "Vinh"}), ask(name(3), moveTown{"nobody", "a", "b"}),
			ask(name(4), page{fmt.Sprint("page", i%3), 3, 2, "Hue"}), ask(name(5), dropPerson{fmt.Sprint("p", (i+3)%5)})))
	}
	m := newTamperer(t, s, seed)
	require.Nil(t, verify(t, s, m.heads...).Fault, "before anything was altered")
	found := map[string]int{}
	for i := range rounds {
		x := m.next(i)
		commitEdits(t, s, x.edits)
		fault := verify(t, s, m.heads...).Fault
		require.NotNil(t, fault, "seed %d, round %d: %s at %d was not found", seed, i, x.what, x.seq)
		require.Equal(t, x.seq, fault.Seq, "seed %d, round %d: %s: %s", seed, i, x.what, fault.What)
		found[x.what]++
		commitEdits(t, s, m.undo(x.edits))
	}
	require.Nil(t, verify(t, s, m.heads...).Fault, "after everything was put back")
	t.Logf("seed %d: %d alterations of a chain of %d entries, all found with their place: %v", seed, rounds, len(m.chain), found)
}

func TestWhateverIsAlteredInTheChainOfChangesIsFoundAndNamed(t *testing.T) { tamper(t, 300, 1) }

func TestARecordChangedBehindTheChainIsNamed(t *testing.T) {
	s := newStore(t)
	apply(t, s, busyEntries(t)...)
	lan := string(recordKey(personType, "hue0003"))
	r := s.Read()
	born, _ := r.record(personType, "hue0003")
	r.Close()
	other := append(slices.Clone(born), value(person{"X", "Y", 9})...)
	later := append(newBirth(born.seq()+1, 0), value(person{"X", "Y", 9})...)
	for what, edits := range map[string]map[string][]byte{
		"changed":  {lan: other},
		"dropped":  {lan: nil},
		"invented": {string(recordKey(personType, "zz")): other},
		"younger":  {lan: later},
		"hidden":   {string(historyKey(personType, "hue0001", 42)): nil},
	} {
		r := s.Read()
		kept := map[string][]byte{}
		for k := range edits {
			kept[k] = r.get([]byte(k))
		}
		r.Close()
		commitEdits(t, s, edits)
		require.NotNil(t, verify(t, s).Fault, what)
		commitEdits(t, s, kept)
	}
	require.Nil(t, verify(t, s).Fault)
	commitEdits(t, s, map[string][]byte{lan: other})
	require.Equal(t, &Fault{Type: 1, Key: "hue0003", What: "the record is not what was agreed last"}, verify(t, s).Fault)
}

func TestAnOutcomeChangedBehindTheChainIsFound(t *testing.T) {
	s := newStore(t)
	apply(t, s, busyEntries(t)...)
	r := s.Read()
	o, _ := r.Outcome(command.DerivedID("6"))
	r.Close()
	o.Status, o.Class, o.Code = command.Accepted, "", ""
	commitEdits(t, s, map[string][]byte{string(outcomeKey(command.DerivedID("6"))): value(o)})
	require.Contains(t, verify(t, s).Fault.What, "outcomes")
}

func TestARegisterOfTheLayoutBeforeTheChainIsRefusedByName(t *testing.T) {
	dir := t.TempDir()
	s := openAt(t, dir)
	apply(t, s, busyEntries(t)...)
	commitEdits(t, s, map[string][]byte{string(metaFormat): {1}, string(metaPlace): make([]byte, placeSize-40)})
	require.NoError(t, s.Close())
	_, err := Open(Config{Dir: dir, Key: testKey, Table: toyTable(1)})
	require.ErrorContains(t, err, "layout version [1], this build knows 3")
	require.NotErrorIs(t, err, ErrDamaged)
}

// longChain writes a register of n commands through the code of the chain, but
// in bulk and without deciding anything.
func longChain(t require.TestingT, s *Store, n int) {
	batch := s.vol.db.NewWriteBatch()
	set := func(k, v []byte) { require.NoError(t, batch.Set(k, v)) }
	p := place{}
	latest := map[string][]byte{}
	for i := range n {
		e := command.Envelope{ID: command.DerivedID("c", fmt.Sprint(i)), Kind: 1, Unit: "00163", By: command.Actor{Officer: command.DerivedID("o", fmt.Sprint(i%50)), Node: "ward-1"}}
		key := fmt.Sprintf("person-%06d-and-the-rest-of-a-uuid", i%60_000)
		change := put(personType, key, person{"Nguyen Van A", "Hue", int64(i % 90)})
		o := command.Outcome{Status: command.Accepted, Index: uint64(i/8 + 1), At: int64(i), Kind: 1, By: e.By, Hash: make([]byte, 32), FeedFrom: uint64(i + 1), FeedTo: uint64(i + 1)}
		said := newSaid(e, o, []command.Change{change})
		f := appendFeed(nil, FeedItem{Index: o.Index, At: o.At, Command: e.ID, Change: change})
		said.bind(f)
		kept := p.audit(said)
		p.FeedHead++
		set(auditKey(p.Audit), kept)
		set(feedKey(p.FeedHead), f)
		if latest[key] == nil {
			latest[key] = newBirth(p.FeedHead, 0)
		} else {
			set(historyKey(personType, change.Key, p.FeedHead), []byte{0})
		}
		set(outcomeKey(e.ID), value(o))
		latest[key] = append(latest[key][:birthSize:birthSize], change.Value...)
	}
	for key, v := range latest {
		set(recordKey(personType, command.Key(key)), v)
	}
	require.NoError(t, batch.Flush())
	p.Txn = 1
	require.NoError(t, s.vol.db.Update(func(txn *badger.Txn) error {
		return txn.Set(trailKey(1), binary.BigEndian.AppendUint64(nil, 1))
	}))
	commitEdits(t, s, map[string][]byte{string(metaPlace): p.encode()})
}

// BenchmarkVerify verifies a register of 100,000 commands whole.
func BenchmarkVerify(b *testing.B) {
	s := openAt(b, b.TempDir())
	defer func() { require.NoError(b, s.Close()) }()
	longChain(b, s, 100_000)
	for b.Loop() {
		require.Nil(b, verify(b, s).Fault)
	}
}
