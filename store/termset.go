package store

import (
	"slices"
	"strings"
)

// termSet is a sorted set of term keys. It keeps them in short sorted parts, so
// that adding one moves a few hundred others and not all of them.
type termSet struct {
	parts [][]string // none empty, each sorted, in order
}

const termPart = 512 // a part is split when it grows beyond this

func (s *termSet) add(x string) {
	i := s.part(x)
	if i == len(s.parts) {
		if i == 0 {
			s.parts = [][]string{{x}}
			return
		}
		i-- // beyond the last: append to it
	}
	at, found := slices.BinarySearch(s.parts[i], x)
	if found {
		return
	}
	p := slices.Insert(s.parts[i], at, x)
	s.parts[i] = p
	if len(p) > termPart {
		upper := slices.Clone(p[len(p)/2:])
		s.parts[i] = p[:len(p)/2]
		s.parts = slices.Insert(s.parts, i+1, upper)
	}
}

func (s *termSet) remove(x string) {
	i := s.part(x)
	if i == len(s.parts) {
		return
	}
	at, found := slices.BinarySearch(s.parts[i], x)
	if !found {
		return
	}
	if s.parts[i] = slices.Delete(s.parts[i], at, at+1); len(s.parts[i]) == 0 {
		s.parts = slices.Delete(s.parts, i, i+1)
	}
}

// from returns the first member at or after x.
func (s *termSet) from(x string) (string, bool) {
	i := s.part(x)
	if i == len(s.parts) {
		return "", false
	}
	at, _ := slices.BinarySearch(s.parts[i], x)
	return s.parts[i][at], true
}

// part finds the first part whose last member is at or after x.
func (s *termSet) part(x string) int {
	i, _ := slices.BinarySearchFunc(s.parts, x, func(p []string, x string) int {
		return strings.Compare(p[len(p)-1], x)
	})
	return i
}
