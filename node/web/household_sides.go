package web

import (
	"encoding/json"
	"strings"

	"gocua/store/civic"
	"gocua/store/command"
	"gocua/ui"
)

// peopleNamed are the names of people the officer may see.
func (r *reviewed) peopleNamed(ids []command.ID) string {
	var names []string
	for _, id := range ids {
		if name, _ := r.q.personNamed(r.src, id, ""); name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// livesThere are the names of who lives in the household the review is about.
func (r *reviewed) livesThere() string {
	var ids []command.ID
	for _, key := range civic.Members(r.src, r.Record) {
		if p, ok := civic.Load[civic.Resident](r.src, civic.TypeResident, key); ok {
			ids = append(ids, p.ID)
		}
	}
	return r.peopleNamed(ids)
}

func (r *reviewed) compareSplit() {
	var late civic.SplitHousehold
	if r.Household == nil || json.Unmarshal(r.Body, &late) != nil {
		return
	}
	r.add("Đang ở trong hộ", r.livesThere(), "", nil)
	r.add("Ra ở riêng", "", r.peopleNamed(late.Members), nil)
	r.add("Địa chỉ", r.Household.Address, late.Address, nil)
	r.add("Tổ, thôn", hamletName(r.src, r.Household.Hamlet), hamletName(r.src, late.Hamlet), nil)
	r.add("Chủ hộ", r.peopleNamed([]command.ID{r.Household.Head}), r.peopleNamed([]command.ID{late.Head}), nil)
}

func (r *reviewed) compareMerge() {
	var late civic.MergeHousehold
	if r.Household == nil || json.Unmarshal(r.Body, &late) != nil {
		return
	}
	r.add("Đang ở trong hộ", r.livesThere(), "", nil)
	r.add("Hộ", r.Household.Address, r.address(late.Into), nil)
}

// compareUnit lays what is known of a hamlet beside what came late.
func (r *reviewed) compareUnit() {
	var late civic.Unit
	if json.Unmarshal(r.Body, &late) != nil || !r.q.covers(r.src, late.Code) {
		return
	}
	held, _ := civic.FindUnit(r.src, late.Code)
	r.add("Tên", held.Name, late.Name, nil)
	r.add("Không có", lacking(held), lacking(late), nil)
}

func lacking(u civic.Unit) string {
	var lacks []string
	for _, f := range factsOf(u) {
		if f.Lack {
			lacks = append(lacks, f.Name)
		}
	}
	return strings.Join(lacks, ", ")
}

// factsOf is what a hamlet has, in the order in which it is told.
func factsOf(u civic.Unit) []ui.HamletFact {
	return []ui.HamletFact{{Name: "điện lưới", Lack: u.NoPower}, {Name: "sóng 2G", Lack: u.No2G}, {Name: "3G, 4G", Lack: u.No3G}, {Name: "cáp quang", Lack: u.NoFibre}}
}
