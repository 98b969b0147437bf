package civic

import (
	"encoding/json"

	"gocua/store/command"
)

// KnownLevel is the feature level this build knows: it is raised by one with
// every rule that decides otherwise than before, and such a rule asks
// View.Level which way to go. So machines of two builds decide alike until the
// cluster has agreed that all who vote know the new rule.
const KnownLevel = levelHomes

// levelHomes brought Household.Former, by which a list finds a household that was
// corrected, and whom officers split off or moved; that a merge of people takes old numbers and the relation along; and
// that an undo follows a household which was merged meanwhile.
const levelHomes = 2

// SettingLevel holds the level the cluster has agreed on; unset: 1.
const SettingLevel = "cluster.level"

// Level is the feature level agreed on (mức tính năng).
func Level(v command.View) int {
	level, ok := LoadSetting[int](v, SettingLevel)
	if !ok || level < 1 {
		return 1
	}
	return level
}

// raises refuses a feature level that is not above the one agreed on: what was
// decided by a rule is never decided again without it.
func (p PutSetting) raises(v command.View) *command.Error {
	if p.Key != SettingLevel {
		return nil
	}
	var level int
	if err := json.Unmarshal(p.Value, &level); err != nil || level <= Level(v) {
		return command.InvalidField("/value", "level_falls", "the feature level only rises")
	}
	return nil
}
