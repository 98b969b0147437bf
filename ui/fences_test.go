package ui_test

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"gocua/ui"
	"gocua/ui/messages"
	"gocua/ui/sample"
)

// The fences keep htmx removable in a week and the pages safe under the
// content security policy default-src 'self'.

func TestEveryFormWorksAsAPlainForm(t *testing.T) {
	forms := 0
	eachState(t, func(t *testing.T, s sample.State, body string) {
		each(parse(t, body), func(n *html.Node) {
			if n.Data != "form" {
				return
			}
			forms++
			require.True(t, strings.HasPrefix(attr(n, "action"), "/"), "a form without action: %v", n.Attr)
			method := attr(n, "method")
			require.Contains(t, []string{"get", "post"}, method, "form %s", attr(n, "action"))
			token := find(n, func(e *html.Node) bool { return e.Data == "input" && attr(e, "name") == "token" })
			require.Equal(t, method == "post", token != nil, "form %s: a token stands in every POST and in no GET", attr(n, "action"))
			if attr(n, "hx-get") != "" {
				require.Equal(t, attr(n, "action"), attr(n, "hx-get"), "htmx only improves what the form does")
			}
		})
	})
	require.Greater(t, forms, 150)
}

func TestEveryFormThatRecordsCarriesItsCommandID(t *testing.T) {
	recording := []ui.Page{ui.PageLevel1, ui.PageVisit, ui.PageActivation, ui.PageHouseholdForm, ui.PageResidentForm, ui.PageResidentEdit, ui.PageOfficerForm}
	seen := 0
	eachState(t, func(t *testing.T, s sample.State, body string) {
		if !slices.Contains(recording, s.Page) {
			return
		}
		seen++
		form := find(parse(t, body), func(n *html.Node) bool { return n.Data == "form" && attr(n, "data-draft") != "" })
		require.NotNil(t, form)
		command := find(form, func(n *html.Node) bool { return attr(n, "name") == "command" })
		require.Equal(t, "0198c7a2-7777-7abc-8def-000000000001", attr(command, "value"))
	})
	require.Greater(t, seen, 15)
}

func TestOnlyTheseHtmxAttributesAreUsed(t *testing.T) {
	allowed := []string{"hx-get", "hx-post", "hx-target", "hx-swap", "hx-trigger", "hx-indicator"}
	used, outside := 0, 0
	eachState(t, func(t *testing.T, s sample.State, body string) {
		each(parse(t, body), func(n *html.Node) {
			for _, a := range n.Attr {
				if a.Key == "hx-swap-oob" { // says where an answer belongs, and asks nothing
					outside++
					require.Equal(t, "true", a.Val)
					require.NotEmpty(t, attr(n, "id"))
					require.Equal(t, ui.FragmentResidents, s.Page, "only an answer takes its own place")
					continue
				}
				if strings.HasPrefix(a.Key, "hx-") || strings.HasPrefix(a.Key, "data-hx-") {
					used++
					require.Contains(t, allowed, a.Key)
					require.True(t, attr(n, "hx-get")+attr(n, "hx-post") != "", "<%s %s> relies on an inherited address", n.Data, a.Key)
					require.Empty(t, attr(n, "data-refresh")+attr(n, "data-live"), "a node belongs to htmx or to app.js, never to both")
				}
			}
		})
	})
	require.Positive(t, used)
	require.Positive(t, outside)
}

func TestHtmxIsFencedByItsConfiguration(t *testing.T) {
	var b strings.Builder
	require.NoError(t, ui.Render(&b, ui.PageTrust, ui.TrustModel{}))
	config := find(parse(t, b.String()), func(n *html.Node) bool { return attr(n, "name") == "htmx-config" })
	require.JSONEq(t, `{"disableInheritance":true,"selfRequestsOnly":true,"allowEval":false,"includeIndicatorStyles":false,"historyCacheSize":0,"refreshOnHistoryMiss":true}`,
		attr(config, "content"))
}

func TestNothingInAPageNeedsALooserPolicyThanSelf(t *testing.T) {
	eachState(t, func(t *testing.T, s sample.State, body string) {
		each(parse(t, body), func(n *html.Node) {
			require.NotEqual(t, "style", n.Data)
			if n.Data == "script" {
				require.True(t, strings.HasPrefix(attr(n, "src"), "/static/"))
				require.Empty(t, text(n))
			}
			for _, a := range n.Attr {
				require.NotEqual(t, "style", a.Key, "<%s style>", n.Data)
				require.False(t, strings.HasPrefix(a.Key, "on"), "<%s %s>", n.Data, a.Key)
				if slices.Contains([]string{"href", "src", "action", "formaction", "hx-get", "hx-post", "data-refresh"}, a.Key) {
					own := strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") || strings.HasPrefix(a.Val, "#")
					require.True(t, own || s.Page == ui.PageTrust && a.Val == "https://may-2.cau-giay.lan:8443/", "<%s %s=%q> leads elsewhere", n.Data, a.Key, a.Val)
				}
			}
		})
	})
}

func TestNoTemplateNamesAnotherServer(t *testing.T) {
	files := 0
	eachTemplate(t, func(name, source string) {
		files++
		require.NotRegexp(t, regexp.MustCompile(`(?i)https?:|//[a-z]|javascript:|<style|\sstyle=|\son[a-z]+="`), source, name)
	})
	require.Greater(t, files, 25)
	css, _, ok := ui.Asset(ui.URL("parts.css"))
	require.True(t, ok)
	require.NotContains(t, string(css), "url(")
	require.NotContains(t, string(css), "@import")
}

func TestEveryTextKeyATemplateUsesIsWritten(t *testing.T) {
	used := map[string]bool{}
	key := regexp.MustCompile(`\bt [$.A-Za-z]*[Ll]ang "([^"]+)"`)
	eachTemplate(t, func(name, source string) {
		for _, m := range key.FindAllStringSubmatch(source, -1) {
			_, err := messages.T(messages.English, m[1])
			require.NoError(t, err, name)
			used[m[1]] = true
		}
	})
	for _, s := range []ui.Section{ui.SectionHome, ui.SectionResidents, ui.SectionReview, ui.SectionImport, ui.SectionReport,
		ui.SectionProvince, ui.SectionMachine, ui.SectionAudit, ui.SectionOutbox, ui.SectionOfficers, ui.SectionHelp} {
		require.NotEmpty(t, s.Href())
		used[s.Key()] = true
	}
	for _, k := range []ui.MessageKind{ui.MessageNoPage, ui.MessageNotFound, ui.MessageForbidden, ui.MessageInternal, ui.MessageUnavailable, ui.MessageExpired} {
		used[k.Key()], used[k.KeySay()] = true, true
	}
	for _, k := range messages.Keys() {
		require.True(t, used[k], "the text %q is used nowhere", k)
	}
}

func TestNoGoFileTrustsMarkup(t *testing.T) {
	unescaped := []string{"HTML", "HTMLAttr", "JS", "JSStr", "CSS", "URL", "Srcset"}
	checked := 0
	require.NoError(t, fs.WalkDir(os.DirFS("."), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		checked++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, spec := range file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if !strings.HasSuffix(path, "_test.go") {
				require.True(t, !strings.Contains(name, ".") && !strings.HasPrefix(name, "gocua/") || name == "gocua/ui" || name == "gocua/ui/messages", "%s imports %s", path, name)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := sel.X.(*ast.Ident); ok && x.Name == "template" {
					require.NotContains(t, unescaped, sel.Sel.Name, path)
				}
			}
			return true
		})
		return nil
	}))
	require.Greater(t, checked, 20)
}

func TestTheVendoredFileIsTheOneWrittenDown(t *testing.T) {
	body, kind, ok := ui.Asset(ui.URL("vendor/htmx.min.js"))
	require.True(t, ok)
	require.Equal(t, "text/javascript; charset=utf-8", kind)
	sum := sha256.Sum256(body)
	require.Equal(t, "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717", hex.EncodeToString(sum[:]))
	readme, err := os.ReadFile("static/vendor/README.md")
	require.NoError(t, err)
	require.Contains(t, string(readme), hex.EncodeToString(sum[:]))
	require.Contains(t, string(body), `version:"2.0.11"`)
}

func TestStaticFilesAreFoundOnlyUnderTheirHash(t *testing.T) {
	require.Len(t, ui.Assets(), 6)
	for _, url := range ui.Assets() {
		body, kind, ok := ui.Asset(url)
		require.True(t, ok, url)
		require.NotEmpty(t, body)
		require.NotEmpty(t, kind)
		require.Regexp(t, `^/static/[0-9a-f]{12}/[a-z/.]+$`, url)
	}
	for _, wrong := range []string{"", "/", "/static/", "/static/parts.css", "/static/000000000000/parts.css", "/static/../doc.go",
		strings.Replace(ui.URL("parts.css"), "parts.css", "tokens.css", 1), strings.Replace(ui.URL("parts.css"), "parts.css", "vendor/README.md", 1)} {
		_, _, ok := ui.Asset(wrong)
		require.False(t, ok, wrong)
	}
	require.Empty(t, ui.URL("nothing.css"))
}

func TestThePagesStaySmall(t *testing.T) {
	total := 0
	for _, name := range []string{"tokens.css", "parts.css", "print.css", "app.js"} {
		body, _, ok := ui.Asset(ui.URL(name))
		require.True(t, ok)
		total += len(body)
	}
	require.Less(t, total, 48<<10, "style and script of our own, in bytes")
}

func eachTemplate(t *testing.T, do func(name, source string)) {
	t.Helper()
	require.NoError(t, fs.WalkDir(ui.Templates, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		source, err := ui.Templates.ReadFile(path)
		require.NoError(t, err)
		do(path, string(source))
		return nil
	}))
}
