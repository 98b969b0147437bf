package simtest

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/raft/rafttest"
)

// TestALinkThatReturnsLevelsAllInTime cuts links for long enough that whoever
// tries less and less often tries least.
func TestALinkThatReturnsLevelsAllInTime(t *testing.T) {
	for _, c := range []struct {
		name  string
		cut   func(n *rafttest.Network, a, b string)
		limit time.Duration
	}{
		{"black-holed", (*rafttest.Network).Cut, 30 * time.Second},
		{"refused", (*rafttest.Network).Refuse, 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStory(t, 1, node.ProfileLAN, slog.New(slog.DiscardHandler))
				defer s.world.close()
				for run := range 3 {
					s.choose()
					for _, m := range s.cut {
						for _, other := range s.world.machines() {
							if other != m {
								c.cut(s.world.net, addressOf(m.name), addressOf(other.name))
							}
						}
					}
					for range 10 {
						for _, m := range s.world.cluster {
							s.family(1 + run)(m)
						}
						s.pass(10*time.Second + time.Duration(s.rnd.IntN(5000))*time.Millisecond)
					}
					waited := s.cut[0].waiting() + s.cut[1].waiting()
					require.Equal(t, 2*10*familySize, waited)
					s.world.net.HealAll()
					took := s.world.await("all to agree", s.level)
					t.Logf("%s and %s, %s: %d captures waited, all level %v after the links came back", s.cut[0].name, s.cut[1].name, c.name, waited, took)
					require.LessOrEqual(t, took, c.limit)
				}
			})
		})
	}
}
