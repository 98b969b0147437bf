package web

import (
	"gocua/node/lookup"
	"gocua/store/command"
	"gocua/ui"
	"gocua/ui/messages"
)

// printSheet shows who was chosen as a sheet to take along (phiếu tuyến).
func (s *site) printSheet(q *request) error {
	m := ui.SheetModel{Shell: q.shell(ui.SectionResidents), Who: q.session.Officer.Name, Back: q.sentListing().href()}
	err := q.read(func(src lookup.Source) error {
		people, err := q.chosen(src)
		if err != nil {
			return err
		}
		doors, homeless := doorsOf(people)
		m.Scope = count(len(people)) + " người ở " + count(len(doors)) + " hộ"
		for _, d := range doors {
			m.Add(q.place(src, d.people[0]), sheetDoor(d))
		}
		if len(homeless) > 0 {
			m.Add("Chưa vào hộ nào", ui.SheetDoor{Address: "Chưa rõ nhà", People: sheetPeople(homeless)})
		}
		return q.listed(command.LookList, "print_sheet", q.unit(), len(people))
	})
	if err != nil {
		return err
	}
	return q.draw(ui.PageSheet, m)
}

func sheetDoor(d doorOf) ui.SheetDoor {
	door := ui.SheetDoor{Address: d.home.Address, People: sheetPeople(d.people)}
	door.Tag, door.Late = attempt(d.home.Visits + 1)
	return door
}

func sheetPeople(people []lookup.Person) (list []ui.SheetPerson) {
	for _, p := range people {
		list = append(list, ui.SheetPerson{Name: ui.PersonName(p.Resident.Name), Chip: chipOf(p),
			About: join(year(p.Resident.Birth), messages.Sex(p.Resident.Sex), standing(p))})
	}
	return list
}
