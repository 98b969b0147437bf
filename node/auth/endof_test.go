package auth

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestWhoeverEndsAnotherOfficersSessionsIsTheOneWrittenDown(t *testing.T) {
	b := newBench(t)
	_, theirs, _ := b.enters(t, trang, trangsPw, "")
	b.enters(t, trang, trangsPw, "")
	chiefs, chief, _ := b.enters(t, hung, hungsPw, "")
	var looks []command.Look
	b.Looked = func(l command.Look) { looks = append(looks, l) }

	require.Equal(t, 1, b.EndOf(chief, theirs.Officer, theirs.ID))
	require.Equal(t, 0, b.EndOf(chief, theirs.Officer, chief.ID), "it is not theirs")
	require.Equal(t, 1, b.EndOf(chief, theirs.Officer, ""), "all that are left")
	require.Equal(t, 0, b.EndOf(chief, theirs.Officer, ""))
	_, ok := b.Check(chiefs)
	require.True(t, ok)
	ended := command.Look{At: b.now.UnixMilli(), Officer: officerID(2), Act: command.LookKill, Type: civic.TypeOfficer, Key: civic.KeyOf(officerID(1)), Unit: "00163"}
	require.Equal(t, []command.Look{ended, ended}, looks)
}
