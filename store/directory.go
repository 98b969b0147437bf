package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The directory of a register holds volumes, "db-<index>-<random>", and the
// file CURRENT with the name of the one that counts. Renaming CURRENT is the
// moment a restore takes effect.
const (
	currentFile  = "CURRENT"
	currentDraft = currentFile + ".new"
)

func newVolumeName(index uint64) string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("db-%d-%x", index, b)
}

// readCurrent returns the name of the volume that counts, or "" in a directory
// that has never held a register.
func readCurrent(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, currentFile))
	if errors.Is(err, os.ErrNotExist) {
		if others, _ := filepath.Glob(filepath.Join(dir, "db-*")); len(others) > 0 {
			return "", fmt.Errorf("%w: %s is missing but there is a database", ErrDamaged, currentFile)
		}
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", currentFile, err)
	}
	name := strings.TrimSpace(string(b))
	if name != filepath.Base(name) || !strings.HasPrefix(name, "db-") {
		return "", fmt.Errorf("%w: %s names no database", ErrDamaged, currentFile)
	}
	return name, nil
}

// writeCurrent makes the named volume the one that counts. It is durable once
// the directory is synced.
func writeCurrent(dir, name string) error {
	if err := draftCurrent(dir, name); err != nil {
		return err
	}
	return switchCurrent(dir)
}

func draftCurrent(dir, name string) error {
	draft := filepath.Join(dir, currentDraft)
	if err := os.WriteFile(draft, []byte(name+"\n"), 0o600); err != nil {
		return fmt.Errorf("writing %s: %w", currentFile, err)
	}
	if err := syncFile(draft); err != nil {
		return fmt.Errorf("syncing %s: %w", currentFile, err)
	}
	return nil
}

func switchCurrent(dir string) error {
	if err := os.Rename(filepath.Join(dir, currentDraft), filepath.Join(dir, currentFile)); err != nil {
		return fmt.Errorf("switching %s: %w", currentFile, err)
	}
	return nil
}

// removeOthers deletes the volumes that do not count: what an interrupted
// restore left half made, or did not get to delete.
func removeOthers(dir, current string) error {
	found, err := filepath.Glob(filepath.Join(dir, "db-*"))
	if err != nil {
		return fmt.Errorf("listing %s: %w", dir, err)
	}
	for _, path := range found {
		if filepath.Base(path) == current {
			continue
		}
		if err := os.RemoveAll(path); err != nil {
			return fmt.Errorf("removing a half-made database: %w", err)
		}
	}
	return nil
}
