package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"iter"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "gocua"

// pkg is a package as the rules see it.
type pkg struct {
	path   string // below the module root; "." is main.go
	design string // its DESIGN.md, empty if there is none
	files  []source
}

// source is one parsed Go file, whatever build tags it carries.
type source struct {
	name  string // below the module root, with slashes
	test  bool
	lines int
	fset  *token.FileSet
	tree  *ast.File
}

func parse(name string, text []byte) (source, error) {
	fset := token.NewFileSet()
	// Local identifiers are resolved, so that a variable called time is not
	// taken for the package. Types are not: the rules must not need a build.
	tree, err := parser.ParseFile(fset, name, text, parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	return source{
		name: name, test: strings.HasSuffix(name, "_test.go"),
		lines: bytes.Count(text, []byte("\n")), fset: fset, tree: tree,
	}, nil
}

// at is a finding: where, and what is wrong there.
func (s source) at(n ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: ", s.name, s.fset.Position(n.Pos()).Line) + fmt.Sprintf(format, args...)
}

// imports yields every import and its path.
func (s source) imports() iter.Seq2[*ast.ImportSpec, string] {
	return func(yield func(*ast.ImportSpec, string) bool) {
		for _, spec := range s.tree.Imports {
			p, err := strconv.Unquote(spec.Path.Value)
			if err == nil && !yield(spec, p) {
				return
			}
		}
	}
}

func (s source) importsAny(paths ...string) bool {
	for _, p := range s.imports() {
		if slices.Contains(paths, p) {
			return true
		}
	}
	return false
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// qualified is what sel names in another package, such as "time.Now", or empty
// if it names something else.
func (s source) qualified(sel *ast.SelectorExpr) string {
	id, ok := sel.X.(*ast.Ident)
	if !ok || id.Obj != nil {
		return ""
	}
	for spec, p := range s.imports() {
		name := path.Base(p)
		if majorVersion.MatchString(name) {
			name = path.Base(path.Dir(p))
		}
		if spec.Name != nil {
			name = spec.Name.Name
		}
		if name == id.Name {
			return p + "." + sel.Sel.Name
		}
	}
	return ""
}

// nodes yields every node of type N.
func nodes[N ast.Node](s source) iter.Seq[N] {
	return func(yield func(N) bool) {
		for n := range ast.Preorder(s.tree) {
			if found, ok := n.(N); ok && !yield(found) {
				return
			}
		}
	}
}

// readTree reads every package of the module, its tests and the files other
// systems or build tags would compile.
func readTree(t *testing.T, root string) []pkg {
	dec := json.NewDecoder(bytes.NewReader(goTool(t, root, "list", "-e", "-tags", "e2e,soak,chaos", "-json", "./...")))
	var pkgs []pkg
	for {
		var listed struct {
			Dir, ImportPath                                              string
			GoFiles, CgoFiles, IgnoredGoFiles, TestGoFiles, XTestGoFiles []string
		}
		err := dec.Decode(&listed)
		if errors.Is(err, io.EOF) {
			return pkgs
		}
		require.NoError(t, err)
		p := pkg{path: below(listed.ImportPath)}
		for _, name := range slices.Concat(listed.GoFiles, listed.CgoFiles, listed.IgnoredGoFiles, listed.TestGoFiles, listed.XTestGoFiles) {
			text, err := os.ReadFile(filepath.Join(listed.Dir, name))
			require.NoError(t, err)
			s, err := parse(path.Join(p.path, name), text)
			require.NoError(t, err)
			p.files = append(p.files, s)
		}
		if text, err := os.ReadFile(filepath.Join(listed.Dir, "DESIGN.md")); err == nil {
			p.design = string(text)
		}
		pkgs = append(pkgs, p)
	}
}

// below is an import path of ours without the module, or empty.
func below(importPath string) string {
	if importPath == module {
		return "."
	}
	ours, _ := strings.CutPrefix(importPath, module+"/")
	if ours == importPath {
		return ""
	}
	return ours
}

func moduleRoot(t *testing.T) string {
	return strings.TrimSpace(string(goTool(t, ".", "list", "-m", "-f", "{{.Dir}}")))
}

func goTool(t *testing.T, dir string, args ...string) []byte {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err, "go %s", strings.Join(args, " "))
	return out
}
