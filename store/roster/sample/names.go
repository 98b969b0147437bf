package sample

import (
	"math/rand/v2"
	"strings"
)

// weighted is a choice and how often it is made, in parts.
type weighted struct {
	text  string
	parts int
}

func pick(rng *rand.Rand, from []weighted) string {
	total := 0
	for _, w := range from {
		total += w.parts
	}
	n := rng.IntN(total)
	for _, w := range from {
		if n -= w.parts; n < 0 {
			return w.text
		}
	}
	panic("sample: nothing to pick from")
}

// surnames by their share of the Kinh, in tenths of a percent.
var surnames = []weighted{
	{"Nguyễn", 384}, {"Trần", 121}, {"Lê", 95}, {"Phạm", 70}, {"Hoàng", 36}, {"Huỳnh", 15}, {"Phan", 45}, {"Vũ", 28}, {"Võ", 11},
	{"Đặng", 21}, {"Bùi", 20}, {"Đỗ", 14}, {"Hồ", 13}, {"Ngô", 13}, {"Dương", 10}, {"Lý", 5}, {"Đinh", 9}, {"Đào", 9}, {"Đoàn", 8},
	{"Trịnh", 8}, {"Trương", 8}, {"Lâm", 5}, {"Mai", 5}, {"Cao", 6}, {"Lương", 6}, {"Tạ", 5}, {"Hà", 6}, {"Chu", 4}, {"Tô", 3},
	{"Vương", 3}, {"Kiều", 2}, {"Quách", 2}, {"Thái", 2}, {"La", 1}, {"Ông", 1},
}

var thaiSurnames = []weighted{{"Lò", 45}, {"Quàng", 14}, {"Cà", 12}, {"Lường", 10}, {"Tòng", 8}, {"Vì", 4}, {"Cầm", 3}, {"Bạc", 2}, {"Điêu", 2}}

var mongSurnames = []weighted{{"Giàng", 25}, {"Vàng", 20}, {"Sùng", 15}, {"Mùa", 12}, {"Thào", 10}, {"Hờ", 8}, {"Ly", 5}, {"Lầu", 5}}

var maleMiddles = []weighted{
	{"Văn", 32}, {"Đức", 11}, {"Minh", 11}, {"Quang", 8}, {"Hữu", 6}, {"Xuân", 6}, {"Đình", 6}, {"Ngọc", 5}, {"Thành", 4}, {"Anh", 4},
	{"Quốc", 3}, {"Duy", 3}, {"Trọng", 2}, {"Tiến", 2}, {"Bá", 2},
}

var femaleMiddles = []weighted{
	{"Thị", 52}, {"Thu", 8}, {"Thanh", 7}, {"Ngọc", 7}, {"Phương", 5}, {"Thị Thu", 4}, {"Thị Thanh", 4}, {"Kim", 3}, {"Hồng", 3},
	{"Minh", 3}, {"Khánh", 2}, {"Thị Ngọc", 2},
}

var (
	maleNames   = strings.Fields("An Anh Ân Bách Bảo Bình Công Cường Đạt Điệp Đông Đức Dũng Duy Dương Giang Hà Hải Hào Hậu Hiếu Hiệp Hoà Hoàng Hùng Huy Hưng Khánh Khoa Khôi Kiên Lâm Long Lộc Minh Nam Nghĩa Nguyên Nhân Phong Phúc Phước Quân Quang Quốc Quý Sơn Tài Tâm Tân Thái Thắng Thành Thiện Thịnh Thọ Thông Tiến Toàn Trí Trung Trường Tú Tuấn Tùng Việt Vinh Vũ Ước")
	femaleNames = strings.Fields("Anh Ánh Bích Chi Châu Cúc Diễm Diệp Dung Duyên Đào Giang Hà Hạnh Hằng Hậu Hiền Hoa Hoà Hồng Huệ Hương Hường Huyền Khanh Lan Lệ Liên Linh Loan Ly Lý Mai My Mỹ Nga Ngà Ngân Ngọc Nguyệt Nhàn Nhi Nhung Oanh Phương Phượng Quyên Quỳnh Sen Tâm Thanh Thảo Thoa Thơm Thu Thuý Thuỷ Thuỳ Thương Trà Trang Trinh Tuyết Uyên Vân Xuân Yến Ý")
	mongNames   = strings.Fields("Páo Chía Dế Dua Giống Lử Mai Nếnh Phông Pó Sáng Say Sính Súa Thắng Tủa Vừ Xà Chu Lồng")

	villageNames = strings.Split("Nà Nưa,Co Sản,Huổi Lướng,Pá Khoang,Nậm Pọng,Huổi Cắm,Tọ Cuông,Hua Ná,Pú Súa,Xuân Tre,Noong Háng,Cang Lìn,Na Luông,Pá Nậm,Thẩm Châu,Hón Sáng", ",")

	streets = strings.Split("Xuân Thuỷ,Trần Quốc Hoàn,Nguyễn Phong Sắc,Dịch Vọng Hậu,Trần Thái Tông,Tô Hiệu,Phạm Tuấn Tài,Quỳnh Lôi,Hồng Mai,Thanh Nhàn,Kim Ngưu,Đông Ngạc,Phạm Văn Đồng,Hoàng Tăng Bí,Tân Xuân,Kẻ Vẽ,Cổ Nhuế", ",")
	towers  = strings.Fields("CT1 CT2 CT3A CT3B N04 N09 A7 B4 D2 HH1 HH2")

	// mobile prefixes in use, without the zero.
	mobile = strings.Fields("32 33 34 35 36 37 38 39 86 96 97 98 70 76 77 78 79 89 90 93 81 82 83 84 85 88 91 94 52 56 58 92 59 99")
)

// birthProvinces are the provinces people of Hà Nội were registered in.
var birthProvinces = []weighted{{"001", 58}, {"034", 6}, {"036", 7}, {"037", 3}, {"038", 7}, {"040", 6}, {"033", 4}, {"030", 4}, {"025", 3}, {"079", 2}}
