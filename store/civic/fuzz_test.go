package civic

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// FuzzDecide gives rules whatever may come from outside: they decide, the same
// each time, and never panic.
func FuzzDecide(f *testing.F) {
	h := enrolled(f)
	h.accept(KindUnitPut, json.RawMessage(spec(f, h, KindUnitPut).Example))
	h.accept(KindHouseholdPut, json.RawMessage(spec(f, h, KindHouseholdPut).Example))
	h.accept(KindResidentPut, json.RawMessage(spec(f, h, KindResidentPut).Example))
	h.accept(KindSeal, seal(1, 0, 10, "", "a hash"))
	for _, s := range h.table.Kinds() {
		f.Add(uint16(s.Kind), []byte(s.Example))
	}
	key, house := theirHousehold(1)
	for kind, body := range map[command.Kind]any{KindFound: foundingBody(), KindSeal: seal(2, 10, 20, "a hash", "b"), KindReceipt: receipt(1, "a hash"),
		KindParcelReceive: parcel(command.Routine, 1, nil, item(TypeHousehold, key, house))} {
		b, err := json.Marshal(body)
		require.NoError(f, err)
		f.Add(uint16(kind), b)
	}
	f.Fuzz(func(t *testing.T, kind uint16, body []byte) {
		s, known := h.table.Kind(command.Kind(kind))
		canonical, malformed := h.table.Canonical(command.Kind(kind), body)
		if !known || malformed != nil && !json.Valid(body) {
			require.NotNil(t, malformed)
			return
		}
		if malformed != nil { // refused at the edge; a machine that skips the edge may still send it
			canonical = body
		}
		env := (&history{t: t, reg: h.reg, table: h.table}).envelope(s.Kind, canonical)
		d, err := h.table.Decide(h.reg, env)
		if err != nil {
			require.NotNil(t, malformed, "a good body is decided: %v", err)
			return
		}
		again, err := h.table.Decide(h.reg, env)
		require.NoError(t, err)
		require.Equal(t, bytesOf(t, d), bytesOf(t, again))
		if d.Status != command.Accepted {
			require.NotNil(t, d.Err)
		}
		for _, c := range d.Changes {
			rec, ok := h.table.Record(c.Type)
			require.True(t, ok)
			if c.Op == command.Delete {
				continue
			}
			derived, err := rec.Derive(c.Value)
			require.NoError(t, err)
			for _, text := range written(c.Key, derived) {
				require.False(t, len(text) > 32<<10 || strings.Contains(text, "\x00"), "a key the store cannot keep")
			}
		}
	})
}
