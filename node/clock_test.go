package node

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/node/lookup"
	"gocua/raft"
)

const (
	hour   = int64(3600 * 1000)
	noon   = int64(1786248000000) // 2026-08-09T04:00:00Z
	y2099  = int64(4092000000000) // 2099-09-01
	y1970  = int64(86400000)
	friday = noon - 62*hour // when the office was last on
)

func TestTheAgreedTimeIsTheMedianOfTheVotersAndNoClockAloneMovesItFar(t *testing.T) {
	for rule, c := range map[string]struct {
		clocks
		at      int64
		verdict verdict
	}{
		"the middle of three":                            {clocks{own: noon + 3, votes: true, voters: []int64{noon - 9, noon}, floor: noon - hour}, noon, timeGood},
		"the earlier of two":                             {clocks{own: noon + 3, votes: true, voters: []int64{noon}, floor: noon - hour}, noon, timeGood},
		"the middle of five":                             {clocks{own: y2099, votes: true, voters: []int64{y1970, noon, noon + 1, y2099}, floor: noon - hour}, noon + 1, timeGood},
		"it never goes back":                             {clocks{own: noon, votes: true, voters: []int64{noon, noon}, floor: noon + hour}, noon + hour, timeGood},
		"a leader in 2099 among three":                   {clocks{own: y2099, votes: true, voters: []int64{noon - 9, noon}, floor: noon - hour}, noon, timeGood},
		"a voter in 2099":                                {clocks{own: noon, votes: true, voters: []int64{y2099}, floor: noon - hour}, noon, timeGood},
		"a voter in 1970":                                {clocks{own: noon, votes: true, voters: []int64{y1970}, floor: noon - hour}, noon, timeGood},
		"two voters in 1970":                             {clocks{own: noon, votes: true, voters: []int64{y1970, y1970}, floor: noon - hour}, noon, timeGood},
		"a leader in 1970":                               {clocks{own: y1970, votes: true, voters: []int64{noon}, floor: noon - hour}, noon, timeGood},
		"all in 1970":                                    {clocks{own: y1970, votes: true, voters: []int64{y1970}, floor: noon}, noon, timeGood},
		"a leader in 2099 and one voter":                 {clocks{own: y2099, votes: true, voters: []int64{noon}, floor: noon - hour}, noon, timeGood},
		"a long weekend, and the others say so too":      {clocks{own: noon, votes: true, voters: []int64{noon + 5}, floor: friday}, noon, timeGood},
		"a long weekend, and a standby says so too":      {clocks{own: noon, votes: true, others: []int64{noon - hour}, floor: friday}, noon, timeGood},
		"a leader in 2099 and only standbys":             {clocks{own: y2099, votes: true, others: []int64{noon, noon - hour}, floor: friday}, noon, timeHeld},
		"the standbys know less than was agreed":         {clocks{own: y2099, votes: true, others: []int64{y1970}, floor: noon}, noon, timeHeld},
		"a leader in 2099 that has heard nobody yet":     {clocks{own: y2099, votes: true, deaf: true, floor: noon}, noon, timeHeld},
		"a leader that has heard nobody yet":             {clocks{own: noon, votes: true, deaf: true, floor: noon - 23*hour}, noon, timeGood},
		"a single machine after a long weekend":          {clocks{own: noon, votes: true, floor: friday}, noon, timeUnjudged},
		"a single machine the next morning":              {clocks{own: noon, votes: true, floor: noon - 16*hour}, noon, timeGood},
		"a single machine whose battery is dead":         {clocks{own: y1970, votes: true, floor: noon}, noon, timeGood},
		"the first entry of all":                         {clocks{own: noon, votes: true}, noon, timeGood},
		"exactly a day is no jump":                       {clocks{own: noon, votes: true, floor: noon - 24*hour}, noon, timeGood},
		"a day and a moment is":                          {clocks{own: noon, votes: true, floor: noon - 24*hour - 1}, noon, timeUnjudged},
		"beyond every other by exactly a day is no jump": {clocks{own: noon, votes: true, others: []int64{noon - 24*hour}, floor: friday}, noon, timeGood},
		"a standby's own clock does not count":           {clocks{own: y2099, voters: []int64{noon}, floor: noon - hour}, noon, timeGood},
		"a standby that has heard nobody":                {clocks{own: noon, deaf: true, floor: noon - hour}, noon, timeGood},
	} {
		at, v := c.agree()
		require.Equal(t, c.at, at, rule)
		require.Equal(t, c.verdict, v, rule)
	}
}

func TestWhateverOneClockSaysTheTimeStaysWithTheOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.Int64Range(-hour, hour)
		floor := noon - rapid.Int64Range(0, 400*24*hour).Draw(t, "slept")
		wrong := rapid.OneOf(rapid.Int64Range(0, 2*y2099), rapid.Int64Range(noon-80*hour, noon+80*hour)).Draw(t, "wrong")
		right := []int64{noon + off.Draw(t, "first"), noon + off.Draw(t, "second")}
		least, most := min(right[0], right[1]), max(right[0], right[1])
		for _, c := range []clocks{
			{own: wrong, votes: true, voters: right, floor: floor},
			{own: right[0], votes: true, voters: []int64{wrong, right[1]}, floor: floor},
		} {
			at, v := c.agree()
			if at < max(least, floor) || at > max(most, floor) || v != timeGood {
				t.Fatalf("%+v: %d, %d", c, at, v)
			}
		}
	})
}

// keeping is a timekeeper whose clocks the test sets.
type keeping struct {
	*timekeeper
	wall  int64
	agree int64
	who   []raft.Member
}

func newKeeping(who ...raft.Member) *keeping {
	k := &keeping{wall: noon, agree: noon - hour, who: append([]raft.Member{{ID: "me", Voter: true}}, who...)}
	k.timekeeper = &timekeeper{self: "me", own: func() time.Time { return time.UnixMilli(k.wall) }, floor: func() int64 { return k.agree }, members: func() []raft.Member { return k.who }}
	return k
}

// near allows for the moments that pass while a test runs.
func near(t *testing.T, want, got int64) {
	t.Helper()
	require.InDelta(t, want, got, 5000)
}

func TestAClockSetAnewWhileTheMachineRunsIsComparedWithWhatWasHeardBefore(t *testing.T) {
	k := newKeeping(raft.Member{ID: "a", Voter: true}, raft.Member{ID: "b", Voter: true})
	k.note("a", noon, 0)
	k.note("b", noon+10, 0)
	near(t, noon, k.stamp())
	k.wall = y2099
	near(t, noon, k.stamp())
	require.Equal(t, lookup.ClockSkew, k.status(true).Code)
	near(t, y2099-noon, k.status(true).Skew)
	skew, heard := k.skewOf("a")
	require.True(t, heard)
	near(t, 0, skew)
	_, heard = k.skewOf("c")
	require.False(t, heard)
}

func TestAnAnswerIsHalfAsOldAsAskingTook(t *testing.T) {
	k := newKeeping(raft.Member{ID: "a", Voter: true})
	k.note("a", noon, 40*time.Minute)
	skew, _ := k.skewOf("a")
	near(t, 20*60*1000, skew) // the earlier of the two clocks is our own, at noon
	k.wall += 20 * 60 * 1000
	near(t, noon+20*60*1000, k.now())
	k.note("a", 0, 0)
	near(t, noon+20*60*1000, k.now()) // an older build says nothing of its clock
}

func TestAJumpWaitsUntilAPersonConfirmsIt(t *testing.T) {
	k := newKeeping(raft.Member{ID: "standby"})
	k.note("standby", noon, 0)
	require.Error(t, k.confirm(), "nothing to confirm")
	k.wall = noon + 72*hour
	near(t, noon, k.stamp())
	require.Equal(t, lookup.ClockJump, k.status(true).Code)
	near(t, 72*hour, k.status(true).Skew)
	require.Equal(t, lookup.ClockSkew, k.status(false).Code, "nobody waits for a machine that does not lead")

	require.NoError(t, k.confirm())
	require.Equal(t, k.wall, k.now())
	require.Equal(t, k.wall, k.stamp())
	require.NotEqual(t, lookup.ClockJump, k.status(true).Code)
	k.agree = k.wall // it has been agreed
	require.Equal(t, k.wall, k.stamp())
	k.wall += 72 * hour
	near(t, k.agree, k.stamp()) // one confirmation, one jump
	require.Equal(t, lookup.ClockJump, k.status(true).Code)
}

func TestAJumpIsNoMoreOnceTheClockIsMended(t *testing.T) {
	k := newKeeping(raft.Member{ID: "standby"})
	k.note("standby", noon, 0)
	k.wall = y2099
	require.Equal(t, lookup.ClockJump, k.status(true).Code)
	k.wall = noon
	require.Empty(t, k.status(true).Code)
	near(t, noon, k.stamp())
}

func TestAMachineAloneGoesByItsOwnClockAndSaysSo(t *testing.T) {
	k := newKeeping()
	require.Equal(t, noon, k.stamp())
	require.Empty(t, k.status(true).Code)
	k.agree, k.who = friday, append(k.who, raft.Member{ID: "standby"})
	require.Equal(t, friday, k.stamp(), "not before everybody was asked")
	k.asked()
	require.Equal(t, noon, k.stamp()) // it was off for a long weekend
	k.agree = noon
	require.Equal(t, lookup.ClockUnjudged, k.status(true).Code, "also once it has been agreed")
	require.NoError(t, k.confirm())
	require.Empty(t, k.status(true).Code)

	k.agree = friday
	k.stamp()
	k.agree = noon
	k.note("standby", noon, 0)
	require.Empty(t, k.status(true).Code, "somebody came who agrees")
	k.note("standby", friday, 0)
	require.Equal(t, lookup.ClockUnjudged, k.status(true).Code, "somebody came who does not")
}

func TestAMachineThatHearsNobodyBlamesNoClock(t *testing.T) {
	k := newKeeping(raft.Member{ID: "a", Voter: true})
	k.agree = friday // cut off since
	require.Empty(t, k.status(false).Code)
	require.Zero(t, k.status(false).Skew)
}
