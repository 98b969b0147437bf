package store

import (
	"slices"
	"strings"
)

// sorted is a map in the order of its keys, kept in short sorted parts, so that
// adding to it moves a few hundred others and not all of them.
//
// A copy of a frozen map costs nothing: whoever writes to one first copies the
// list of parts, then each part it writes to. So one that never changes any more
// can be read by many and gone on with by others.
type sorted[V any] struct {
	parts []*part[V] // none empty, in order
	owner *owner     // who may write to the parts it is noted in; nil: nobody yet
}

type part[V any] struct {
	keys   []string
	values []V
	owner  *owner
}

// owner is one map between two freezes; only its address counts.
type owner struct{ _ byte }

const partSize = 256 // a part is split when it grows beyond this

// freeze makes copies of the map independent of what is written to it later.
func (s *sorted[V]) freeze() { s.owner = nil }

func (s *sorted[V]) get(x string) (v V, ok bool) {
	i, at, found := s.find(x)
	if !found {
		return v, false
	}
	return s.parts[i].values[at], true
}

// from returns the first member at or after x.
func (s *sorted[V]) from(x string) (key string, v V, ok bool) {
	i, at, _ := s.find(x)
	if i == len(s.parts) {
		return "", v, false
	}
	return s.parts[i].keys[at], s.parts[i].values[at], true
}

// below returns the last member before x.
func (s *sorted[V]) below(x string) (key string, v V, ok bool) {
	i, at, _ := s.find(x)
	if at == 0 {
		if i == 0 {
			return "", v, false
		}
		i--
		at = len(s.parts[i].keys)
	}
	return s.parts[i].keys[at-1], s.parts[i].values[at-1], true
}

func (s *sorted[V]) put(x string, v V) {
	i, at, found := s.find(x)
	if i == len(s.parts) {
		if i == 0 {
			s.parts = append(s.writable(), &part[V]{[]string{x}, []V{v}, s.owner})
			return
		}
		i-- // beyond the last: append to it
		at = len(s.parts[i].keys)
	}
	p := s.open(i)
	if found {
		p.values[at] = v
		return
	}
	p.keys, p.values = slices.Insert(p.keys, at, x), slices.Insert(p.values, at, v)
	if n := len(p.keys); n > partSize {
		upper := &part[V]{slices.Clone(p.keys[n/2:]), slices.Clone(p.values[n/2:]), s.owner}
		p.keys, p.values = slices.Clone(p.keys[:n/2]), slices.Clone(p.values[:n/2])
		s.parts = slices.Insert(s.parts, i+1, upper)
	}
}

func (s *sorted[V]) remove(x string) {
	i, at, found := s.find(x)
	if !found {
		return
	}
	p := s.open(i)
	p.keys, p.values = slices.Delete(p.keys, at, at+1), slices.Delete(p.values, at, at+1)
	if len(p.keys) == 0 {
		s.parts = slices.Delete(s.parts, i, i+1)
	}
}

// find returns where x is or would be; the part is the first whose last member
// is at or after x.
func (s *sorted[V]) find(x string) (i, at int, found bool) {
	i, _ = slices.BinarySearchFunc(s.parts, x, func(p *part[V], x string) int {
		return strings.Compare(p.keys[len(p.keys)-1], x)
	})
	if i < len(s.parts) {
		at, found = slices.BinarySearch(s.parts[i].keys, x)
	}
	return i, at, found
}

// writable returns the list of parts, made this map's own.
func (s *sorted[V]) writable() []*part[V] {
	if s.owner == nil {
		s.parts, s.owner = slices.Clone(s.parts), new(owner)
	}
	return s.parts
}

// open makes a part this map's own.
func (s *sorted[V]) open(i int) *part[V] {
	parts := s.writable()
	if p := parts[i]; p.owner != s.owner {
		parts[i] = &part[V]{slices.Clone(p.keys), slices.Clone(p.values), s.owner}
	}
	return parts[i]
}
