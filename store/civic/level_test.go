package civic

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

func TestTheFeatureLevelOnlyRises(t *testing.T) {
	h := founded(t)
	require.Equal(t, 1, Level(h.reg), "before anybody has raised it")
	for _, level := range []string{`1`, `0`, `-3`, `"2"`, `2.5`, `{}`} {
		h.refuse(command.Rejected, "level_falls", "/value", KindSettingPut, PutSetting{Key: SettingLevel, Value: json.RawMessage(level)})
	}
	h.accept(KindSettingPut, PutSetting{Key: SettingLevel, Value: json.RawMessage(`3`)})
	require.Equal(t, 3, Level(h.reg))
	h.refuse(command.Rejected, "level_falls", "/value", KindSettingPut, PutSetting{Key: SettingLevel, Value: json.RawMessage(`2`)})
	require.Equal(t, 3, Level(h.reg))
}
