package command

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func texts() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringMatching(`[a-z0-9.-]{0,12}`), rapid.String(), rapid.SampledFrom([]string{"<b>", "Phường \u2028", "\xff", "a\\b", "\"", "Tổ 1"}))
}

func ids() *rapid.Generator[ID] {
	return rapid.Map(rapid.SliceOfN(rapid.Byte(), 16, 16), func(b []byte) ID { return ID(b) })
}

func bodies() *rapid.Generator[json.RawMessage] {
	return rapid.Custom(func(t *rapid.T) json.RawMessage {
		b, err := json.Marshal(map[string]any{"name": texts().Draw(t, "name"), "list": rapid.SliceOfN(rapid.Int(), 0, 3).Draw(t, "list"),
			texts().Draw(t, "field"): map[string]any{"x": texts().Draw(t, "text")}})
		require.NoError(t, err)
		switch rapid.IntRange(0, 5).Draw(t, "how") {
		case 0:
			return json.RawMessage(strings.ReplaceAll(string(b), ":", " : ")) // may change a text, which stays JSON
		case 1:
			return json.RawMessage(`"no object"`)
		case 2:
			return json.RawMessage(strings.NewReplacer(`\u003c`, "<", `\u2028`, "\u2028").Replace(string(b)))
		}
		return b
	})
}

func envelopes() *rapid.Generator[Envelope] {
	return rapid.Custom(func(t *rapid.T) Envelope {
		texts, bodies := texts, bodies
		if rapid.Bool().Draw(t, "ordinary") { // as nearly all are; of chance alone hardly any would be
			texts = func() *rapid.Generator[string] { return rapid.SampledFrom([]string{"", "ward-1", "00163"}) }
			bodies = func() *rapid.Generator[json.RawMessage] {
				return rapid.SampledFrom([]json.RawMessage{[]byte(`{}`), []byte(`{"name":"Nguyễn Thị Hoà","list":[1,{"x":"}"}]}`)})
			}
		}
		e := Envelope{V: FormatVersion, ID: ids().Draw(t, "id"), Kind: Kind(rapid.Uint16().Draw(t, "kind")), CapturedAt: rapid.Int64().Draw(t, "at"),
			By: Actor{Node: texts().Draw(t, "node"), Device: texts().Draw(t, "device")}, Unit: texts().Draw(t, "unit"),
			Origin: Origin{Node: texts().Draw(t, "origin"), Epoch: rapid.Uint32().Draw(t, "epoch"), Seq: rapid.Uint64().Draw(t, "seq")},
			Body:   bodies().Draw(t, "body"), Sig: rapid.SliceOfN(rapid.Byte(), 0, 64).Draw(t, "sig")}
		if rapid.Bool().Draw(t, "officer") {
			e.By.Officer = ids().Draw(t, "officer id")
		}
		e.After = rapid.SliceOfN(ids(), 0, 3).Draw(t, "after")
		return e
	})
}

func TestAnEnvelopeIsWrittenByHandAsEncodingJSONWritesIt(t *testing.T) {
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(envelopes(), 0, 3).Draw(t, "envelopes")
		var raw [][]byte
		for _, e := range list {
			want, err := json.Marshal(e)
			require.NoError(t, err)
			require.Equal(t, string(want), string(e.Encode()))
			if _, ok := e.appendPlain(nil); ok {
				byHand++
			}
			raw = append(raw, want)
		}
		want, err := json.Marshal(Entry{V: FormatVersion, At: 5, Commands: append([]Envelope{}, list...)})
		require.NoError(t, err)
		got, err := JoinEntry(5, raw)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	})
	t.Logf("%d by hand", byHand)
	require.Positive(t, byHand, "nothing was plain")
}

// slowEntry is an entry as encoding/json reads it.
func slowEntry(b []byte) (en Entry, err error) {
	err = strictJSON(b, &en)
	return en, err
}

func TestAnEntryIsReadByHandAsEncodingJSONReadsIt(t *testing.T) {
	byHand := 0
	rapid.Check(t, func(t *rapid.T) {
		b, err := json.Marshal(Entry{V: FormatVersion, At: rapid.Int64().Draw(t, "at"), Commands: rapid.SliceOfN(envelopes(), 0, 3).Draw(t, "envelopes")})
		require.NoError(t, err)
		if rapid.IntRange(0, 3).Draw(t, "harm") == 0 {
			i := rapid.IntRange(0, len(b)-1).Draw(t, "at byte")
			b[i] = rapid.Byte().Draw(t, "byte")
		}
		if sameRead(t, b) {
			byHand++
		}
	})
	t.Logf("%d by hand", byHand)
	require.Positive(t, byHand, "nothing was plain")
}

// sameRead checks that both ways of reading an entry come to the same, and
// reports whether it was read by hand. Only what is in a body may be found wrong
// later.
func sameRead(t require.TestingT, b []byte) (byHand bool) {
	got, ok := plainEntry(b)
	if !ok {
		return false
	}
	want, err := slowEntry(b)
	if err != nil {
		broken := false
		for _, e := range got.Commands {
			broken = broken || !json.Valid(e.Body)
		}
		require.True(t, broken, "encoding/json: %v", err)
		return true
	}
	if len(want.Commands) == 0 {
		want.Commands = nil
	}
	require.Equal(t, want, got)
	return true
}

func FuzzAnEntryIsReadTheSameEitherWay(f *testing.F) {
	one := Envelope{V: 1, ID: DerivedID("a"), Kind: 7, CapturedAt: 5, By: Actor{Officer: DerivedID("o"), Node: "ward-1", Device: "d"}, Unit: "00163",
		Origin: Origin{Node: "ward-1", Epoch: 1, Seq: 2}, After: []ID{DerivedID("b")}, Body: json.RawMessage(`{"a":[1,{"b":"c\"}"}]}`), Sig: []byte("sig")}
	for _, en := range []Entry{{V: 1, At: 7}, {V: 1, At: 7, Commands: []Envelope{one, {V: 1, Body: json.RawMessage(`{}`)}}}} {
		b, err := en.Encode()
		require.NoError(f, err)
		f.Add(b)
	}
	f.Add([]byte(`{"v":1,"at":01,"commands":[]}`))
	f.Add([]byte(`{"v":1,"at":1,"commands":[ ]}`))
	f.Fuzz(func(t *testing.T, b []byte) { sameRead(t, b) })
}
