package messages

import "fmt"

// Advice is the next step towards 1, 3 or 5 good voters (lời khuyên), from the
// code of why; node is the machine it is about.
func Advice(why, node string, voters, want int) string {
	should := fmt.Sprintf("%d máy bỏ phiếu, nên có %d. ", voters, want)
	switch why {
	case "good":
		return fmt.Sprintf("%d máy bỏ phiếu: tốt.", voters)
	case "more_voters":
		return should + "Cho máy " + node + " bỏ phiếu: trong các máy dự phòng, máy này trả lời đều nhất."
	case "better":
		return should + "Máy " + node + " trả lời đều hơn hẳn một máy đang bỏ phiếu: cho bỏ phiếu, rồi cho máy kia thôi."
	case "fewer":
		return should + "Cho máy " + node + " thôi bỏ phiếu: máy này trả lời ít nhất."
	case "even":
		even := fmt.Sprintf("%d máy bỏ phiếu là số chẵn: không chịu được nhiều máy tắt hơn %d máy.", voters, voters-1)
		if node != "" {
			even += " Cho máy " + node + " thôi bỏ phiếu: máy này trả lời ít nhất."
		}
		return even
	case "two":
		return "2 máy bỏ phiếu: tắt một máy là cụm dừng đồng thuận. Nên có 1 hoặc 3."
	case "too_short":
		return fmt.Sprintf("%d máy bỏ phiếu. Có máy chưa theo dõi đủ lâu để khuyên tiếp; vài ngày nữa xem lại.", voters)
	case "under_way":
		return "Đang đổi vai máy " + node + ". Đợi xong rồi đổi máy khác."
	case "not_safe":
		return should + "Nhiều máy đang tắt, chưa đổi gì được. Bật lên rồi xem lại."
	}
	return should
}

// Spare says how many voters more may be switched off.
func Spare(n int) string {
	switch {
	case n < 0:
		return "Hiện chưa đủ máy để đồng thuận."
	case n == 0:
		return "Hiện không tắt thêm được máy bỏ phiếu nào."
	}
	return fmt.Sprintf("Hiện tắt thêm được %d máy bỏ phiếu.", n)
}

// Awkward says what is awkward about the voters a change leaves, from its code.
func Awkward(code string, voters int) string {
	switch code {
	case "even":
		return fmt.Sprintf("Sau đó có %d máy bỏ phiếu, số chẵn: không chịu được nhiều máy tắt hơn %d máy. Nên đi tiếp đến số lẻ.", voters, voters-1)
	case "two":
		return "Sau đó có 2 máy bỏ phiếu: tắt một máy là cụm dừng đồng thuận. Nên đi tiếp đến 1 hoặc 3."
	}
	return ""
}

// Becoming says what a machine is about to be.
func Becoming(to string) string {
	return map[string]string{"voter": "sắp bỏ phiếu", "standby": "sắp thôi bỏ phiếu", "out": "đang rút"}[to]
}

// DenyReason says why a machine is shut out (vì sao thu quyền).
func DenyReason(code string) string {
	return word(map[string]string{"stolen": "mất trộm", "lost": "thất lạc", "broken": "hỏng, đã thay", "replaced": "đổi máy khác", "retired": "thôi dùng"}, code)
}
