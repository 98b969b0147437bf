package civic

import (
	"strings"

	"gocua/store/command"
)

// ParsePhone reads a Vietnamese phone number as people write it (0912…, +84…,
// 84…, a mobile number of 11 digits from before September 2018, or one whose
// first zero a spreadsheet took) into E.164, "+84912404318". Its error has code
// bad_phone.
func ParsePhone(raw string) (e164 string, _ *command.Error) {
	subscriber, prefixed := cutTrunk(bareDigits(raw))
	if !digitsOnly(subscriber) {
		return "", command.Errorf(command.Invalid, "bad_phone", "a phone number has digits only")
	}
	if now, ok := strings.CutPrefix(subscriber, "1"); ok && len(subscriber) == 10 {
		subscriber = newPrefixes[now[:2]] + now[2:]
	}
	if !isMobile(subscriber) && !(prefixed && isLandline(subscriber)) {
		return "", command.Errorf(command.Invalid, "bad_phone", "this is no Vietnamese phone number")
	}
	return "+84" + subscriber, nil
}

// ParseMobile reads a number that a digital identity can hang on: codes are sent
// to it as messages. A landline is a good phone to call, and no such number; its
// error has code landline.
func ParseMobile(raw string) (e164 string, _ *command.Error) {
	e164, err := ParsePhone(raw)
	if err == nil && !isMobile(strings.TrimPrefix(e164, "+84")) {
		return "", command.Errorf(command.Invalid, "landline", "a landline takes no messages, a mobile number is needed")
	}
	return e164, err
}

// cutTrunk drops the country code and the zero before the area, and reports
// whether either was there.
func cutTrunk(s string) (string, bool) {
	for _, country := range []string{"+84", "0084"} {
		if rest, ok := strings.CutPrefix(s, country); ok {
			return strings.TrimPrefix(rest, "0"), true
		}
	}
	if rest, ok := strings.CutPrefix(s, "84"); ok && len(rest) >= 9 {
		return strings.TrimPrefix(rest, "0"), true // 84 alone may be a mobile prefix
	}
	return strings.CutPrefix(s, "0")
}

func isMobile(subscriber string) bool {
	return len(subscriber) == 9 && strings.ContainsRune("35789", rune(subscriber[0]))
}

// isLandline: 02 plus one or two digits of the province, then seven or eight.
func isLandline(subscriber string) bool {
	return (len(subscriber) == 9 || len(subscriber) == 10) && subscriber[0] == '2'
}

// newPrefixes maps what followed 01 in mobile numbers of 11 digits to what
// follows 0 since 15 September 2018.
var newPrefixes = map[string]string{
	"62": "32", "63": "33", "64": "34", "65": "35", "66": "36", "67": "37", "68": "38", "69": "39",
	"20": "70", "21": "79", "22": "77", "26": "76", "28": "78",
	"23": "83", "24": "84", "25": "85", "27": "81", "29": "82",
	"86": "56", "88": "58", "99": "59",
}

// ShowPhone writes an E.164 number as people read it: "0912 404 318",
// "024 3825 1234", "0215 382 5123". What is not Vietnamese is shown as it is.
func ShowPhone(e164 string) string {
	s, ok := strings.CutPrefix(e164, "+84")
	if !ok || len(s) < 9 || !digitsOnly(s) {
		return e164
	}
	if len(s) == 10 && (s[:2] == "24" || s[:2] == "28") {
		return "0" + s[:2] + " " + s[2:6] + " " + s[6:]
	}
	return "0" + s[:3] + " " + s[3:6] + " " + s[6:]
}

// MaskPhone hides all but the first two and the last three digits of the
// number as people read it: "09•• ••• 318".
func MaskPhone(e164 string) string {
	shown := ShowPhone(e164)
	digits := 0
	for _, r := range shown {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	var b strings.Builder
	seen := 0
	for _, r := range shown {
		if r >= '0' && r <= '9' {
			seen++
			if seen > 2 && seen <= digits-3 {
				r = '•'
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}
