package web

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/ui"
)

func TestDaysAreReadAsPeopleWriteThem(t *testing.T) {
	for typed, want := range map[string]string{
		"17/03/1955": "1955-03-17", "7/3/1955": "1955-03-07", "17.3.1955": "1955-03-17", "17-03-1955": "1955-03-17",
		"17031955": "1955-03-17", " 1955 ": "1955", "": "",
		"31/02/1955": "31/02/1955", "17/03/55": "17/03/55", "hôm qua": "hôm qua", "1955-03-17": "1955-03-17", "1/2/3/1955": "1/2/3/1955",
	} {
		require.Equal(t, want, readDay(typed), typed)
	}
}

func TestAHouseNumberIsShownByItself(t *testing.T) {
	for address, want := range map[string][2]string{
		"Số 41, ngõ 165 Xuân Thuỷ":         {"41", "ngõ 165 Xuân Thuỷ"},
		"P. 1204, nhà N4A":                 {"1204", "nhà N4A"},
		"P1901, chung cư HH1":              {"1901", "chung cư HH1"},
		"số nhà 12A/3, ngách 68/14 Hoa Lư": {"12A/3", "ngách 68/14 Hoa Lư"},
		"Cuối bản, cạnh suối":              {"", "Cuối bản, cạnh suối"},
		"Số 41":                            {"", "Số 41"},
	} {
		house, rest := splitAddress(address)
		require.Equal(t, want, [2]string{house, rest}, address)
	}
}

func TestDoorsFollowTheAlleyByTheValueOfTheirNumbers(t *testing.T) {
	doors := []door{{"d", "so 12, ngo 68 xuan thuy"}, {"a", "so 3, ngo 9 xuan thuy"}, {"c", "so 3b, ngo 68 xuan thuy"},
		{"b", "so 3, ngo 68 xuan thuy"}, {"e", "so 012, ngo 68 xuan thuy"}, {"f", "so 1, ngo 165 xuan thuy"}}
	slices.SortFunc(doors, alongAlley)
	order := ""
	for _, d := range doors {
		order += string(d.key)
	}
	require.Equal(t, "abcdef", order)
}

func TestTheWayOfAnApplicationSaysWhatIsDoneAndWhatIsWaitedFor(t *testing.T) {
	states := func(steps []ui.Step) (list []ui.StepState) {
		for _, s := range steps {
			list = append(list, s.State)
		}
		return list
	}
	here := stepsOf(lookup.Delivery{Stage: 1, Stages: 5}, "Đã lưu trên máy này")
	require.Equal(t, []ui.StepState{"pencil", "next", "", "", ""}, states(here))
	require.Equal(t, "Cụm đồng thuận", here[1].Head)
	received := stepsOf(lookup.Delivery{Stage: 4, Stages: 5}, "Đã lưu trên máy này")
	require.Equal(t, []ui.StepState{"done", "done", "done", "done", "next"}, states(received))
	require.Equal(t, "Tỉnh đã nhận", received[3].Head)
	require.Empty(t, stepsOf(lookup.Delivery{}, ""))
}

func TestTheLineIsSlowByWhatWaitsLongestAndNotByTheLastReceipt(t *testing.T) {
	now := time.Now()
	hourAgo := now.Add(-time.Hour).UTC().Format(time.RFC3339)
	line := func(l lookup.LineStatus) lookup.Status {
		l.Enrolled = true
		return lookup.Status{Leader: "district", Upstream: l}
	}
	before := func(d time.Duration) int64 { return now.Add(-d).UnixMilli() }
	for name, c := range map[string]struct {
		line lookup.LineStatus
		kind ui.LinkKind
		late bool
	}{
		"nothing waits":                   {lookup.LineStatus{LastReceipt: hourAgo}, ui.LinkOK, false},
		"just written after a quiet hour": {lookup.LineStatus{LastReceipt: hourAgo, Lag: 2, LagSince: before(2 * time.Second)}, ui.LinkOK, false},
		"still collecting company":        {lookup.LineStatus{LastReceipt: hourAgo, Lag: 2, LagSince: before(time.Minute)}, ui.LinkOK, false},
		"waits for too long":              {lookup.LineStatus{LastReceipt: hourAgo, Lag: 2, LagSince: before(3 * time.Minute)}, ui.LinkLag, true},
		"never received, just enrolled":   {lookup.LineStatus{Lag: 2, LagSince: before(time.Second)}, ui.LinkOK, false},
		"never received for long":         {lookup.LineStatus{Lag: 2, LagSince: before(3 * time.Minute)}, ui.LinkLag, true},
	} {
		require.Equal(t, c.kind, linkState(line(c.line), now).Kind, name)
		require.Equal(t, c.late, upstreamOf(c.line, now).Late, name)
	}
	since := time.Date(2026, 8, 9, 9, 55, 0, 0, time.UTC)
	text := linkState(line(lookup.LineStatus{LastReceipt: hourAgo, Lag: 1200, LagSince: since.UnixMilli()}), now).Text
	require.Equal(t, "Đồng thuận với cụm · tỉnh chậm từ 16:55, 1.200 bản ghi chờ gửi tỉnh", text)
}
