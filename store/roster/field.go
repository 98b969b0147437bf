package roster

import (
	"strings"
	"unicode"

	"gocua/store/civic"
)

// Field is what a column holds.
type Field string

// Fields. A list may give a birth in one column, in one for men and one for
// women (which then also tells the sex), or in day, month and year.
const (
	Ignored    Field = ""
	Serial     Field = "serial"
	Name       Field = "name"
	FamilyName Field = "familyName" // họ đệm
	GivenName  Field = "givenName"  // tên
	Number     Field = "number"
	OldNumber  Field = "oldNumber" // CMND, 9 digits
	BirthDate  Field = "birth"
	BirthDay   Field = "birthDay"
	BirthMonth Field = "birthMonth"
	BirthYear  Field = "birthYear"
	IfMale     Field = "male" // a birth or a cross
	IfFemale   Field = "female"
	Sex        Field = "sex"
	Phone      Field = "phone"
	Address    Field = "address"
	Permanent  Field = "permanent" // registered address, used where there is no other
	Hamlet     Field = "hamlet"
	Household  Field = "household"
	Relation   Field = "relation"
	Ethnic     Field = "ethnic"
)

// fieldTitles names each field in a file this package writes. Every title is read
// back as its field.
var fieldTitles = map[Field]string{
	Serial: "STT", Name: "Họ và tên", FamilyName: "Họ đệm", GivenName: "Tên", Number: "Số định danh", OldNumber: "Số CMND",
	BirthDate: "Ngày sinh", BirthDay: "Ngày", BirthMonth: "Tháng", BirthYear: "Năm", IfMale: "Nam", IfFemale: "Nữ",
	Sex: "Giới tính", Phone: "Số điện thoại", Address: "Địa chỉ", Permanent: "Nơi thường trú", Hamlet: "Tổ dân phố",
	Household: "Số hộ", Relation: "Quan hệ với chủ hộ", Ethnic: "Dân tộc",
}

// wholeTitles are folded titles too short to look for inside others.
var wholeTitles = map[string]Field{
	"stt": Serial, "tt": Serial, "so tt": Serial, "so thu tu": Serial,
	"ten": GivenName, "ho": FamilyName, "cong dan": Name, "nhan khau": Name,
	"so": Ignored, "nam": IfMale, "nu": IfFemale, "ngay": BirthDay, "thang": BirthMonth,
	"dob": BirthDate, "gt": Sex, "phai": Sex, "gioi": Sex, "nam nu": Sex, "nu nam": Sex,
	"dt": Phone, "tel": Phone, "phone": Phone, "mobile": Phone, "di dong": Phone, "dd": Phone,
	"to": Hamlet, "tdp": Hamlet, "thon": Hamlet, "ban": Hamlet, "ap": Hamlet, "khoi": Hamlet, "xom": Hamlet, "buon": Hamlet,
	"lang": Hamlet, "kp": Hamlet, "khu": Hamlet, "cum": Hamlet, "ma ho": Household, "so ho": Household,
	"quan he": Relation, "qh": Relation, "qhch": Relation, "noi o": Address, "id": Ignored, "dong": Ignored,
}

// phrases are looked for inside a folded title; the longest one found decides.
var phrases = []struct {
	field Field
	words string // alternatives between bars
}{
	{Name, "ho va ten|ho ten|ho chu dem va ten|ho dem va ten|ho chu dem ten|ten day du|ten nhan khau|ten cong dan|full name"},
	{FamilyName, "ho dem|ho va dem|ho va ten dem|ho va chu dem|ho chu dem|ho lot|ho va ten lot|ho ten dem|ten dem|chu dem"},
	{GivenName, "ten goi"},
	{Number, "dinh danh|so ddcn|ddcn|cccd|can cuoc|so dd ca nhan|cccd cmnd|cmnd cccd|can cuoc cong dan cmnd|cmnd can cuoc|cmnd ddcn|cmnd dinh danh|cmnd so dinh danh|cmnd hoac cccd|cccd hoac cmnd|giay to tuy than"},
	{OldNumber, "cmnd|cmt|cmtnd|chung minh"},
	{BirthDate, "ngay sinh|nam sinh|ngay thang nam sinh|sinh ngay|sinh nam|ntns|ngay thang nam"},
	{Sex, "gioi tinh|gioi tinh nam nu|nam nu"},
	{IfMale, "ngay sinh nam|nam sinh nam|gioi tinh nam|ngay thang nam sinh nam"},
	{IfFemale, "ngay sinh nu|nam sinh nu|gioi tinh nu|ngay thang nam sinh nu"},
	{Phone, "dien thoai|sdt|so dt|so di dong|dtdd|zalo"},
	{Address, "dia chi|noi o hien|cho o hien|noi cu tru|so nha|noi tam tru|tam tru|noi dang o|cho o|hien o|ngo ngach|duong pho"},
	{Permanent, "thuong tru|hktt|dang ky ho khau|ho khau thuong tru|dia chi thuong tru|noi thuong tru|noi dang ky thuong tru|dia chi hktt|dia chi dang ky thuong tru"},
	{Hamlet, "to dan pho|thon ban|thon to|to thon|khu pho|ten to|ten thon|khu dan cu|so to|to so|thon xom|to dan cu|cum dan cu"},
	{Household, "so ho khau|so so ho|ma ho|so ho|ma so ho|stt ho|ho khau so|ma so ho gia dinh"},
	{Relation, "quan he voi|quan he chu ho|qh voi chu ho|qh chu ho|quan he voi chu ho|moi quan he"},
	{Ethnic, "dan toc"},
	{Serial, "so thu tu"},
	// What only looks like one of the above.
	{Ignored, "ngay cap|ngay thang nam cap|noi cap|noi sinh|que quan|ho ten chu ho|ho va ten chu ho|ten chu ho|ho ten cha|ho ten me|ho va ten cha|ho va ten me|" +
		"ho ten bo|ho va ten bo|ho ten vo|ho va ten vo|ngay dang ky|ngay den|ngay di|so dien thoai chu ho|cccd chu ho|cccd cua chu ho|dinh danh chu ho|" +
		"so cccd chu ho|ngay sinh chu ho|ho so luu|ma ho so|so ho so|dinh danh dien tu|dinh danh muc|tai khoan dinh danh|ngay cap cccd|ngay cap can cuoc|ngay cap cmnd|noi cap cccd|noi cap can cuoc|noi cap cmnd|ho ten nguoi|" +
		"ho va ten nguoi|ghi chu|ly do can xem lai"},
}

// fieldOf tells what a column with this title holds; false if nothing is known.
func fieldOf(title string) (Field, bool) {
	t := foldTitle(title)
	if t == "" {
		return Ignored, false
	}
	if f, ok := wholeTitles[t]; ok {
		if t == "nam" && strings.Contains(strings.ToLower(civic.CleanText(title)), "ă") {
			return BirthYear, true // Năm, not Nam
		}
		return f, true
	}
	if len(t) > 80 {
		return Ignored, false // a sentence
	}
	best, longest := Ignored, 0
	for _, p := range phrases {
		for w := range strings.SplitSeq(p.words, "|") {
			if len(w) > longest && containsWords(t, w) {
				best, longest = p.field, len(w)
			}
		}
	}
	return best, longest > 0
}

func containsWords(text, words string) bool {
	return strings.Contains(" "+text+" ", " "+words+" ")
}

// foldTitle keeps the letters and digits of a title.
func foldTitle(s string) string {
	return strings.Join(strings.FieldsFunc(civic.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}
