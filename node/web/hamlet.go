package web

import (
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// hamletForm writes a hamlet down or changes it (tổ, thôn).
func (s *site) hamletForm(q *request) error {
	m, _, err := q.hamletModel()
	if err != nil {
		return err
	}
	return q.draw(ui.PageHamletForm, m)
}

// hamletModel is the form with what was typed, or with the hamlet as it is; typed is
// the command that asks for the one or the other.
func (q *request) hamletModel() (m ui.HamletFormModel, typed civic.PutUnit, err error) {
	m.Shell = q.shell(ui.SectionResidents)
	m.New = q.Params("code") == ""
	err = q.read(func(src lookup.Source) error {
		m.Shell.Flash = q.flash(src)
		if typed, err = q.hamletAsked(src); err != nil {
			return err
		}
		m.Who, m.Was = typed.Name, civic.UnitMark(src, typed.Code)
		if m.New {
			m.Was = civic.UnitNew
		}
		if q.Method() == fiber.MethodPost {
			q.hamletTyped(&typed)
		}
		if typed.Was == "" {
			typed.Was = m.Was
		}
		m.Unit, m.In, m.Was = typed.Parent, unitName(src, typed.Parent), typed.Was
		m.Name.Value, m.Code.Value = typed.Name, typed.Code
		if m.New {
			m.Units.Options = q.teamUnits(src, typed.Parent)
		}
		return nil
	})
	for _, f := range lackFields(&typed) {
		m.Lacks.Options = append(m.Lacks.Options, ui.Option{Value: f.name, Text: f.text, Chosen: *f.lack})
	}
	m.Form = q.sentForm(q.Path(), hamletsPath)
	m.Form.Record = "" // it has a code
	return m, typed, err
}

// hamletAsked is the hamlet of the address as the command that leaves it as it is,
// or a new one of the ward asked for.
func (q *request) hamletAsked(src lookup.Source) (p civic.PutUnit, err error) {
	if code := q.Params("code"); code != "" {
		u, ok := civic.Load[civic.Unit](src, civic.TypeUnit, command.Key(code))
		if !ok || u.Kind != civic.UnitHamlet {
			return p, command.Errorf(command.NotFound, "unknown_hamlet", "there is no such hamlet")
		}
		return civic.PutUnit(u), q.scope(src, u.Code)
	}
	ward := q.FormValue("unit", q.Query("unit", q.unit()))
	if err := q.scope(src, ward); err != nil {
		return p, err
	}
	if u, ok := civic.FindUnit(src, ward); ok && u.Kind != civic.UnitWard { // of a cluster: its first ward
		for _, below := range lookup.Units(src, ward) {
			if below.Kind == civic.UnitWard {
				ward = below.Code
				break
			}
		}
	}
	return civic.PutUnit{Kind: civic.UnitHamlet, Parent: ward, Code: freeCode(src, ward)}, nil
}

// freeCode is a code below a ward that no unit has.
func freeCode(src lookup.Source, ward string) string {
	for n := len(civic.Children(src, ward)) + 1; ; n++ {
		code := ward + "-" + strconv.Itoa(n)
		if n < 10 {
			code = ward + "-0" + strconv.Itoa(n)
		}
		if _, taken := civic.FindUnit(src, code); !taken {
			return code
		}
	}
}

// hamletTyped takes over what stands in the form.
func (q *request) hamletTyped(p *civic.PutUnit) {
	p.Name, p.Was = q.FormValue("hamlet-name"), q.FormValue("was")
	if q.Params("code") == "" {
		p.Code = q.FormValue("code")
	}
	lacks := q.several("lacks")
	for _, f := range lackFields(p) {
		*f.lack = slices.Contains(lacks, f.name)
	}
}

// lackField is one thing a hamlet may lack.
type lackField struct {
	name, text string
	lack       *bool
}

func lackFields(p *civic.PutUnit) []lackField {
	return []lackField{{"power", "điện lưới", &p.NoPower}, {"2g", "sóng 2G", &p.No2G}, {"3g", "3G, 4G", &p.No3G}, {"fibre", "cáp quang", &p.NoFibre}}
}

// putHamlet takes the form.
func (s *site) putHamlet(q *request) error {
	m, change, err := q.hamletModel()
	if err != nil {
		return err
	}
	if q.hamletBeside(&m, change) {
		return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHamletForm, m)
	}
	decided, refused, err := q.submit(m.Form, civic.KindUnitPut, q.office(), change)
	switch {
	case err != nil:
		return err
	case refused == nil:
		return q.saved(m.Form, decided, hamletsPath+"?unit="+change.Parent)
	}
	if refused.Field == "/name" { // of people it is called something else
		named := *refused
		named.Field = "/hamlet-name"
		refused = &named
	}
	q.refuse(&m.Form, refused, map[string]*ui.Input{"hamlet-name": &m.Name, "code": &m.Code, "lacks": &m.Lacks})
	return q.drawWith(fiber.StatusUnprocessableEntity, ui.PageHamletForm, m)
}

// hamletBeside stops a change once if somebody changed the hamlet since the form was
// shown, and a new one whose code is taken. A second click is neither.
func (q *request) hamletBeside(m *ui.HamletFormModel, change civic.PutUnit) (stop bool) {
	if q.captured(m.Form) {
		return false
	}
	_ = q.read(func(src lookup.Source) error { // without the register it is decided by what the form says
		now := civic.UnitMark(src, change.Code)
		switch {
		case now == change.Was:
		case m.New:
			stop = true
			q.wrong(&m.Form, "code", &m.Code, "unit_taken", "this code is taken")
		default:
			stop, m.Was = true, now
			q.wrong(&m.Form, "", nil, "unit_beside", "somebody changed the hamlet meanwhile; save again to replace that")
		}
		return nil
	})
	return stop
}
