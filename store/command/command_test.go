package command_test

import (
	"crypto/ed25519"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// note is a kind as simple as a kind can be.
type note struct {
	Text  string             `json:"text"`
	Times int                `json:"times,omitempty"`
	Sub   struct{ Deep int } `json:"sub,omitzero"`
}

func (n note) Check() *command.Error {
	if strings.ContainsAny(n.Text, "0123456789") {
		return command.InvalidField("/text", "digits", "no digits")
	}
	return nil
}

func (n note) Decide(command.View, command.Envelope) command.Decision {
	if n.Text == "no" {
		return command.Reject(command.Errorf(command.Conflicting, "no", "no"))
	}
	changes := make([]command.Change, n.Times)
	for i := range changes {
		changes[i] = command.Change{Type: 1, Key: "k", Op: command.Put, Value: json.RawMessage(`{}`)}
	}
	return command.Accept(changes...)
}

// keeper keeps whatever was refused.
type keeper struct{ refuse bool }

func (k keeper) Admit(command.View, command.Spec, command.Envelope) *command.Error {
	if k.refuse {
		return command.Errorf(command.Forbidden, "role", "not you")
	}
	return nil
}

func (keeper) Settle(_ command.View, _ command.Spec, e command.Envelope, d command.Decision) command.Decision {
	if d.Status != command.Accepted {
		d.Changes = append(d.Changes, command.Change{Type: 2, Key: command.Key(e.ID.String()), Op: command.Put, Value: e.Body})
	}
	return d
}

func table(p command.Policy) *command.Table {
	return command.NewTable(p, []command.Spec{command.Of[note](7, "note.put")}, nil)
}

func envelope(body string) command.Envelope {
	return command.Envelope{V: command.FormatVersion, ID: command.NewID(), Kind: 7, CapturedAt: 5, By: command.Actor{Node: "n"},
		Unit: "u", Origin: command.Origin{Node: "n", Epoch: 1, Seq: 2}, Body: json.RawMessage(body)}
}

func TestEnvelopeComesBackAsItWasSent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := envelope(`{"text":"a"}`)
		e.CapturedAt = rapid.Int64().Draw(t, "at")
		e.Unit = rapid.String().Draw(t, "unit")
		e.By.Device = rapid.StringMatching(`[a-z]*`).Draw(t, "device")
		for range rapid.IntRange(0, 3).Draw(t, "after") {
			e.After = append(e.After, command.NewID())
		}
		back, err := command.DecodeEnvelope(e.Encode())
		require.NoError(t, err)
		require.Equal(t, e.Encode(), back.Encode())
		require.Equal(t, e.Hash(), back.Hash())
	})
}

func TestSignatureCoversEverythingButItself(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, 32))
	public := key.Public().(ed25519.PublicKey)
	e := envelope(`{"text":"a"}`).Sign(key)
	require.True(t, e.SignedBy(public))
	for name, change := range map[string]func(*command.Envelope){
		"id":     func(e *command.Envelope) { e.ID = command.NewID() },
		"kind":   func(e *command.Envelope) { e.Kind++ },
		"time":   func(e *command.Envelope) { e.CapturedAt++ },
		"who":    func(e *command.Envelope) { e.By.Officer = command.NewID() },
		"unit":   func(e *command.Envelope) { e.Unit = "v" },
		"place":  func(e *command.Envelope) { e.Origin.Seq++ },
		"parent": func(e *command.Envelope) { e.After = append(e.After, command.NewID()) },
		"body":   func(e *command.Envelope) { e.Body = json.RawMessage(`{"text":"b"}`) },
	} {
		forged := e
		change(&forged)
		require.False(t, forged.SignedBy(public), name)
	}
	require.False(t, e.SignedBy(nil))
}

func TestHashTellsBodiesApartAndNothingElse(t *testing.T) {
	a := envelope(`{"text":"a"}`)
	b := a
	b.CapturedAt, b.By.Device, b.Origin.Seq = 9, "phone", 77
	require.Equal(t, a.Hash(), b.Hash(), "a retry later, from elsewhere, is the same command")
	b.Body = json.RawMessage(`{"text":"b"}`)
	require.NotEqual(t, a.Hash(), b.Hash())
	c := a
	c.Unit = "v"
	require.NotEqual(t, a.Hash(), c.Hash())
}

func TestCanonicalNamesTheFieldThatIsWrong(t *testing.T) {
	tests := []struct{ name, body, code, field string }{
		{"letters in a number", `{"text":"a","times":"x"}`, "wrong_type", "/times"},
		{"letters deep in a number", `{"sub":{"Deep":"x"}}`, "wrong_type", "/sub/Deep"},
		{"unknown field", `{"txt":"a"}`, "unknown_field", "/txt"},
		{"cut short", `{"text":`, "malformed", ""},
		{"empty", ``, "malformed", ""},
		{"two values", `{"text":"a"} {}`, "malformed", ""},
		{"a stray brace", `{"text":"a"}}`, "malformed", ""},
		{"not JSON", `text=a`, "malformed", ""},
		{"the kind's own rule", `{"text":"a1"}`, "digits", "/text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := table(keeper{}).Canonical(7, []byte(tt.body))
			require.NotNil(t, err)
			require.Equal(t, command.Invalid, err.Class)
			require.Equal(t, tt.code, err.Code)
			require.Equal(t, tt.field, err.Field)
		})
	}
	_, err := table(keeper{}).Canonical(8, []byte(`{}`))
	require.Equal(t, "unknown_kind", err.Code)
	body, err := table(keeper{}).Canonical(7, []byte(` { "times" : 2, "text" : "a" } `))
	require.Nil(t, err)
	require.JSONEq(t, `{"text":"a","times":2}`, string(body))
	require.Equal(t, `{"text":"a","times":2}`, string(body), "order and spaces are ours")
}

func TestWhatCannotBeDecidedIsAFailureNotAnOutcome(t *testing.T) {
	unknown := envelope(`{}`)
	unknown.Kind = 8
	_, err := table(keeper{}).Decide(nil, unknown)
	require.ErrorContains(t, err, "unknown kind")
	_, err = table(keeper{}).Decide(nil, envelope(`{"later":1}`))
	require.ErrorContains(t, err, "later")
}

func TestWhatIsRefusedIsKeptWhole(t *testing.T) {
	for name, tt := range map[string]struct {
		policy keeper
		body   string
		code   string
	}{
		"by the policy":       {keeper{refuse: true}, `{"text":"a"}`, "role"},
		"by the kind's check": {keeper{}, `{"text":"1"}`, "digits"},
		"by the rule":         {keeper{}, `{"text":"no"}`, "no"},
		"because of its size": {keeper{}, `{"text":"a","times":1001}`, "too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := table(tt.policy).Decide(nil, envelope(tt.body))
			require.NoError(t, err)
			require.Equal(t, command.Rejected, d.Status)
			require.Equal(t, tt.code, d.Err.Code)
			require.Len(t, d.Changes, 1)
			require.JSONEq(t, tt.body, string(d.Changes[0].Value))
		})
	}
}

func TestAKindDeclaredTwiceIsFoundAtOnce(t *testing.T) {
	require.Panics(t, func() {
		command.NewTable(keeper{}, []command.Spec{command.Of[note](7, "a.b"), command.Of[note](7, "a.c")}, nil)
	})
	require.Panics(t, func() {
		command.NewTable(keeper{}, []command.Spec{command.Of[note](7, "a.b"), command.Of[note](8, "a.b")}, nil)
	})
}

func TestEntryKeepsItsBounds(t *testing.T) {
	e := envelope(`{"text":"` + strings.Repeat("a", 1000) + `"}`)
	entry := command.Entry{V: command.FormatVersion, At: 1}
	for len(entry.Commands) < command.MaxCommands+1 {
		entry.Commands = append(entry.Commands, envelope(`{}`))
	}
	_, err := entry.Encode()
	require.Error(t, err, "one command too many")
	entry.Commands = nil
	for range 60 {
		entry.Commands = append(entry.Commands, e)
	}
	_, err = entry.Encode()
	require.Error(t, err, "too many bytes")
	entry.Commands = entry.Commands[:10]
	raw, err := entry.Encode()
	require.NoError(t, err)
	back, err := command.DecodeEntry(raw)
	require.NoError(t, err)
	require.Len(t, back.Commands, 10)
}

func TestDerivedIDsFollowFromTheirPartsAlone(t *testing.T) {
	a := command.DerivedID("page", "file", "1")
	require.Equal(t, a, command.DerivedID("page", "file", "1"))
	require.NotEqual(t, a, command.DerivedID("page", "file1", ""))
	require.NotEqual(t, a, command.DerivedID("page", "fil", "e1"))
	require.Equal(t, byte('8'), a.String()[14], "version 8 of RFC 9562")
	back, err := command.ParseID(a.String())
	require.NoError(t, err)
	require.Equal(t, a, back)
	for _, s := range []string{"", "x", strings.ToUpper(a.String())[:35], "{" + a.String() + "}", "urn:uuid:" + a.String()} {
		_, err := command.ParseID(s)
		require.Error(t, err, s)
	}
}

func FuzzDecodeEntry(f *testing.F) {
	entry, err := command.Entry{V: 1, At: 2, Commands: []command.Envelope{envelope(`{"text":"a"}`)}}.Encode()
	require.NoError(f, err)
	f.Add(entry)
	f.Add([]byte(`{"v":1,"commands":[{}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		en, err := command.DecodeEntry(raw)
		if err != nil {
			return
		}
		again, err := en.Encode()
		if err != nil {
			return // over the bounds once written our way, or with a body only its kind would refuse
		}
		back, err := command.DecodeEntry(again)
		require.NoError(t, err)
		require.Equal(t, len(en.Commands), len(back.Commands))
	})
}
