package web

import (
	"slices"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
	"gocua/ui"
)

// What a form says beside a field without stopping anybody. Each note comes with
// a name (for request.heed) that says nothing about anyone.

// phoneNote warns of a phone that somebody else has.
func (q *request) phoneNote(src lookup.Source, in *ui.Input, self command.Key) []string {
	phone, err := civic.ParsePhone(in.Value)
	if err != nil {
		return nil
	}
	for t, key := range src.Scan(civic.ResidentByPhone, phone) {
		if t != phone || key == self {
			continue
		}
		in.Heed = "số này đang dùng cho người khác. Vẫn ghi được, hồ sơ được đánh dấu là dùng chung số."
		in.HeedLink = q.whose(src, key)
		return []string{"phone:" + token(key)}
	}
	return nil
}

// numberNote warns of a personal number that is somebody else's, or that does
// not fit the birth and sex.
func (q *request) numberNote(src lookup.Source, in *ui.Input, birth civic.Birth, sex string, self command.Key) []string {
	number, err := civic.ParsePersonalNumber(in.Value)
	if err != nil {
		return nil
	}
	if key, taken := civic.ByNumber(src, number); taken && key != self {
		in.Heed = "số này đang là của người khác. Ghi thì phiếu được giữ lại, chờ đối chiếu."
		in.HeedLink = q.whose(src, key)
		return []string{"number:" + token(key)}
	}
	warnings := civic.NumberWarnings(number, birth, sex)
	if len(warnings) > 0 {
		in.Heed = "số này không khớp " + mismatch(warnings[0]) + ". Xem lại thẻ; đúng như thẻ thì vẫn ghi."
	}
	return warnings
}

// token stands for a record in the name of a note: the page must not give away
// what the record of somebody in another ward is called.
func token(key command.Key) string { return command.DerivedID("note", string(key)).String() }

func mismatch(warning string) string {
	switch warning {
	case civic.WarnNumberProvince:
		return "mã tỉnh nào"
	case civic.WarnNumberSex:
		return "giới tính"
	}
	return "năm sinh"
}

// whose is a link to somebody this session may see.
func (q *request) whose(src lookup.Source, key command.Key) ui.Link {
	p, ok := lookup.FindPerson(src, key)
	if !ok || !q.covers(src, p.Resident.Hamlet) {
		return ui.Link{}
	}
	return ui.Link{Text: p.Resident.Name + ", " + year(p.Resident.Birth), Href: residentHref(key)}
}

const mostAlike = 5

// alike finds people already in the register who may be the one being written
// down: the same name, whatever the tones, and not another year of birth.
func (q *request) alike(src lookup.Source, name string, birth civic.Birth) (people []lookup.Person) {
	if name == "" {
		return nil
	}
	found := q.site.Machine.Find(search.Query{Text: name, Units: civic.Subtree(src, q.unit()), Only: civic.TypeResident, Limit: mostHits, Exact: true})
	for _, hit := range found.Hits {
		p, ok := lookup.FindPerson(src, hit.Key)
		if ok && civic.Fold(p.Resident.Name) == civic.Fold(name) && sameYear(p.Resident.Birth, birth) && len(people) < mostAlike {
			people = append(people, p)
		}
	}
	slices.SortFunc(people, func(a, b lookup.Person) int { return slices.Compare([]byte(a.Key), []byte(b.Key)) })
	return people
}

func sameYear(a, b civic.Birth) bool { return a == "" || b == "" || a.Year() == b.Year() }
