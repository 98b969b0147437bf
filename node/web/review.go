package web

import (
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// reviewRows is how many reviews the margin lists.
const reviewRows = 30

// review lists what waits for a person and shows both sides of one (đối chiếu).
func (s *site) review(q *request) error {
	m := ui.ReviewModel{Shell: q.shell(ui.SectionReview)}
	err := q.read(func(src lookup.Source) error {
		units := civic.Subtree(src, q.unit())
		list, next := lookup.Reviews(src, lookup.ReviewFilter{Units: units, After: q.Query("cursor"), Limit: reviewRows})
		for _, unit := range units {
			m.Total += int(src.Tally(civic.CountReviews, unit))
		}
		m.Total = max(m.Total, len(list)) // what waits here is in the list, not in the figures
		if next != "" {
			m.More = "/doi-chieu?cursor=" + next
		}
		one, err := q.chosenReview(src, list)
		if err != nil {
			return err
		}
		for _, r := range list {
			m.Items = append(m.Items, ui.ReviewItem{Name: ui.PersonName(q.reviewName(src, r)), Why: messages.Review(r.Code),
				Href: "/doi-chieu?id=" + string(r.Key), Current: one != nil && r.Key == one.Key})
		}
		if one != nil {
			sides := reviewed{Review: *one, q: q, src: src}.sides()
			m.One = &sides
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageReview, m)
}

// chosenReview is the review the address names, else the first that waits.
func (q *request) chosenReview(src lookup.Source, list []lookup.Review) (*lookup.Review, error) {
	id := q.Query("id")
	if id == "" {
		if len(list) == 0 {
			return nil, nil
		}
		return &list[0], nil
	}
	key, err := q.named(src, civic.TypeReview, id)
	if err != nil {
		return nil, err
	}
	r, _ := lookup.FindReview(src, key)
	return &r, q.scope(src, r.Unit)
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
	return q.kindOf(r.Kind)
}

func (q *request) kindOf(k command.Kind) string {
	spec, _ := q.site.Table.Kind(k)
	return messages.Kind(spec.Name)
}
