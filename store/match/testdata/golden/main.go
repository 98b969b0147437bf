// Command golden writes pairs.csv and hard.csv: what the scorer is held to. It was
// run once, before there was a scorer, and must not know how one works; the files
// are frozen. Run in testdata, only to show that they are the same: go run ./golden
//
// Begin with main.go; mess.go is what lists do to somebody, hard.go who only looks
// like somebody else.
package main

import (
	"encoding/csv"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strings"
)

const pairs, hards = 800, 900

type person struct {
	name, birth, sex, number, phone, hamlet, household string
}

func (p person) cells() []string {
	return []string{p.name, p.birth, p.sex, p.number, p.phone, p.hamlet, p.household}
}

var (
	r        = rand.New(rand.NewPCG(20260806, 2))
	serial   = 100_000
	doors    = 0
	families = strings.Fields("Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Nguyễn Trần Trần Trần Lê Lê Phạm Phạm Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đào Đoàn Trịnh Trương Lương Tạ Lưu Nghiêm Lâm Chử Giáp Ninh Lê")
	middleM  = strings.Fields("Văn Văn Văn Văn Văn Đức Minh Quang Hữu Xuân Đình Ngọc Công Trọng Gia Bá Duy Thế")
	middleF  = strings.Split("Thị,Thị,Thị,Thị,Thị,Thị,Thị Thu,Thị Thanh,Thu,Thanh,Ngọc,Phương,Kim,Hồng,Thị Ngọc,Thị Kim,Bích,Khánh,Diệu", ",")
	givenM   = strings.Fields("An Anh Bình Chiến Chính Cường Dũng Duy Đạt Đức Giang Hà Hải Hoàng Hùng Hưng Huy Khánh Kiên Lâm Lăng Long Lộc Luân Minh Nam Nghĩa Năng Ninh Phong Phúc Quân Quang Quý Sáng Sơn Tài Tâm Tân Thắng Thành Thịnh Tiến Toàn Trung Trường Tuấn Tùng Vinh Xuân Lý Sinh Trí Chung Triều Hoà Thuỷ Hiệp")
	givenF   = strings.Fields("Anh Ánh Bích Chi Chinh Diệp Dung Duyên Đào Giang Hà Hạnh Hằng Hiền Hoa Hoà Hồng Huệ Hương Hường Huyền Lan Liên Linh Loan Lý Mai My Nga Ngân Ngọc Nguyệt Nhung Oanh Phương Quyên Quỳnh Sen Sinh Tâm Thanh Thảo Thu Thuỷ Thuý Trang Trinh Tuyết Vân Xuân Yến Lương Nương Nở Lụa Chúc Trâm Xuyến Sương Dần Rậu")
	prefixes = strings.Fields("032 033 034 035 036 038 039 070 077 079 081 083 085 088 090 091 094 096 097 098")
)

func one(list []string) string  { return list[r.IntN(len(list))] }
func chance(percent int) bool   { return r.IntN(100) < percent }
func hamlet() string            { return fmt.Sprintf("00166-%02d", 1+r.IntN(30)) }
func door() string              { doors++; return fmt.Sprintf("H%04d", doors) }
func phone() string             { return one(prefixes) + fmt.Sprintf("%07d", r.IntN(10_000_000)) }
func day(year int) string       { return fmt.Sprintf("%04d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28)) }
func year(birth string) (y int) { fmt.Sscanf(birth, "%4d", &y); return y }

func number(sex, birth string, province string) string {
	serial += 1 + r.IntN(400)
	y := year(birth)
	century := (y/100 - 19) * 2
	if sex == "female" {
		century++
	}
	return fmt.Sprintf("%s%d%02d%06d", province, century, y%100, serial)
}

func province() string {
	return one(strings.Fields("001 001 001 001 001 001 034 036 038 040 030 025"))
}

func named(sex string) (family, middle, given string) {
	if sex == "male" {
		return one(families), one(middleM), one(givenM)
	}
	return one(families), one(middleF), one(givenF)
}

func someone() person {
	p := person{sex: one([]string{"male", "female"}), hamlet: hamlet(), household: door()}
	f, m, g := named(p.sex)
	p.name = f + " " + m + " " + g
	p.birth = day(1938 + r.IntN(82))
	if chance(78) {
		p.number = number(p.sex, p.birth, province())
	}
	if year(p.birth) < 2013 && chance(80) {
		p.phone = phone()
	}
	return p
}

func main() {
	write("pairs.csv", pairs, truePair)
	write("hard.csv", hards, hardPair)
}

func write(file string, n int, make func() (string, person, person)) {
	f, err := os.Create(file)
	if err != nil {
		log.Fatal(err)
	}
	w := csv.NewWriter(f)
	w.Write(strings.Split("pair,what,name,birth,sex,number,phone,hamlet,household,name2,birth2,sex2,number2,phone2,hamlet2,household2", ","))
	for i := range n {
		what, a, b := make()
		if a == b {
			log.Fatalf("%s %d: nothing differs", what, i)
		}
		if a.number != "" && a.number == b.number {
			log.Fatalf("%s %d: the register never has one number twice", what, i)
		}
		w.Write(append(append([]string{fmt.Sprint(i + 1), what}, a.cells()...), b.cells()...))
	}
	w.Flush()
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}

// truePair is somebody listed twice. The register refuses one number twice, so
// the number is missing on one side, mistyped, or not known at all; beside that
// up to two things differ.
func truePair() (string, person, person) {
	a := someone()
	b := a
	what := []string{numberMess(&a, &b)}
	messes := []func(a, b *person) string{nameMess, birthMess, phoneMess, moveMess}
	r.Shuffle(len(messes), func(i, j int) { messes[i], messes[j] = messes[j], messes[i] })
	for _, mess := range messes[:1+r.IntN(2)] {
		what = append(what, mess(&a, &b))
	}
	if chance(50) {
		a, b = b, a
	}
	return strings.Join(what, "+"), a, b
}
