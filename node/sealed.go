package node

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"gocua/node/host"
)

// drawer keeps files of personal data on this machine's disk, sealed.
type drawer struct{ aead cipher.AEAD }

// newDrawer derives the drawer's key from the machine's storage key.
func newDrawer(key []byte, purpose string) (drawer, error) {
	k, err := hkdf.Key(sha256.New, key, nil, "gocua "+purpose, 32)
	if err != nil {
		return drawer{}, fmt.Errorf("node: %w", err)
	}
	block, err := aes.NewCipher(k)
	if err != nil {
		return drawer{}, fmt.Errorf("node: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	return drawer{aead}, err
}

// write seals data into a file; it is on disk when write returns.
func (d drawer) write(path string, data []byte) error {
	nonce := make([]byte, d.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return replaceFile(path, d.aead.Seal(nonce, nonce, data, nameOf(path)))
}

// nameOf binds what a file holds to its name and its folder's: put in another's
// place, it does not open.
func nameOf(path string) []byte {
	return []byte(filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path))
}

// writeJSON is write of anything else than bytes.
func (d drawer) writeJSON(path string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return d.write(path, raw)
}

// readJSON opens what writeJSON sealed.
func (d drawer) readJSON(path string, v any) error {
	raw, err := d.read(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return nil
}

// replaceFile replaces a file whole, for its owner's eyes only: after a power
// cut it is the old one or the new one, and once it returns the new one.
func replaceFile(path string, data []byte) error {
	f, err := host.Draft(path+".new", 0o600)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	_, err = f.Write(data)
	if err := errors.Join(err, host.Own(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename last. Windows cannot sync a directory and does not need
// to: NTFS journals it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

// read opens what write sealed.
func (d drawer) read(path string) ([]byte, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("node: %w", err)
	}
	if len(raw) < d.aead.NonceSize() {
		return nil, errors.New("node: a kept file is cut short")
	}
	nonce, sealed := raw[:d.aead.NonceSize()], raw[d.aead.NonceSize():]
	data, err := d.aead.Open(nil, nonce, sealed, nameOf(path))
	if err != nil {
		return nil, errors.New("node: a kept file is damaged or was sealed with another key")
	}
	return data, nil
}
