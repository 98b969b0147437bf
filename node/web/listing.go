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

// listing is the state of the list of residents, as it stands in the address.
type listing struct {
	query, hamlet, bucket, cursor string
}

func (l listing) href() string {
	v := url.Values{}
	for name, value := range map[string]string{"q": l.query, "hamlet": l.hamlet, "bucket": l.bucket, "cursor": l.cursor} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if len(v) == 0 {
		return "/nhan-khau"
	}
	return "/nhan-khau?" + v.Encode()
}

// listing reads it; a figure that opens its people says unit, which may be any
// unit, and may name several buckets, with commas.
func (q *request) listing() listing {
	return listing{strings.TrimSpace(q.Query("q")), q.Query("hamlet", q.Query("unit")), q.Query("bucket"), q.Query("cursor")}
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
	for _, unit := range units {
		for key, n := range src.Tallies(civic.CountBucket, civic.TermPrefix(unit)) {
			parts := civic.TermParts(key)
			counts[civic.Bucket(parts[len(parts)-1])] += int(n)
			counts[""] += int(n)
		}
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
