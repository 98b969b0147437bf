package messages

// Outcome is what came of a visit (kết quả lượt), as a button shows it. A key
// is the physical key: one row of the keyboard per group.
type Outcome struct {
	Code, Label, Key string
	Ask              bool // needs another answer (why, or when next)
}

// OutcomeGroup is a row of buttons. Tone is the class of the mark beside them.
type OutcomeGroup struct {
	Name, Tone string
	Outcomes   []Outcome
}

// Outcomes lists all outcomes as the door page shows them.
func Outcomes() []OutcomeGroup {
	return []OutcomeGroup{
		{"Được", "good", []Outcome{
			{"registered", "Đã khai mức 1", "1", false},
			{"already_has", "Đã có sẵn", "2", false},
			{"activated_on_site", "Đã kích hoạt tại chỗ", "3", false},
			{"will_come", "Sẽ ra phường", "4", false},
		}},
		{"Đến lại", "again", []Outcome{
			{"nobody_home", "Không ai ở nhà", "Q", false},
			{"person_absent", "Người cần gặp đi vắng", "W", false},
			{"callback", "Hẹn lại", "E", true},
			{"working_away", "Đi làm xa", "R", false},
			{"inaccessible", "Không vào được", "T", false},
		}},
		{"Vướng", "no", []Outcome{
			{"refused", "Từ chối", "A", true},
			{"phone_not_own", "Điện thoại không chính chủ", "S", false},
			{"no_smartphone", "Không có điện thoại thông minh", "D", false},
			{"no_sim", "Không có SIM", "F", false},
			{"no_signal", "Không có sóng", "G", false},
			{"no_chip_card", "Chưa có thẻ gắn chip", "H", false},
		}},
		{"Đóng", "shut", []Outcome{
			{"abroad", "Ở nước ngoài", "Z", false},
			{"moved", "Đã chuyển đi", "X", false},
			{"deceased", "Đã mất", "C", false},
			{"not_at_address", "Không ở địa chỉ này", "V", false},
		}},
	}
}

// OutcomeCodes lists them in that order.
func OutcomeCodes() (codes []string) {
	for _, g := range Outcomes() {
		for _, o := range g.Outcomes {
			codes = append(codes, o.Code)
		}
	}
	return codes
}

// OutcomeName names an outcome.
func OutcomeName(code string) string {
	for _, g := range Outcomes() {
		for _, o := range g.Outcomes {
			if o.Code == code {
				return o.Label
			}
		}
	}
	return code
}

// RefusalReasons lists why people refuse, as the door page offers it. The text
// itself is what is recorded: people may write another.
func RefusalReasons() []string {
	return []string{"Ngại bị làm phiền", "Lo lộ thông tin", "Chưa thấy cần", "Đợi người nhà quyết", "Đang ốm, không tiện"}
}
