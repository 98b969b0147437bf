package web

import (
	"net/url"
	"slices"
	"strings"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

// listing is the state of the list of residents, as it stands in the address:
// whom, and from where on.
type listing struct {
	query, hamlet, bucket                string
	sex, from, to                        string // from, to: years of birth
	number, phone, house, eligible       string // yes, no
	visits, outcome                      string // visits: at least so many, 0 for none
	cursor, before, letter, saved, ticks string
}

// whom are the fields that say whom to list, with their names in the address;
// the others say from where on, and what is open or ticked.
func (l *listing) whom() []param {
	return []param{{"q", &l.query}, {"hamlet", &l.hamlet}, {"bucket", &l.bucket}, {"sex", &l.sex}, {"from", &l.from}, {"to", &l.to},
		{"number", &l.number}, {"phone", &l.phone}, {"house", &l.house}, {"eligible", &l.eligible}, {"visits", &l.visits}, {"outcome", &l.outcome}}
}

func (l *listing) params() []param {
	return append(l.whom(), param{"cursor", &l.cursor}, param{"before", &l.before}, param{"letter", &l.letter}, param{"list", &l.saved}, param{"tick", &l.ticks})
}

type param struct {
	name  string
	value *string
}

func (l listing) href() string {
	if v := l.values(); v != "" {
		return "/nhan-khau?" + v
	}
	return "/nhan-khau"
}

func (l listing) values() string {
	v := url.Values{}
	for _, p := range l.params() {
		if *p.value != "" {
			v.Set(p.name, *p.value)
		}
	}
	return v.Encode()
}

// start is the same list from its beginning, with nothing ticked.
func (l listing) start() listing {
	l.cursor, l.before, l.letter, l.ticks = "", "", "", ""
	return l
}

// whole is whom the list is of, and nothing else.
func (l listing) whole() listing {
	l = l.start()
	l.saved = ""
	return l
}

// listing reads it; a figure that opens its people says unit, which may be any
// unit, and may name several buckets, with commas.
func (q *request) listing() (l listing) {
	for _, p := range l.params() {
		*p.value = strings.TrimSpace(q.Query(p.name))
	}
	l.hamlet = or(l.hamlet, q.Query("unit"))
	return l
}

// sentListing is the list a form is about, of its hidden fields.
func (q *request) sentListing() (l listing) {
	for _, p := range l.whom() {
		*p.value = strings.TrimSpace(q.FormValue(p.name))
	}
	return l
}

// hidden are the fields by which a form remembers it.
func (l listing) hidden() (fields []ui.Hidden) {
	for _, p := range l.whom() {
		if *p.value != "" {
			fields = append(fields, ui.Hidden{Name: p.name, Value: *p.value})
		}
	}
	return fields
}

// buckets are those asked for; none: everybody.
func (l listing) buckets() (list []civic.Bucket) {
	for _, b := range strings.FieldsFunc(l.bucket, func(r rune) bool { return r == ',' }) {
		list = append(list, civic.Bucket(b))
	}
	return list
}

// among counts the people of the buckets asked for.
func (l listing) among(counts map[civic.Bucket]int) (n int) {
	only := l.buckets()
	if len(only) == 0 {
		return counts[""]
	}
	for _, b := range only {
		n += counts[b]
	}
	return n
}

// bucketCounts adds up the agreed counts of these units; under "" is everybody.
func bucketCounts(src lookup.Source, units []string) map[civic.Bucket]int {
	counts := map[civic.Bucket]int{}
	for key, n := range lookup.Sums(src, civic.CountBucket, units) {
		parts := civic.TermParts(key)
		counts[civic.Bucket(parts[len(parts)-1])] += int(n)
		counts[""] += int(n)
	}
	return counts
}

// countLinks are the lists by bucket: the ladder, everybody first, and the rest.
func countLinks(l listing, counts map[civic.Bucket]int) (ladder, off []ui.Count) {
	if counts[""] == 0 {
		return nil, nil
	}
	link := func(bucket, text string) ui.Count {
		return ui.Count{Text: text, N: counts[civic.Bucket(bucket)], Href: listing{hamlet: l.hamlet, bucket: bucket}.href(), Current: bucket == l.bucket}
	}
	ladder = []ui.Count{link("", "Tất cả")}
	for _, b := range messages.Ladder() {
		ladder = append(ladder, link(b, messages.Bucket(b)))
	}
	for _, b := range messages.OffLadder() {
		off = append(off, link(b, messages.Bucket(b)))
	}
	return ladder, off
}

// hamletOptions lists the units somebody may narrow the list to. A whole
// province is narrowed to wards: its hamlets are too many to choose from.
func hamletOptions(src lookup.Source, top, chosen string) []ui.Option {
	options := []ui.Option{{Value: "", Text: "Tất cả", Chosen: chosen == ""}}
	units := lookup.Units(src, top)
	if len(units) == 0 {
		return options
	}
	if units[0].Kind == civic.UnitProvince {
		units = slices.DeleteFunc(units, func(u lookup.UnitNode) bool { return u.Kind == civic.UnitHamlet && u.Code != chosen })
	}
	for _, u := range units[1:] {
		options = append(options, ui.Option{Value: u.Code, Text: strings.Repeat("\u00a0\u00a0", u.Depth-1) + u.Name, Chosen: u.Code == chosen})
	}
	return options
}

func unitName(src lookup.Source, code string) string {
	if code == "" {
		return ""
	}
	u, _ := civic.FindUnit(src, code)
	return u.Name
}

func (l listing) bucketNames() string {
	var names []string
	for _, b := range l.buckets() {
		names = append(names, lower(messages.Bucket(string(b))))
	}
	return strings.Join(names, ", ")
}
