package ui

import (
	"fmt"
	"strings"
)

// QR is a picture code drawn as one path: dark modules only, the quiet zone is
// in the view box.
type QR struct {
	Size int // modules a side, quiet zone included; 0: none
	Path string
}

// DrawQR turns the modules of a code (true is dark, rows from the top, quiet
// zone included) into a picture. Neighbours in a row become one stroke.
func DrawQR(modules [][]bool) QR {
	var path strings.Builder
	for y, row := range modules {
		for x := 0; x < len(row); x++ {
			if !row[x] {
				continue
			}
			from := x
			for x < len(row) && row[x] {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
		}
	}
	return QR{Size: len(modules), Path: path.String()}
}
