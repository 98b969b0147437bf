package web

import (
	"slices"

	"gocua/node/auth"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/match"
	"gocua/store/search"
	"gocua/ui"
)

// From how much likeness on a form says that somebody may be in the register
// already. While somebody is written down little is known of them, and a second
// look costs nothing; an edit says so only of whom the list would name.
const (
	alikeNew    match.Score = 95
	alikeEdited             = match.Threshold
)

const mostAlike = 5

// alike finds people of the officer's unit who may be the one being written
// down, the likeliest first; those that wait on this machine, too.
func (q *request) alike(src lookup.Source, r civic.Resident, from match.Score) (people []lookup.Person) {
	if r.Name == "" {
		return nil
	}
	var also []command.ID
	found := q.site.Machine.Find(search.Query{Text: r.Name + " " + year(r.Birth), Units: civic.Subtree(src, q.unit()), Only: civic.TypeResident, Limit: mostHits})
	for _, hit := range found.Hits {
		if id, err := command.ParseID(string(hit.Key)); err == nil {
			also = append(also, id)
		}
	}
	for _, c := range q.site.Machine.Pairs.Like(src, r, from, also...) {
		p, ok := lookup.FindPerson(src, civic.KeyOf(c.Resident.ID))
		if ok && q.covers(src, p.Resident.Hamlet) && c.Names() && len(people) < mostAlike {
			people = append(people, p)
		}
	}
	return people
}

// alikeNotes are the names of notes about them.
func alikeNotes(people []lookup.Person) (notes []string) {
	for _, p := range people {
		notes = append(notes, "alike:"+string(p.Key))
	}
	slices.Sort(notes)
	return notes
}

// heedAlike says so beside the name, unless a card has more to say about it.
func heedAlike(in *ui.Input, people []lookup.Person) {
	if len(people) > 0 && in.Heed == "" {
		in.Heed = "có thể đã có trong sổ. Khác người thì vẫn ghi."
		in.HeedLink = ui.Link{Text: join(people[0].Resident.Name, birthShown(people[0].Resident.Birth)), Href: residentHref(people[0].Key)}
	}
}

// alikeOthers are who else the person would be like after an edit, and was not
// before.
func (q *request) alikeOthers(src lookup.Source, before, after civic.Resident) (people []lookup.Person) {
	known := q.site.Machine.Pairs.Of(before.ID)
	return slices.DeleteFunc(q.alike(src, after, alikeEdited), func(p lookup.Person) bool {
		_, apart := civic.Load[civic.Pair](src, civic.TypePair, civic.PairKey(before.ID, p.Resident.ID))
		return apart || slices.Contains(known, p.Resident.ID)
	})
}

// pairBanners says on somebody's page, and on the forms about them, that they
// may be in the register twice, or that two entries became one.
func (q *request) pairBanners(src lookup.Source, r civic.Resident) (banners []ui.Banner) {
	if !q.may(auth.Merge) || q.site.Machine.Tier != civic.TierCluster {
		return nil
	}
	for _, other := range q.site.Machine.Pairs.Of(r.ID) {
		p, ok := lookup.FindPerson(src, civic.KeyOf(other))
		if ok && q.covers(src, p.Resident.Hamlet) && len(banners) < 2 {
			banners = append(banners, ui.Banner{Tone: ui.ToneWarn, Head: "Có thể có hai phiếu.", Text: "Trong sổ còn " + join(p.Resident.Name, birthShown(p.Resident.Birth), q.place(src, p)) + ".",
				Link: ui.Link{Text: "Xem hai phiếu", Href: pairHref(r.ID, other)}})
		}
	}
	for _, m := range civic.MergedInto(src, r.ID) {
		if m.Late != nil && m.Into == r.ID {
			banners = append(banners, ui.Banner{Head: "Hai phiếu đã gộp.", Text: "Phiếu kia: " + join(m.Late.Name, birthShown(m.Late.Birth)) + ", gộp lúc " + when(m.At) + ".",
				Link: ui.Link{Text: "Xem, tách lại", Href: pairHref(r.ID, m.ID)}})
		}
	}
	return banners
}
