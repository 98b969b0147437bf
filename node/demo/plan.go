package demo

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"net"
	"slices"
	"strconv"

	"gocua/store/civic"
	"gocua/store/roster/sample"
)

// plan is what a demonstration is made of; kept so that it can be gone on with.
type plan struct {
	Seed      uint64  `json:"seed"`
	Residents int     `json:"residents"`
	Province  place   `json:"province"`
	District  place   `json:"district"`
	Wards     []place `json:"wards"`
}

// place is one machine as it was made up.
type place struct {
	Unit  string `json:"unit"`
	Name  string `json:"name"`
	Node  string `json:"node"`
	HTTP  string `json:"http"`
	Voter bool   `json:"voter"`
	Users []User `json:"users"`
}

func (p plan) places() []place { return append([]place{p.Province, p.District}, p.Wards...) }

const (
	provinceCode, provinceName = "01", "TP Hà Nội"
	clusterCode, clusterName   = "01CG", "Cụm Cầu Giấy"
	hamletsEach                = 12
	seed                       = 2023
)

// wardNames are places of the newspaper articles and their neighbours; the
// people in them are invented.
func wardNames() []string {
	return []string{"Phường Dịch Vọng Hậu", "Phường Mai Dịch", "Phường Quan Hoa", "Phường Nghĩa Tân", "Phường Yên Hoà",
		"Phường Trung Hoà", "Phường Nghĩa Đô", "Phường Dịch Vọng"}
}

func newPlan(cfg Config) (plan, error) {
	if cfg.Wards < 1 || cfg.Wards > len(wardNames()) {
		return plan{}, fmt.Errorf("demo: %d wards: choose 1 to %d", cfg.Wards, len(wardNames()))
	}
	p := plan{Seed: seed, Residents: cfg.Residents,
		Province: place{Unit: provinceCode, Name: provinceName, Node: "province", HTTP: anyPort,
			Users: []User{user(civic.RoleProvince, "tinh"), user(civic.RoleAdmin, "quantri.tinh")}},
		District: place{Unit: clusterCode, Name: clusterName, Node: "district", HTTP: anyPort, Voter: true,
			Users: []User{user(civic.RoleOfficer, "canbo.cum"), user(civic.RoleSupervisor, "chihuy.cum"), user(civic.RoleLeader, "lanhdao"), user(civic.RoleAdmin, "quantri"), user(civic.RoleAuditor, "kiemtra")}},
	}
	for i := range cfg.Wards {
		n := strconv.Itoa(i + 1)
		p.Wards = append(p.Wards, place{Unit: wardCode(i), Name: wardNames()[i], Node: "ward-" + n, HTTP: anyPort, Voter: i < 2,
			Users: []User{user(civic.RoleOfficer, "canbo"+n), user(civic.RoleSupervisor, "chihuy"+n)}})
	}
	if cfg.OneFactor {
		p.oneFactor()
	}
	p.answerFrom(cfg.Port)
	return p, nil
}

// answerFrom gives the machines their ports, beginning with the province; 0: as
// they are.
func (p *plan) answerFrom(port int) {
	if port == 0 {
		return
	}
	next := func(at *place) {
		at.HTTP = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		port++
	}
	next(&p.Province)
	next(&p.District)
	for i := range p.Wards {
		next(&p.Wards[i])
	}
}

func wardCode(i int) string { return fmt.Sprintf("%05d", 160+3*(i+1)) }

// user makes up a password nobody can guess: a demonstration too may be reached
// by others on the machine.
func user(role civic.Role, name string) User {
	u := User{Role: role, User: name, Password: rand.Text()[:12]}
	if slices.Contains(civic.SecondRoles(), role) {
		u.TOTPSecret = secondSecret()
	}
	return u
}

// secondSecret is what a phone would be shown when the second factor is set up.
func secondSecret() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // without a random source the program ends
	return base32.StdEncoding.EncodeToString(raw[:])
}

// oneFactor leaves out all second factors.
func (p *plan) oneFactor() {
	for _, at := range p.places() {
		for i := range at.Users {
			at.Users[i].TOTPSecret = ""
		}
	}
}

// units is the tree that the district is founded with.
func (p plan) units() (units []civic.Unit) {
	units = append(units, civic.Unit{Code: clusterCode, Name: clusterName, Kind: civic.UnitCluster, Parent: provinceCode})
	for _, w := range p.sampleUnits() {
		units = append(units, civic.Unit{Code: w.Code, Name: w.Name, Kind: civic.UnitWard, Parent: clusterCode})
		for _, h := range w.Hamlets {
			units = append(units, civic.Unit{Code: h.Code, Name: h.Name, Kind: civic.UnitHamlet, Parent: w.Code})
		}
	}
	return units
}

func (p plan) sampleUnits() (units []sample.Unit) {
	for _, w := range p.Wards {
		units = append(units, sample.Ward(w.Unit, w.Name, hamletsEach))
	}
	return units
}
