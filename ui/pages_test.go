package ui_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"gocua/ui"
	"gocua/ui/sample"
)

// eachState renders every page in every sample state.
func eachState(t *testing.T, check func(t *testing.T, s sample.State, body string)) {
	t.Helper()
	states := sample.All()
	require.Greater(t, len(states), 75)
	for _, s := range states {
		t.Run(fmt.Sprintf("%s/%s", s.Page, s.Name), func(t *testing.T) {
			var b bytes.Buffer
			require.NoError(t, ui.Render(&b, s.Page, s.Model))
			require.NotContains(t, b.String(), "ZgotmplZ")
			check(t, s, b.String())
		})
	}
}

func TestEveryPageHasASampleState(t *testing.T) {
	shown := map[ui.Page]int{}
	for _, s := range sample.All() {
		shown[s.Page]++
	}
	for _, p := range ui.Pages() {
		require.Positive(t, shown[p], "page %s has no sample", p)
	}
	require.Len(t, shown, 64)
}

func TestEveryPageIsWellFormed(t *testing.T) {
	eachState(t, func(t *testing.T, s sample.State, body string) {
		require.NoError(t, wellFormed(body))
	})
}

func TestEveryIDIsUniqueAndEveryReferenceIsMet(t *testing.T) {
	eachState(t, func(t *testing.T, s sample.State, body string) {
		doc := parse(t, body)
		ids := map[string]int{}
		each(doc, func(n *html.Node) {
			if id := attr(n, "id"); id != "" {
				ids[id]++
				require.Equal(t, 1, ids[id], "id %q stands twice", id)
			}
		})
		each(doc, func(n *html.Node) {
			for _, key := range []string{"for", "aria-describedby", "aria-labelledby", "form", "list"} {
				for _, id := range strings.Fields(attr(n, key)) {
					require.Contains(t, ids, id, "<%s %s=%q> leads nowhere", n.Data, key, id)
				}
			}
			if href := attr(n, "href"); strings.HasPrefix(href, "#") && n.Data == "a" {
				require.Contains(t, ids, href[1:], "link %q leads nowhere", href)
			}
		})
	})
}

func TestEveryControlHasALabel(t *testing.T) {
	eachState(t, func(t *testing.T, s sample.State, body string) {
		doc := parse(t, body)
		labelled := map[string]bool{}
		each(doc, func(n *html.Node) {
			if n.Data == "label" {
				labelled[attr(n, "for")] = true
			}
		})
		each(doc, func(n *html.Node) {
			switch n.Data {
			case "input", "select", "textarea":
				if attr(n, "type") == "hidden" || labelled[attr(n, "id")] && attr(n, "id") != "" || attr(n, "aria-label") != "" || attr(n, "aria-labelledby") != "" {
					return
				}
				require.NotNil(t, ancestor(n, "label"), "<%s name=%q> has no label", n.Data, attr(n, "name"))
			case "button", "a":
				require.NotEmpty(t, strings.TrimSpace(text(n)+attr(n, "aria-label")), "a <%s> without words", n.Data)
			case "svg":
				require.True(t, attr(n, "aria-hidden") == "true" || attr(n, "role") == "img" && attr(n, "aria-label") != "", "a picture without words")
			case "table":
				require.NotNil(t, first(n, "thead", "caption"), "a table without head or caption")
			}
		})
	})
}

func TestEveryPageHasOneHeadingAndOneMain(t *testing.T) {
	eachState(t, func(t *testing.T, s sample.State, body string) {
		if !strings.HasPrefix(body, "<!doctype html>") {
			return
		}
		doc := parse(t, body)
		count := map[string]int{}
		each(doc, func(n *html.Node) { count[n.Data]++ })
		require.Equal(t, 1, count["h1"])
		require.Equal(t, 1, count["main"])
		require.Equal(t, "vi", attr(first(doc, "html"), "lang"))
		require.NotEqual(t, "· gõ cửa", strings.TrimSpace(text(first(doc, "title"))))
		main := 0
		each(doc, func(n *html.Node) {
			if strings.Contains(" "+attr(n, "class")+" ", " btn-main ") && s.Page != ui.PageParts {
				main++
			}
		})
		require.LessOrEqual(t, main, 1, "more than one main button")
	})
}

func TestARefusedFormSaysSoAtTheTopAndBesideTheField(t *testing.T) {
	var b bytes.Buffer
	for _, s := range sample.All() {
		if s.Page == ui.PageLevel1 && s.Name == "error" {
			require.NoError(t, ui.Render(&b, s.Page, s.Model))
		}
	}
	doc := parse(t, b.String())
	summary := byClass(doc, "error-summary")
	require.NotNil(t, summary)
	require.Equal(t, "-1", attr(summary, "tabindex"))
	require.Contains(t, text(summary), "Còn 2 chỗ cần sửa, chưa ghi")
	link := first(summary, "a")
	require.Equal(t, "#phone", attr(link, "href"))
	phone := byID(doc, "phone")
	require.Equal(t, "0912 404 31", attr(phone, "value"), "what was typed stays")
	require.Equal(t, "true", attr(phone, "aria-invalid"))
	require.Equal(t, "phone-error phone-note", attr(phone, "aria-describedby"))
}

func TestAPasswordIsNeverSentBack(t *testing.T) {
	m := ui.LoginModel{Form: ui.Form{Action: "/vao"}, Password: ui.Input{Value: "bi-mat-cua-toi"}}
	var b bytes.Buffer
	require.NoError(t, ui.Render(&b, ui.PageLogin, m))
	require.NotContains(t, b.String(), "bi-mat-cua-toi")
}

func TestTheShellSpeaksTheChosenLanguage(t *testing.T) {
	m := ui.MessageModel{Shell: ui.Shell{Lang: "en", Nav: ui.Nav(ui.SectionHome, ui.SectionHome, ui.SectionReport), User: "x"}, Kind: ui.MessageForbidden}
	var b bytes.Buffer
	require.NoError(t, ui.Render(&b, ui.PageMessage, m))
	doc := parse(t, b.String())
	require.Equal(t, "You may not see this", text(first(doc, "h1")))
	require.Contains(t, text(first(doc, "nav")), "Today")
	require.Equal(t, "en", attr(first(doc, "header"), "lang"))
}

func TestTextFromOutsideIsEscaped(t *testing.T) {
	m := ui.ResidentModel{Name: `<script src="//x"></script>`, About: `"><img src=x>`, Edit: ui.Action{Href: "javascript:alert(1)"}}
	var b bytes.Buffer
	require.NoError(t, ui.Render(&b, ui.PageResident, m))
	require.NotContains(t, b.String(), "<script src=\"//x")
	require.NotContains(t, b.String(), "<img")
	require.NotContains(t, b.String(), "javascript:alert")
}

func TestAModelOfTheWrongTypeIsAnErrorAndWritesNothing(t *testing.T) {
	var b bytes.Buffer
	require.ErrorContains(t, ui.Render(&b, ui.PageHome, ui.TrustModel{}), `page "home" shows a ui.HomeModel, not a ui.TrustModel`)
	require.ErrorContains(t, ui.Render(&b, ui.PageHome, &ui.HomeModel{}), "not a *ui.HomeModel")
	require.ErrorContains(t, ui.Render(&b, ui.PageHome, nil), "not a <nil>")
	require.ErrorContains(t, ui.Render(&b, "nowhere", ui.HomeModel{}), `no page "nowhere"`)
	require.Zero(t, b.Len())
}

func TestAWriterThatFailsIsReported(t *testing.T) {
	gone := errors.New("the browser has gone")
	require.ErrorIs(t, ui.Render(failing{gone}, ui.PageTrust, ui.TrustModel{}), gone)
}

func TestEveryModelRendersWithNothingInIt(t *testing.T) {
	for _, p := range ui.Pages() {
		var b bytes.Buffer
		require.NoError(t, ui.Render(&b, p, ui.Empty(p)), p)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
