package ui

import (
	"fmt"
	"strings"
)

// Bar is the ruler of one unit against its target, drawn in per mille: solid is
// activated, outline is captured, the tick is the target. What is stale or still
// expected is dashed. Nothing is clamped: a bar past its target is drawn past
// the tick.
type Bar struct {
	Captured, Activated Ratio // of the target
	Stale               bool
	Scale               int // width in per mille; BarScale
}

// BarScale is a width that holds all of these ratios and the target, with room
// to see past it, so that the bars of one table can be compared.
func BarScale(ratios ...Ratio) int {
	scale := Ratio(1100)
	for _, r := range ratios {
		if r+50 > scale {
			scale = (r + 50 + 99) / 100 * 100
		}
	}
	return int(scale)
}

// CapturedPath outlines what was captured, 80 high in a box of 160.
func (b Bar) CapturedPath() string { return box(b.Captured, 40, 80) }

// ActivatedPath fills what was activated.
func (b Bar) ActivatedPath() string { return box(b.Activated, 30, 100) }

// StalePath dashes both.
func (b Bar) StalePath() string {
	if b.Activated < 0 {
		return b.CapturedPath()
	}
	return fmt.Sprintf("%sM%d 40v80", b.CapturedPath(), b.Activated)
}

// MissingPath dashes what is missing between captured and target.
func (b Bar) MissingPath() string {
	if b.Captured < 0 || b.Captured >= 1000 {
		return ""
	}
	return fmt.Sprintf("M%d 40H1000v80H%d", b.Captured, b.Captured)
}

// Ticks marks every 5 % below the bar, the halves and the target longer.
func (b Bar) Ticks() string {
	var p strings.Builder
	for x := 0; x <= b.Scale; x += 50 {
		from := 190
		if x%500 == 0 {
			from = 165
		}
		fmt.Fprintf(&p, "M%d %dV230", x, from)
	}
	fmt.Fprintf(&p, "M0 230H%d", b.Scale)
	return p.String()
}

// Labels names every 10 %; each label begins at its tick.
func (b Bar) Labels() []string {
	var all []string
	for x := 0; x < b.Scale; x += 100 {
		label := fmt.Sprint(x / 10)
		if x == 1000 {
			label += " %"
		}
		all = append(all, label)
	}
	return all
}

func box(width Ratio, top, height int) string {
	if width <= 0 {
		return ""
	}
	return fmt.Sprintf("M0 %dh%dv%dH0z", top, width, height)
}
