package report

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

const second = 1000

var (
	trang = command.ID{1}
	minh  = command.ID{2}
)

// taken are captures of an officer at these seconds, in one hamlet.
func taken(officer command.ID, hamlet string, seconds ...int64) (list []Capture) {
	for i, s := range seconds {
		list = append(list, Capture{Key: command.Key(hamlet + strconv.Itoa(i)), Officer: officer, Hamlet: hamlet, At: s * second})
	}
	return list
}

func kinds(signals []Signal) (list []SignalKind) {
	for _, s := range signals {
		list = append(list, s.Kind)
	}
	return list
}

func every(n int, step, wobble int64) (seconds []int64) {
	for i := range n {
		seconds = append(seconds, int64(i)*step+int64(i%3)*wobble)
	}
	return seconds
}

func TestManyCapturesInAShortTimeAreABurstWithAllOfThemBehindIt(t *testing.T) {
	found := Signals(taken(trang, "t1", every(25, 20, 5)...), nil, DefaultThresholds())
	require.Equal(t, []SignalKind{SignalBurst}, kinds(found))
	require.Len(t, found[0].Records, 25)
	require.Equal(t, trang, found[0].Officer)
	require.EqualValues(t, 0, found[0].From)

	require.Empty(t, Signals(taken(trang, "t1", every(25, 60, 9)...), nil, DefaultThresholds()), "an evening's honest work")
	halves := append(taken(trang, "t1", every(12, 20, 5)...), taken(minh, "t1", every(12, 20, 5)...)...)
	require.Empty(t, Signals(halves, nil, DefaultThresholds()), "two officers are not one")
}

func TestWhatAListBroughtIsNobodysBurst(t *testing.T) {
	require.Empty(t, Signals(taken(command.ID{}, "", every(500, 0, 0)...), nil, DefaultThresholds()))
}

func TestCapturesAtEqualIntervalsAreSeen(t *testing.T) {
	found := Signals(taken(trang, "t1", 0, 301, 600, 901, 1200, 1499, 1800, 2101), nil, DefaultThresholds())
	require.Equal(t, []SignalKind{SignalRhythm}, kinds(found))
	require.Len(t, found[0].Records, 8)
	require.Empty(t, Signals(taken(trang, "t1", 0, 301, 600, 901, 1200, 1499, 1800), nil, DefaultThresholds()), "seven are too few")
	require.Empty(t, Signals(taken(trang, "t1", 0, 240, 610, 800, 1300, 1499, 1900, 2050), nil, DefaultThresholds()), "doors take as long as they take")
	require.Empty(t, Signals(taken(trang, "t1", 0, 0, 0, 1, 1, 1, 2, 2, 2), nil, DefaultThresholds()), "one door with many people")
}

func TestOneTelephoneOfManyHouseholdsIsSeenAndAFamilysIsNot(t *testing.T) {
	holders := func(people, homes int) (list []Holder) {
		for i := range people {
			list = append(list, Holder{Key: command.Key("p" + strconv.Itoa(i)), Household: command.ID{9, byte(i % homes)}, Phone: "+84912404318"})
		}
		return list
	}
	found := Signals(nil, holders(5, 5), DefaultThresholds())
	require.Equal(t, []SignalKind{SignalPhone}, kinds(found))
	require.Len(t, found[0].Records, 5)
	require.Empty(t, Signals(nil, holders(6, 1), DefaultThresholds()), "a family of six with one telephone")
	require.Empty(t, Signals(nil, holders(8, 4), DefaultThresholds()), "a grown-up child's number in four homes")
	for i, h := range holders(5, 5) {
		h.Household, h.Phone = command.ID{}, "+8491240431"+strconv.Itoa(i)
		require.Empty(t, Signals(nil, []Holder{h}, DefaultThresholds()))
	}
}

func TestNobodyIsInTwoHamletsAtOnce(t *testing.T) {
	near := append(taken(trang, "t1", 0), taken(trang, "t2", 119)...)
	found := Signals(near, nil, DefaultThresholds())
	require.Equal(t, []SignalKind{SignalPlaces}, kinds(found))
	require.Equal(t, []command.Key{"t10", "t20"}, found[0].Records)
	require.Empty(t, Signals(append(taken(trang, "t1", 0), taken(trang, "t2", 120)...), nil, DefaultThresholds()), "two minutes across the street")
	require.Empty(t, Signals(append(taken(trang, "t1", 0), taken(minh, "t2", 5)...), nil, DefaultThresholds()), "two officers may be")
	require.Empty(t, Signals(taken(trang, "t1", 0, 5), nil, DefaultThresholds()), "two doors of one stair")
}

func TestWhatIsFoundDoesNotDependOnTheOrderOfWhatIsLookedAt(t *testing.T) {
	all := append(taken(minh, "t1", every(25, 20, 5)...), taken(trang, "t2", every(25, 20, 5)...)...)
	back := make([]Capture, len(all))
	for i, c := range all {
		back[len(all)-1-i] = c
	}
	require.Equal(t, Signals(all, nil, DefaultThresholds()), Signals(back, nil, DefaultThresholds()))
}
