package roster

import (
	"iter"
	"slices"
)

const (
	linesAhead   = 128 // handed over at once
	batchesAhead = 4
)

// ahead yields the same lines while the next are being read: unpacking a workbook
// takes as long as repairing what stands in it, and an old PC has two cores. When
// it ends, however it ends, nothing is being read any more.
func ahead(lines iter.Seq2[line, error]) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		batches, enough := make(chan batch, batchesAhead), make(chan struct{})
		go func() {
			defer close(batches)
			readAhead(lines, batches, enough)
		}()
		defer func() {
			close(enough)
			for range batches { // until it has ended
			}
		}()
		for b := range batches {
			for _, l := range b.lines {
				if !yield(l, nil) {
					return
				}
			}
			if b.err != nil {
				yield(line{}, b.err)
				return
			}
		}
	}
}

// batch is some lines and, after them, why there are no more.
type batch struct {
	lines []line
	err   error
}

func readAhead(lines iter.Seq2[line, error], to chan<- batch, enough <-chan struct{}) {
	var next batch
	send := func() (more bool) {
		select {
		case to <- next:
			next = batch{}
			return true
		case <-enough:
			return false
		}
	}
	for l, err := range lines {
		if err != nil {
			next.err = err
			break
		}
		next.lines = append(next.lines, line{l.n, slices.Clone(l.cells)})
		if len(next.lines) == linesAhead && !send() {
			return
		}
	}
	send()
}
