package web

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestALineOfAListShowsNoNumberWhole(t *testing.T) {
	for cell, shown := range map[string]string{
		"001155000428": "••••••••0428", "0912 404 318": "•••• ••4 318", "+84912404318": "+•••••••4318", "1055000428.0": "•••••••428.0",
		"15/08/1955": "15/08/1955", "1955-08-15": "1955-08-15", "Số 21, ngõ 68": "Số 21, ngõ 68", "0912404318/0988111222": "••••••••••/••••••1222", "1960": "1960",
	} {
		require.Equal(t, shown, maskDigits(cell), cell)
	}
	require.Equal(t, "Lê An · ••••••••0428", asItStands([]string{" Lê An ", "", "001155000428"}))
}
