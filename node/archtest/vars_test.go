package archtest

import (
	"go/ast"
	"go/token"
	"iter"
	"slices"
	"strings"
)

// readOnlyVariables: state that a whole program shares is found by nobody, so a
// package variable is an error, an embed, a compiled regexp or template, an
// unexported table, or `var _ Interface = …`, and nothing writes to it.
func readOnlyVariables(p pkg) (found []string) {
	declared := map[string]*ast.ValueSpec{}
	builders := tableBuilders(p)
	for _, s := range p.files {
		if s.test {
			continue
		}
		for decl, spec := range packageVariables(s) {
			for i, name := range spec.Names {
				declared[name.Name] = spec
				if slices.Contains(stamped, p.path+"."+name.Name) {
					continue
				}
				if why := refuse(s, builders, decl, spec, i); why != "" {
					found = append(found, s.at(name, "package variable %s: %s", name.Name, why))
				}
			}
		}
	}
	for _, s := range p.files {
		if !s.test {
			found = append(found, writes(s, declared)...)
		}
	}
	return found
}

// tableBuilders are the functions of the package that return a map or a slice:
// a table may be computed (compiled templates by file, hashes by name), an
// object with a life of its own may not.
func tableBuilders(p pkg) []string {
	var names []string
	for _, s := range p.files {
		for f := range nodes[*ast.FuncDecl](s) {
			if f.Recv != nil || len(f.Type.Params.List) > 0 || f.Type.Results.NumFields() != 1 {
				continue
			}
			switch f.Type.Results.List[0].Type.(type) {
			case *ast.MapType, *ast.ArrayType:
				names = append(names, f.Name.Name)
			}
		}
	}
	return names
}

func packageVariables(s source) iter.Seq2[*ast.GenDecl, *ast.ValueSpec] {
	return func(yield func(*ast.GenDecl, *ast.ValueSpec) bool) {
		for _, d := range s.tree.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.VAR {
				continue
			}
			for _, spec := range decl.Specs {
				if !yield(decl, spec.(*ast.ValueSpec)) {
					return
				}
			}
		}
	}
}

// refuse says why the i-th variable of a declaration may not be one, or nothing.
func refuse(s source, builders []string, decl *ast.GenDecl, spec *ast.ValueSpec, i int) string {
	name := spec.Names[i]
	switch {
	case embeds(decl.Doc) || embeds(spec.Doc):
		return ""
	case i >= len(spec.Values):
		return "it has no value, so somebody would have to write to it"
	case name.Name == "_":
		if spec.Type == nil {
			return "a check names its interface"
		}
		return ""
	case isError(s, spec.Type, spec.Values[i]):
		return ""
	case !isTable(s, builders, spec.Values[i]):
		return "neither an error, an embed, a compiled template or regexp, nor a table"
	case name.IsExported():
		return "a table is unexported; export a function that reads it"
	}
	return ""
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

func isError(s source, typ, value ast.Expr) bool {
	if id, ok := typ.(*ast.Ident); ok && id.Name == "error" {
		return true
	}
	if ref, ok := value.(*ast.UnaryExpr); ok && ref.Op == token.AND { // &command.Error{…}
		lit, ok := ref.X.(*ast.CompositeLit)
		return ok && nameOf(s, lit.Type) == module+"/store/command.Error"
	}
	call, ok := value.(*ast.CallExpr)
	return ok && slices.Contains([]string{"errors.New", "fmt.Errorf", module + "/store/command.Errorf"}, nameOf(s, call.Fun))
}

func isTable(s source, builders []string, value ast.Expr) bool {
	switch v := value.(type) {
	case *ast.CompositeLit:
		return !strings.HasPrefix(nameOf(s, v.Type), "sync")
	case *ast.CallExpr:
		if _, bytes := v.Fun.(*ast.ArrayType); bytes { // []byte("magic")
			_, literal := v.Args[0].(*ast.BasicLit)
			return literal
		}
		if slices.Contains(readOnlyMakers, nameOf(s, v.Fun)) {
			return true
		}
		if own, ok := v.Fun.(*ast.Ident); ok {
			return slices.Contains(builders, own.Name)
		}
		chained, ok := v.Fun.(*ast.SelectorExpr) // template.New("").Funcs(…)
		return ok && nameOf(s, chained) == "" && isTable(s, builders, chained.X)
	}
	return false
}

// nameOf is the qualified name of a type or function of another package.
func nameOf(s source, e ast.Expr) string {
	if generic, ok := e.(*ast.IndexExpr); ok {
		e = generic.X
	}
	if sel, ok := e.(*ast.SelectorExpr); ok {
		return s.qualified(sel)
	}
	return ""
}

// writes finds whatever changes a package variable, of this package or another.
func writes(s source, declared map[string]*ast.ValueSpec) (found []string) {
	check := func(n ast.Node, changed ...ast.Expr) {
		for _, e := range changed {
			if name := packageVariable(s, e, declared); name != "" {
				found = append(found, s.at(n, "%s is a package variable, and read-only", name))
			}
		}
	}
	for n := range ast.Preorder(s.tree) {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				check(n, n.Lhs...)
			}
		case *ast.IncDecStmt:
			check(n, n.X)
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				check(n, n.Key, n.Value)
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				check(n, n.X)
			}
		case *ast.CallExpr:
			if f, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"delete", "clear", "copy"}, f.Name) {
				check(n, n.Args[0])
			}
		}
	}
	return found
}

// packageVariable is the name of the package variable that e is or lies in.
func packageVariable(s source, e ast.Expr, declared map[string]*ast.ValueSpec) string {
	for {
		switch v := e.(type) {
		case *ast.Ident:
			spec, ok := declared[v.Name]
			if ok && v.Name != "_" && (v.Obj == nil || v.Obj.Decl == spec) {
				return v.Name
			}
			return ""
		case *ast.SelectorExpr:
			if name := s.qualified(v); name != "" {
				return name
			}
			e = v.X
		case *ast.IndexExpr:
			e = v.X
		case *ast.StarExpr:
			e = v.X
		case *ast.ParenExpr:
			e = v.X
		default:
			return ""
		}
	}
}
