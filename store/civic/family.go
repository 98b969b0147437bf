package civic

import (
	"slices"
	"strings"

	"gocua/store/command"
)

// Family is which units lie directly below which, read once for a walk down the tree
// (cây đơn vị). A ward is asked for with the hamlets whose codes begin with its own:
// that hundreds of hamlets have nobody below them is then read with one scan a ward
// instead of one each. It is for one view and one walk.
type Family struct {
	v     command.View
	below map[string][]kin // by parent, by kind and code, each code once
	ward  string           // of what begins with it everything is read
}

// kin is a unit as its term names it.
type kin struct {
	kind, code string
	key        command.Key
}

// NewFamily returns a family of which nothing is read yet.
func NewFamily(v command.View) *Family { return &Family{v: v, below: map[string][]kin{}} }

// Children lists the units directly below one, as the function of that name does.
func (f *Family) Children(of Unit) (units []Unit) {
	for _, k := range f.children(of.Kind, of.Code) {
		if u, ok := Load[Unit](f.v, TypeUnit, k.key); ok {
			units = append(units, u)
		}
	}
	return units
}

func (f *Family) children(kind, code string) []kin {
	switch known := f.ward != "" && strings.HasPrefix(code, f.ward); {
	case known:
	case kind == UnitWard:
		f.read(code)
		f.ward = code
	default:
		f.read(TermPrefix(code))
	}
	return f.below[code]
}

// read enters who lies below the units whose codes begin so.
func (f *Family) read(prefix string) {
	for t, key := range f.v.Scan(UnitByParent, prefix) {
		parts := TermParts(t)
		if len(parts) != 3 {
			continue
		}
		parent, child := parts[0], kin{parts[1], parts[2], key}
		if !slices.ContainsFunc(f.below[parent], func(k kin) bool { return k.code == child.code }) {
			f.below[parent] = append(f.below[parent], child)
		}
	}
}

// subtree appends the code of a unit and of everything so many levels below it.
func (f *Family) subtree(codes []string, kind, code string, levels int) []string {
	codes = append(codes, code)
	if levels == 0 {
		return codes
	}
	for _, child := range f.children(kind, code) {
		codes = f.subtree(codes, child.kind, child.code, levels-1)
	}
	return codes
}
