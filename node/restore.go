package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"gocua/node/backup"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store/civic"
	"gocua/store/command"
)

// Restoring is what `gocua restore --from` asks: a backup, who can open it, and
// where the machine answers from then on.
type Restoring struct {
	Dir     string // holds no machine
	File    string
	Key     string // secret key, or the file that holds it
	HTTP    string
	HTTPS   string
	Peer    string
	Profile string
	KeyFile string   // as Founding has it
	Hosts   []string // names under which browsers of the office will reach it

	at func(step string) // told before each step; tests only
}

// Restored is the machine that was made.
type Restored struct {
	Header      backup.Header `json:"backup"`
	Generation  int           `json:"generation"`
	Fingerprint string        `json:"fingerprint"`  // of the root
	NewRoot     bool          `json:"newAuthority"` // the backup held none: browsers and the province must be told
}

// restoringFile stands for rememberedFile until a restore is complete: a machine
// counts from the moment it is renamed.
const restoringFile = rememberedFile + ".restoring"

// Restore makes a cluster (or province) again on this machine alone, from a
// backup: as the only voter of a new generation, which it has agreed on when it is
// started, so that machines of the earlier one are refused until they are let back
// in (Readmit). Nothing that was agreed after the backup is there; what machines
// still hold in their outboxes comes again with them. When it fails, nothing is left
// behind.
func Restore(ctx context.Context, r Restoring) (done Restored, err error) {
	if r.at == nil {
		r.at = func(string) {}
	}
	b, kit, err := openBackup(r.File, r.Key)
	if err != nil {
		return done, err
	}
	defer b.Close()
	m := remembered{Tier: b.Tier, Unit: b.Unit, Founder: true, HTTP: r.HTTP, HTTPS: r.HTTPS, Peer: r.Peer, Profile: r.Profile}
	if err := m.check(); err != nil {
		return done, err
	}
	made, err := groundForRestore(r.Dir, r.KeyFile)
	if err != nil {
		return done, err
	}
	r.at("marker")
	if err := m.saveAs(r.Dir, restoringFile); err != nil {
		return done, errors.Join(err, made.undo())
	}
	done, err = r.make(ctx, b, kit, m)
	if err != nil {
		return done, errors.Join(err, made.undo())
	}
	return done, nil
}

func (r Restoring) make(ctx context.Context, b *backup.File, kit trust.Kit, m remembered) (done Restored, err error) {
	now := time.Now()
	next, err := kit.Renewed(now)
	if err != nil {
		return done, fmt.Errorf("node: restoring: %w", err)
	}
	browser, err := next.Authority.IssueBrowser(next.Identity.Node, r.Hosts, now)
	if err != nil {
		return done, fmt.Errorf("node: restoring: %w", err)
	}
	r.at("keys")
	if err := errors.Join(next.Authority.Save(r.Dir), next.Identity.Save(r.Dir), browser.Save(r.Dir)); err != nil {
		return done, fmt.Errorf("node: restoring: %w", err)
	}
	alone := []raft.Member{{ID: next.Identity.Node, Addr: m.Peer, Voter: true}}
	if err := restoreInto(ctx, r.Dir, r.KeyFile, b, alone, r.at); err != nil {
		return done, err
	}
	r.at("generation")
	begun := recovery{Generation: next.Identity.Generation, From: b.Index, Backup: true, Alone: true} // its first start has it agreed
	if err := begun.save(r.Dir); err != nil {
		return done, err
	}
	r.at("remember")
	if err := os.Rename(filepath.Join(r.Dir, restoringFile), filepath.Join(r.Dir, rememberedFile)); err != nil {
		return done, fmt.Errorf("node: restoring: %w", err)
	}
	return Restored{Header: b.Header, Generation: next.Identity.Generation, Fingerprint: trust.Fingerprint(next.Identity.Root),
		NewRoot: kit.Authority == nil}, syncDir(r.Dir)
}

// RestoreInto makes register and agreement of a directory that has neither, from
// an unsealed backup, under the machine's keyring, which is made if there is none: the register as it was, and a snapshot at its index from
// which agreement goes on, so that a leader sends only what came after. members is
// the membership from then on: this machine alone, or nobody, for one that is to
// be taken in. Register and snapshot were compared with what was backed up and
// are on disk when it returns.
func RestoreInto(ctx context.Context, dir, keyFile string, b *backup.File, members []raft.Member) error {
	return restoreInto(ctx, dir, keyFile, b, members, func(string) {})
}

func restoreInto(ctx context.Context, dir, keyFile string, b *backup.File, members []raft.Member, at func(string)) error {
	keys, err := openKeys(dir, trust.Way{File: keyFile}, time.Now())
	if err != nil {
		return err
	}
	seals, err := LogSeals(keys)
	if err != nil {
		return err
	}
	at("seed")
	seed, err := raft.Plant(raft.Seeding{Dir: filepath.Join(dir, "raft"), Seals: seals, Index: b.Index, Term: b.Term, Members: members})
	if err != nil {
		return err
	}
	at("register")
	if err := fill(ctx, filepath.Join(dir, "register"), keys.Register()[0], b, seed, civic.Table()); err != nil {
		return errors.Join(err, seed.Cancel())
	}
	at("commit")
	if err := seed.Commit(); err != nil {
		return fmt.Errorf("node: restoring: %w", err)
	}
	return nil
}

// takeFirstCopy fills the directory of a machine that is about to join, which
// has its identity already, from a backup of its cluster in place of a slow line.
func takeFirstCopy(dir, keyFile, file, key string) error {
	id, err := trust.LoadIdentity(dir)
	if err != nil {
		return err
	}
	b, err := backup.Open(file)
	if err != nil {
		return err
	}
	if err = ofTheSame(id, b); err == nil {
		_, err = unseal(b, key)
	}
	if err == nil {
		err = RestoreInto(context.Background(), dir, keyFile, b, nil)
	}
	return errors.Join(err, b.Close())
}

// ofTheSame refuses a backup of another cluster, and one from before the cluster
// was made again: what was agreed since may contradict it.
func ofTheSame(id *trust.Identity, b *backup.File) error {
	if b.Cluster != id.Cluster {
		return command.Errorf(command.Forbidden, "backup_foreign", "the backup is of cluster %s, this machine joins %s; take a backup of that one", b.Cluster, id.Cluster)
	}
	if err := b.Check(id.Root); err != nil {
		return err
	}
	if b.Generation != id.Generation {
		return command.Errorf(command.Conflicting, "backup_generation", "the backup was made before the cluster was made again (generation %d, now %d); take a newer one, or join without --from", b.Generation, id.Generation)
	}
	return nil
}

// openBackup opens a backup with a secret key.
func openBackup(file, key string) (*backup.File, trust.Kit, error) {
	b, err := backup.Open(file)
	if err != nil {
		return nil, trust.Kit{}, err
	}
	kit, err := unseal(b, key)
	if err != nil {
		return nil, kit, errors.Join(err, b.Close())
	}
	return b, kit, nil
}

func unseal(b *backup.File, key string) (trust.Kit, error) {
	secret, err := backup.ParseKey(key)
	if err != nil {
		return trust.Kit{}, err
	}
	return b.Unseal(secret)
}

// groundForRestore is breakGround in a directory from which what an interrupted
// restore left there is removed first.
func groundForRestore(dir, keyFile string) (ground, error) {
	if absent(filepath.Join(dir, rememberedFile)) && !absent(filepath.Join(dir, restoringFile)) {
		if err := (ground{dir: dir}).clear(); err != nil {
			return ground{}, err
		}
	}
	return breakGround(dir, keyFile)
}
