package web

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/ui"
)

func TestAChoiceOfTheEditFormAlwaysHoldsWhatTheRegisterHas(t *testing.T) {
	none, other := ui.Option{Text: "Chưa vào hộ nào"}, ui.Option{Value: "h2", Text: "Số 2"}
	for name, c := range map[string]struct {
		actual, shown string
		offered, want []ui.Option
	}{
		"offered":                     {"h2", "Số 2", []ui.Option{none, other}, []ui.Option{none, {Value: "h2", Text: "Số 2", Chosen: true}}},
		"beyond the end of the list":  {"h9", "Số 9", []ui.Option{none, other}, []ui.Option{{Value: "h9", Text: "Số 9", Chosen: true}, none, other}},
		"the only other one":          {"h9", "Số 9", []ui.Option{other}, []ui.Option{{Value: "h9", Text: "Số 9", Chosen: true}, other}},
		"what has no name here":       {"h9", "", []ui.Option{none}, []ui.Option{{Value: "h9", Text: "Như đang ghi", Chosen: true}, none}},
		"none":                        {"", "", []ui.Option{none, other}, []ui.Option{{Text: none.Text, Chosen: true}, other}},
		"none of what must be chosen": {"", "", []ui.Option{other}, []ui.Option{other}},
		"what is typed":               {"Số 9", "Số 9", nil, nil},
	} {
		field := ui.EditField{Input: ui.Input{Options: c.offered}}
		editRow{to: &field, actual: c.actual, shown: c.shown}.fresh()
		require.Equal(t, c.want, field.Options, name)
		require.Equal(t, c.actual, field.Sent, name)
	}
}
