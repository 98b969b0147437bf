package civic

import "gocua/store/command"

// ReadPlain reads a page as this program writes it. Every machine decides every
// page of a list, and reading its rows took as long as finding whom they mean.
func (p *RosterPage) ReadPlain(b []byte) bool {
	in := command.NewPlain(b)
	in.Must(`{"file":"`)
	p.File = in.Text()
	in.Must(`,"page":`)
	p.Page = in.Number()
	in.Must(`,"unit":"`)
	p.Unit = in.Text()
	in.Must(`,"rows":[`)
	p.Rows = make([]RosterRow, 0, MaxRows)
	for more := true; more; more = in.Is(",") {
		p.Rows = append(p.Rows, plainRow(in))
	}
	in.Must("]}")
	return in.Done()
}

func plainRow(in *command.Plain) (r RosterRow) {
	in.Must(`{"line":`)
	r.Line = in.Number()
	if in.Is(`,"number":"`) {
		r.Number = in.Text()
	}
	in.Must(`,"name":"`)
	r.Name = in.Text()
	if in.Is(`,"birth":"`) {
		r.Birth = Birth(in.Text())
	}
	for _, f := range []struct {
		name string
		to   *string
	}{{`,"sex":"`, &r.Sex}, {`,"phone":"`, &r.Phone}, {`,"address":"`, &r.Address}, {`,"hamlet":"`, &r.Hamlet},
		{`,"householdRef":"`, &r.HouseholdRef}, {`,"relation":"`, &r.Relation}, {`,"ethnic":"`, &r.Ethnic}, {`,"oldNumber":"`, &r.OldNumber}} {
		if in.Is(f.name) {
			*f.to = in.Text()
		}
	}
	in.Must("}")
	return r
}
