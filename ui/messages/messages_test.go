package messages_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/ui/messages"
)

func TestEveryTextIsWrittenInBothLanguages(t *testing.T) {
	keys := messages.Keys()
	require.Greater(t, len(keys), 30)
	for _, key := range keys {
		vi, err := messages.T(messages.Vietnamese, key)
		require.NoError(t, err)
		en, err := messages.T(messages.English, key)
		require.NoError(t, err)
		require.NotEmpty(t, vi, key)
		require.NotEmpty(t, en, key)
		require.NotEqual(t, vi, en, key)
		require.NotContains(t, vi+en, "!", key)
	}
}

func TestAnUnknownKeyIsAnError(t *testing.T) {
	_, err := messages.T(messages.Vietnamese, "nav.nowhere")
	require.ErrorContains(t, err, "nav.nowhere")
}

func TestAnythingButEnglishIsVietnamese(t *testing.T) {
	for in, want := range map[string]messages.Lang{"en": "en", "vi": "vi", "": "vi", "fr": "vi", "EN": "vi"} {
		require.Equal(t, want, messages.Parse(in), in)
	}
}

func TestErrorsSpeakVietnameseAndFallBackToTheirOwnMessage(t *testing.T) {
	require.Equal(t, "Số điện thoại chưa đúng. Số di động có 10 số, bắt đầu bằng 0.",
		messages.Error(messages.Vietnamese, "bad_phone", "not a phone"))
	require.Equal(t, "not a phone", messages.Error(messages.English, "bad_phone", "not a phone"))
	require.Equal(t, "the moon is full", messages.Error(messages.Vietnamese, "moon", "the moon is full"))
}

func TestAnErrorOnALineOfAListSaysWhichLine(t *testing.T) {
	require.Contains(t, messages.ErrorAt(messages.Vietnamese, "csv_quote", "on line 812 …", 812), "Dòng 812 có dấu ngoặc kép mở mà không đóng")
	require.Equal(t, "on line 812 …", messages.ErrorAt(messages.English, "csv_quote", "on line 812 …", 812))
	require.Equal(t, messages.Error(messages.Vietnamese, "csv_quote", ""), messages.ErrorAt(messages.Vietnamese, "csv_quote", "", 0))
	require.Equal(t, messages.Error(messages.Vietnamese, "bad_phone", ""), messages.ErrorAt(messages.Vietnamese, "bad_phone", "", 7), "no error of lists")
}

func TestNothingIsShouted(t *testing.T) {
	for _, code := range messages.ErrorCodes() {
		text := messages.Error(messages.Vietnamese, code, "")
		require.NotContains(t, text, "!", code)
		require.True(t, strings.HasSuffix(text, "."), code)
	}
}

func TestEveryOutcomeHasItsOwnCodeAndKey(t *testing.T) {
	codes, keys := map[string]bool{}, map[string]bool{}
	for _, g := range messages.Outcomes() {
		for _, o := range g.Outcomes {
			require.False(t, codes[o.Code], o.Code)
			require.False(t, keys[o.Key], o.Key)
			codes[o.Code], keys[o.Key] = true, true
			require.Equal(t, o.Label, messages.OutcomeName(o.Code))
		}
	}
	require.Len(t, codes, 19)
	require.Equal(t, "new_outcome", messages.OutcomeName("new_outcome"))
}

func TestBucketsAreNamedInTheOrderOfTheLadder(t *testing.T) {
	require.Equal(t, []string{"not_reached", "reached", "l1_submitted", "l1_approved", "l2_invited", "l2_captured",
		"l2_approved", "activated"}, messages.Ladder())
	for _, b := range append(messages.Ladder(), messages.OffLadder()...) {
		require.NotEqual(t, b, messages.Bucket(b))
	}
	require.Equal(t, "Đã duyệt mức 2", messages.Bucket("l2_approved"))
}

func TestStagesCountFromNothingToDecided(t *testing.T) {
	for n, want := range []string{"Chưa ghi", "Đã lưu trên máy này", "Cụm đã đồng thuận", "Đã gửi tỉnh", "Tỉnh đã nhận", "Đã có kết quả"} {
		require.Equal(t, want, messages.Stage(n))
	}
	require.Equal(t, "Không rõ", messages.Stage(6))
}

func TestWhoHasToWaitIsToldHowLong(t *testing.T) {
	require.Equal(t, "Gõ sai nhiều lần. Đợi 40 giây rồi thử lại.", messages.SlowDown(messages.Vietnamese, 40))
	require.Equal(t, "Gõ sai nhiều lần. Đợi 3 phút rồi thử lại.", messages.SlowDown(messages.Vietnamese, 121))
	require.Equal(t, "Too many wrong tries. Wait 119 seconds, then try again.", messages.SlowDown(messages.English, 119))
}

func TestABrowserIsCalledWhatPeopleCallIt(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36":                  "Chrome trên Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0":        "Edge trên Windows",
		"Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) coc_coc_browser/100.0 Chrome/94.0 Safari/537.36":              "Cốc Cốc trên Windows",
		"Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36":               "Chrome trên Android",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile Safari/604.1": "Safari trên iPhone",
		"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0":                                                           "Firefox trên Linux",
		"curl/8.0": "Trình duyệt hoặc chương trình khác",
		"":         "Trình duyệt hoặc chương trình khác",
	} {
		require.Equal(t, want, messages.Device(agent), agent)
	}
}
