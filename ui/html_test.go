package ui_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

func parse(t *testing.T, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	require.NoError(t, err)
	return doc
}

func each(n *html.Node, do func(*html.Node)) {
	if n.Type == html.ElementNode {
		do(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		each(c, do)
	}
}

func find(n *html.Node, is func(*html.Node) bool) (found *html.Node) {
	each(n, func(e *html.Node) {
		if found == nil && is(e) {
			found = e
		}
	})
	return found
}

func first(n *html.Node, names ...string) *html.Node {
	return find(n, func(e *html.Node) bool { return slices.Contains(names, e.Data) })
}

func byID(n *html.Node, id string) *html.Node {
	return find(n, func(e *html.Node) bool { return attr(e, "id") == id })
}

func byClass(n *html.Node, class string) *html.Node {
	return find(n, func(e *html.Node) bool { return slices.Contains(strings.Fields(attr(e, "class")), class) })
}

func ancestor(n *html.Node, name string) *html.Node {
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == name {
			return p
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(text(c))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// wellFormed is stricter than a browser: every element is closed in order, no
// attribute stands twice, and the parser did not have to move or invent one.
func wellFormed(body string) error {
	void := []string{"meta", "link", "input", "br", "hr", "img", "source", "wbr", "col", "base"}
	var open []string
	started := map[string]int{}
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				return z.Err()
			}
			if len(open) > 0 {
				return fmt.Errorf("<%s> is not closed", open[len(open)-1])
			}
			return asParsed(body, started)
		case html.StartTagToken:
			tag := z.Token()
			started[tag.Data]++
			seen := map[string]bool{}
			for _, a := range tag.Attr {
				if seen[a.Key] {
					return fmt.Errorf("<%s> has %s twice", tag.Data, a.Key)
				}
				seen[a.Key] = true
			}
			if !slices.Contains(void, tag.Data) {
				open = append(open, tag.Data)
			}
		case html.SelfClosingTagToken:
			started[z.Token().Data]++
		case html.EndTagToken:
			name := z.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				return fmt.Errorf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// asParsed compares the tags written with the elements a browser makes of them.
func asParsed(body string, started map[string]int) error {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return err
	}
	made := map[string]int{}
	each(doc, func(n *html.Node) { made[n.Data]++ })
	whole := strings.HasPrefix(body, "<!doctype html>")
	for name, n := range made {
		if !whole && (name == "html" || name == "head" || name == "body") {
			continue
		}
		if started[name] != n {
			return fmt.Errorf("%d <%s> are written, a browser makes %d", started[name], name, n)
		}
	}
	return nil
}
