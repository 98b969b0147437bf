package ui_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/ui"
)

func TestNumbersAreGroupedWithPoints(t *testing.T) {
	for n, want := range map[int]string{0: "0", 7: "7", 999: "999", 1000: "1.000", 28012: "28.012", 5330114: "5.330.114", -1107: "−1.107"} {
		require.Equal(t, want, ui.Number(n))
	}
	require.Equal(t, "+1.107", ui.Signed(1107))
	require.Equal(t, "0", ui.Signed(0))
	require.Equal(t, "−3", ui.Signed(-3))
}

func TestRatiosAreRoundedToOneDecimalAndNeverClamped(t *testing.T) {
	for _, c := range []struct {
		part, whole int
		want, bare  string
	}{
		{856, 1000, "85,6 %", "85,6"},
		{0, 10, "0,0 %", "0,0"},
		{1, 3, "33,3 %", "33,3"},
		{2, 3, "66,7 %", "66,7"},
		{1, 2000, "0,1 %", "0,1"},
		{20420, 20000, "102,1 %", "102,1"},
		{130000, 1000, "13.000,0 %", "13.000,0"},
		{5, 0, "–", "–"},
		{-1, 10, "–", "–"},
	} {
		r := ui.RatioOf(c.part, c.whole)
		require.Equal(t, c.want, r.String())
		require.Equal(t, c.bare, r.Bare())
	}
}

func TestTimesAreThoseOfVietnam(t *testing.T) {
	lateEvening := time.Date(2023, 8, 9, 17, 30, 0, 0, time.UTC) // 00:30 on the 10th in Vietnam
	now := time.Date(2023, 8, 10, 7, 7, 0, 0, time.UTC)
	require.Equal(t, "10/08/2023", ui.Day(lateEvening))
	require.Equal(t, "thứ Năm 10/08/2023", ui.Weekday(lateEvening))
	require.Equal(t, "00:30", ui.Moment(lateEvening, now))
	require.Equal(t, "09/08 22:03", ui.Moment(time.Date(2023, 8, 9, 15, 3, 0, 0, time.UTC), now))
	require.Equal(t, "10/08/2022 14:07", ui.Moment(now.AddDate(-1, 0, 0), now))
	require.Equal(t, "Chủ nhật 13/08/2023", ui.Weekday(now.AddDate(0, 0, 3)))
	for _, f := range []string{ui.Day(time.Time{}), ui.Weekday(time.Time{}), ui.Moment(time.Time{}, now)} {
		require.Equal(t, "–", f)
	}
}

func TestASentenceMayBeginWithAVietnameseLetter(t *testing.T) {
	require.Equal(t, "Đã gửi", ui.Upper("đã gửi"))
	require.Equal(t, "", ui.Upper(""))
}

func TestTheGivenNameIsTheLastWord(t *testing.T) {
	name := ui.PersonName("Nguyễn Thị Hoa", [2]int{15, 18})
	require.Equal(t, []ui.Span{{Text: "Nguyễn Thị "}, {Text: "Hoa", Given: true, Mark: true}}, name.Spans)
	require.Equal(t, []ui.Span{{Text: "Hoà", Mark: true}, {Text: "ng Minh "}, {Text: "Tuấn", Given: true}}, ui.PersonName("Hoàng Minh Tuấn", [2]int{0, 4}).Spans)
	require.Equal(t, []ui.Span{{Text: "Páo", Given: true}}, ui.PersonName("Páo").Spans)
	require.Empty(t, ui.PersonName("").Spans)
}

func TestANameIsNeverChangedByMarkingIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		full := rapid.StringN(0, 40, -1).Draw(t, "name")
		from, to := rapid.IntRange(-3, 60).Draw(t, "from"), rapid.IntRange(-3, 60).Draw(t, "to")
		joined := ""
		for _, s := range ui.PersonName(full, [2]int{from, to}).Spans {
			if s.Text == "" {
				t.Fatal("an empty span")
			}
			joined += s.Text
		}
		if joined != full {
			t.Fatalf("%q became %q", full, joined)
		}
	})
}

func TestListsShowOnlyTheEndOfANumber(t *testing.T) {
	require.Equal(t, "•••• 0428", ui.MaskNumber("001155000428"))
	require.Equal(t, "", ui.MaskNumber("12"))
	require.Equal(t, "09•• ••• 662", ui.MaskPhone("+84912404662"))
	require.Equal(t, "03•• ••• 506", ui.MaskPhone("0312345506"))
	require.Equal(t, "", ui.MaskPhone("113"))
	require.Equal(t, "", ui.MaskPhone(""))
}

func TestAChipFillsOneRungPerStep(t *testing.T) {
	require.Equal(t, ui.Chip{Text: "Chưa tiếp cận", Ladder: true}, ui.BucketChip("not_reached"))
	require.Equal(t, ui.Chip{Text: "Đã mời mức 2", Ladder: true, Rungs: 4}, ui.BucketChip("l2_invited"))
	require.Equal(t, ui.Chip{Text: "Đã kích hoạt", Ladder: true, Rungs: 7, Class: "done"}, ui.BucketChip("activated"))
	require.Equal(t, ui.Chip{Text: "Đang vướng", Class: "stop"}, ui.BucketChip("blocked"))
	require.Equal(t, ui.Chip{Text: "from_tomorrow"}, ui.BucketChip("from_tomorrow"))
	require.Equal(t, "M0 6h18", ui.BucketChip("l2_invited").Path())
}

func TestDotsSayInWordsWhatTheyShow(t *testing.T) {
	require.Equal(t, "3/5: Đã gửi tỉnh", ui.Dots{At: 3, Of: 5}.Text())
	require.Equal(t, "4/4: Tỉnh đã nhận", ui.Dots{At: 4, Of: 4}.Text())
	require.Equal(t, "Tỉnh trả lại", ui.Dots{At: 4, Of: 5, Stop: "Tỉnh trả lại"}.Text())
	require.Len(t, ui.Dots{At: 1, Of: 4}.Each(), 4)
}

func TestABarPastItsTargetIsDrawnPastTheTick(t *testing.T) {
	over := ui.Bar{Captured: 1550, Activated: 1300, Scale: ui.BarScale(1550, 1300)}
	require.Equal(t, 1600, over.Scale)
	require.Equal(t, "M0 40h1550v80H0z", over.CapturedPath())
	require.Equal(t, "M0 30h1300v100H0z", over.ActivatedPath())
	require.Equal(t, "", over.MissingPath())
	require.Equal(t, 1100, ui.BarScale(898, ui.NoRatio))
	short := ui.Bar{Captured: 898, Activated: 748, Scale: 1100}
	require.Equal(t, "M898 40H1000v80H898", short.MissingPath())
	require.Equal(t, []string{"0", "10", "20", "30", "40", "50", "60", "70", "80", "90", "100 %"}, short.Labels())
	require.Equal(t, "M0 40h830v80H0zM669 40v80", ui.Bar{Captured: 830, Activated: 669}.StalePath())
}

func TestTheThreeRatiosOfAReportAreNotMixedUp(t *testing.T) {
	rows := []ui.ReportRow{ui.NewReportRow("Nghĩa Tân", 31000, 26000, 20000), ui.NewReportRow("Quan Hoa", 50, 40, 100)}
	rows[1].Stale = "dừng từ 21:40"
	ui.ScaleBars(rows)
	require.Equal(t, []ui.Ratio{1550, 1300, 839}, []ui.Ratio{rows[0].CapturedOf, rows[0].ActivatedOf, rows[0].Through})
	require.Equal(t, 1600, rows[1].Bar.Scale)
	require.True(t, rows[1].Bar.Stale)
	require.False(t, rows[0].Bar.Stale)
}

func TestAFieldRefusesASettingItDoesNotKnow(t *testing.T) {
	_, err := ui.FieldOf("phone", "Điện thoại", ui.Input{}, "colour=red")
	require.ErrorContains(t, err, `field phone: there is no setting "colour"`)
	require.Equal(t, "phones-0", ui.FieldID("/phones/0"))
	require.Equal(t, "", ui.FieldID(""))
}
