package match

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// register is a Source over maps, and the feed of what was put into it.
type register struct {
	t       require.TestingT
	kind    command.Record // of residents
	records map[command.RecordType]map[command.Key][]byte
	feed    []command.FeedItem
}

func newRegister(t require.TestingT) *register {
	kind, _ := civic.Table().Record(civic.TypeResident)
	return &register{t: t, kind: kind, records: map[command.RecordType]map[command.Key][]byte{civic.TypeResident: {}, civic.TypePair: {}}}
}

func (r *register) change(t command.RecordType, key command.Key, rec any) {
	c := command.Change{Type: t, Key: key, Op: command.Delete}
	delete(r.records[t], key)
	if rec != nil {
		b, err := json.Marshal(rec)
		require.NoError(r.t, err)
		c.Op, c.Value, r.records[t][key] = command.Put, b, b
	}
	r.feed = append(r.feed, command.FeedItem{Seq: uint64(len(r.feed) + 1), Change: c})
}

func (r *register) put(p civic.Resident) { r.change(civic.TypeResident, civic.KeyOf(p.ID), p) }

func (r *register) Get(t command.RecordType, key command.Key) []byte { return r.records[t][key] }

func (r *register) Records(t command.RecordType, _ command.Key) iter.Seq2[command.Key, []byte] {
	return func(yield func(command.Key, []byte) bool) {
		for key, value := range r.records[t] {
			if !yield(key, value) {
				return
			}
		}
	}
}

// Scan derives what it is asked for from all residents.
func (r *register) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	return func(yield func(string, command.Key) bool) {
		for key, value := range r.records[civic.TypeResident] {
			d, err := r.kind.Derive(value)
			require.NoError(r.t, err)
			for _, t := range d.Terms {
				if t.Index == ix && strings.HasPrefix(t.Value, prefix) && !yield(t.Value, key) {
					return
				}
			}
		}
	}
}

func (r *register) Position() command.Position {
	return command.Position{FeedHead: uint64(len(r.feed))}
}
func (r *register) Err() error { return nil }

// since is the feed after a place.
func (r *register) since(seq uint64) iter.Seq[command.FeedItem] { return slices.Values(r.feed[seq:]) }
