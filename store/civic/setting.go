package civic

import (
	"encoding/json"

	"gocua/store/command"
)

// Setting is one replicated value that rules or all machines read. What the law
// or a superior may change lives here, never in one machine's configuration.
type Setting struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
	Rev   command.ID      `json:"rev,omitzero"`
}

// Settings about signing in.
const (
	SettingSecondRoles = "auth.second-roles" // roles that need a second factor, a list; unset: SecondRoles
	SettingOfflineDays = "auth.offline-days" // days a machine signs people in without having heard its cluster; unset: 30
)

// PutSetting sets one value.
type PutSetting struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

func (p PutSetting) Check() *command.Error {
	switch {
	case !goodCode(p.Key):
		return command.InvalidField("/key", "bad_code", "a key has letters, digits, dots and dashes")
	case p.Key == SettingCluster:
		return command.InvalidField("/key", "reserved", "the identity of the cluster cannot be set")
	case len(p.Value) == 0:
		return command.InvalidField("/value", "required", "the setting has no value")
	}
	return nil
}

func (p PutSetting) Decide(v command.View, e command.Envelope) command.Decision {
	if err := forAll(v, e); err != nil {
		return command.Reject(err)
	}
	if err := p.raises(v); err != nil {
		return command.Reject(err)
	}
	return command.Accept(put(TypeSetting, command.Key(p.Key), Setting{Key: p.Key, Value: p.Value, Rev: e.ID}))
}

// LoadSetting reads the value of a setting.
func LoadSetting[T any](v command.View, key string) (value T, ok bool) {
	s, ok := Load[Setting](v, TypeSetting, command.Key(key))
	if !ok {
		return value, false
	}
	return value, json.Unmarshal(s.Value, &value) == nil
}

func settingOf(key string, value any) Setting {
	b, err := json.Marshal(value)
	if err != nil {
		panic("civic: a setting that cannot be encoded: " + err.Error())
	}
	return Setting{Key: key, Value: b}
}
