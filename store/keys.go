package store

import (
	"encoding/binary"
	"fmt"
	"strings"

	"gocua/store/command"
)

// Every key begins with one byte that says what it holds. Records, outcomes,
// the feed and the audit chain are the register itself; terms, tallies and history follow from
// them and can be made again.
const (
	prefixAudit   = 'a' // a seq(8)                      → AuditEntry and its hash
	prefixChain   = 'c' // c slot(2)                     → index(8) chain(32)
	prefixFeed    = 'f' // f seq(8) of the first         → FeedItems of one command, up to pageSize
	prefixHistory = 'h' // h type key NUL seq(8)         → how far into its page it stands(1); see history.go
	prefixMeta    = 'm' // m …                           → see below
	prefixOutcome = 'o' // o command ID(16)              → Outcome, JSON
	prefixRecord  = 'r' // r type key                    → its birth (see history.go) and the record's value
	prefixTally   = 't' // t tally key                   → sum(8)
	prefixTerm    = 'x' // x index term NUL key NUL type → nothing
)

// What the register knows about itself.
var (
	metaFormat = []byte("mv") // version of this layout
	metaPlace  = []byte("mp") // place
	metaShape  = []byte("ms") // Table.DerivedShape that terms and tallies follow
	metaTrail  = []byte("mt") // + slot(2) → number of a transaction(8)
)

const (
	formatVersion = 3       // 1: without the audit chain; 2: a key for each place of the feed and of the history
	chainKept     = 1024    // entries whose chain digest is kept
	trailKept     = 1 << 16 // transactions whose number is kept
	maxKey        = 1 << 10 // bytes of a record's key
	maxTerm       = 1 << 15 // bytes of a term or a tally's key
)

func recordKey(t command.RecordType, k command.Key) []byte {
	return append([]byte{prefixRecord, byte(t)}, k...)
}

func outcomeKey(id command.ID) []byte { return append([]byte{prefixOutcome}, id[:]...) }

func feedKey(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefixFeed}, seq)
}

func auditKey(seq uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{prefixAudit}, seq)
}

func historyPrefix(t command.RecordType, k command.Key) []byte {
	return append(append([]byte{prefixHistory, byte(t)}, k...), 0)
}

func historyKey(t command.RecordType, k command.Key, seq uint64) []byte {
	return binary.BigEndian.AppendUint64(historyPrefix(t, k), seq)
}

func chainKey(index uint64) []byte {
	return binary.BigEndian.AppendUint16([]byte{prefixChain}, uint16(index%chainKept))
}

func trailKey(txn uint64) []byte {
	return binary.BigEndian.AppendUint16(metaTrail[:len(metaTrail):len(metaTrail)], uint16(txn%trailKept))
}

func tallyKey(t command.Tally, key string) []byte {
	return append([]byte{prefixTally, byte(t)}, key...)
}

// termKey orders by index, term, key: neither term nor key may hold a NUL, so
// the NUL that ends them sorts below everything that could follow.
func termKey(ix command.Index, term string, t command.RecordType, k command.Key) string {
	var b strings.Builder
	b.Grow(5 + len(term) + len(k))
	b.WriteByte(prefixTerm)
	b.WriteByte(byte(ix))
	b.WriteString(term)
	b.WriteByte(0)
	b.WriteString(string(k))
	b.WriteByte(0)
	b.WriteByte(byte(t))
	return b.String()
}

func termPrefix(ix command.Index, prefix string) string {
	return string([]byte{prefixTerm, byte(ix)}) + prefix
}

// splitTerm takes a termKey apart.
func splitTerm(x string) (term string, of ref) {
	of.kind = command.RecordType(x[len(x)-1])
	term, key, _ := strings.Cut(x[2:len(x)-2], "\x00")
	of.key = command.Key(key)
	return term, of
}

// ref names one record.
type ref struct {
	kind command.RecordType
	key  command.Key
}

// name is the ref as a key of a sheet.
func (r ref) name() string { return string([]byte{byte(r.kind)}) + string(r.key) }

func checkKey(k command.Key) error {
	if k == "" || len(k) > maxKey || strings.IndexByte(string(k), 0) >= 0 {
		return fmt.Errorf("a record key of %d bytes: it must have 1 to %d bytes and no NUL", len(k), maxKey)
	}
	return nil
}

func checkTerm(term string) error {
	if len(term) > maxTerm || strings.IndexByte(term, 0) >= 0 {
		return fmt.Errorf("a term of %d bytes: it may have %d bytes and no NUL", len(term), maxTerm)
	}
	return nil
}
