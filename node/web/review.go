package web

import (
	"slices"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// reviewRows is how many reviews the margin lists.
const reviewRows = 30

func reviewHref(key command.Key) string { return "/doi-chieu?id=" + string(key) }

// review lists what waits for a person and shows both sides of one (đối chiếu).
func (s *site) review(q *request) error {
	m, _, err := q.reviewModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageReview, m)
}

// reviewModel is the page of the review the address names, else of the first in
// the list. The review comes back too; nil if there is none.
func (q *request) reviewModel() (m ui.ReviewModel, one *lookup.Review, err error) {
	m = ui.ReviewModel{Shell: q.shell(ui.SectionReview), Closed: q.Query("xong") != ""}
	err = q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		units := civic.Subtree(src, q.unit())
		if one, err = q.reviewNamed(src); err != nil {
			return err
		}
		if one != nil {
			m.Closed = one.State == civic.ReviewClosed
		}
		list, next := lookup.Reviews(src, lookup.ReviewFilter{Units: units, Closed: m.Closed, After: q.Query("cursor"), Limit: reviewRows})
		q.reviewLists(src, units, len(list), &m)
		if next != "" {
			m.More = q.reviewsHref(m.Closed) + "cursor=" + next
		}
		if one == nil && len(list) > 0 {
			one = &list[0]
		}
		for _, r := range list {
			if parent, ok := lookup.FindReview(src, civic.KeyOf(r.Parent)); ok && parent.State == r.State && q.covers(src, parent.Unit) {
				continue // it stands with its parent
			}
			item := q.reviewItem(src, r)
			item.Current = one != nil && (r.Key == one.Key || r.ID == one.Parent)
			m.Items = append(m.Items, item)
		}
		if one != nil {
			sides := reviewed{Review: one.AsDecided(src), q: q, src: src}.sides()
			m.One = &sides
			if err := q.viewed(src, civic.TypeReview, one.Key, one.Unit); err != nil {
				return err
			}
		}
		return q.listed(command.LookList, "reviews", q.unit(), len(m.Items))
	})
	return m, one, err
}

// reviewLists are the two lists there are. What waits here is in the list, not in
// the figures.
func (q *request) reviewLists(src lookup.Source, units []string, shown int, m *ui.ReviewModel) {
	open, closed := 0, 0
	for _, unit := range units {
		open += int(src.Tally(civic.CountReviews, unit))
		for range src.Scan(civic.ReviewByState, civic.TermPrefix(civic.ReviewClosed, unit)) {
			closed++
		}
	}
	if !m.Closed {
		open = max(open, shown)
	}
	m.Lists = []ui.Count{{Text: "Đang chờ", N: open, Href: "/doi-chieu", Current: !m.Closed}, {Text: "Đã chốt", N: closed, Href: "/doi-chieu?xong=1", Current: m.Closed}}
	if q.may(auth.Merge) && q.site.Machine.Tier == civic.TierCluster {
		m.Lists = append(m.Lists, ui.Count{Text: "Nghi trùng", N: len(q.pairsIn(src, q.unit(), false)), Href: pairList{}.href()})
	}
}

func (q *request) reviewsHref(closed bool) string {
	if closed {
		return "/doi-chieu?xong=1&"
	}
	return "/doi-chieu?"
}

// reviewNamed is the review the address names; nil: it names none.
func (q *request) reviewNamed(src lookup.Source) (*lookup.Review, error) {
	id := q.Query("id")
	if id == "" {
		return nil, nil
	}
	key, err := q.named(src, civic.TypeReview, id)
	if err != nil {
		return nil, err
	}
	r, _ := lookup.FindReview(src, key)
	return &r, q.scope(src, r.Unit)
}

// reviewItem is a review as a line of a list.
func (q *request) reviewItem(src lookup.Source, r lookup.Review) ui.ReviewItem {
	item := ui.ReviewItem{Name: q.reviewTitle(src, r), Why: messages.Review(r.Code), Href: reviewHref(r.Key), Pencil: r.Pending || r.Deciding}
	if r.Resolution != nil {
		item.Why = messages.Choice(string(r.Resolution.Choice))
	} else if n := len(r.Children(src)); n > 0 {
		item.Why = join(item.Why, "kéo theo "+count(n)+" việc")
	}
	return item
}

// reviewName is whom a review is about; what was asked, if that is nobody the
// officer may see.
func (q *request) reviewName(src lookup.Source, r lookup.Review) string {
	switch {
	case r.Person != nil && q.covers(src, r.Person.Resident.Hamlet):
		return r.Person.Resident.Name
	case r.Household != nil && q.covers(src, r.Household.Hamlet):
		return r.Household.Address
	}
	if name, _ := q.whomAbout(src, r.Kind, r.Body); name != "" {
		return name
	}
	parent, ok := civic.Load[civic.Review](src, civic.TypeReview, civic.KeyOf(r.Parent))
	if name, _ := q.whomAbout(src, parent.Kind, parent.Body); ok && name != "" && q.covers(src, parent.Unit) {
		return q.kindOf(r.Kind) + ", " + name // about somebody who is under review
	}
	return q.kindOf(r.Kind)
}

// reviewTitle is that as a line of a list, a person's given name marked.
func (q *request) reviewTitle(src lookup.Source, r lookup.Review) ui.Name {
	name := q.reviewName(src, r)
	if r.Person != nil || r.Kind == civic.KindResidentPut {
		return ui.PersonName(name)
	}
	return ui.Name{Full: name, Spans: []ui.Span{{Text: name}}}
}

func (q *request) kindOf(k command.Kind) string {
	spec, _ := q.site.Table.Kind(k)
	return messages.Kind(spec.Name)
}

// nextReview is the first of the reviews that wait and stand for themselves; no
// link if there is none.
func (q *request) nextReview(src lookup.Source) ui.Link {
	list, _ := lookup.Reviews(src, lookup.ReviewFilter{Units: civic.Subtree(src, q.unit()), Limit: reviewRows})
	i := slices.IndexFunc(list, func(r lookup.Review) bool { return r.Parent.IsZero() })
	if i < 0 || !q.may(auth.Resolve) {
		return ui.Link{}
	}
	return ui.Link{Text: "Sang việc sau", Href: reviewHref(list[i].Key)}
}
