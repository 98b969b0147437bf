package archtest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rule is one sentence of the architecture and how to check it on a package.
type rule struct {
	name  string
	check func(pkg) []string
}

var rules = []rule{
	{"a package imports only what the table allows", importTable},
	{"a library stays behind its fence", libraryFences},
	{"civic is pure", civicIsPure},
	{"only the machine adapter applies to the store", onlyTheAdapterApplies},
	{"no init functions", noInit},
	{"package variables are read-only", readOnlyVariables},
	{"an interface has at most five methods", smallInterfaces},
	{"a file is short", shortFiles},
	{"a package name says what is inside", tellingNames},
	{"a package has a package comment", packageComments},
	{"a design is written down and ends in numbered decisions", writtenDesigns},
	{"no test is skipped", noSkips},
	{"nothing sleeps", noSleeps},
}

func TestTheTreeKeepsTheRules(t *testing.T) {
	tree := readTree(t, moduleRoot(t))
	files := 0
	for _, p := range tree {
		files += len(p.files)
	}
	require.Greater(t, files, 10, "the tree was not read")
	t.Logf("%d rules over %d packages, %d files", len(rules), len(tree), files)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, p := range tree {
				for _, finding := range r.check(p) {
					t.Error(finding)
				}
			}
		})
	}
}

func importTable(p pkg) (found []string) {
	allowed, known := mayImport[p.path]
	if !known {
		return []string{p.path + ": not in the import table (node/archtest/table_test.go)"}
	}
	for _, s := range p.files {
		for spec, imported := range s.imports() {
			to := below(imported)
			switch {
			case to == "":
			case s.test && within(p.path, "store") && within(to, "node"):
				found = append(found, s.at(spec, "a test below store may not import %s", to))
			case !s.test && !slices.Equal(allowed, anything) && !slices.Contains(allowed, to):
				found = append(found, s.at(spec, "%s may not import %s", p.path, to))
			}
		}
	}
	return found
}

func libraryFences(p pkg) (found []string) {
	for _, s := range p.files {
		for spec, imported := range s.imports() {
			for _, f := range fences {
				if within(imported, f.library) && !slices.Contains(f.owners, p.path) {
					found = append(found, s.at(spec, "only %s may import %s", strings.Join(f.owners, ", "), f.library))
				}
			}
		}
	}
	return found
}

// within reports whether a path is dir or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func shortFiles(p pkg) (found []string) {
	for _, s := range p.files {
		most := maxLines
		if s.name == "main.go" {
			most = maxMainLines
		}
		if !s.test && s.lines > most {
			found = append(found, fmt.Sprintf("%s: %d lines, at most %d", s.name, s.lines, most))
		}
	}
	return found
}

func tellingNames(p pkg) (found []string) {
	names := []string{path.Base(p.path)}
	for _, s := range p.files {
		names = append(names, strings.TrimSuffix(s.tree.Name.Name, "_test"))
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if slices.Contains(vagueNames, name) || slices.Contains(vagueNames, strings.TrimSuffix(name, "s")) {
			found = append(found, fmt.Sprintf("%s: a package named %s says nothing about what is inside", p.path, name))
		}
	}
	return found
}

func packageComments(p pkg) []string {
	for _, s := range p.files {
		opening := "Package " + s.tree.Name.Name + " "
		if s.tree.Name.Name == "main" {
			opening = "Command " + module + " "
		}
		if !s.test && strings.HasPrefix(s.tree.Doc.Text(), opening) {
			return nil
		}
	}
	return []string{p.path + ": no package comment that says what it is, what it must not know and where to begin"}
}

var (
	heading  = regexp.MustCompile(`(?m)^## .*$`)
	numbered = regexp.MustCompile(`(?m)^(#+ |\*\*)?1[.)]`)
)

func writtenDesigns(p pkg) []string {
	if !slices.Contains(designed, p.path) {
		return nil
	}
	if p.design == "" {
		return []string{p.path + ": no DESIGN.md"}
	}
	sections := heading.FindAllStringIndex(p.design, -1)
	if len(sections) > 0 {
		last := p.design[sections[len(sections)-1][0]:]
		title, body, _ := strings.Cut(last, "\n")
		if strings.Contains(title, "Decisions") && numbered.MatchString(body) {
			return nil
		}
	}
	return []string{p.path + "/DESIGN.md: the last section is not a numbered list of Decisions"}
}
