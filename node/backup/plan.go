package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"gocua/node/host"
	"gocua/store/command"
)

const (
	planFile  = "backup.json"
	usualTime = "19:30"
	folder    = "backups"
)

// Plan is what a machine backs up by itself, as its directory remembers it.
type Plan struct {
	Recipients []string `json:"recipients"`    // public keys; nobody: no backups
	Dir        string   `json:"dir,omitempty"` // where they go; empty: backups in the machine's directory
	At         string   `json:"at,omitempty"`  // hh:mm at UTC+7; empty: 19:30
}

// LoadPlan reads the plan of the machine in a directory; there may be none.
func LoadPlan(dir string) (p Plan, err error) {
	raw, err := os.ReadFile(filepath.Join(dir, planFile))
	if err == nil {
		err = json.Unmarshal(raw, &p)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return p, fmt.Errorf("backup: %s: %w", planFile, err)
	}
	if p.Dir == "" {
		p.Dir = filepath.Join(dir, folder)
	}
	if p.At == "" {
		p.At = usualTime
	}
	return p, p.check()
}

// Save writes the plan for the machine in a directory.
func (p Plan) Save(dir string) error {
	if err := p.check(); err != nil {
		return err
	}
	if p.Dir == filepath.Join(dir, folder) {
		p.Dir = "" // the directory may be moved
	}
	raw, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	f, err := host.Draft(filepath.Join(dir, planFile+".new"), 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	_, err = f.Write(append(raw, '\n'))
	if err := errors.Join(err, host.Own(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := os.Rename(f.Name(), filepath.Join(dir, planFile)); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	return syncDir(dir)
}

func (p Plan) check() error {
	if _, err := ParseRecipients(p.Recipients); err != nil {
		return err
	}
	_, err := p.Time()
	return err
}

// Time is the time of day of the nightly backup, at UTC+7.
func (p Plan) Time() (time.Duration, error) {
	at, err := time.Parse("15:04", p.At)
	if err != nil && p.At != "" {
		return 0, command.InvalidField("/at", "backup_bad_time", "%q is no time of day: give it as 19:30", p.At)
	}
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute, nil
}
