package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"gocua/node"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster/sample"
)

// unfinishedFile marks a directory in which founding began.
const unfinishedFile = "unfinished"

// found makes the district from nothing, in the steps an office would take.
func (d *Demo) found(ctx context.Context) error {
	unfinished := filepath.Join(d.cfg.Dir, unfinishedFile)
	if err := errors.Join(d.clear(unfinished), os.WriteFile(unfinished, nil, 0o600)); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"founding the province and the district", d.initBoth},
		{"introducing them to each other", d.enroll},
		{"inviting the wards", d.joinWards},
		{"agreeing on members", d.awaitMembers},
		{"loading the rosters", d.importRosters},
	} {
		d.cfg.Progress(step.what)
		if err := step.do(ctx); err != nil {
			return err
		}
	}
	return errors.Join(d.save(), os.Remove(unfinished))
}

// clear removes what a founding left that was broken off: machines of which
// nobody knows the passwords. Without the mark nothing is touched.
func (d *Demo) clear(unfinished string) (err error) {
	if _, missing := os.Stat(unfinished); missing != nil {
		return nil
	}
	for _, p := range d.plan.places() {
		err = errors.Join(err, os.RemoveAll(d.dir(p)))
	}
	return err
}

func (d *Demo) province() *machine { return d.machines[0] }
func (d *Demo) district() *machine { return d.machines[1] }
func (d *Demo) wards() []*machine  { return d.machines[2:] }

const anyPort = "127.0.0.1:0"

func (d *Demo) initBoth(ctx context.Context) error {
	province, district := d.plan.Province, d.plan.District
	profile := d.cfg.Profile
	if profile == "" {
		profile = node.ProfileLAN
	}
	if err := node.Init(node.Founding{Dir: d.dir(province), Node: province.Node, Unit: province.Unit, HTTP: province.HTTP, Peer: anyPort, Profile: profile,
		Identity: civic.Identity{Code: provinceCode, Name: provinceName, Tier: civic.TierProvince, Generation: 1},
		Units:    []civic.Unit{{Code: provinceCode, Name: provinceName, Kind: civic.UnitProvince}},
		Officers: officers(province), Settings: d.settings()}); err != nil {
		return err
	}
	people := officers(district)
	for _, w := range d.plan.Wards {
		people = append(people, officers(w)...)
	}
	if err := node.Init(node.Founding{Dir: d.dir(district), Node: district.Node, Unit: district.Unit, HTTP: district.HTTP, Peer: anyPort, Profile: profile,
		Identity: civic.Identity{Code: clusterCode, Name: clusterName, Tier: civic.TierCluster, Generation: 1},
		Units:    d.plan.units(), Officers: people, Settings: d.settings()}); err != nil {
		return err
	}
	for _, m := range []*machine{d.province(), d.district()} {
		if err := d.start(m); err != nil {
			return err
		}
		if err := m.await(ctx, "to be founded", func() bool { s := m.node.Status(false); return len(m.node.Ready()) == 0 && s.Outbox.Waiting == 0 }); err != nil {
			return err
		}
	}
	return nil
}

// settings are what both registers begin with.
func (d *Demo) settings() (list []civic.PutSetting) {
	if d.cfg.OneFactor {
		list = append(list, civic.PutSetting{Key: civic.SettingSecondRoles, Value: []byte("[]")})
	}
	return list
}

func officers(p place) (list []node.NewOfficer) {
	for _, u := range p.Users {
		list = append(list, node.NewOfficer{User: u.User, Name: roleName(u.Role) + " " + p.Name, Password: u.Password, Role: u.Role, Unit: p.Unit, Second: u.TOTPSecret})
	}
	return list
}

func roleName(r civic.Role) string {
	names := map[civic.Role]string{civic.RoleOfficer: "Cán bộ", civic.RoleSupervisor: "Chỉ huy", civic.RoleLeader: "Lãnh đạo",
		civic.RoleProvince: "Cán bộ", civic.RoleAdmin: "Quản trị", civic.RoleAuditor: "Kiểm tra"}
	return names[r]
}

func (d *Demo) enroll(ctx context.Context) error {
	up, errUp := d.province().node.Card()
	down, errDown := d.district().node.Card()
	return errors.Join(errUp, errDown, d.province().node.Enroll(ctx, down), d.district().node.Enroll(ctx, up))
}

// joinWards has every ward invited and join, one after the other.
func (d *Demo) joinWards(ctx context.Context) error {
	for _, w := range d.wards() {
		t, err := d.district().node.Invite(w.place.Node, w.place.Unit, w.place.Voter)
		if err != nil {
			return err
		}
		profile := d.cfg.Profile
		if profile == "" {
			profile = node.ProfileLAN
		}
		if _, err := node.Join(ctx, node.Joining{Dir: d.dir(w.place), Token: t.String(), HTTP: w.place.HTTP, Peer: anyPort, Profile: profile}); err != nil {
			return err
		}
		if err := d.start(w); err != nil {
			return err
		}
	}
	return nil
}

// awaitMembers waits until every machine knows all members with their votes.
func (d *Demo) awaitMembers(ctx context.Context) error {
	voters := 1
	for _, w := range d.wards() {
		if w.place.Voter {
			voters++
		}
	}
	for _, m := range d.machines[1:] {
		err := m.await(ctx, "to know the members", func() bool {
			s, votes := m.node.Status(false), 0
			for _, other := range s.Members {
				if other.Voter {
					votes++
				}
			}
			return len(s.Members) == 1+len(d.wards()) && votes == voters && len(m.node.Ready()) == 0
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// importRosters hands every ward its own messy spreadsheet.
func (d *Demo) importRosters(ctx context.Context) error {
	if d.plan.Residents == 0 {
		return nil
	}
	cfg := sample.Config{Seed: d.plan.Seed, Residents: d.plan.Residents, Units: d.plan.sampleUnits()}
	for i, w := range d.wards() {
		var file bytes.Buffer
		mess := sample.Messy(d.plan.Seed + uint64(i))
		if _, err := sample.WriteXLSX(&file, ofUnit(sample.Make(cfg), w.place.Unit), mess); err != nil {
			return fmt.Errorf("demo: roster of %s: %w", w.place.Node, err)
		}
		if _, err := w.node.StartImport(command.Actor{}, w.place.Unit, "danh-sach-"+w.place.Unit+".xlsx", file.Bytes()); err != nil {
			return fmt.Errorf("demo: roster of %s: %w", w.place.Node, err)
		}
	}
	for _, w := range d.wards() {
		if err := w.await(ctx, "to load its roster", func() bool { jobs := w.node.Imports(); return len(jobs) > 0 && jobs[0].Finished != nil }); err != nil {
			return err
		}
		if job := w.node.Imports()[0]; job.State != "done" {
			return fmt.Errorf("demo: roster of %s: %s (%s)", w.place.Node, job.Error, job.Code)
		}
	}
	return d.setTargets(ctx)
}

// setTargets assigns every ward nine tenths of its people for this year.
func (d *Demo) setTargets(ctx context.Context) error {
	year := time.Now().UTC().Format("2006")
	for _, w := range d.wards() {
		for _, indicator := range []string{civic.IndicatorCaptured, civic.IndicatorActivated} {
			target := civic.SetTarget{Unit: w.place.Unit, Indicator: indicator, Period: year, Value: int64(d.plan.Residents / len(d.wards()) * 9 / 10)}
			if err := d.district().node.Ask(ctx, civic.KindTargetSet, clusterCode, target); err != nil {
				return err
			}
		}
	}
	return nil
}

func ofUnit(people iter.Seq[sample.Person], unit string) iter.Seq[sample.Person] {
	return func(yield func(sample.Person) bool) {
		for p := range people {
			if p.Unit == unit && !yield(p) {
				return
			}
		}
	}
}
