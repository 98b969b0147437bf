package web

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
)

func TestWhatIsWrongWithAMachineIsSaidTheWorstFirst(t *testing.T) {
	other := lookup.MemberStatus{Node: "ward-2", Digest: lookup.DigestDiffers}
	for name, c := range map[string]struct {
		status lookup.Status
		heads  []string
	}{
		"nothing":             {lookup.Status{Leader: "ward-1"}, nil},
		"cut off is no fault": {lookup.Status{LastContact: 3_600_000}, nil},
		"stopped":             {lookup.Status{Failed: "unknown kind 99"}, []string{"Máy này đã ngừng cập nhật sổ chung."}},
		"differs, clock fast": {lookup.Status{Members: []lookup.MemberStatus{{Node: "ward-1", Self: true, Digest: lookup.DigestDiffers}, other, other}, Clock: lookup.ClockStatus{Code: lookup.ClockSkew, Skew: 12 * 60_000}},
			[]string{"Sổ ở máy này và ở máy ward-2 khác nhau.", "Đồng hồ máy này nhanh 12 phút so với cụm."}},
		"clock slow": {lookup.Status{Clock: lookup.ClockStatus{Code: lookup.ClockSkew, Skew: -26 * 3_600_000}}, []string{"Đồng hồ máy này chậm 26 giờ so với cụm."}},
		"jumped":     {lookup.Status{Clock: lookup.ClockStatus{Code: lookup.ClockJump}}, []string{"Đồng hồ máy này chạy trước mọi máy khác hơn một ngày."}},
		"stopped at": {lookup.Status{Failed: "unknown kind 99", FailedCode: "unknown_kind", FailedIndex: 1204513}, []string{"Máy này đã ngừng cập nhật sổ chung ở dòng 1.204.513."}},
		"removed":    {lookup.Status{Role: "removed"}, []string{"Máy này không còn trong cụm."}},
		"disk low":   {lookup.Status{Disk: lookup.DiskStatus{Code: "disk_low"}}, []string{"Đĩa của máy này sắp đầy."}},
		"disk short": {lookup.Status{Disk: lookup.DiskStatus{Code: "disk_short"}}, []string{"Đĩa của máy này gần hết chỗ."}},
		"disk full":  {lookup.Status{Disk: lookup.DiskStatus{Code: "disk_full"}}, []string{"Đĩa của máy này đã đầy."}},
		"unjudged":   {lookup.Status{Clock: lookup.ClockStatus{Code: lookup.ClockUnjudged}}, []string{"Chưa có máy nào để so giờ."}},
	} {
		var heads []string
		for _, b := range notices(c.status) {
			require.Equal(t, ui.ToneWarn, b.Tone)
			require.NotEmpty(t, b.Text)
			heads = append(heads, b.Head)
		}
		require.Equal(t, c.heads, heads, name)
	}
}

func TestFiguresSayUpToWhenTheyReachWhileNobodyIsHeard(t *testing.T) {
	now := time.Date(2026, 8, 9, 17, 5, 0, 0, ict)
	agreed := time.Date(2026, 8, 9, 13, 58, 0, 0, ict).UnixMilli()
	for name, c := range map[string]struct {
		status lookup.Status
		want   string
	}{
		"current":         {lookup.Status{Leader: "ward-1"}, ""},
		"cut off":         {lookup.Status{LastContact: 3 * 3_600_000}, "số liệu đến 14:05 · mất liên lạc 3 giờ"},
		"since yesterday": {lookup.Status{LastContact: 19*3_600_000 + 10*60_000}, "số liệu đến 21:55 08/08 · mất liên lạc 19 giờ 10 phút"},
		"never heard":     {lookup.Status{LastContact: -1}, "số liệu đến 13:58 09/08 · chưa nghe được cụm"},
		"stopped":         {lookup.Status{Leader: "ward-1", Failed: "disk"}, "số liệu đến 13:58 09/08 · máy ngừng cập nhật"},
	} {
		c.status.Tier = civic.TierCluster
		require.Equal(t, c.want, asOf(c.status, agreed, now), name)
	}
	require.Empty(t, asOf(lookup.Status{Tier: civic.TierProvince, LastContact: -1}, agreed, now), "the province is its own cluster")
}

func TestInTheEveningAMachineLeftAloneIsNoAlarm(t *testing.T) {
	status := lookup.Status{Tier: civic.TierCluster, LastContact: 60_000, Outbox: lookup.OutboxStatus{Waiting: 3}}
	for hour, want := range map[int]string{14: "vẫn ghi như thường", 21: "buổi tối nhiều máy tắt, cứ ghi như thường", 6: "buổi tối nhiều máy tắt, cứ ghi như thường"} {
		at := time.Date(2026, 8, 9, hour, 10, 0, 0, ict)
		require.Equal(t, "Mất liên lạc với cụm từ "+at.Add(-time.Minute).Format("15:04")+" · 3 hồ sơ chờ trên máy này · "+want, linkState(status, at).Text)
	}
}

func TestTheQuorumSaysHowManyMoreMayBeSwitchedOff(t *testing.T) {
	voter := func(self bool, heard int64) lookup.MemberStatus {
		return lookup.MemberStatus{Voter: true, Self: self, LastContact: heard}
	}
	all := []lookup.MemberStatus{voter(true, -1), voter(false, 1000), voter(false, 1000), voter(false, 6*3_600_000), voter(false, -1), {LastContact: 1}}
	require.Equal(t, "Đang đồng thuận, cần 3 trong 5 máy bỏ phiếu", quorum(lookup.Status{Leader: "a", Members: all}))
	all[3].LastContact = 1000
	require.Equal(t, "Đang đồng thuận, cần 3 trong 5 máy bỏ phiếu; tắt thêm 1 máy vẫn đủ", quorum(lookup.Status{Leader: "a", Members: all}))
	require.Equal(t, "Chưa nghe được cụm, cần 3 trong 5 máy bỏ phiếu. Vẫn ghi như thường.", quorum(lookup.Status{Members: all}))
}

func TestDurationsAreSaidAsPeopleDo(t *testing.T) {
	for ms, want := range map[int64]string{-5: "chưa đầy 1 phút", 59_999: "chưa đầy 1 phút", 60_000: "1 phút", 3_600_000: "1 giờ",
		2*3_600_000 + 5*60_000: "2 giờ 5 phút", 47 * 3_600_000: "47 giờ", 75 * 3_600_000: "3 ngày"} {
		require.Equal(t, want, lasting(ms))
	}
}

func TestWhoeverLooksAfterAMachineIsToldThatItCouldNotBeMadeAgain(t *testing.T) {
	old := &lookup.BackupMade{Age: (4*24*time.Hour + time.Hour).Milliseconds(), Time: "2026-08-05T12:30:00.000Z"}
	for name, c := range map[string]struct {
		status lookup.BackupStatus
		head   string // empty: nothing is said
	}{
		"made and tried out": {lookup.BackupStatus{Newest: old}, ""},
		"none":               {lookup.BackupStatus{Warn: lookup.BackupNone}, "Máy này chưa có bản sao lưu nào."},
		"old":                {lookup.BackupStatus{Warn: lookup.BackupOld, Newest: old}, "Bản sao lưu mới nhất đã 4 ngày."},
		"ahead of time":      {lookup.BackupStatus{Warn: lookup.BackupAhead, Newest: old}, "Bản sao lưu mới nhất mang giờ chưa tới. Xem lại đồng hồ máy."},
		"failed":             {lookup.BackupStatus{Warn: lookup.BackupFailed, Newest: old}, "Lần sao lưu gần nhất không thành."},
		"being made":         {lookup.BackupStatus{Warn: lookup.BackupNone, Running: true}, ""},
	} {
		list := backupNotices(c.status)
		if c.head == "" {
			require.Empty(t, list, name)
			continue
		}
		require.Len(t, list, 1, name)
		require.Equal(t, c.head, list[0].Head, name)
		require.NotEmpty(t, list[0].Text, name)
	}
}
