package web

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestALookIsRememberedForTheSameSessionAndRecordForTenMinutes(t *testing.T) {
	g, now := newGlances(), time.Now()
	one := glance{"s", command.LookView, civic.TypeResident, "k"}
	require.False(t, g.lately(one, now))
	g.note(one, now)
	require.True(t, g.lately(one, now.Add(9*time.Minute)))
	require.False(t, g.lately(one, now.Add(10*time.Minute)))
	for name, other := range map[string]glance{
		"another session": {"x", command.LookView, civic.TypeResident, "k"},
		"an emergency":    {"s", command.LookGlass, civic.TypeResident, "k"},
		"another kind":    {"s", command.LookView, civic.TypeHousehold, "k"},
		"another record":  {"s", command.LookView, civic.TypeResident, "x"},
	} {
		require.False(t, g.lately(other, now), name)
	}
	for n := range 3 * mostGlances {
		g.note(glance{"s", command.LookView, civic.TypeResident, command.Key(itoa(n))}, now)
	}
	require.LessOrEqual(t, len(g.at), mostGlances)
}
