package nodetest

import (
	"fmt"
	"maps"
	"time"

	"gocua/store/command"
)

// Case is what an officer takes down at one door: the household, somebody who
// lives there, the visit, their application and that they have begun to use the
// identity. Its IDs are minted once, as a page mints them before the first submit.
type Case struct {
	Ward                                                string // unit code
	Household, Resident, Visit, Application, Activation command.ID
	Forms                                               []Command // in the order they are taken down
}

// NewCase makes one up, in the first hamlet of a ward.
func NewCase(ward string) Case {
	k := Case{Ward: ward, Household: command.NewID(), Resident: command.NewID(), Visit: command.NewID(),
		Application: command.NewID(), Activation: command.NewID()}
	at := time.Now().UTC().Format(time.RFC3339)
	k.form("household.put", map[string]any{"id": k.Household, "hamlet": ward + "-01", "address": "Số " + k.Household.String()})
	k.form("resident.put", map[string]any{"id": k.Resident, "household": k.Household, "name": "Trần Thị Mẫu", "birth": k.born(), "sex": "female"})
	k.form("visit.record", map[string]any{"id": k.Visit, "household": k.Household, "at": at, "mode": "door", "outcome": "registered"})
	k.form("application.submit", map[string]any{"id": k.Application, "resident": k.Resident, "level": 1, "phone": "0912404318", "relation": "self"})
	k.form("activation.record", map[string]any{"id": k.Activation, "resident": k.Resident, "way": "app", "at": at})
	return k
}

// born is a day of their own: who shares name and year of birth with everybody is
// compared with everybody, on each machine, which no district has to do.
func (k *Case) born() string {
	at := k.Resident
	return fmt.Sprintf("%d-%02d-%02d", 1930+int(at[13])%70, 1+int(at[14])%12, 1+int(at[15])%28)
}

func (k *Case) form(kind string, body any) {
	k.Forms = append(k.Forms, Command{ID: command.NewID(), Kind: kind, Unit: k.Ward, Body: body})
}

// Seen counts what a machine shows of a case, by kind of command. A visit, an
// application or an activation counts only under its own ID; any other in its
// place counts as "stray".
type Seen map[string]int

// Once is a case of which everything is there, exactly once.
func Once() Seen {
	return Seen{"household.put": 1, "resident.put": 1, "visit.record": 1, "application.submit": 1, "activation.record": 1}
}

// Whole reports whether everything is there, exactly once.
func (s Seen) Whole() bool { return maps.Equal(s, Once()) }

// SeenAt looks a case up at a machine. What cannot be asked is not seen.
func (k Case) SeenAt(c *Client) Seen {
	type named []struct{ ID command.ID }
	var home struct{ Members, Visits named }
	var person struct{ Applications, Activations named }
	seen := Seen{}
	count := func(kind string, all named, id command.ID) {
		for _, x := range all {
			if x.ID == id {
				seen[kind]++
			} else {
				seen["stray"]++
			}
		}
	}
	if c.read("/api/v1/households/"+k.Household.String(), &home) {
		seen["household.put"]++
		count("resident.put", home.Members, k.Resident)
		count("visit.record", home.Visits, k.Visit)
	}
	if c.read("/api/v1/residents/"+k.Resident.String(), &person) {
		count("application.submit", person.Applications, k.Application)
		count("activation.record", person.Activations, k.Activation)
	}
	return seen
}
