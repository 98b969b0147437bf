package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/demo"
	"gocua/node/nodetest"
	"gocua/store/civic"
	"gocua/store/command"
)

// paper is a form as a page shows it, to be filled in and sent.
type paper struct {
	action string
	fields url.Values
}

var (
	mainForm = regexp.MustCompile(`(?s)<main.*?<form action="([^"]+)" method="post".*?</form>`)
	input    = regexp.MustCompile(`<input ([^>]*)>`)
	attr     = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	chosen   = regexp.MustCompile(`(?s)<select id="([^"]+)".*?</select>`)
	selected = regexp.MustCompile(`<option value="([^"]*)" selected`)
	area     = regexp.MustCompile(`(?s)<textarea id="([^"]+)"[^>]*>(.*?)</textarea>`)
)

// paperIn reads the form of a page with everything that stands in it.
func paperIn(t *testing.T, a answer) paper {
	t.Helper()
	found := mainForm.FindStringSubmatch(a.body)
	require.NotNil(t, found, "there is no form: %s", a.text())
	p := paper{found[1], url.Values{}}
	for _, in := range input.FindAllStringSubmatch(found[0], -1) {
		at := map[string]string{}
		for _, m := range attr.FindAllStringSubmatch(in[1], -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		choice := at["type"] == "radio" || at["type"] == "checkbox"
		if at["name"] != "" && (!choice || strings.Contains(in[1], " checked")) {
			p.fields.Add(at["name"], at["value"])
		}
	}
	for _, s := range chosen.FindAllStringSubmatch(found[0], -1) {
		p.fields.Set(s[1], "")
		if o := selected.FindStringSubmatch(s[0]); o != nil {
			p.fields.Set(s[1], html.UnescapeString(o[1]))
		}
	}
	for _, s := range area.FindAllStringSubmatch(found[0], -1) {
		p.fields.Set(s[1], html.UnescapeString(s[2]))
	}
	return p
}

// with is the form filled in: name, value, name, value, …
func (p paper) with(pairs ...string) paper {
	filled := paper{p.action, url.Values{}}
	for name, values := range p.fields {
		filled.fields[name] = append([]string{}, values...)
	}
	for i := 0; i < len(pairs); i += 2 {
		filled.fields.Set(pairs[i], pairs[i+1])
	}
	return filled
}

func (b *browser) blank(path string) paper { b.t.Helper(); return paperIn(b.t, b.page(path)) }

func (b *browser) hand(p paper) answer { b.t.Helper(); return b.post(p.action, p.fields) }

// saved hands a form in that must be taken, and returns where it leads.
func (b *browser) saved(p paper) (page string) {
	b.t.Helper()
	a := b.hand(p)
	require.Equal(b.t, http.StatusSeeOther, a.status, "%s: %s", p.action, a.text())
	to := a.header.Get("Location")
	require.Contains(b.t, to, "luu="+p.fields.Get("command"))
	require.Contains(b.t, b.page(to).text(), "Đã ghi, cụm đã đồng thuận.")
	page, _, _ = strings.Cut(to, "?")
	return page
}

// door is a household with one person, taken down through the forms.
type door struct {
	home, person string // pages
}

func (d door) id() string { return strings.TrimPrefix(d.person, "/nhan-khau/") }

func (d door) add() string { return "/nhan-khau/moi?ho=" + strings.TrimPrefix(d.home, "/ho/") }

// newDoor takes one down in the first hamlet of a ward.
func newDoor(b *browser, ward demo.Place, name string, more ...string) (d door) {
	b.t.Helper()
	d.home = b.saved(b.blank("/ho/moi").with("hamlet", ward.Unit+"-01", "address", "Số 41, ngõ "+command.NewID().String()))
	d.person = b.saved(b.blank(d.add()).with("name", name, "birth", "17/03/1955", "sex", "female").with(more...))
	return d
}

// person is somebody as programs see them.
type person struct {
	Name, Birth, PersonalNumber string
	Phones                      []string
	Applications                []struct{ Phone, Relation string }
	Activations                 []struct{ Way, Day string }
}

func (d door) asProgram(t *testing.T, c *nodetest.Client) (p person) {
	t.Helper()
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/residents/"+d.id(), nil, &p))
	return p
}

type visit struct {
	Outcome, Mode, Reason, Note string
	Met                         []string
}

func (d door) visits(t *testing.T, c *nodetest.Client) []visit {
	t.Helper()
	var h struct{ Visits []visit }
	require.Equal(t, http.StatusOK, c.Call(http.MethodGet, "/api/v1/households/"+strings.TrimPrefix(d.home, "/ho/"), nil, &h))
	return h.Visits
}

// unknown says that a command was never taken in.
func unknown(t *testing.T, c *nodetest.Client, p paper) {
	t.Helper()
	require.Equal(t, http.StatusNotFound, c.Call(http.MethodGet, "/api/v1/commands/"+p.fields.Get("command"), nil, nil), "it was stored")
}

// desk is an officer of the first ward, as a browser and as a program.
func desk(t *testing.T, d *nodetest.District) (*browser, *nodetest.Client, demo.Place) {
	ward := d.Wards[0]
	return browserOf(t, ward, civic.RoleOfficer), d.As(ward, civic.RoleOfficer), ward
}
