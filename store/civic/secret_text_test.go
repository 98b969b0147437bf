package civic

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

var secrets = []string{
	"mã OTP 123456", "Mã OTP là 123456", "otp: 1234", "OTP 482 913", "otp=482-913", "O.T.P 482913", "ma otp cua ba la 482913",
	"Mã xác thực 482913", "mã xác thực của ông là: 4829", "ma xac nhan 55821", "mã xác minh 1122", "passcode 123456", "Passcode: 0000",
	"pass code 123456", "mã PIN 1234", "so pin 4321", "pin: 1234", "123456 là mã OTP", "482913 otp", "482913 là mã xác thực",
	"mk: abc123", "mk 123456", "MK: hoahong", "mk=Hoa@1990", "mật khẩu: Abc@123", "Mật khẩu là 12345678", "mật khẩu mới Abc12345",
	"mat khau vneid 123456a@", "mat khau: nguyenvana", "matkhau: hoa1955", "password: qwerty12", "pass: 88888888", "pwd=Secret99",
	"mật khẩu của ông là Hoa1955", "mật khẩu điện thoại 1234", "482913", " 482 913 ", "Gặp chủ hộ. 482913", "Đã gặp, 482913", "mã 482913",
	"code: 482913", "mã: 482913.", "mã kích hoạt 771204", "mã đăng nhập 771204", "smartotp 771204", "2FA 771204", "mã 6 số là 771204",
	"mật mã: 771204", "ＯＴＰ １２３４５６", "otp １２３４５６", "mã OTP gửi về máy con là 482913", "mk zalo: hoa1990", "Mật khẩu VNeID là HaNoi1954@",
}

var plain = []string{
	"", "Không ai ở nhà", "Hẹn lại 19h30", "hẹn lại 19:30 ngày 12/8", "Số nhà 123456", "số nhà 21, ngõ 1234", "Gọi 0912404318", "gọi lại số 0912 404 318",
	"Quên mật khẩu", "quên mật khẩu, hẹn 19h hỗ trợ", "Người dân quên mật khẩu, cần cấp lại", "Hướng dẫn đổi mật khẩu", "mật khẩu: quên",
	"Mật khẩu: người dân tự đặt", "mật khẩu sai 3 lần", "nhập sai mật khẩu 5 lần nên bị khoá", "chưa đặt mật khẩu", "mk sai", "Không nhận được mã OTP",
	"OTP chưa về, hẹn mai", "OTP không về máy, gọi 0912404318", "OTP không về, tổng đài 19001234", "gửi OTP 2 lần không đến", "mã xác thực chưa tới, hẹn 20/08/2026",
	"mã xác nhận hết hạn sau 5 phút", "Chưa có SIM chính chủ", "Pin điện thoại hết", "Pin 5000 mAh còn tốt", "Phiếu 123456", "phiếu số 123456", "Hồ sơ số 482913 đã nộp",
	"mã hồ sơ 482913", "OTP chưa về, phiếu 482913", "OTP chưa về, hồ sơ số 482913", "Sinh 17/03/1955", "sinh năm 1955", "12/08/2026", "120826 là ngày hẹn", "Nhà 2 tầng, 5 người",
	"đóng 5.000.000 đồng", "thu 500000 đồng", "căn hộ 1204, toà A", "Đã xem thẻ căn cước", "phòng 1204 tầng 12", "biển số 29A-123456", "lần 3, không ai ở nhà",
	"mất khẩu trang", "Bà Mật Khâu 80 tuổi", "đã đọc lại cùng người dân", "không cho xem mã OTP", "không đọc mật khẩu cho ai", "người dân tự gõ mật khẩu",
	"máy cũ không cài được VNeID", "pass qua nhà 3 lần không gặp", "2 người đi làm xa đến 2027", "Chưa kích hoạt, mã kích hoạt chưa về", "01155000321", "001155000321",
	"OTP về máy con trai ở nhà số 1234",
}

func TestATextThatHoldsASecretIsToldFromOneThatSpeaksOfIt(t *testing.T) {
	require.GreaterOrEqual(t, len(secrets)+len(plain), 100)
	for _, s := range secrets {
		require.True(t, LooksSecret(s), "holds a secret: %q", s)
		require.True(t, LooksSecret(strings.ToUpper(s)), "in capitals: %q", s)
		require.True(t, LooksSecret(Fold(s)), "without tones: %q", s)
	}
	for _, s := range plain {
		require.False(t, LooksSecret(s), "holds none: %q", s)
		require.False(t, LooksSecret(strings.ToUpper(s)), "in capitals: %q", s)
	}
}

func FuzzLooksSecret(f *testing.F) {
	for _, s := range append(secrets, plain...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := LooksSecret(s)
		require.Equal(t, got, LooksSecret(s))
	})
}

func TestNoFreeTextTakesASecret(t *testing.T) {
	h := enrolled(t)
	for _, c := range []struct {
		kind  command.Kind
		body  string
		field string
	}{
		{KindVisitRecord, `{"id":"0198a1b2-0000-7000-8000-000000000001","household":"0198a1b2-0000-7000-8000-000000000002","at":"2026-08-06T13:11:00Z","mode":"door","outcome":"registered","note":"mã OTP 482913"}`, "/note"},
		{KindVisitRecord, `{"id":"0198a1b2-0000-7000-8000-000000000001","household":"0198a1b2-0000-7000-8000-000000000002","at":"2026-08-06T13:11:00Z","mode":"door","outcome":"refused","reason":"mk: hoa1955"}`, "/reason"},
		{KindReviewResolve, `{"review":"0198a1b2-0000-7000-8000-000000000001","choice":"keep","reason":"482913"}`, "/reason"},
		{KindReviewResolve, `{"review":"0198a1b2-0000-7000-8000-000000000001","choice":"edit","reason":"ghi lại","edits":[{"field":"note","was":"","now":"otp 482913"}]}`, "/edits/0/now"},
	} {
		_, err := h.table.Canonical(c.kind, []byte(c.body))
		require.NotNil(t, err, c.body)
		require.Equal(t, CodeSecret, err.Code, c.body)
		require.Equal(t, c.field, err.Field)

		d, failed := h.table.Decide(h.reg, (&history{t: t, reg: h.reg, table: h.table}).envelope(c.kind, json.RawMessage(c.body)))
		require.NoError(t, failed)
		require.Equal(t, command.Rejected, d.Status, "again at commit, from a machine that did not ask")
	}
}

// A picture or a fingerprint has nowhere to go: no body has a field for it, and
// every text is too short.
func TestNoBodyTakesAnImage(t *testing.T) {
	h := enrolled(t)
	blob := base64.StdEncoding.EncodeToString(make([]byte, 1100))
	for _, kind := range []command.Kind{KindHouseholdPut, KindHouseholdEdit, KindResidentPut, KindResidentEdit, KindVisitRecord, KindAppSubmit,
		KindActivation, KindReviewResolve, KindTargetSet} {
		s := spec(t, h, kind)
		var body map[string]any
		require.NoError(t, json.Unmarshal([]byte(s.Example), &body))
		for _, name := range []string{"photo", "image", "fingerprint", "face", "cardFront", "biometrics"} {
			refused(t, h, kind, with(body, name, blob), "unknown_field")
		}
		for name, value := range body {
			if edits, ok := value.([]any); ok && name == "edits" {
				for _, side := range []string{"was", "now"} {
					edit := with(edits[0].(map[string]any), side, strings.Repeat(blob, 4))
					refused(t, h, kind, with(body, name, []any{edit}), "")
				}
			}
			if _, text := value.(string); text {
				refused(t, h, kind, with(body, name, blob), "")
			}
		}
		if kind == KindVisitRecord {
			for _, name := range []string{"note", "reason"} {
				refused(t, h, kind, with(body, name, blob), "too_long")
			}
		}
	}
}

func with(body map[string]any, name string, value any) map[string]any {
	out := map[string]any{name: value}
	for k, v := range body {
		if k != name {
			out[k] = v
		}
	}
	return out
}

func refused(t *testing.T, h *history, kind command.Kind, body map[string]any, code string) {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	_, wrong := h.table.Canonical(kind, raw)
	require.NotNil(t, wrong, "kind %d took %.60s", kind, raw)
	if code != "" {
		require.Equal(t, code, wrong.Code)
	}
}
