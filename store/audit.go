package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"slices"
	"sort"

	"gocua/store/command"
)

// An audit entry is kept as
//
//	index 8 | at 8 | command 16 | officer 16 | kind 2 | status 1 | type 1 | changes 4 | digest 32
//	node, unit, code, key: each behind its length in 2 bytes
//	hash 32
//
// with hash = SHA-256(hash of the entry before ‖ seq 8 ‖ all before the hash).
// The seq is the entry's key: an entry put in another place does not fit there.
const auditFixed = 8 + 8 + 16 + 16 + 2 + 1 + 1 + 4 + 32

// statuses by number, which is disk format.
var statuses = []command.Status{"", command.Accepted, command.Rejected, command.Conflicted}

// said is an audit entry in the making.
type said struct {
	entry  command.AuditEntry
	digest hash.Hash
}

func newSaid(e command.Envelope, o command.Outcome, changes []command.Change) *said {
	s := &said{digest: sha256.New(), entry: command.AuditEntry{Index: o.Index, At: o.At, Command: e.ID,
		By: command.Actor{Officer: e.By.Officer, Node: e.By.Node}, Unit: e.Unit, Kind: e.Kind, Status: o.Status, Code: o.Code,
		Changes: uint32(len(changes))}}
	if len(changes) > 0 {
		s.entry.Type, s.entry.Key = changes[0].Type, changes[0].Key
	}
	return s
}

// bind takes a page of the feed, as it is kept, into the digest.
func (s *said) bind(page []byte) { s.digest.Write(page) }

// audit moves on by one entry of the chain and returns what is kept of it.
func (p *place) audit(s *said) []byte {
	s.digest.Sum(s.entry.Digest[:0])
	b := encodeAudit(s.entry)
	p.Audit++
	p.AuditHash = auditHash(p.AuditHash, p.Audit, b)
	return append(b, p.AuditHash[:]...)
}

func auditHash(before [32]byte, seq uint64, entry []byte) [32]byte {
	h := sha256.New()
	h.Write(before[:])
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], seq)
	h.Write(n[:])
	h.Write(entry)
	return [32]byte(h.Sum(nil))
}

func encodeAudit(e command.AuditEntry) []byte {
	b := make([]byte, 0, auditFixed+8+len(e.By.Node)+len(e.Unit)+len(e.Code)+len(e.Key)+32)
	b = binary.BigEndian.AppendUint64(b, e.Index)
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))
	b = append(b, e.Command[:]...)
	b = append(b, e.By.Officer[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(e.Kind))
	b = append(b, byte(slices.Index(statuses, e.Status)), byte(e.Type))
	b = binary.BigEndian.AppendUint32(b, e.Changes)
	b = append(b, e.Digest[:]...)
	for _, s := range []string{e.By.Node, e.Unit, e.Code, string(e.Key)} {
		s = s[:min(len(s), 1<<16-1)] // an envelope's bound lies far below
		b = binary.BigEndian.AppendUint16(b, uint16(len(s)))
		b = append(b, s...)
	}
	return b
}

// decodeAudit reads what is kept of an entry; raw is what its hash covers.
func decodeAudit(key, b []byte) (e command.AuditEntry, raw []byte, err error) {
	broken := fmt.Errorf("%w: an audit entry of %d bytes", ErrDamaged, len(b))
	if len(key) != 9 || len(b) < auditFixed+8+32 {
		return e, nil, broken
	}
	raw = b[:len(b)-32]
	e = command.AuditEntry{Seq: binary.BigEndian.Uint64(key[1:]), Index: binary.BigEndian.Uint64(raw), At: int64(binary.BigEndian.Uint64(raw[8:])),
		Command: command.ID(raw[16:32]), By: command.Actor{Officer: command.ID(raw[32:48])}, Kind: command.Kind(binary.BigEndian.Uint16(raw[48:])),
		Type: command.RecordType(raw[51]), Changes: binary.BigEndian.Uint32(raw[52:]), Digest: [32]byte(raw[56:88]), Hash: [32]byte(b[len(raw):])}
	if int(raw[50]) < len(statuses) {
		e.Status = statuses[raw[50]]
	}
	rest := raw[auditFixed:]
	for _, to := range []*string{&e.By.Node, &e.Unit, &e.Code, (*string)(&e.Key)} {
		if len(rest) < 2 || len(rest) < 2+int(binary.BigEndian.Uint16(rest)) {
			return e, nil, broken
		}
		end := 2 + int(binary.BigEndian.Uint16(rest))
		*to, rest = string(rest[2:end]), rest[end:]
	}
	if len(rest) > 0 || e.Status == "" {
		return e, nil, broken
	}
	return e, raw, nil
}

// AuditEntry reads one entry of the audit chain.
func (r *Reader) AuditEntry(seq uint64) (command.AuditEntry, bool) {
	if seq == 0 || seq > r.place.Audit {
		return command.AuditEntry{}, false
	}
	b := r.get(auditKey(seq))
	if r.Err() != nil {
		return command.AuditEntry{}, false
	}
	e, _, err := decodeAudit(auditKey(seq), b)
	if err != nil {
		r.fail(err)
		return e, false
	}
	return e, true
}

// AuditBefore yields the audit chain backwards, from the entry before the one
// given; 0 is its end.
func (r *Reader) AuditBefore(before uint64) iter.Seq[command.AuditEntry] {
	return func(yield func(command.AuditEntry) bool) {
		if before == 0 || before > r.place.Audit {
			before = r.place.Audit + 1
		}
		for seq := before - 1; seq > 0; seq-- {
			if e, ok := r.AuditEntry(seq); !ok || !yield(e) {
				return
			}
		}
	}
}

// AuditSince is the first entry of the chain at or after an agreed time (ms), or
// the place behind its end.
func (r *Reader) AuditSince(at int64) uint64 {
	return r.auditFrom(func(e command.AuditEntry) bool { return e.At >= at })
}

// AuditOf finds the entry of a command that was decided in an entry of the
// agreed order.
func (r *Reader) AuditOf(index uint64, id command.ID) (command.AuditEntry, bool) {
	first := r.auditFrom(func(e command.AuditEntry) bool { return e.Index >= index })
	for seq := first; ; seq++ {
		e, ok := r.AuditEntry(seq)
		if !ok || e.Index != index {
			return command.AuditEntry{}, false
		}
		if e.Command == id {
			return e, true
		}
	}
}

// auditFrom is the first place of the chain where something that stays true
// from there on holds.
func (r *Reader) auditFrom(holds func(command.AuditEntry) bool) uint64 {
	return 1 + uint64(sort.Search(int(r.place.Audit), func(i int) bool {
		e, ok := r.AuditEntry(uint64(i) + 1)
		return ok && holds(e)
	}))
}
