package civic

import (
	"encoding/json"

	"gocua/store/command"
)

// A register holds hundreds of thousands of residents and households, and a list
// that is imported has each read several times on every machine. So these two
// read themselves where they are written as usual. A field that is not known
// here (a new one) makes encoding/json read the record, as before.

// UnmarshalJSON reads a resident.
func (r *Resident) UnmarshalJSON(b []byte) error {
	if plain, ok := plainResident(b); ok {
		*r = plain
		return nil
	}
	type whole Resident // without this method
	return json.Unmarshal(b, (*whole)(r))
}

// UnmarshalJSON reads a household.
func (h *Household) UnmarshalJSON(b []byte) error {
	if plain, ok := plainHousehold(b); ok {
		*h = plain
		return nil
	}
	type whole Household // without this method
	return json.Unmarshal(b, (*whole)(h))
}

func plainResident(b []byte) (r Resident, ok bool) {
	in := command.NewPlain(b)
	in.Must(`{"id":"`)
	r.ID = in.ID()
	if in.Is(`,"household":"`) {
		r.Household = in.ID()
	}
	for _, f := range []struct {
		name string
		to   *string
	}{{`,"hamlet":"`, &r.Hamlet}, {`,"left":"`, &r.Left}, {`,"number":"`, &r.Number}, {`,"disputed":"`, &r.Disputed}} {
		if in.Is(f.name) {
			*f.to = in.Text()
		}
	}
	in.Must(`,"name":"`)
	r.Name = in.Text()
	if in.Is(`,"birth":"`) {
		r.Birth = Birth(in.Text())
	}
	if in.Is(`,"sex":"`) {
		r.Sex = in.Text()
	}
	if in.Is(`,"phones":["`) {
		r.Phones = in.Texts()
	}
	if in.Is(`,"ethnic":"`) {
		r.Ethnic = in.Text()
	}
	if in.Is(`,"relation":"`) {
		r.Relation = in.Text()
	}
	r.Eligible = in.Is(`,"eligible":true`)
	if in.Is(`,"touched":["`) {
		r.Touched = in.Texts()
	}
	in.Must(`,"rev":"`) // who has come further with the campaign is read by encoding/json
	r.Rev = in.ID()
	in.Must("}")
	return r, in.Done()
}

func plainHousehold(b []byte) (h Household, ok bool) {
	in := command.NewPlain(b)
	in.Must(`{"id":"`)
	h.ID = in.ID()
	in.Must(`,"hamlet":"`)
	h.Hamlet = in.Text()
	if in.Is(`,"left":"`) {
		h.Left = in.Text()
	}
	in.Must(`,"address":"`)
	h.Address = in.Text()
	if in.Is(`,"head":"`) {
		h.Head = in.ID()
	}
	in.Must(`,"rev":"`) // one that was visited is read by encoding/json
	h.Rev = in.ID()
	in.Must("}")
	return h, in.Done()
}
