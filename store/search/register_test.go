package search

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// register is a Source that keeps records and a feed in memory.
type register struct {
	records map[command.RecordType]map[command.Key][]byte
	feed    []command.FeedItem
	err     error
}

func newRegister() *register {
	return &register{records: map[command.RecordType]map[command.Key][]byte{
		civic.TypeHousehold: {}, civic.TypeResident: {}, civic.TypeUnit: {}}}
}

func (r *register) Records(t command.RecordType, after command.Key) iter.Seq2[command.Key, []byte] {
	return func(yield func(command.Key, []byte) bool) {
		for _, key := range slices.Sorted(maps.Keys(r.records[t])) {
			if key > after && !yield(key, r.records[t][key]) {
				return
			}
		}
	}
}

func (r *register) Position() command.Position {
	return command.Position{FeedHead: uint64(len(r.feed))}
}
func (r *register) Err() error { return r.err }

func (r *register) since(head uint64) iter.Seq[command.FeedItem] {
	return slices.Values(r.feed[head:])
}

func (r *register) change(t command.RecordType, key command.Key, record any) {
	c := command.Change{Type: t, Key: key, Op: command.Delete}
	if record != nil {
		b, err := json.Marshal(record)
		if err != nil {
			panic(err)
		}
		c.Op, c.Value = command.Put, b
		r.records[t][key] = b
	} else {
		delete(r.records[t], key)
	}
	r.feed = append(r.feed, command.FeedItem{Seq: uint64(len(r.feed) + 1), Change: c})
}

func (r *register) resident(p civic.Resident)   { r.change(civic.TypeResident, civic.KeyOf(p.ID), p) }
func (r *register) household(h civic.Household) { r.change(civic.TypeHousehold, civic.KeyOf(h.ID), h) }

func (r *register) load(t testing.TB) *Index {
	x := New()
	require.NoError(t, x.Load(r))
	return x
}

func residentID(n int) command.ID  { return command.DerivedID("resident", fmt.Sprint(n)) }
func householdID(n int) command.ID { return command.DerivedID("household", fmt.Sprint(n)) }

// crowd invents people: names by their real frequency, several to a household,
// hamlets of about 300 households.
type crowd struct{ *rand.Rand }

func newCrowd(seed uint64) crowd { return crowd{rand.New(rand.NewPCG(seed, 2026))} }

func (c crowd) of(words []string) string { return words[c.IntN(len(words))] }

func (c crowd) family() string {
	switch n := c.IntN(100); {
	case n < 38:
		return "Nguyễn"
	case n < 50:
		return "Trần"
	case n < 60:
		return "Lê"
	case n < 67:
		return "Phạm"
	}
	return c.of([]string{"Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Lò", "Quàng", "Giàng", "Vàng", "Đào", "Đinh", "Mai", "Trịnh"})
}

func (c crowd) name(female bool) string {
	middle := []string{"Văn", "Văn", "Văn", "Đức", "Hữu", "Quang", "Minh", "Công", "Xuân", "Ngọc"}
	if female {
		middle = []string{"Thị", "Thị", "Thị", "Thị", "Ngọc", "Thu", "Thuý", "Minh", "Thanh", "Hà"}
	}
	given := []string{"Anh", "Bình", "Chi", "Cường", "Dung", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Hằng", "Hạnh", "Hiền", "Hiếu", "Hoa", "Hoà", "Hoàng",
		"Hồng", "Hùng", "Hương", "Huy", "Huyền", "Khánh", "Lan", "Liên", "Linh", "Loan", "Long", "Mai", "Minh", "Nam", "Nga", "Ngân", "Nghĩa", "Ngọc", "Nguyên",
		"Nhung", "Oanh", "Phong", "Phúc", "Phương", "Quân", "Quang", "Quỳnh", "Sơn", "Tâm", "Thảo", "Thắng", "Thành", "Thu", "Thuỷ", "Tiến", "Trang",
		"Trung", "Tú", "Tuấn", "Tùng", "Tuyết", "Vân", "Việt", "Vinh", "Yến"}
	name := c.family() + " " + c.of(middle)
	if c.IntN(4) == 0 {
		name += " " + c.of(given)
	}
	return name + " " + c.of(given)
}

func (c crowd) address() string {
	street := c.of([]string{"Xuân Thuỷ", "Nguyễn Trãi", "Trần Thái Tông", "Dịch Vọng Hậu", "Cầu Giấy", "Hồ Tùng Mậu", "Phạm Hùng", "Duy Tân", "Trần Quốc Vượng"})
	return fmt.Sprintf("Số %d, ngõ %d %s", 1+c.IntN(200), 1+c.IntN(400), street)
}

func (c crowd) person(n int, household civic.Household) civic.Resident {
	female := c.IntN(2) == 0
	year := 1930 + c.IntN(85)
	p := civic.Resident{ID: residentID(n), Household: household.ID, Hamlet: household.Hamlet, Name: c.name(female), Sex: civic.Male,
		Birth: civic.Birth(fmt.Sprintf("%d-%02d-%02d", year, 1+c.IntN(12), 1+c.IntN(28))), Eligible: true}
	p.Number = fmt.Sprintf("001%d%02d%06d", 2*(year/100-19), year%100, c.IntN(1e6))
	if c.IntN(3) > 0 {
		p.Phones = []string{fmt.Sprintf("+849%08d", c.IntN(1e8))}
	}
	if c.IntN(20) == 0 {
		p.Phones = append(p.Phones, fmt.Sprintf("+843%08d", c.IntN(1e8)))
	}
	return p
}

// town is a register of so many invented residents.
func town(residents int) *register {
	r, c := newRegister(), newCrowd(1)
	for n := 0; n < residents; {
		door := civic.Household{ID: householdID(n), Hamlet: fmt.Sprintf("00163-%d", n/1200), Address: c.address()}
		r.household(door)
		for range 1 + c.IntN(7) {
			if n < residents {
				r.resident(c.person(n, door))
				n++
			}
		}
	}
	return r
}
