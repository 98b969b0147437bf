package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// The same command must be decided alike on every machine, today and in ten
// years, so what decides may not ask the machine for anything.
var (
	impurePackages = []string{"os", "net", "log", "syscall", "io/ioutil", "math/rand", "crypto/rand", "hash/maphash"}
	impureNames    = []string{
		"time.Now", "time.Since", "time.Until", "time.After", "time.AfterFunc", "time.Tick",
		"time.NewTimer", "time.NewTicker", "time.Sleep",
		"time.Local", "time.LoadLocation", // read the machine's zone files
		"strconv.ParseFloat", "strconv.FormatFloat", "strconv.AppendFloat",
		module + "/store/command.NewID",
	}
	floatTypes = []string{"float32", "float64", "complex64", "complex128"}
)

func civicIsPure(p pkg) (found []string) {
	if p.path != "store/civic" {
		return nil
	}
	for _, s := range p.files {
		if !s.test {
			found = slices.Concat(found, impureImports(s), impureUses(s), floats(s))
		}
	}
	return found
}

func impureImports(s source) (found []string) {
	for spec, imported := range s.imports() {
		if slices.ContainsFunc(impurePackages, func(dir string) bool { return within(imported, dir) }) {
			found = append(found, s.at(spec, "civic is pure: no %s", imported))
		}
		if spec.Name != nil && spec.Name.Name == "." {
			found = append(found, s.at(spec, "civic is pure: a dot import would hide what is used"))
		}
	}
	return found
}

func impureUses(s source) (found []string) {
	for sel := range nodes[*ast.SelectorExpr](s) {
		name := s.qualified(sel)
		ofMath := strings.HasPrefix(name, "math.") && !strings.HasPrefix(name, "math.Max") && !strings.HasPrefix(name, "math.Min")
		switch {
		case slices.Contains(impureNames, name):
			found = append(found, s.at(sel, "civic is pure: no %s", name))
		case ofMath, name == "math.Max", name == "math.Min", strings.HasPrefix(name, "math.MaxFloat"), sel.Sel.Name == "Float64":
			found = append(found, s.at(sel, "civic is pure: no floats (%s)", sel.Sel.Name))
		}
	}
	return found
}

func floats(s source) (found []string) {
	for id := range nodes[*ast.Ident](s) {
		if slices.Contains(floatTypes, id.Name) {
			found = append(found, s.at(id, "civic is pure: no floats (%s)", id.Name))
		}
	}
	for lit := range nodes[*ast.BasicLit](s) {
		if lit.Kind == token.FLOAT || lit.Kind == token.IMAG {
			found = append(found, s.at(lit, "civic is pure: no floats (%s)", lit.Value))
		}
	}
	return found
}

// onlyTheAdapterApplies goes by the name: without types, a method called Apply
// is the store's until it is called something else.
func onlyTheAdapterApplies(p pkg) (found []string) {
	if slices.Contains(appliers, p.path) {
		return nil
	}
	for _, s := range p.files {
		if s.name == applierFile || s.name == applierTest {
			continue
		}
		for sel := range nodes[*ast.SelectorExpr](s) {
			if sel.Sel.Name == "Apply" {
				found = append(found, s.at(sel, "only %s may call Apply; if it is not the store's, give it another name", applierFile))
			}
		}
	}
	return found
}

func noInit(p pkg) (found []string) {
	for _, s := range p.files {
		for f := range nodes[*ast.FuncDecl](s) {
			if f.Recv == nil && f.Name.Name == "init" {
				found = append(found, s.at(f, "no init functions: say it where it is needed"))
			}
		}
	}
	return found
}

func smallInterfaces(p pkg) (found []string) {
	declared := map[string]*ast.InterfaceType{}
	for _, s := range p.files {
		for spec := range nodes[*ast.TypeSpec](s) {
			if it, ok := spec.Type.(*ast.InterfaceType); ok {
				declared[spec.Name.Name] = it
			}
		}
	}
	for _, s := range p.files {
		for it := range nodes[*ast.InterfaceType](s) {
			if n := methods(it, declared); n > maxMethods {
				found = append(found, s.at(it, "interface with %d methods, at most %d", n, maxMethods))
			}
		}
	}
	return found
}

// methods counts what a type must have. An embedded interface of this package
// counts in full, one of another package as one contract taken over whole.
func methods(it *ast.InterfaceType, declared map[string]*ast.InterfaceType) int {
	n := 0
	for _, m := range it.Methods.List {
		switch embedded := m.Type.(type) {
		case *ast.FuncType:
			n += len(m.Names)
		case *ast.Ident:
			if inner, ok := declared[embedded.Name]; ok {
				n += methods(inner, declared)
			}
		case *ast.SelectorExpr:
			n++
		}
	}
	return n
}

func noSkips(p pkg) (found []string) {
	for _, s := range p.files {
		if !s.importsAny("testing", "pgregory.net/rapid") {
			continue
		}
		for sel := range nodes[*ast.SelectorExpr](s) {
			if slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) || s.qualified(sel) == "testing.Short" {
				found = append(found, s.at(sel, "no test is skipped (%s)", sel.Sel.Name))
			}
		}
	}
	return found
}

// noSleeps lets the tests in a testing/synctest bubble sleep: their clock is
// not real, so nobody waits and nothing is left to chance.
func noSleeps(p pkg) (found []string) {
	for _, s := range p.files {
		if maySleep[s.name] != "" || s.importsAny("testing/synctest") {
			continue
		}
		for sel := range nodes[*ast.SelectorExpr](s) {
			if s.qualified(sel) == "time.Sleep" {
				found = append(found, s.at(sel, "wait for a condition or a timer that can be stopped, never time.Sleep"))
			}
		}
	}
	return found
}
