package web

import (
	"strconv"
	"strings"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/ui"
	"gocua/ui/messages"
)

// filter is whom the list is of, without what is typed into the search box: what
// is kept under a name, and what a page is made from.
func (l listing) filter() civic.ListFilter {
	f := civic.ListFilter{Unit: l.hamlet, Buckets: l.buckets(), Sex: l.sex, BornFrom: number(l.from), BornTo: number(l.to), Number: l.number, Phone: l.phone,
		Household: l.house, Eligible: l.eligible, Never: l.visits == "0", Outcome: l.outcome}
	if !f.Never {
		f.Visits = number(l.visits)
	}
	return f
}

// number reads a number of the address; -1 if it is none, which no filter admits.
func number(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// listingOf is the address of a filter that was kept.
func listingOf(f civic.ListFilter) listing {
	l := listing{hamlet: f.Unit, sex: f.Sex, number: f.Number, phone: f.Phone, house: f.Household, eligible: f.Eligible, outcome: f.Outcome,
		from: positive(f.BornFrom), to: positive(f.BornTo), visits: positive(f.Visits)}
	var buckets []string
	for _, b := range f.Buckets {
		buckets = append(buckets, string(b))
	}
	l.bucket = strings.Join(buckets, ",")
	if f.Never {
		l.visits = "0"
	}
	return l
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return itoa(n)
}

// lookup is the filter as the register is asked.
func asked(f civic.ListFilter, units []string) lookup.Filter {
	return lookup.Filter{Units: units, Buckets: f.Buckets,
		Traits: lookup.Traits{Sex: f.Sex, BornFrom: f.BornFrom, BornTo: f.BornTo, Number: lookup.Say(f.Number), Phone: lookup.Say(f.Phone),
			Household: lookup.Say(f.Household), Eligible: lookup.Say(f.Eligible)},
		Visits: lookup.Visited{Never: f.Never, AtLeast: f.Visits, Outcome: f.Outcome}}
}

// narrowed reports whether the list is narrowed by more than unit and bucket, of
// which there are counts.
func (l listing) narrowed() bool {
	return l.whole() != listing{query: l.query, hamlet: l.hamlet, bucket: l.bucket}
}

// inWords says by what the list is narrowed: "nữ, sinh từ 1950 đến 1960".
func (l listing) inWords() string {
	f, parts := l.filter(), []string(nil)
	say := func(is bool, text string) {
		if is {
			parts = append(parts, text)
		}
	}
	say(len(f.Buckets) > 0, l.bucketNames())
	say(f.Sex != "", lower(messages.Sex(f.Sex)))
	switch {
	case f.BornFrom > 0 && f.BornFrom == f.BornTo:
		say(true, "sinh năm "+l.from)
	case f.BornFrom > 0 && f.BornTo > 0:
		say(true, "sinh từ "+l.from+" đến "+l.to)
	case f.BornFrom > 0:
		say(true, "sinh từ "+l.from)
	case f.BornTo > 0:
		say(true, "sinh đến "+l.to)
	}
	yesNo := func(answer, yes, no string) {
		say(answer == "yes", yes)
		say(answer == "no", no)
	}
	yesNo(f.Number, "có số định danh", "chưa có số định danh")
	yesNo(f.Phone, "có điện thoại", "chưa có điện thoại")
	yesNo(f.Household, "đã vào hộ", "chưa vào hộ nào")
	yesNo(f.Eligible, "từ 14 tuổi", "dưới 14 tuổi")
	say(f.Never, "chưa đến lần nào")
	say(f.Visits > 0, "đã đến ít nhất "+itoa(f.Visits)+" lần")
	say(f.Outcome != "", "lần cuối "+lower(messages.OutcomeName(f.Outcome)))
	return strings.Join(parts, ", ")
}

// more are the fields behind "Lọc thêm".
func (l listing) more() ui.Narrow {
	choose := func(value, all string, pairs ...string) ui.Input {
		in := ui.Input{Value: value, Options: []ui.Option{{Text: all, Chosen: value == ""}}}
		for i := 0; i < len(pairs); i += 2 {
			in.Options = append(in.Options, ui.Option{Value: pairs[i], Text: pairs[i+1], Chosen: value == pairs[i]})
		}
		return in
	}
	m := ui.Narrow{Open: l.narrowed(), From: ui.Input{Value: l.from}, To: ui.Input{Value: l.to},
		Sex:      choose(l.sex, "Tất cả", civic.Female, messages.Sex(civic.Female), civic.Male, messages.Sex(civic.Male)),
		Number:   choose(l.number, "Tất cả", "yes", "Có số", "no", "Chưa có số"),
		Phone:    choose(l.phone, "Tất cả", "yes", "Có", "no", "Chưa có"),
		House:    choose(l.house, "Tất cả", "yes", "Đã vào hộ", "no", "Chưa vào hộ nào"),
		Eligible: choose(l.eligible, "Tất cả", "yes", "Từ 14 tuổi", "no", "Dưới 14 tuổi"),
		Visits:   choose(l.visits, "Tất cả", "0", "Chưa lần nào", "1", "Từ 1 lần", "2", "Từ 2 lần", "3", "Từ 3 lần", "5", "Từ 5 lần"),
		Outcome:  choose(l.outcome, "Tất cả")}
	for _, code := range messages.OutcomeCodes() {
		m.Outcome.Options = append(m.Outcome.Options, ui.Option{Value: code, Text: messages.OutcomeName(code), Chosen: code == l.outcome})
	}
	return m
}
