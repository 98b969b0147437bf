package doctor

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/node/release"
)

// healthy is a machine with nothing to say about.
func healthy() Facts {
	now := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	return Facts{Now: now, Free: 40 << 30, Fsync: 12 * time.Millisecond, Memory: 4 << 30, Sleep: SleepNever, Firewall: FirewallNone, Service: true,
		Doors:     []Door{{"http", "127.0.0.1:8080", false}, {"https", ":8443", false}, {"peer", "10.0.0.5:8790", false}},
		Documents: []Document{{"node", now.AddDate(0, -1, 0), now.AddDate(1, 0, 0)}},
		Status: &lookup.Status{Node: "ward-1", Version: "v1.1.0", Level: 1, Role: "voter", Leader: "district",
			Backup: lookup.BackupStatus{Recipients: 2, At: "19:30", Newest: &lookup.BackupMade{Age: (11 * time.Hour).Milliseconds(), Verified: true}}, Members: []lookup.MemberStatus{
				{Node: "ward-1", Self: true, Version: "v1.1.0"}, {Node: "district", Version: "v1.1.0", LastContact: 900, Digest: lookup.DigestEqual}}}}
}

func TestNothingIsSaidAgainstAHealthyMachine(t *testing.T) {
	for _, language := range []string{Vietnamese, English} {
		list := Examine(healthy(), language)
		require.GreaterOrEqual(t, len(list), 14)
		for _, x := range list {
			require.Equal(t, OK, x.Level, "%+v", x)
			require.NotEmpty(t, x.What)
			require.Empty(t, x.Do)
		}
		require.Equal(t, OK, Worst(list))
	}
}

// Each line makes one thing wrong; that and nothing else is found, in both
// languages, with what to do about it.
func TestWhatIsWrongIsFoundAndWhatToDoAboutItSaid(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(f *Facts)
		check string
		level Level
		says  string // in Vietnamese, in what is or what to do
	}{
		{"it does not run", func(f *Facts) { f.Status = nil }, "running", Warn, "gocua serve"},
		{"it needs an update", func(f *Facts) { f.Status.Failed, f.Status.FailedCode = "x", "unknown_kind" }, "register", Fail, "gocua update"},
		{"it differs", func(f *Facts) { f.Status.Failed, f.Status.FailedCode = "x", "differs" }, "register", Fail, "restore --rebuild"},
		{"it cannot apply", func(f *Facts) { f.Status.Failed, f.Status.FailedCode = "x", "cannot_apply" }, "register", Fail, "cannot_apply"},
		{"it was removed", func(f *Facts) { f.Status.Role = "removed" }, "register", Fail, "không còn trong cụm"},
		{"a dead battery", func(f *Facts) { f.Now = time.Date(2002, 1, 1, 0, 0, 0, 0, time.UTC) }, "clock", Fail, "CMOS"},
		{"a jump", func(f *Facts) { f.Status.Clock.Code = lookup.ClockJump }, "clock", Fail, "--confirm"},
		{"skew", func(f *Facts) { f.Status.Clock.Code, f.Status.Clock.Skew = lookup.ClockSkew, 420_000 }, "clock", Warn, "7m0s"},
		{"an unknown disk", func(f *Facts) { f.Free = -1 }, "disk", Warn, "Không biết"},
		{"a full disk", func(f *Facts) { f.Free = 100 << 20 }, "disk", Fail, "100 MB"},
		{"a disk that fills up", func(f *Facts) { f.Free = 1 << 30 }, "disk", Warn, "1024 MB"},
		{"a disk nobody may write to", func(f *Facts) { f.Fsync = 0 }, "fsync", Fail, "sudo"},
		{"a dying disk", func(f *Facts) { f.Fsync = time.Second }, "fsync", Fail, "Sao lưu ngay"},
		{"a virus scanner", func(f *Facts) { f.Fsync = 100 * time.Millisecond }, "fsync", Warn, "diệt vi-rút"},
		{"little memory", func(f *Facts) { f.Memory = 1 << 30 }, "memory", Warn, "1.0 GB"},
		{"a door that does not answer", func(f *Facts) { f.Doors[2].Busy = true }, "ports", Fail, "10.0.0.5:8790"},
		{"ufw", func(f *Facts) { f.Firewall = FirewallUFW }, "firewall", Warn, "sudo ufw allow 8443/tcp && sudo ufw allow 8790/tcp"},
		{"firewalld", func(f *Facts) { f.Firewall = FirewallD }, "firewall", Warn, "--add-port=8790/tcp"},
		{"Windows", func(f *Facts) { f.Firewall = FirewallWindows }, "firewall", Warn, "localport=8443,8790"},
		{"a firewall nobody knows", func(f *Facts) { f.Firewall = FirewallUnknown }, "firewall", Warn, "8443, 8790"},
		{"a laptop that sleeps", func(f *Facts) { f.Sleep = SleepMay }, "sleep", Warn, "standby-timeout-ac 0"},
		{"nobody knows whether it sleeps", func(f *Facts) { f.Sleep = SleepUnknown }, "sleep", Warn, "Nguồn điện"},
		{"no service", func(f *Facts) { f.Service = false }, "service", Warn, "service install"},
		{"a certificate that ends soon", func(f *Facts) { f.Documents[0].Until = f.Now.AddDate(0, 0, 20) }, "certificates", Warn, "20 ngày"},
		{"one that ends this week", func(f *Facts) { f.Documents[0].Until = f.Now.AddDate(0, 0, 3) }, "certificates", Fail, "3 ngày"},
		{"one that has ended", func(f *Facts) { f.Documents[0].Until = f.Now.AddDate(0, 0, -2) }, "certificates", Fail, "hết hạn ngày 01/08/2026"},
		{"nobody who could open a backup", func(f *Facts) { f.Status.Backup = lookup.BackupStatus{At: "19:30", Warn: lookup.BackupNone} }, "backups", Warn, "gocua backup key"},
		{"no backup yet", func(f *Facts) { f.Status.Backup.Newest, f.Status.Backup.Warn = nil, lookup.BackupNone }, "backups", Warn, "lúc 19:30"},
		{"no backup, and not for want of trying", func(f *Facts) {
			f.Status.Backup.Newest, f.Status.Backup.Warn, f.Status.Backup.Failed = nil, lookup.BackupNone, "backup_place"
		}, "backups", Warn, "backup_place"},
		{"a backup ahead of time", func(f *Facts) { f.Status.Backup.Newest.Age, f.Status.Backup.Warn = 0, lookup.BackupAhead }, "backups", Warn, "chưa tới"},
		{"an old backup", func(f *Facts) {
			f.Status.Backup.Newest.Age, f.Status.Backup.Warn = (100 * time.Hour).Milliseconds(), lookup.BackupOld
		}, "backups", Warn, "4 ngày"},
		{"a backup that came to nothing", func(f *Facts) { f.Status.Backup.Failed, f.Status.Backup.Warn = "backup_differs", lookup.BackupFailed }, "backups", Warn, "backup_differs"},
		{"a backup never tried out", func(f *Facts) { f.Status.Backup.Newest.Verified = false }, "backups", Warn, "gocua backup verify"},
		{"no leader", func(f *Facts) { f.Status.Leader = "" }, "leader", Warn, "Vẫn ghi như thường"},
		{"a machine that is off", func(f *Facts) { f.Status.Members[1].LastContact = 3600_000 }, "peers", Warn, "district"},
		{"one never heard", func(f *Facts) { f.Status.Members[1].LastContact = -1 }, "peers", Warn, "district"},
		{"one that differs", func(f *Facts) { f.Status.Members[1].Digest = lookup.DigestDiffers }, "peers", Fail, "khác sổ"},
		{"two versions", func(f *Facts) { f.Status.Members[1].Version = "v1.0.0" }, "versions", Warn, "district v1.0.0"},
		{"a trial", func(f *Facts) { f.Update = &release.Trial{State: release.Trying, To: "v1.2.0"} }, "update", Warn, "v1.2.0"},
		{"an update that was undone", func(f *Facts) {
			f.Update = &release.Trial{State: release.Undone, Why: release.WhyNotReady, To: "v1.2.0"}
		}, "update", Warn, "không lên kịp"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := healthy()
			c.spoil(&f)
			var wrong []Finding
			for _, x := range Examine(f, Vietnamese) {
				if x.Level != OK {
					wrong = append(wrong, x)
				}
			}
			require.Len(t, wrong, 1, "%+v", wrong)
			x := wrong[0]
			require.Equal(t, []any{c.check, c.level}, []any{x.Check, x.Level})
			require.Contains(t, x.What+" "+x.Do, c.says)
			require.NotEmpty(t, x.Do)
			require.Equal(t, c.level, Worst(Examine(f, Vietnamese)))
			for _, y := range Examine(f, English) {
				if y.Level != OK {
					require.Equal(t, []any{c.check, c.level}, []any{y.Check, y.Level})
					require.NotEqual(t, x.What, y.What)
					require.NotEmpty(t, y.Do)
				}
			}
		})
	}
}

func TestADoorThatCannotBeHadIsNamedWhileTheMachineIsStopped(t *testing.T) {
	f := healthy()
	f.Status, f.Doors[1].Busy = nil, true
	for _, x := range Examine(f, Vietnamese) {
		if x.Check == "ports" && x.Level == Fail {
			require.Contains(t, x.What, ":8443")
			require.Contains(t, x.Do, "--https")
			return
		}
	}
	t.Fatal("not found")
}

func TestAMachineNobodyOutsideReachesHasNothingToDoWithFirewalls(t *testing.T) {
	f := healthy()
	f.Firewall = FirewallUFW
	f.Doors = []Door{{"http", "127.0.0.1:8080", false}, {"peer", "localhost:8790", false}, {"peer", "[::1]:8790", false}}
	require.Equal(t, OK, Worst(Examine(f, English)))
}
