package civic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPhonesBecomeE164(t *testing.T) {
	for raw, want := range map[string]string{
		"0912404318":        "+84912404318",
		"0912 404 318":      "+84912404318",
		"0912.404.318":      "+84912404318",
		"+84 912 404 318":   "+84912404318",
		"84912404318":       "+84912404318",
		"0084-912-404-318":  "+84912404318",
		"+84 (0)912 404318": "+84912404318",
		"912404318":         "+84912404318", // zero lost
		"841234567":         "+84841234567", // zero lost; 084 is a mobile prefix
		"0841234567":        "+84841234567",
		"01629123456":       "+84329123456", // Viettel, before 2018
		"1629123456":        "+84329123456", // the same, zero lost
		"+841209123456":     "+84709123456", // MobiFone
		"01229123456":       "+84779123456",
		"01239123456":       "+84839123456", // VinaPhone
		"01889123456":       "+84589123456", // Vietnamobile
		"01999123456":       "+84599123456", // Gmobile
		"024 3825 1234":     "+842438251234",
		"0215 382 5123":     "+842153825123",
		"+84 24 3825 1234":  "+842438251234",
	} {
		got, err := ParsePhone(raw)
		require.Nil(t, err, raw)
		require.Equal(t, want, got, raw)
	}
	for _, raw := range []string{"", "0", "+", "091240431", "09124043180", "0412404318", "612404318", "113", "01609123456",
		"+1 202 555 0100", "0912404318/0987654321", "không có", "2438251234", "+84", "8491240431"} {
		got, err := ParsePhone(raw)
		require.Empty(t, got)
		require.NotNil(t, err, raw)
		require.Equal(t, "bad_phone", err.Code, raw)
	}
}

func TestEveryOldPrefixOfElevenDigitsHasItsNewOne(t *testing.T) {
	old := strings.Fields("0162 0163 0164 0165 0166 0167 0168 0169 0120 0121 0122 0126 0128 0123 0124 0125 0127 0129 0186 0188 0199")
	now := strings.Fields("032  033  034  035  036  037  038  039  070  079  077  076  078  083  084  085  081  082  056  058  059")
	require.Len(t, now, len(old))
	for i := range old {
		for _, raw := range []string{old[i] + "9123456", old[i][1:] + "9123456", "+84" + old[i][1:] + "9123456", "84" + old[i][1:] + "9123456"} {
			got, err := ParsePhone(raw)
			require.Nil(t, err, raw)
			require.Equal(t, "+84"+now[i][1:]+"9123456", got, raw)
		}
	}
}

func TestAnIdentityHangsOnAMobileNumber(t *testing.T) {
	for raw, code := range map[string]string{"0912404318": "", "912404318": "", "01629123456": "", "024 3825 1234": "landline", "+84 215 382 5123": "landline", "091240431": "bad_phone", "": "bad_phone"} {
		got, err := ParseMobile(raw)
		if code == "" {
			require.Nil(t, err, raw)
			require.NotEmpty(t, got)
			continue
		}
		require.Empty(t, got, raw)
		require.Equal(t, code, err.Code, raw)
	}
}

func TestPhonesAreShownInGroupsAndMasked(t *testing.T) {
	for _, c := range []struct{ e164, shown, masked string }{
		{"+84912404318", "0912 404 318", "09•• ••• 318"},
		{"+842438251234", "024 3825 1234", "02• •••• •234"},
		{"+842153825123", "0215 382 5123", "02•• ••• •123"},
		{"+8421838251", "+8421838251", "+84•••••251"},
		{"", "", ""},
	} {
		require.Equal(t, c.shown, ShowPhone(c.e164))
		require.Equal(t, c.masked, MaskPhone(c.e164))
	}
}

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"0912404318", "+84 (0)912 404318", "01629123456", "84", "0084", "1", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		e164, err := ParsePhone(raw)
		ShowPhone(raw)
		MaskPhone(raw)
		if err != nil {
			return
		}
		require.Regexp(t, `^\+84([35789][0-9]{8}|2[0-9]{8,9})$`, e164)
		again, err := ParsePhone(ShowPhone(e164))
		require.Nil(t, err)
		require.Equal(t, e164, again, "what is shown can be typed in")
	})
}
