package api

import (
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
)

// The text form of Prometheus, line by line.
var (
	helpLine   = regexp.MustCompile(`^# HELP (gocua_[a-z_]+) [A-Z1].*\.$`)
	typeLine   = regexp.MustCompile(`^# TYPE (gocua_[a-z_]+) (gauge|counter)$`)
	sampleLine = regexp.MustCompile(`^(gocua_[a-z_]+)\{node="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\} -?[0-9]+$`)
)

func TestMetricsAreWhatPrometheusReadsAndNameNobody(t *testing.T) {
	s := lookup.Status{Node: "ward-1", Unit: "00163", UnitName: "Phường Dịch Vọng Hậu", Tier: "cluster", Version: `v1 "x\y"`, Level: 2, Role: "voter", Leader: "district",
		Failed: "command of Nguyễn Văn An", FailedCode: "cannot_apply", Disk: lookup.DiskStatus{Free: 7, Code: "disk_low"}, Clock: lookup.ClockStatus{Skew: -3},
		Members: []lookup.MemberStatus{{Node: "ward-1", Self: true, Addr: "10.0.0.6:8790"}, {Node: "district", Addr: "10.0.0.5:8790", Voter: true, LastContact: 900, Index: 41, Digest: lookup.DigestDiffers}}}
	var b strings.Builder
	for _, f := range slices.Concat(ownFamilies(s, true), processFamilies(runtime.MemStats{}), memberFamilies(s)) {
		f.write(&b, s.Node)
	}
	seen, now := map[string]bool{}, ""
	for line := range strings.Lines(b.String()) {
		line = strings.TrimSuffix(line, "\n")
		if m := helpLine.FindStringSubmatch(line); m != nil {
			require.False(t, seen[m[1]], "%s twice", m[1])
			seen[m[1]], now = true, m[1]
			continue
		}
		if m := typeLine.FindStringSubmatch(line); m != nil {
			require.Equal(t, now, m[1])
			require.Equal(t, strings.HasSuffix(m[1], "_total"), m[2] == "counter", line)
			continue
		}
		m := sampleLine.FindStringSubmatch(line)
		require.NotNil(t, m, line)
		require.Equal(t, now, m[1])
	}
	require.GreaterOrEqual(t, len(seen), 40)
	for _, line := range []string{
		`gocua_feature_level{node="ward-1"} 2`, `gocua_member_index{node="ward-1",member="district"} 41`, `gocua_member_differs{node="ward-1",member="district"} 1`,
		`gocua_disk_code{node="ward-1",code="disk_low"} 1`, `gocua_clock_skew_milliseconds{node="ward-1"} -3`, `,version="v1 \"x\\y\"",`,
	} {
		require.Contains(t, b.String(), line)
	}
	for _, private := range []string{"Nguyễn", "Phường", "00163", "10.0.0."} {
		require.NotContains(t, b.String(), private)
	}
}
