package lookup

import (
	"gocua/store/civic"
	"gocua/store/report"
)

// UnitNode is a unit and how far below the top of its list it lies.
type UnitNode struct {
	civic.Unit
	Depth int
}

// deepest is how far down a tree of units is followed; more is a loop in the
// data.
const deepest = 8

// Units lists a unit and everything below it, each right after the one it
// belongs to, by kind and code. Nothing if there is no such unit. Wards that were
// merged into another are that one.
func Units(src Source, top string) []UnitNode {
	u, ok := civic.FindUnit(src, civic.Standing(src, top))
	if !ok {
		return nil
	}
	return below(civic.NewFamily(src), u, 0, nil)
}

func below(f *civic.Family, u civic.Unit, depth int, list []UnitNode) []UnitNode {
	list = append(list, UnitNode{u, depth})
	if depth == deepest {
		return list
	}
	for _, child := range f.Children(u) {
		if child.Joined || child.From != "" && child.To != "" && child.To < child.From { // or one whose plan was taken back
			continue
		}
		list = below(f, child, depth+1, list)
	}
	return list
}

// ClusterRow is a cluster as the province sees it: what came in and what it
// adds up to.
type ClusterRow struct {
	civic.Cluster
	Figures report.Row // zero as long as none of its units has come in
}

// Clusters lists the enrolled clusters by code, with the figures of a day
// ("YYYY-MM-DD"). Empty everywhere but at the province.
func Clusters(src Source, day string) (rows []ClusterRow) {
	for _, c := range civic.Clusters(src) {
		row := ClusterRow{Cluster: c}
		if daily, ok := report.Daily(src, c.Code, day); ok {
			row.Figures = daily.Total
		}
		rows = append(rows, row)
	}
	return rows
}

// Parked lists at most limit of the records the province refused, in the order
// in which they were sent.
func Parked(src Source, limit int) (list []civic.Parked) {
	for _, key := range src.Scan(civic.ParkedBySeq, "") {
		if len(list) == limit {
			break
		}
		if p, ok := civic.Load[civic.Parked](src, civic.TypeParked, key); ok {
			list = append(list, p)
		}
	}
	return list
}
