package civic

import (
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/command"
)

// oneByOne is Subtree as it says itself: each unit's children by a scan of their own.
func oneByOne(v command.View, code string, levels int) []string {
	codes := []string{code}
	if levels == 0 {
		return codes
	}
	for _, child := range Children(v, code) {
		codes = append(codes, oneByOne(v, child.Code, levels-1)...)
	}
	return codes
}

// Codes may begin with those of others, kinds may be what they like, units may stand
// in two registers, below themselves, and hamlets below hamlets.
func TestASubtreeIsTheChildrenOfTheChildren(t *testing.T) {
	codes := []string{"01", "01CG", "0016", "00163", "00163-01", "00163-02", "00163-02-1", "00166", "00166-01", "016"}
	rapid.Check(t, func(t *rapid.T) {
		h := newRegister(1)
		for n := range rapid.IntRange(1, 12).Draw(t, "units") {
			code := rapid.SampledFrom(codes).Draw(t, "code")
			u := Unit{Code: code, Name: code, Kind: rapid.SampledFrom([]string{UnitProvince, UnitCluster, UnitWard, UnitHamlet}).Draw(t, "kind"),
				Parent: rapid.SampledFrom(codes).Draw(t, "parent")}
			key := command.Key(code)
			if rapid.Bool().Draw(t, "of another register") {
				key = Scoped(key, fmt.Sprintf("%02dXX", n))
			}
			require.NoError(t, h.apply([]command.Change{put(TypeUnit, key, u)}))
		}
		f := NewFamily(h)
		for _, code := range codes {
			require.Equal(t, oneByOne(h, Standing(h, code), 4), NewFamily(h).subtree(nil, kindOf(h, code), Standing(h, code), 4), code)
			u, _ := FindUnit(h, code)
			require.Equal(t, Children(h, code), f.Children(Unit{Code: code, Kind: u.Kind}), code)
		}
	})
}

func kindOf(v command.View, code string) string {
	u, _ := FindUnit(v, Standing(v, code))
	return u.Kind
}

// scans counts them.
type scans struct {
	command.View
	n int
}

func (s *scans) Scan(ix command.Index, prefix string) iter.Seq2[string, command.Key] {
	s.n++
	return s.View.Scan(ix, prefix)
}

func TestTheHamletsOfAClusterAreReadWithAScanAWard(t *testing.T) {
	h := newRegister(1)
	units := []command.Change{put(TypeUnit, "01CG", Unit{Code: "01CG", Kind: UnitCluster})}
	for w := range 18 {
		ward := fmt.Sprintf("%05d", 163+3*w)
		units = append(units, put(TypeUnit, command.Key(ward), Unit{Code: ward, Kind: UnitWard, Parent: "01CG"}))
		for n := range 40 {
			code := fmt.Sprintf("%s-%02d", ward, n)
			units = append(units, put(TypeUnit, command.Key(code), Unit{Code: code, Kind: UnitHamlet, Parent: ward}))
		}
	}
	require.NoError(t, h.apply(units))
	s := &scans{View: h}
	require.Len(t, Subtree(s, "01CG"), 1+18*41)
	require.LessOrEqual(t, s.n, 1+18)
}
